// A fuzzer's input as a Source. How it is cut into chunks must not matter to anybody.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "source.hh"

namespace archive {

class Memory final : public Source {
 public:
  // Chunks of `most` bytes, each in memory of its own, so that AddressSanitizer sees its ends.
  Memory(const std::uint8_t* data, std::size_t size, std::size_t most)
      : data_(data), size_(size), most_(most) {}

  Chunk read() override {
    const std::size_t size = std::min(size_, most_);
    if (size == 0) return {};
    auto owner = std::make_shared<std::vector<std::uint8_t>>(data_, data_ + size);
    data_ += size;
    size_ -= size;
    return {owner, owner->data(), size};
  }
  void abort() override {}

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  const std::size_t most_;
};

// What is wrong with the code under test, not with the input.
inline void require(bool condition) {
  if (!condition) __builtin_trap();
}

// FNV-1a, to compare what was read without keeping it.
class Digest {
 public:
  void add(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    for (std::size_t i = 0; i < size; i++) value_ = (value_ ^ bytes[i]) * 0x100000001b3;
  }
  template <typename Number>
  void number(Number number) {
    add(&number, sizeof number);
  }
  void text(const std::string& text) {
    number(text.size());
    add(text.data(), text.size());
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace archive
