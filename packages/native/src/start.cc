#include "start.hh"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <memory>
#include <system_error>

#include "clone.hh"
#include "parent.hh"
#include "threads.hh"
#include "trampoline.hh"

namespace {

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

bool hasEnded(int pidfd) {
  pollfd polled = {pidfd, POLLIN, 0};
  return poll(&polled, 1, 0) == 1 && (polled.revents & POLLIN) != 0;
}

void reap(int pidfd) {
  siginfo_t info = {};
  while (waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &info, WEXITED | __WALL) <
             0 &&
         errno == EINTR) {
  }
}

}  // namespace

Start::Start(const std::uint8_t* bytes, std::size_t size, GivenSlots given,
             std::vector<std::pair<int, int>> open)
    : given_(given) {
  program_.emplace(bytes, size);
  open_ = std::move(open);  // last: when the program is malformed, they are still the caller's
}

Start::~Start() {
  for (const auto& [slot, fd] : open_) close(fd);
  if (clonedPidfd_ >= 0) reaped();
}

void Start::fail(Side side, int step, int error, std::string text) {
  failure_ = {side, step, error, std::move(text)};
}

void Start::refuse(int error, const char* call) {
  fail(Side::clone, 0, error, call);
  for (const auto& [slot, fd] : open_) close(fd);
  open_.clear();
  pid_ = -1;
}

void Start::run() {
  try {
    make();
  } catch (const std::system_error& error) {  // only before there is a child
    fail(Side::clone, 0, error.code().value(), error.what());
  }
  for (const auto& [slot, fd] : open_) close(fd);
  open_.clear();
  program_.reset();
  if (failure_.side == Side::none) return;
  if (pid_ > 0) {
    kill(SIGKILL);
    reap(clonedPidfd_);
    reaped();
  }
  pid_ = -1;
}

void Start::make() {
  char* const stack = stackOfThisThread();
  const bool shares = sharesMemory();
  Pair report, ready;
  if (!shares && given_.report < 0) return fail(Side::clone, 0, ENOTSUP);
  if (given_.report >= 0 && !report.open(false)) return fail(Side::clone, 0, errno, "pipe2");
  if (hasParentSteps() && !ready.open(true)) return fail(Side::clone, 0, errno, "socketpair");

  mini_program shared = {};
  shared.steps = program_->child().data();
  shared.count = static_cast<int32_t>(program_->child().size());
  shared.report = shares ? -1 : given_.report;
  shared.alive = aliveOfThisThread();
  std::fill(std::begin(shared.slots), std::end(shared.slots), -1);
  for (const auto& [slot, fd] : open_) shared.slots[slot] = fd;
  if (given_.report >= 0) shared.slots[given_.report] = report.child;
  if (given_.ready >= 0) shared.slots[given_.ready] = ready.child;
  if (given_.trampoline >= 0) shared.slots[given_.trampoline] = trampoline();

  Credentials credentials;
  // Shared: set_value() may still be at work in the promise when the waiting thread goes on.
  const auto served = std::make_shared<std::promise<void>>();
  if (hasParentSteps()) {
    static auto* const helpers = new Threads(512);
    const int error = helpers->post([this, served, &credentials, fd = ready.parent] {
      serveParent(fd, &credentials);
      served->set_value();
    });
    if (error != 0) return fail(Side::clone, 0, error, "pthread_create");
  } else {
    stage_ = Stage::waiting;
    credentials.begin(use(), cancelled_);
  }

  const long pid = !beginCloning()
                       ? -ECANCELED
                       : clone(&shared, stack, program_->flags(), &clonedPid_, &clonedPidfd_);
  if (pid < 0) {
    clonedPidfd_ = -1;  // the kernel may have stored one before it thought otherwise
    if (pid == -ECANCELED) {
      fail(Side::cancelled, 0, cancelled_);
    } else {
      fail(Side::clone, 0, static_cast<int>(-pid));
    }
    // The helper need not wait for a child.
    if (ready.child >= 0) shutdown(ready.child, SHUT_RDWR);
  }
  ready.closeChild();
  report.closeChild();
  if (hasParentSteps()) served->get_future().wait();
  credentials.finish();
  pid_ = pid > 0 ? static_cast<pid_t>(pid) : -1;
  report_ = report.takeParent();
  executed_ = !shares || shared.at == shared.count;
  if (failure_.side == Side::none) settle(shared);
}

Credentials::Use Start::use() const {
  if (program_->changesCredentials()) return Credentials::Use::changes;
  return (program_->flags() & CLONE_NEWUSER) != 0 ? Credentials::Use::maps : Credentials::Use::none;
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
  // Whoever writes the maps has to find the child's /proc/<pid> the caller's own.
  if ((program_->flags() & CLONE_NEWUSER) != 0)
    credentials->begin(Credentials::Use::maps, cancelled_);
  auto result = runParentSteps(program_->parent(), pid, clonedPidfd_, given_.child);
  if (hasEnded(clonedPidfd_)) return;  // killed, and no step could do anything for it
  if (result.step < 0) {
    if (program_->changesCredentials()) credentials->begin(Credentials::Use::changes, cancelled_);
    if (write(ready, "", 1) == 1) return;
  } else {
    fail(Side::parent, result.step, result.error, std::move(result.text));
  }
  kill(SIGKILL);
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
  if (size == sizeof record) {
    if (record[0] == -1) return;  // the init has started the command
    if (record[0] >= 0) return fail(Side::after, record[0], record[1]);
    return fail(Side::child, -3 - record[0], record[1]);
  }
  // The end of the pipe: the command was executed, which closed it.
  close(std::exchange(report_, -1));
}

// From here on there will be a process, whose pid the kernel tells; unless it has been cancelled.
bool Start::beginCloning() {
  const std::lock_guard lock(mutex_);
  if (cancelled_ != 0) return false;
  stage_ = Stage::cloning;
  return true;
}

pid_t Start::pid() const {
  // A thread takes it up at once, and clone3(2) takes a tenth of a millisecond: so long the event
  // loop stands still. It does not for starts that wait in a queue, or for their turn.
  constexpr int kPatience = 1000;  // times 20 µs
  for (int waited = 0;; waited++, usleep(20)) {
    if (const pid_t pid = pid_; pid != 0) return pid;
    if (const pid_t pid = __atomic_load_n(&clonedPid_, __ATOMIC_ACQUIRE); pid > 0) return pid;
    // clone(2) tells the pidfd alone.
    if (const int fd = __atomic_load_n(&clonedPidfd_, __ATOMIC_ACQUIRE); fd >= 0) {
      if (const pid_t pid = pidOf(fd); pid > 0) return pid;
    }
    if (stage_ != Stage::cloning && waited > kPatience) return 0;
  }
}

int Start::kill(int signal) {
  const bool ends = signal != 0 && signal != SIGCHLD && signal != SIGCONT && signal != SIGURG &&
                    signal != SIGWINCH && signal != SIGSTOP && signal != SIGTSTP &&
                    signal != SIGTTIN && signal != SIGTTOU;
  const bool made = pid() > 0;
  {
    const std::lock_guard lock(mutex_);
    if (reaped_ || pid_ < 0) return ESRCH;
    if (!made && stage_ != Stage::cloning && !ends) return ESRCH;
    if (ends) cancelled_ = signal;
  }
  if (ends) Credentials::wake();  // it may wait for its turn, before there is a child or beside it
  if (stage_ != Stage::cloning) return 0;
  if (pid() <= 0) return ESRCH;
  const std::lock_guard lock(mutex_);
  if (reaped_) return ESRCH;
  return syscall(SYS_pidfd_send_signal, clonedPidfd_, signal, nullptr, 0) < 0 ? errno : 0;
}

void Start::reaped() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(reaped_, true)) return;
  close(clonedPidfd_);
  if (report_ >= 0) close(report_);
}
