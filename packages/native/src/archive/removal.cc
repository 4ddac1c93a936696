#include "removal.hh"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <vector>

#include "system.hh"

namespace archive {

namespace {

using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;

Stream open(int parent, const char* name) {
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == EACCES) {
    // An ordinary user's own directory that may not be read: rm(1) gives up on those.
    const Fd path(
        must(openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "openat"));
    must(chmod(("/proc/self/fd/" + std::to_string(path.get())).c_str(), 0700), "chmod");
    fd = openat(path.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  must(fd, "openat");
  DIR* const stream = fdopendir(fd);
  if (stream == nullptr) {
    const int error = errno;
    close(fd);
    throw systemFailure("fdopendir", error);
  }
  return {stream, closedir};
}

// Empties `top`, one open directory for each level.
void empty(Stream top, const Spare& spare) {
  struct Level {
    Stream stream;
    std::string name;
    bool spared = false;
    bool writable = false;
  };
  std::vector<Level> levels;
  levels.push_back({std::move(top), ""});
  while (!levels.empty()) {
    Level& level = levels.back();
    const int directory = dirfd(level.stream.get());
    errno = 0;
    const dirent* const found = readdir(level.stream.get());
    if (found == nullptr) {
      if (errno != 0) throw systemFailure("readdir");
      const Level done = std::move(level);
      levels.pop_back();
      if (levels.empty()) return;
      if (done.spared) {
        levels.back().spared = true;
      } else if (unlinkat(dirfd(levels.back().stream.get()), done.name.c_str(), AT_REMOVEDIR) !=
                     0 &&
                 errno != ENOENT) {
        throw systemFailure("unlinkat");
      }
      continue;
    }
    const std::string name = found->d_name;
    if (name == "." || name == "..") continue;
    if (spare && spare(directory, name.c_str())) {
      level.spared = true;
      // What is in a spared directory need not be.
      struct stat status;
      if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISDIR(status.st_mode))
        levels.push_back({open(directory, name.c_str()), name, true});
      continue;
    }
    int result = unlinkat(directory, name.c_str(), 0);
    if (result != 0 && errno == EACCES && !level.writable) {
      level.writable = true;
      fchmod(directory, 0700);
      result = unlinkat(directory, name.c_str(), 0);
    }
    if (result == 0 || errno == ENOENT) continue;
    if (errno != EISDIR && errno != EPERM) throw systemFailure("unlinkat");
    levels.push_back({open(directory, name.c_str()), name});
  }
}

}  // namespace

bool removeTree(int parent, const char* name) {
  if (unlinkat(parent, name, 0) == 0) return true;
  if (errno == ENOENT) return false;
  if (errno != EISDIR && errno != EPERM) throw systemFailure("unlinkat");
  if (unlinkat(parent, name, AT_REMOVEDIR) == 0) return true;
  if (errno != ENOTEMPTY && errno != EEXIST) throw systemFailure("unlinkat");
  empty(open(parent, name), {});
  must(unlinkat(parent, name, AT_REMOVEDIR), "unlinkat");
  return true;
}

void clearDirectory(int directory, const Spare& spare) { empty(open(directory, "."), spare); }

}  // namespace archive
