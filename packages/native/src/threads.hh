// Threads that live as long as the process.
//
// A child's PR_SET_PDEATHSIG fires when the thread that created it ends (bubblewrap#692), and the
// threads of Workers and of libuv's pool do end. And a thread that clones with CLONE_VFORK stands
// still until the child executes, which the event loop must not. More than one, so that a start
// whose steps are slow holds up no other.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

class Threads {
 public:
  explicit Threads(int most) : most_(most) {}
  // Runs `task` on a thread that is free, or on a new one while there are fewer than `most`. 0, or
  // the errno that says why there is no thread at all.
  int post(std::function<void()> task);

 private:
  static void* main(void* self);

  const int most_;
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
  int threads_ = 0, idle_ = 0;
};

// Not zero while the calling thread of a Threads lives: the kernel clears it (set_tid_address(2)).
const volatile int* aliveOfThisThread();
