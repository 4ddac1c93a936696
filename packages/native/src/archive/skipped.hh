// What an extraction left out, and why: not in silence, and not without bound.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace archive {

class Skipped {
 public:
  void add(const std::string& path, std::string reason) {
    const std::lock_guard lock(mutex_);
    if (++count_ <= kMost) list_.emplace_back(path, std::move(reason));
  }
  std::uint64_t count() const { return count_; }
  const std::vector<std::pair<std::string, std::string>>& list() const { return list_; }

 private:
  static constexpr std::uint64_t kMost = 1000;
  std::mutex mutex_;
  std::uint64_t count_ = 0;
  std::vector<std::pair<std::string, std::string>> list_;
};

}  // namespace archive
