// What ./configure would have found out, for the decoder of .xz alone on Linux with GCC or Clang.
#define HAVE_STDINT_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_STDBOOL_H 1
#define HAVE__BOOL 1
#define HAVE_VISIBILITY 0  // it would export its functions; they are hidden by the compiler
#define HAVE_BYTESWAP_H 1
#define HAVE___BUILTIN_ASSUME_ALIGNED 1
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__)
#define TUKLIB_FAST_UNALIGNED_ACCESS 1
#endif
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WORDS_BIGENDIAN 1
#endif
#define SIZEOF_SIZE_T __SIZEOF_SIZE_T__

#define HAVE_DECODERS 1
#define HAVE_DECODER_LZMA1 1  // lzma2_decoder.c stands on it
#define HAVE_DECODER_LZMA2 1
#define HAVE_DECODER_DELTA 1
#define HAVE_DECODER_X86 1
#define HAVE_DECODER_ARM 1
#define HAVE_DECODER_ARMTHUMB 1
#define HAVE_DECODER_ARM64 1
#define HAVE_DECODER_POWERPC 1
#define HAVE_DECODER_IA64 1
#define HAVE_DECODER_SPARC 1
#define HAVE_CHECK_CRC32 1
#define HAVE_CHECK_CRC64 1
#define HAVE_CHECK_SHA256 1
