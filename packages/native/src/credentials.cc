#include "credentials.hh"

#include <sys/prctl.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace {

struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  int maps = 0, changes = 0;
  int dumpable = 1;
};

Gate& gate() {
  static auto* const only = new Gate;  // never destroyed: spawner threads outlive main()
  return *only;
}

}  // namespace

void Credentials::begin(Use use, const std::atomic<int>& cancelled) {
  finish();
  if (use == Use::none) return;
  auto& [mutex, changed, maps, changes, dumpable] = gate();
  const bool turns = geteuid() != 0;
  std::unique_lock lock(mutex);
  if (use == Use::maps) {
    if (turns) changed.wait(lock, [&] { return changes == 0 || cancelled != 0; });
    if (cancelled != 0) return;
    maps++;
  } else {
    if (turns) changed.wait(lock, [&] { return (maps == 0 && changes == 0) || cancelled != 0; });
    if (cancelled != 0) return;
    if (changes++ == 0) dumpable = prctl(PR_GET_DUMPABLE);
  }
  use_ = use;
}

void Credentials::finish() {
  if (use_ == Use::none) return;
  auto& [mutex, changed, maps, changes, dumpable] = gate();
  {
    const std::lock_guard lock(mutex);
    if (use_ == Use::maps) {
      maps--;
    } else if (--changes == 0 && dumpable == 1) {
      prctl(PR_SET_DUMPABLE, 1);
    }
    use_ = Use::none;
  }
  changed.notify_all();
}

void Credentials::wake() {
  // With the lock, or one that is about to wait would miss it.
  { const std::lock_guard lock(gate().mutex); }
  gate().changed.notify_all();
}
