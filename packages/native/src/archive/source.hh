// Bytes on their way from an archive to the files in it. Every stage is a Source that reads from
// another one: file → decoder → parser → writer. A stage that is worth a thread of its own gets one
// by readAhead(). Nothing here knows of Node: the fuzzers link these files alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace archive {

// Bytes that stay where they are for as long as anybody holds `owner`. What is read is handed on,
// not copied: a file's content is written from the memory into which it was read or unpacked.
struct Chunk {
  std::shared_ptr<const void> owner;
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;
  // The next bytes, as many as there are at once; none at the end, and again none after it. Waits.
  // Throws Failure.
  virtual Chunk read() = 0;
  // On any thread: a read() under way, and every later one, throws Failure{ABORTED}.
  virtual void abort() = 0;
};

}  // namespace archive
