#include "buffers.hh"

namespace archive {

namespace {

constexpr std::size_t kKept = 64;

}  // namespace

std::shared_ptr<std::uint8_t> Buffers::take() {
  std::unique_ptr<std::uint8_t[]> buffer;
  {
    const std::lock_guard lock(free_->mutex);
    if (!free_->buffers.empty()) {
      buffer = std::move(free_->buffers.back());
      free_->buffers.pop_back();
    }
  }
  if (buffer == nullptr) buffer = std::make_unique_for_overwrite<std::uint8_t[]>(kBuffer);
  return {buffer.release(), [free = free_](std::uint8_t* address) {
            std::unique_ptr<std::uint8_t[]> back(address);
            const std::lock_guard lock(free->mutex);
            if (free->buffers.size() < kKept) free->buffers.push_back(std::move(back));
          }};
}

}  // namespace archive
