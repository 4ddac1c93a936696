#include "pack_blocks.hh"

#include <algorithm>
#include <cstring>
#include <utility>

namespace archive::packing {

Block Blocks::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return error_ || !empty_.empty() || made_ < kMost; });
  if (error_) std::rethrow_exception(error_);
  if (empty_.empty()) {
    made_++;
    return {std::unique_ptr<std::uint8_t[]>(new std::uint8_t[Block::kSize]), 0};
  }
  Block block = std::move(empty_.back());
  empty_.pop_back();
  return block;
}

void Blocks::put(Block block) {
  const std::lock_guard lock(mutex_);
  full_.push_back(std::move(block));
  changed_.notify_all();
}

void Blocks::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

void Blocks::check() {
  const std::lock_guard lock(mutex_);
  if (error_) std::rethrow_exception(error_);
}

std::optional<Block> Blocks::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return finished_ || !full_.empty(); });
  if (full_.empty()) return std::nullopt;
  Block block = std::move(full_.front());
  full_.pop_front();
  return block;
}

void Blocks::giveBack(Block block) {
  const std::lock_guard lock(mutex_);
  block.size = 0;
  empty_.push_back(std::move(block));
  changed_.notify_all();
}

void Blocks::fail(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  changed_.notify_all();
}

std::uint8_t* Stream::room(std::size_t* size) {
  if (block_.data && block_.size == Block::kSize) blocks_->put(std::exchange(block_, {}));
  if (!block_.data) block_ = blocks_->take();
  *size = Block::kSize - block_.size;
  return block_.data.get() + block_.size;
}

void Stream::advance(std::size_t size) {
  block_.size += size;
  written_ += size;
}

void Stream::append(const void* data, std::size_t size) {
  const auto* from = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    std::size_t most;
    std::uint8_t* const to = room(&most);
    const std::size_t part = std::min(size, most);
    std::memcpy(to, from, part);
    advance(part);
    from += part;
    size -= part;
  }
}

void Stream::zeros(std::uint64_t size) {
  while (size > 0) {
    std::size_t most;
    std::uint8_t* const to = room(&most);
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size, most));
    std::memset(to, 0, part);
    advance(part);
    size -= part;
  }
}

void Stream::finish() {
  if (block_.data) blocks_->put(std::exchange(block_, {}));
  blocks_->finish();
}

}  // namespace archive::packing
