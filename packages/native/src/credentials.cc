#include "credentials.hh"

#include <sys/prctl.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace {

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  int maps = 0;
  bool changing = false;
};

Gate& gate() {
  static auto* const only = new Gate;  // never destroyed: spawner threads outlive main()
  return *only;
}

}  // namespace

void Credentials::begin() {
  if (use_ == Use::none) return;
  begun_ = true;
  gated_ = geteuid() != 0;
  if (gated_) {
    std::unique_lock lock(gate().mutex);
    if (use_ == Use::maps) {
      gate().changed.wait(lock, [] { return !gate().changing; });
      gate().maps++;
    } else {
      gate().changed.wait(lock, [] { return !gate().changing && gate().maps == 0; });
      gate().changing = true;
    }
  }
  // Root's starts run side by side, so one of them may have cleared the flag just now: root's is
  // taken to be set.
  if (gated_) dumpable_ = prctl(PR_GET_DUMPABLE);
}

void Credentials::finish() {
  if (!begun_) return;
  begun_ = false;
  if (use_ == Use::changes && dumpable_ == 1) prctl(PR_SET_DUMPABLE, 1);
  if (!gated_) return;
  {
    const std::lock_guard lock(gate().mutex);
    if (use_ == Use::maps) {
      gate().maps--;
    } else {
      gate().changing = false;
    }
  }
  gate().changed.notify_all();
}
