// How far a job has come: written by its threads, read by whoever wants to know.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace archive {

struct Progress {
  std::atomic<std::uint64_t> entries = 0;
  std::atomic<std::uint64_t> bytes = 0;  // of files' contents
  std::atomic<std::uint64_t> read = 0;   // of the packed archive
  std::atomic<std::int64_t> total = -1;  // its size, where it is known

  void at(const std::string& path) {
    const std::lock_guard lock(mutex_);
    path_ = path;
  }
  std::string path() {
    const std::lock_guard lock(mutex_);
    return path_;
  }

 private:
  std::mutex mutex_;
  std::string path_;
};

}  // namespace archive
