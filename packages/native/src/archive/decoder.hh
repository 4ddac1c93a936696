// Unpacks what an archive is packed in, which its first bytes say and not its name.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "source.hh"

namespace archive {

// src/archive.ts lists the same, in the same order.
enum class Compression : std::uint8_t { NONE, GZIP, BZIP2, XZ, ZSTD };

struct DecodeOptions {
  // The most memory that zstd's window or xz's dictionary may take. gzip's takes 32 KB and bzip2's
  // tables at most 4 MB.
  std::uint64_t window = 128 << 20;
};

class Decoder : public Source {
 public:
  // On any thread; NONE until the first read() has returned.
  virtual Compression compression() const = 0;
  // The compressed data was followed by something else, which was not read.
  virtual bool garbage() const = 0;
};

// Reads nothing before its first read(). The end of the last of several members, frames or streams
// is the end. A failure's message says at which byte of the source it was met.
std::unique_ptr<Decoder> decode(std::unique_ptr<Source> source, DecodeOptions options = {});

}  // namespace archive
