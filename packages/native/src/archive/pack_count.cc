#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <set>
#include <utility>

#include "failure.hh"
#include "pack_tree.hh"
#include "pack_walk.hh"

namespace archive::packing {
namespace {

std::int64_t count(const PackOptions& options, const PackState& state,
                   const std::atomic<bool>& enough) {
  const Exclude exclude(options.exclude);
  Walk walk(exclude, [](const std::string&, int) {});
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen(options.leaveOut.begin(),
                                                         options.leaveOut.end());
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  struct stat stat;
  Fd root(openat(options.directory, ".", flags));
  if (!root || fstat(root.get(), &stat) < 0) return -1;
  const auto device = stat.st_dev;
  walk.enter(std::move(root), stat, "");
  std::int64_t bytes = 0;
  Walk::Found found;
  while (walk.next(&found)) {
    if (enough || state.aborted) return -1;
    if (fstatat(found.directory, found.name, &stat, AT_SYMLINK_NOFOLLOW) < 0) continue;
    if (S_ISREG(stat.st_mode)) {
      if (stat.st_nlink > 1 && !seen.insert({stat.st_dev, stat.st_ino}).second) continue;
      const std::int64_t allocated = stat.st_blocks * 512;
      bytes += options.sparse && allocated < stat.st_size ? allocated : stat.st_size;
    } else if (S_ISDIR(stat.st_mode) && !(options.oneFileSystem && stat.st_dev != device)) {
      Fd fd(openat(found.directory, found.name, flags));
      if (fd) walk.enter(std::move(fd), stat, found.path);
    }
  }
  return bytes;
}

}  // namespace

void countTree(const PackOptions& options, PackState* state, const std::atomic<bool>* enough) {
  try {
    state->progress.total = count(options, *state, *enough);
  } catch (const Failure&) {
    // A directory was moved: the pack itself will say so.
  }
}

}  // namespace archive::packing
