#include "reaper.hh"

#include <sys/epoll.h>
#include <sys/wait.h>

#include <cerrno>

#include "threads.hh"

namespace {

int queue() {
  static const int fd = epoll_create1(EPOLL_CLOEXEC);
  return fd;
}

bool ended(int pidfd) {
  siginfo_t info = {};
  const int options = WEXITED | WNOHANG | __WALL;
  const auto id = static_cast<id_t>(pidfd);
  return waitid(static_cast<idtype_t>(P_PIDFD), id, &info, options) < 0 ? errno == ECHILD
                                                                        : info.si_pid != 0;
}

[[noreturn]] void reap() {
  for (;;) {
    epoll_event event;
    if (epoll_wait(queue(), &event, 1, -1) != 1) continue;
    auto* const held = static_cast<std::shared_ptr<Start>*>(event.data.ptr);
    if (!ended((*held)->pidfd())) continue;
    // Closing alone would not take it out of the queue: a child that has not executed yet has a
    // copy of every descriptor (epoll(7)).
    epoll_ctl(queue(), EPOLL_CTL_DEL, (*held)->pidfd(), nullptr);
    (*held)->reaped();
    delete held;
  }
}

}  // namespace

void reapLater(std::shared_ptr<Start> start) {
  // Where there are no threads or descriptors left, the children are reaped when the process ends.
  static const int running = (new Threads(1))->post(reap);
  if (running != 0) return;
  const int pidfd = start->pidfd();
  auto* const held = new std::shared_ptr<Start>(std::move(start));
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.ptr = held;
  if (epoll_ctl(queue(), EPOLL_CTL_ADD, pidfd, &event) < 0) delete held;
}
