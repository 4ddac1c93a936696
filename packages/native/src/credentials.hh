// The child shares Node's memory until it executes, and a change of uid or gid there clears the
// "dumpable" flag of that memory: Node's own. An ordinary user's next start then finds its
// /proc/self/uid_map belonging to root (proc(5)).
//
// So the flag is put back after such a start, and for an ordinary user no start that writes a uid
// map runs beside one that changes its credentials. Root may open the files of /proc whatever the
// flag says, and needs no turns.
#pragma once

class Credentials {
 public:
  enum class Use { none, maps, changes };

  explicit Credentials(Use use) : use_(use) {}
  // Waits for its turn, just before the child is let go. May be called on another thread than
  // finish().
  void begin();
  // Gives the turn back, once the child has executed or ended.
  void finish();

 private:
  const Use use_;
  bool begun_ = false, gated_ = false;
  int dumpable_ = 1;
};
