// Paths of an archive in the tree that is made from it.
//
// An archive may make a link `lib -> /usr/lib` and then name `lib/x`. Such a path is resolved by
// the kernel, with the tree's root in the place of `/` (openat2(2), RESOLVE_IN_ROOT): links are
// followed, and none leads out, whatever they say and whoever changes them meanwhile. No decision
// is made by comparing strings.
#pragma once

#include <atomic>
#include <string>

#include "system.hh"

namespace archive {

class Resolver {
 public:
  // `walk`: as for a kernel without openat2 (before Linux 5.6), or a filter that hides it.
  explicit Resolver(int root, bool walk = false);
  // The directory at `path` below the root; none, with errno, where there is none. O_NOFOLLOW in
  // `flags` is about the last name alone.
  Fd directory(const std::string& path, int flags) const;

 private:
  Fd walk(const std::string& path, int flags) const;

  const int root_;
  bool walk_;
};

}  // namespace archive
