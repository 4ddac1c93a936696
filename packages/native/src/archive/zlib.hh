// The functions of zlib that Node itself exports: a copy with vector instructions, faster than the
// distributions' own. Their header is not among those that Node-API guarantees (node-api-headers),
// but zlib's ABI has stood since 1.0. Weak, because another host of Node-API need not have them.
#pragma once

#include <cstddef>

extern "C" {
struct internal_state;
struct z_stream {
  const unsigned char* next_in;
  unsigned avail_in;
  unsigned long total_in;
  unsigned char* next_out;
  unsigned avail_out;
  unsigned long total_out;
  const char* msg;
  internal_state* state;
  void* (*zalloc)(void* opaque, unsigned items, unsigned size);
  void (*zfree)(void* opaque, void* address);
  void* opaque;
  int data_type;
  unsigned long adler, reserved;
};

[[gnu::weak]] int inflateInit2_(z_stream* stream, int windowBits, const char* version, int size);
[[gnu::weak]] int inflate(z_stream* stream, int flush);
[[gnu::weak]] int inflateReset(z_stream* stream);
[[gnu::weak]] int inflateEnd(z_stream* stream);
[[gnu::weak]] int deflateInit2_(z_stream* stream, int level, int method, int windowBits,
                                int memLevel, int strategy, const char* version, int size);
[[gnu::weak]] int deflate(z_stream* stream, int flush);
[[gnu::weak]] int deflateEnd(z_stream* stream);
}

constexpr int Z_NO_FLUSH = 0, Z_FINISH = 4;
constexpr int Z_OK = 0, Z_STREAM_END = 1, Z_DATA_ERROR = -3, Z_MEM_ERROR = -4, Z_BUF_ERROR = -5;
constexpr int Z_DEFLATED = 8, Z_DEFAULT_STRATEGY = 0;
constexpr int kGzip = 16;           // of windowBits: with a header and a trailer of gzip
constexpr const char* kZlib = "1";  // zlib compares the first digit of the version

namespace archive {

// Throws Failure{UNSUPPORTED} where the host exports no zlib.
void requireZlib();

}  // namespace archive
