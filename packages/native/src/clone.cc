#include "clone.hh"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "threads.hh"

namespace {

// A guard below, of the size of the largest page that arm64 knows.
constexpr std::size_t kStack = 64 * 1024, kGuard = 64 * 1024;

long cloneInto(mini_program* shared, char* stack, std::uint64_t flags, pid_t* pid, int* pidfd) {
  clone_args args = {};
  args.flags = flags;
  args.pidfd = reinterpret_cast<std::uint64_t>(pidfd);
  args.parent_tid = reinterpret_cast<std::uint64_t>(pid);
  args.exit_signal = SIGCHLD;
  args.stack = reinterpret_cast<std::uint64_t>(stack);
  args.stack_size = kStack;
  return mini_clone3(&args, sizeof args, shared);
}

// clone(2), unlike clone3(2), stores the pidfd and the pid in the same place: it is asked for the
// first alone.
long cloneOld(mini_program* shared, char* stack, std::uint64_t flags, int* pidfd) {
  shared->reset_signals = 1;
  flags &= ~std::uint64_t{CLONE_PARENT_SETTID} & 0xffffffff;
  return mini_clone(static_cast<unsigned long>(flags), stack + kStack, pidfd, shared);
}

}  // namespace

char* stackOfThisThread() {
  thread_local char* const stack = [] {
    void* memory = mmap(nullptr, kGuard + kStack, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    mprotect(memory, kGuard, PROT_NONE);
    return static_cast<char*>(memory) + kGuard;
  }();
  return stack;
}

long clone(mini_program* shared, char* stack, std::uint64_t flags, pid_t* pid, int* pidfd) {
  // A kernel before 5.3 has no clone3; neither do programs under a seccomp filter that cannot look
  // into its argument.
  static std::atomic<bool> noClone3 = false;
  if (!noClone3) {
    const long made = cloneInto(shared, stack, flags, pid, pidfd);
    if (made != -ENOSYS) return made;
    noClone3 = true;
  }
  return cloneOld(shared, stack, flags, pidfd);
}

pid_t pidOf(int pidfd) {
  char path[64], text[1024];
  std::snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  const ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  if (size <= 0) return -1;
  text[size] = 0;
  const char* line = std::strstr(text, "Pid:");
  int pid = -1;
  return line != nullptr && std::sscanf(line, "Pid: %d", &pid) == 1 ? pid : -1;
}

// Emulators such as qemu-user make a plain fork of it, and what the child stores is lost. Found out
// once, with a child that has no steps and stores only that.
bool sharesMemory() {
  static const bool shared = [] {
    // A handler of Node's must not run in the child.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    mini_program probe = {};
    probe.report = -1;
    probe.alive = aliveOfThisThread();
    const long pid = clone(&probe, stackOfThisThread(), CLONE_VM | CLONE_VFORK, nullptr, nullptr);
    while (pid > 0 && waitpid(static_cast<pid_t>(pid), nullptr, __WALL) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return pid < 0 || probe.error != 0;
  }();
  return shared;
}
