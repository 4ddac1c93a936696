// One start: from the program to a child that has executed its command, or to the reason why not.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "credentials.hh"
#include "program.hh"

// Which side a failure happened on. TypeScript turns it and the step's index back into text
// (src/error.ts).
enum class Side : int { none = -1, clone = 0, parent = 1, child = 2, after = 3 };

struct Failure {
  Side side = Side::none;
  int step = 0;
  int error = 0;
  std::string text;
};

// The slots that the spawner itself fills, by their index, or -1 where the program has no use for
// them.
struct GivenSlots {
  int ready = -1, report = -1, trampoline = -1, child = -1;
};

class Start {
 public:
  // `open` are descriptors of the caller's, by slot; they are closed once the child has its copies.
  Start(const std::uint8_t* bytes, std::size_t size, GivenSlots given,
        std::vector<std::pair<int, int>> open);
  ~Start();
  Start(const Start&) = delete;

  // Makes the child and returns when it has executed its command, or has failed and is reaped. On a
  // spawner thread.
  void run();

  // The child's pid as soon as there is one: waits for clone(2), not for the steps. -1 if there
  // never was one.
  pid_t pid() const;
  // A signal for the child, by its pidfd and so never for another process: 0, or an errno.
  int kill(int signal);

  const Failure& failure() const { return failure_; }
  int pidfd() const { return clonedPidfd_; }
  // The pipe of the trampoline or the init, -1 without one. After the start it holds the init's
  // record of the end.
  int report() const { return report_; }
  bool hasParentSteps() const { return !program_.parent().empty(); }
  // Once the child is reaped: nothing may be signalled any more.
  void reaped();

 private:
  void fail(Side side, int step, int error, std::string text = {});
  long clone(mini_program* shared);
  long cloneOld(mini_program* shared);
  void serveParent(int ready, Credentials* credentials);
  void settle(const mini_program& shared);

  Program program_;
  const GivenSlots given_;
  std::vector<std::pair<int, int>> open_;
  Failure failure_;
  std::atomic<pid_t> pid_ = 0;  // 0: not yet; -1: never
  pid_t clonedPid_ = 0;         // the kernel stores it here before the child runs
  int clonedPidfd_ = -1;        // likewise
  int report_ = -1;
  std::mutex mutex_;  // between a signal and the closing of the pidfd
  bool reaped_ = false;
};

// Whether a child made by clone3(CLONE_VM) shares memory, as the kernel does it.
bool sharesMemory();
