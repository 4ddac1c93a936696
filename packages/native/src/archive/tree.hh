// The tree that is made: names, in the archive's order. What an entry's path leads through is
// resolved inside the tree, the entry itself is never followed, and never written into what is
// there.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "ownership.hh"
#include "place.hh"
#include "resolve.hh"
#include "system.hh"

namespace archive {

struct Identity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const Identity&) const = default;
};

class Tree {
 public:
  // `owner` is that of directories which the archive does not name, but puts something into.
  Tree(Fd root, std::optional<Owner> owner, bool walk);

  int root() const { return root_.get(); }
  const Resolver& resolver() const { return resolver_; }
  // The directory's descriptor, valid until the next call; missing ones are made.
  int directory(const std::string& path);
  // The same, or -1 where there is none.
  int find(const std::string& path);

  Fd file(int parent, const std::string& name);
  void symlink(const std::string& target, int parent, const std::string& name);
  void link(const Place& target, int parent, const std::string& name);
  // False where the user may make no such thing.
  bool node(int parent, const std::string& name, mode_t type, dev_t device);
  struct Made {
    Identity identity;
    bool existed = false;
    bool whiteout = false;  // of overlayfs: what it took the place of
  };
  Made makeDirectory(int parent, const std::string& name);
  // With all that is in it; false where there is nothing.
  bool remove(int parent, const std::string& name);
  // In the root this name cannot be made or removed.
  void reserve(std::string name) { reserved_ = std::move(name); }
  bool isReserved(int parent, const std::string& name) const;

 private:
  template <typename Create>
  int create(int parent, const std::string& name, const char* syscall, Create create);
  Fd makeAll(const std::string& path);
  void adopt(int directory) const;

  const Fd root_;
  const std::optional<Owner> owner_;
  const Resolver resolver_;
  std::string reserved_;
  std::string path_;  // that current_ is
  Fd current_;
  bool stale_ = false;
};

Identity identityOf(int fd);

}  // namespace archive
