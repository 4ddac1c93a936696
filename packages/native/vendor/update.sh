#!/bin/bash
# Fetches the vendored decoders' sources from Debian 12's source packages and copies the files that the addon needs, unchanged, to this directory:
#   vendor/update.sh
# It needs deb-src lines for bookworm and bookworm-security in apt's sources, dpkg-dev and python3. vendor/README.md says why these.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get source --download-only libzstd=1.5.4+dfsg2-5 bzip2=1.0.8-5 xz-utils=5.4.1-1+deb12u2
sha256sum --check <<'SUMS'
8f602f92b575aa8b5e979196fb6ee82d78f233521dc9636526d3ecba1f63c1b1  libzstd_1.5.4+dfsg2-5.dsc
82ce911445772861d0838bd4545f93bc50658bc7f3cefdb17a307dfb8ffca5d8  libzstd_1.5.4+dfsg2-5.debian.tar.xz
8cf4bbb65e77ec348d052c8d6230eba66d435bddf64c8b5be2fcb16880c19953  libzstd_1.5.4+dfsg2.orig.tar.xz
d68c6eba11d70e14319e24ef1451880a03023b2b75364646adb117086db36039  bzip2_1.0.8-5.debian.tar.bz2
ed9c40f4de3f9e064535e15eac1c61a0f606763db98f4579dbc04067b94a8944  bzip2_1.0.8-5.dsc
ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269  bzip2_1.0.8.orig.tar.gz
7e0b1d1448520ea4f88ec05136a88f07564cc4a1abd6dfcf53c1f822a3e4f64f  xz-utils_5.4.1-1+deb12u2.debian.tar.xz
bffc9917562b5787661379621bb1f7510bf7271b03d8ce4181cebc84b90d3c35  xz-utils_5.4.1-1+deb12u2.dsc
5d9827aa1875b21c288f78864bb26d2650b436ea8d2cad364e4921eb6266a5a5  xz-utils_5.4.1.orig.tar.xz
SUMS
dpkg-source --extract libzstd_*.dsc zstd
dpkg-source --extract bzip2_*.dsc bzip2
dpkg-source --extract xz-utils_*.dsc xz
rm -rf "$here"/{zstd,bzip2,xz}/src
mkdir -p "$here"/{zstd,bzip2,xz}/src

# Decoder and compressor without the builder of dictionaries, the formats before 0.8, threads and traces.
(
  cd zstd/lib
  cp --parents zstd.h zstd_errors.h common/*.[ch] compress/*.[ch] decompress/*.[chS] "$here/zstd/src/"
  cd "$here/zstd/src"
  rm common/{debug,pool,threading}.c compress/zstdmt_compress.c
)
cp zstd/LICENSE "$here/zstd/"

# All of libbz2: its decompressor shares a file with the compressor. The linker drops what nobody calls.
(cd bzip2 && cp blocksort.c bzlib.c bzlib.h bzlib_private.h compress.c crctable.c decompress.c huffman.c randtable.c "$here/bzip2/src/")
cp bzip2/LICENSE "$here/bzip2/"

# The decoder of .xz alone: no encoders, no .lzma, no .lz, no threads, no assembler and nothing of the build system.
(
  cd xz/src
  cp --parents \
    common/{mythread,sysdefs,tuklib_common,tuklib_config,tuklib_integer}.h \
    liblzma/api/lzma.h liblzma/api/lzma/*.h \
    liblzma/check/{check,crc32_fast,crc32_table,crc64_fast,crc64_table,sha256}.c \
    liblzma/check/{check,crc32_table_be,crc32_table_le,crc64_table_be,crc64_table_le,crc_macros}.h \
    liblzma/common/{block_decoder,block_header_decoder,block_util,common,filter_common,filter_decoder}.c \
    liblzma/common/{filter_flags_decoder,index_hash,stream_decoder,stream_flags_common}.c \
    liblzma/common/{stream_flags_decoder,vli_decoder,vli_size}.c \
    liblzma/common/{block_decoder,common,filter_common,filter_decoder,index,memcmplen,stream_decoder,stream_flags_common}.h \
    liblzma/delta/delta_{common,decoder}.c liblzma/delta/delta_{common,decoder,private}.h \
    liblzma/lz/lz_decoder.{c,h} \
    liblzma/lzma/lzma{,2}_decoder.{c,h} liblzma/lzma/lzma_common.h \
    liblzma/rangecoder/range_{common,decoder}.h \
    liblzma/simple/{arm,arm64,armthumb,ia64,powerpc,simple_coder,simple_decoder,sparc,x86}.c \
    liblzma/simple/simple_{coder,decoder,private}.h \
    "$here/xz/src/"
)
cp xz/COPYING "$here/xz/"
