// Blocks on their way from the thread that reads a tree to the one that compresses and writes. A
// few of one size go round, so memory is bounded, and the reader is never more than those ahead.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace archive::packing {

struct Block {
  static constexpr std::size_t kSize = 256 * 1024;
  std::unique_ptr<std::uint8_t[]> data;
  std::size_t size = 0;
};

class Blocks {
 public:
  static constexpr int kMost = 16;

  // For the reader: an empty block; waits for one. Throws what the writer failed with.
  Block take();
  void put(Block block);
  void finish();
  // Throws what the writer failed with, once it has ended.
  void check();

  // For the writer: the next block, none at the end.
  std::optional<Block> next();
  void giveBack(Block block);
  void fail(std::exception_ptr error);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block> full_;
  std::vector<Block> empty_;
  int made_ = 0;
  bool finished_ = false;
  std::exception_ptr error_;
};

// What the reader writes into: an archive's bytes, one after the other.
class Stream {
 public:
  explicit Stream(Blocks* blocks) : blocks_(blocks) {}
  // Room of at least one byte, which is part of the stream when advance() has said so.
  std::uint8_t* room(std::size_t* size);
  void advance(std::size_t size);
  void append(const void* data, std::size_t size);
  void zeros(std::uint64_t size);
  void finish();
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  Blocks* const blocks_;
  Block block_;
  std::uint64_t written_ = 0;
};

}  // namespace archive::packing
