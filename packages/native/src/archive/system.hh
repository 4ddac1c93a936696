// System calls that throw.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "failure.hh"

namespace archive {

inline Failure systemFailure(const char* syscall, int error = errno) {
  Failure failure(Fault::SYSTEM, syscall);
  failure.error = error;
  failure.syscall = syscall;
  return failure;
}

// `result`, or a Failure where it is negative.
template <typename Result>
Result must(Result result, const char* syscall) {
  if (result < 0) throw systemFailure(syscall);
  return result;
}

// Does `call` again for as long as a signal interrupts it.
template <typename Call>
auto retry(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

// A descriptor that is closed with its owner.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace archive
