#include "trampoline.hh"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

#include "start.hh"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

// The program, as the target mini-init linked it.
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    "mini_init_begin: .incbin \"mini-init\"\n"
    "mini_init_end: .byte 0\n"
    ".text\n");
extern "C" const char mini_init_begin[] __attribute__((visibility("hidden")));
extern "C" const char mini_init_end[] __attribute__((visibility("hidden")));

namespace {

[[noreturn]] void failed(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int make() {
  // Since Linux 6.3 a memfd says whether it may be executed; before, the flag is unknown and the
  // answer was yes.
  int made = memfd_create("mini-init", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  if (made < 0 && errno == EINVAL)
    made = memfd_create("mini-init", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (made < 0) failed("memfd_create");
  const int fd = fcntl(made, F_DUPFD_CLOEXEC, kLow);
  close(made);
  if (fd < 0) failed("fcntl");
  const auto size = static_cast<std::size_t>(mini_init_end - mini_init_begin);
  for (std::size_t done = 0; done < size;) {
    const ssize_t wrote = write(fd, mini_init_begin + done, size - done);
    if (wrote < 0) failed("write");
    done += static_cast<std::size_t>(wrote);
  }
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
    failed("F_ADD_SEALS");
  return fd;
}

}  // namespace

int trampoline() {
  static const int fd = make();
  return fd;
}
