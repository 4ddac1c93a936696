// Memory that is used again once nobody holds it. A buffer fits into a core's second-level cache,
// so that what was unpacked into it is still there when it is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace archive {

constexpr std::size_t kBuffer = 128 * 1024;

class Buffers {
 public:
  // kBuffer bytes, given back when the last copy of the pointer goes, on whatever thread; a buffer
  // may outlive the Buffers..
  std::shared_ptr<std::uint8_t> take();

 private:
  struct Free {
    std::mutex mutex;
    std::vector<std::unique_ptr<std::uint8_t[]>> buffers;
  };
  const std::shared_ptr<Free> free_ = std::make_shared<Free>();
};

}  // namespace archive
