"""Writes the corpus from which the fuzzers start: seeds.py DIRECTORY, with decoder/, parser/ and extract/ in it."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile

# What the targets do with the first byte is in their sources; it is not part of the archive.
FIRST = b"\x09"


def entry(name, kind=tarfile.REGTYPE, link="", content=b"", **fields):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, io.BytesIO(content)


ENTRIES = [
    entry("etc", tarfile.DIRTYPE, mode=0o755, mtime=1),
    entry("etc/hosts", content=b"127.0.0.1 localhost\n", mode=0o644, uid=3, gid=4),
    entry("etc/again", tarfile.LNKTYPE, "etc/hosts"),
    entry("etc/link", tarfile.SYMTYPE, "../outside"),
    entry("etc/link/in", content=b"x" * 700),
    entry("up", tarfile.SYMTYPE, "/../.."),
    entry("up/tmp/mini", content=b"y"),
    entry("dev/null", tarfile.CHRTYPE, devmajor=1, devminor=3),
    entry("dev/sda", tarfile.BLKTYPE, devmajor=8),
    entry("run/fifo", tarfile.FIFOTYPE),
    entry("etc/.wh.hosts"),
    entry("etc/.wh..wh..opq"),
    entry("a/" * 60 + "deep", content=b"z"),
    entry("n" * 300, tarfile.SYMTYPE, "m" * 300),
]
PAX = {
    "path": "p\u00e4x",
    "mtime": "1700000000.123456789",
    "SCHILY.xattr.user.x": "v",
    "LIBARCHIVE.xattr.user.y": "dg==",
    "uid": "3000000000",
    "comment": "c",
}


def tar(form, entries, **options):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, **options) as archive:
        for info, content in entries:
            content.seek(0)
            archive.addfile(info, content)
    return out.getvalue().rstrip(b"\0") + b"\0" * 1536


def gnu_sparse(version):
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "sparse"), "wb") as file:
            for position in range(0, 30):
                file.seek(position * 65536)
                file.write(b"data")
            file.truncate(4 << 20)
        form = ["--format=gnu"] if version is None else ["--format=pax", "--sparse-version=" + version]
        command = ["tar", "-C", directory, "--sparse", *form, "-cf", "-", "sparse"]
        packed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        return packed.rstrip(b"\0") + b"\0" * 1536


def archives():
    for form, name in (
        (tarfile.USTAR_FORMAT, "ustar"),
        (tarfile.GNU_FORMAT, "gnu"),
        (tarfile.PAX_FORMAT, "pax"),
    ):
        short = [e for e in ENTRIES if len(e[0].name) < 100] if name == "ustar" else ENTRIES
        yield name, tar(form, short)
        for i, one in enumerate(short):
            yield f"{name}-{i}", tar(form, [one])
    yield "pax-global", tar(tarfile.PAX_FORMAT, ENTRIES[:2], pax_headers=PAX)
    info, content = entry("ascii", content=b"content")
    info.pax_headers = PAX
    yield "pax-own", tar(tarfile.PAX_FORMAT, [(info, content)])
    for version in (None, "0.0", "0.1", "1.0"):
        yield f"sparse-{version}", gnu_sparse(version)


# One frame of zstd, its block uncompressed, in case there is no zstd(1): RFC 8878, section 3.1.1.
def zstd_raw(data):
    block = (len(data) << 3 | 1).to_bytes(3, "little")
    return b"\x28\xb5\x2f\xfd\x60" + (len(data) - 256).to_bytes(2, "little") + block + data


def packed(name, data):
    yield f"{name}.gz", gzip.compress(data)
    yield f"{name}.bz2", bz2.compress(data, 1)
    for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256):
        yield f"{name}-{check}.xz", lzma.compress(data, check=check, preset=0)
    for bcj in (lzma.FILTER_X86, lzma.FILTER_ARM, lzma.FILTER_POWERPC):
        filters = [{"id": bcj}, {"id": lzma.FILTER_LZMA2, "preset": 0}]
        yield f"{name}-bcj{bcj}.xz", lzma.compress(data, filters=filters)
    delta = [{"id": lzma.FILTER_DELTA, "dist": 3}, {"id": lzma.FILTER_LZMA2, "preset": 0}]
    yield f"{name}-delta.xz", lzma.compress(data, filters=delta)
    yield f"{name}-raw.zst", zstd_raw(data)
    for option in ("-1", "-19", "--no-check"):
        try:
            packer = subprocess.run(["zstd", "-qc", option], input=data, check=True, stdout=subprocess.PIPE)
        except FileNotFoundError:
            break
        yield f"{name}{option}.zst", packer.stdout


def write(directory, name, data):
    with open(os.path.join(directory, name), "wb") as file:
        file.write(FIRST + data)


def main(directory):
    for target in ("decoder", "parser", "extract"):
        os.makedirs(os.path.join(directory, target), exist_ok=True)
    for name, data in archives():
        write(os.path.join(directory, "parser"), name, data)
        write(os.path.join(directory, "extract"), name, data)
        if len(data) > 256 and name in ("gnu", "pax-own"):
            for label, small in packed(name, data):
                write(os.path.join(directory, "decoder"), label, small)
                write(os.path.join(directory, "decoder"), f"two-{label}", small + small)
                write(os.path.join(directory, "decoder"), f"zeros-{label}", small + b"\0" * 64)
                write(os.path.join(directory, "decoder"), f"tail-{label}", small + b"tail")
            write(os.path.join(directory, "decoder"), name, data)
    write(os.path.join(directory, "decoder"), "skippable", b"\x50\x2a\x4d\x18\4\0\0\0skip" + zstd_raw(b"x" * 300))


main(sys.argv[1])
