// The child shares Node's memory until it executes, and a change of uid or gid there clears the
// "dumpable" flag of that memory: Node's own. An ordinary user's next start then finds its
// /proc/self/uid_map belonging to root (proc(5)), and newuidmap(1) refuses its child.
//
// So the flag is put back, once no such child is left: it is also what keeps a process with the new
// uid from tracing the child, and with it Node. And for an ordinary user such a start runs
// beside no other that has a uid map written, by its parent or by itself. Root may open the files
// of /proc whatever the flag says, and needs no turns.
#pragma once

#include <atomic>

class Credentials {
 public:
  enum class Use { none, maps, changes };

  ~Credentials() { finish(); }
  // Waits for its turn, and gives back the one before; or goes on without, when the start has been
  // `cancelled`: see wake(). May be called on another thread than finish().
  void begin(Use use, const std::atomic<int>& cancelled);
  // Lets those that wait look whether they have been cancelled.
  static void wake();
  // Gives the turn back: the child has executed or ended.
  void finish();

 private:
  Use use_ = Use::none;
};
