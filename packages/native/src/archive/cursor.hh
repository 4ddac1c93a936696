// What a decoder reads from: the source's chunks as one run of bytes, of which it takes some at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "source.hh"

namespace archive {

class Cursor {
 public:
  explicit Cursor(std::unique_ptr<Source> source) : source_(std::move(source)) {}

  const std::uint8_t* data() const { return chunk_.data; }
  std::size_t size() const { return chunk_.size; }
  // How many bytes were taken so far.
  std::uint64_t offset() const { return offset_; }

  // Makes size() at least 1; false at the end of the source.
  bool fill();
  // Makes size() at least `least`, in one piece; false where the source has fewer left.
  bool fill(std::size_t least);
  void take(std::size_t size);
  // All there is, without copying it.
  Chunk takeAll();

  Source& source() { return *source_; }

 private:
  const std::unique_ptr<Source> source_;
  Chunk chunk_;
  std::uint64_t offset_ = 0;
  bool ended_ = false;
};

}  // namespace archive
