// One start: from the program to a child that has executed its command, or to the reason why not.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "credentials.hh"
#include "program.hh"

// Where the descriptors that the child is given lie in the parent: above those that a command will
// have, so that putting one in its place overwrites no other (`low` in
// packages/plan/src/program.ts).
constexpr int kLow = 64;

// Which side a failure happened on. TypeScript turns it and the step's index back into text
// (src/error.ts).
// `cancelled`: a signal came before there was a process; `error` is the signal.
enum class Side : int { none = -1, clone = 0, parent = 1, child = 2, after = 3, cancelled = 4 };

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
  // Instead of run(), when there is no thread for it.
  void refuse(int error, const char* call);

  // The child's pid as soon as there is one: waits for clone3(2), not for the steps. -1 if there
  // never was one; 0 if there is none yet, and no telling when: the start waits for other starts.
  pid_t pid() const;
  // A signal for the child, by its pidfd and so never for another process: 0, or an errno. Before
  // there is a process, one that would end it cancels the start.
  int kill(int signal);

  const Failure& failure() const { return failure_; }
  // Whether it came to execute its command. False for a child that a signal ended before.
  bool executed() const { return executed_; }
  int pidfd() const { return clonedPidfd_; }
  // Where the init will record the end, -1 without one.
  int report() const { return report_; }
  // Whether it may have to wait for other programs, or for other starts.
  bool slow() const { return hasParentSteps() || program_->changesCredentials(); }
  // Once the child is reaped: nothing may be signalled any more.
  void reaped();

 private:
  bool hasParentSteps() const { return !program_->parent().empty(); }
  void fail(Side side, int step, int error, std::string text = {});
  void make();
  bool beginCloning();
  void serveParent(int ready, Credentials* credentials);
  void settle(const mini_program& shared);
  Credentials::Use use() const;

  std::optional<Program> program_;  // until the start is over
  const GivenSlots given_;
  std::vector<std::pair<int, int>> open_;
  Failure failure_;
  bool executed_ = false;
  enum class Stage : int { queued, waiting, cloning };
  std::atomic<Stage> stage_ = Stage::queued;
  std::atomic<int> cancelled_ = 0;  // by this signal
  std::atomic<pid_t> pid_ = 0;      // 0: not yet; -1: never
  pid_t clonedPid_ = 0;             // the kernel stores it here before the child runs
  int clonedPidfd_ = -1;            // likewise, and before that
  int report_ = -1;
  std::mutex mutex_;  // between a signal and the making of the child, or the closing of its pidfd
  bool reaped_ = false;
};
