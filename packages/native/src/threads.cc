#include "threads.hh"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

thread_local volatile int alive = 0;

}  // namespace

const volatile int* aliveOfThisThread() { return &alive; }

int Threads::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (static_cast<int>(tasks_.size()) >= idle_ && threads_ < most_) {
    // All signals are blocked in it: Node's handlers belong on Node's thread, and a child starts
    // with the same mask.
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const int error = pthread_create(&thread, &attributes, main, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (error == 0) {
      threads_++;
    } else if (threads_ == 0) {
      return error;
    }
  }
  tasks_.push_back(std::move(task));
  posted_.notify_one();
  return 0;
}

void* Threads::main(void* argument) {
  auto* const self = static_cast<Threads*>(argument);
  alive = 1;
  syscall(SYS_set_tid_address, &alive);
  std::unique_lock lock(self->mutex_);
  for (;;) {
    self->idle_++;
    self->posted_.wait(lock, [self] { return !self->tasks_.empty(); });
    self->idle_--;
    auto task = std::move(self->tasks_.front());
    self->tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it holds is let go of without the lock
    lock.lock();
  }
}
