// Owners, modes and times of directories. They come last: what is put into a directory changes its
// times, and a mode may forbid it. They are kept in a file without a name until then, so that an
// archive of nothing but directories takes no memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attributes.hh"
#include "tree.hh"

namespace archive {

class Directories {
 public:
  explicit Directories(Tree& tree) : tree_(tree) {}
  // `path` is that in the tree; `again`: it may have been added before, and this is what counts.
  void add(const std::string& path, const Identity& identity, const Attributes& attributes,
           bool again);
  // The last one first: a directory's are set before those of the one it lies in, which may forbid
  // to get there. Except for the root's own.
  void apply(Skipped& skipped);
  void applyRoot(Skipped& skipped);

 private:
  void flush();
  std::string readAt(std::uint64_t offset, std::size_t size) const;
  void applyRecord(std::string_view record, Skipped& skipped);
  void findRepeated();
  bool isOld(const Identity& identity);

  Tree& tree_;
  std::string buffer_;  // records that are not yet in the file
  Fd file_;
  std::uint64_t size_ = 0;  // of the file
  struct Root {
    Identity identity;
    Attributes attributes;
  };
  std::optional<Root> rootAttributes_;
  std::uint64_t repeats_ = 0;
  // Inodes of directories that were added again, and whether their last record has been applied.
  std::vector<std::uint64_t> repeated_;
  std::vector<bool> applied_;
};

}  // namespace archive
