// The decoder of one format, driven by decoder.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "cursor.hh"
#include "decoder.hh"
#include "failure.hh"

namespace archive {

class Codec {
 public:
  enum class Next { MORE, END, GARBAGE };

  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  virtual ~Codec() = default;
  // Unpacks from the cursor, which is filled unless the source has ended, to `out`, and advances
  // both. Asks the source for more only where a format's end needs a look at what follows. Throws
  // Failure.
  virtual Next step(Cursor& in, std::uint8_t*& out, std::size_t& room) = 0;

 protected:
  // After step() got nothing to read, wrote nothing and did not end.
  [[noreturn]] static void truncated(const char* format);
  [[noreturn]] static void noMemory();
};

std::unique_ptr<Codec> gzip();
std::unique_ptr<Codec> bzip2();
std::unique_ptr<Codec> xz(std::uint64_t window);
std::unique_ptr<Codec> zstd(std::uint64_t window);

}  // namespace archive
