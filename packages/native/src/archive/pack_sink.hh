// Where an archive goes: a descriptor, with a compressor before it or without.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "decoder.hh"
#include "pack.hh"

namespace archive::packing {

class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  // Both throw Failure.
  virtual void write(const std::uint8_t* data, std::size_t size) = 0;
  virtual void finish() {}
};

// `fd` stays the caller's; a pipe is made non-blocking, so that an abort
// is noticed while nobody reads. Level 0 is the compressor's own choice. Throws
// Failure{UNSUPPORTED} for what can only be read.
std::unique_ptr<Sink> makeSink(int fd, Compression compression, int level, PackState* state);

}  // namespace archive::packing
