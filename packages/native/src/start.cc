#include "start.hh"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <future>
#include <memory>
#include <system_error>

#include "parent.hh"
#include "threads.hh"
#include "trampoline.hh"

namespace {

// Where the descriptors that the child is given lie in the parent: above those that a command will
// have, so that putting one in its place overwrites no other (`low` in
// packages/plan/src/program.ts).
constexpr int kLow = 64;

constexpr std::size_t kStack = 64 * 1024;

// The stack of the child. One a thread: the thread stands still while the child uses it.
char* stackOfThisThread() {
  thread_local char* const stack = [] {
    const std::size_t guard = 4096;
    void* memory = mmap(nullptr, kStack + guard, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    mprotect(memory, guard, PROT_NONE);
    return static_cast<char*>(memory) + guard;
  }();
  return stack;
}

int moveUp(int fd) {
  const int moved = fcntl(fd, F_DUPFD_CLOEXEC, kLow);
  const int error = errno;
  close(fd);
  errno = error;
  return moved;
}

struct Pair {
  int parent = -1, child = -1;
  ~Pair() { closeBoth(); }
  void closeChild() {
    if (child >= 0) close(child);
    child = -1;
  }
  void closeBoth() {
    closeChild();
    if (parent >= 0) close(parent);
    parent = -1;
  }
  int takeParent() { return std::exchange(parent, -1); }
  bool open(bool duplex) {
    int fds[2];
    const int made =
        duplex ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) : pipe2(fds, O_CLOEXEC);
    if (made < 0) return false;
    parent = fds[0];
    child = moveUp(fds[1]);
    return child >= 0;
  }
};

std::atomic<bool> noClone3 = false;

long cloneInto(mini_program* shared, std::uint64_t flags, pid_t* pid, int* pidfd) {
  clone_args args = {};
  args.flags = flags;
  args.pidfd = reinterpret_cast<std::uint64_t>(pidfd);
  args.parent_tid = reinterpret_cast<std::uint64_t>(pid);
  args.exit_signal = SIGCHLD;
  args.stack = reinterpret_cast<std::uint64_t>(stackOfThisThread());
  args.stack_size = kStack;
  return mini_clone3(&args, sizeof args, shared);
}

// clone(2) stores the pidfd and the pid in the same place, so it is asked for the first alone.
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

void reap(int pidfd) {
  siginfo_t info = {};
  while (waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &info, WEXITED | __WALL) <
             0 &&
         errno == EINTR) {
  }
}

}  // namespace

// Emulators such as qemu-user make a plain fork of it, and what the child stores is lost. Found out
// once, with a child that has no steps and stores only that.
bool sharesMemory() {
  static const bool shared = [] {
    mini_program probe = {};
    probe.report = -1;
    probe.alive = aliveOfThisThread();
    const std::uint64_t flags = CLONE_VM | CLONE_VFORK;
    long pid = noClone3 ? -ENOSYS : cloneInto(&probe, flags, nullptr, nullptr);
    if (pid == -ENOSYS) pid = mini_clone(flags, stackOfThisThread() + kStack, nullptr, &probe);
    if (pid > 0) waitpid(static_cast<pid_t>(pid), nullptr, __WALL);
    return pid < 0 || probe.error != 0;
  }();
  return shared;
}

Start::Start(const std::uint8_t* bytes, std::size_t size, GivenSlots given,
             std::vector<std::pair<int, int>> open)
    : program_(bytes, size), given_(given), open_(std::move(open)) {}

Start::~Start() {
  for (const auto& [slot, fd] : open_) close(fd);
  if (clonedPidfd_ >= 0) reaped();
  if (report_ >= 0) close(report_);
}

void Start::fail(Side side, int step, int error, std::string text) {
  failure_ = {side, step, error, std::move(text)};
}

void Start::run() {
  try {
    const bool shares = sharesMemory();
    Pair report, ready;
    if (!shares && given_.report < 0) return fail(Side::clone, 0, ENOTSUP);
    if (given_.report >= 0 && !report.open(false)) return fail(Side::clone, 0, errno);
    if (hasParentSteps() && !ready.open(true)) return fail(Side::clone, 0, errno);

    mini_program shared = {};
    shared.steps = program_.child().data();
    shared.count = static_cast<int32_t>(program_.child().size());
    shared.report = shares ? -1 : given_.report;
    shared.alive = aliveOfThisThread();
    std::fill(std::begin(shared.slots), std::end(shared.slots), -1);
    for (const auto& [slot, fd] : open_) shared.slots[slot] = fd;
    if (given_.report >= 0) shared.slots[given_.report] = report.child;
    if (given_.ready >= 0) shared.slots[given_.ready] = ready.child;
    if (given_.trampoline >= 0) shared.slots[given_.trampoline] = trampoline();

    using Use = Credentials::Use;
    const bool maps = (program_.flags() & CLONE_NEWUSER) != 0;
    Credentials credentials(program_.changesCredentials() ? Use::changes
                            : maps                        ? Use::maps
                                                          : Use::none);
    std::future<void> served;
    if (hasParentSteps()) {
      auto promise = std::make_shared<std::promise<void>>();
      served = promise->get_future();
      static auto* const helpers = new Threads(512);
      helpers->post([this, promise, fd = ready.parent, turn = &credentials] {
        serveParent(fd, turn);
        promise->set_value();
      });
    } else {
      credentials.begin();
    }

    long pid = clone(&shared);
    if (pid < 0) {
      fail(Side::clone, 0, static_cast<int>(-pid));
      if (ready.child >= 0)
        shutdown(ready.child, SHUT_RDWR);  // the helper need not wait for a child
    }
    ready.closeChild();
    report.closeChild();
    if (served.valid()) served.wait();
    credentials.finish();
    for (const auto& [slot, fd] : open_) close(fd);
    open_.clear();
    pid_ = pid > 0 ? static_cast<pid_t>(pid) : -1;
    report_ = report.takeParent();
    if (failure_.side == Side::none) settle(shared);
    if (failure_.side != Side::none && pid > 0) {
      kill(SIGKILL);
      reap(clonedPidfd_);
      reaped();
      pid_ = -1;
    }
  } catch (const std::system_error& error) {
    fail(Side::clone, 0, error.code().value(), error.what());
    pid_ = -1;
  }
}

long Start::clone(mini_program* shared) {
  if (!noClone3) {
    const long pid =
        cloneInto(shared, program_.flags() | CLONE_PARENT_SETTID, &clonedPid_, &clonedPidfd_);
    // A kernel before 5.3 has no clone3; neither do programs under a seccomp filter that cannot
    // look into its argument.
    if (pid != -ENOSYS) return pid;
    noClone3 = true;
  }
  return cloneOld(shared);
}

long Start::cloneOld(mini_program* shared) {
  shared->reset_signals = 1;
  const auto flags = static_cast<unsigned long>(program_.flags() & 0xffffffff);
  return mini_clone(flags, stackOfThisThread() + kStack, &clonedPidfd_, shared);
}

// Runs beside clone(): the child says on `ready` that it is there, waits on it, and is let go.
void Start::serveParent(int ready, Credentials* credentials) {
  char byte = 0;
  ssize_t size;
  while ((size = read(ready, &byte, 1)) < 0 && errno == EINTR) {
  }
  if (size != 1) return;  // there is no child, or it ended at once
  const pid_t pid = clonedPid_ > 0 ? clonedPid_ : pidOf(clonedPidfd_);
  pid_ = pid;
  credentials->begin();
  auto result = runParentSteps(program_.parent(), pid, clonedPidfd_, given_.child);
  if (result.step >= 0) {
    fail(Side::parent, result.step, result.error, std::move(result.text));
    kill(SIGKILL);
  } else if (write(ready, "", 1) != 1) {
    kill(SIGKILL);
  }
}

// What became of the child that clone() has returned from: it executed something, or said why not,
// or was killed.
void Start::settle(const mini_program& shared) {
  if (shared.error != 0) return fail(Side::child, shared.at - 1, shared.error);
  if (report_ < 0) return;
  int32_t record[2];
  ssize_t size;
  while ((size = read(report_, record, sizeof record)) < 0 && errno == EINTR) {
  }
  // The end of the pipe: executed, which closed it. {-1, 0}: the init has started the command.
  if (size != sizeof record || record[0] == -1) return;
  if (record[0] >= 0) return fail(Side::after, record[0], record[1]);
  fail(Side::child, -3 - record[0], record[1]);
}

pid_t Start::pid() const {
  // clone(2) takes a tenth of a millisecond; the thread that calls it stands still until execve and
  // cannot say.
  const auto* cloned = reinterpret_cast<const volatile pid_t*>(&clonedPid_);
  while (pid_ == 0 && *cloned == 0) usleep(20);
  const pid_t pid = pid_;
  return pid != 0 ? pid : *cloned;
}

int Start::kill(int signal) {
  if (pid() < 0) return ESRCH;
  const std::lock_guard lock(mutex_);
  if (reaped_) return ESRCH;
  return syscall(SYS_pidfd_send_signal, clonedPidfd_, signal, nullptr, 0) < 0 ? errno : 0;
}

void Start::reaped() {
  const std::lock_guard lock(mutex_);
  if (!reaped_) close(clonedPidfd_);
  reaped_ = true;
}
