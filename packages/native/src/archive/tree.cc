#include "tree.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "removal.hh"

namespace archive {

namespace {

constexpr int kMostTries = 100;  // while somebody else puts things there all the time

bool isWhiteout(int parent, const char* name) {
  struct stat status;
  return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISCHR(status.st_mode) &&
         status.st_rdev == 0;
}

}  // namespace

Identity identityOf(int fd) {
  struct stat status;
  must(fstat(fd, &status), "fstat");
  return {status.st_dev, status.st_ino};
}

Tree::Tree(Fd root, std::optional<Owner> owner, bool walk)
    : root_(std::move(root)), owner_(owner), resolver_(root_.get(), walk) {}

int Tree::find(const std::string& path) {
  if (path.empty()) return root_.get();
  if (current_ && !stale_ && path == path_) return current_.get();
  Fd found = resolver_.directory(path, O_PATH);
  if (!found) {
    if (errno != ENOENT) throw systemFailure("openat2");
    return -1;
  }
  current_ = std::move(found);
  path_ = path;
  stale_ = false;
  return current_.get();
}

int Tree::directory(const std::string& path) {
  const int found = find(path);
  if (found >= 0) return found;
  current_ = makeAll(path);
  path_ = path;
  stale_ = false;
  return current_.get();
}

// From the first directory that is missing on. A link that leads nowhere is no directory to be
// made: mkdirat(2) does not follow it, and so ENOENT remains.
Fd Tree::makeAll(const std::string& path) {
  Fd directory = resolver_.directory("", O_PATH);
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end == 0 ? 0 : end + 1);
    const std::string prefix = path.substr(0, end);
    Fd next = resolver_.directory(prefix, O_PATH);
    if (!next && errno == ENOENT) {
      const std::string name = prefix.substr(prefix.rfind('/') + 1);
      if (mkdirat(directory.get(), name.c_str(), 0755) == 0) {
        next = Fd(
            openat(directory.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (next) adopt(next.get());
      } else if (errno == EEXIST) {
        errno = ENOENT;
      }
    }
    must(next.get(), "openat2");
    directory = std::move(next);
  }
  return directory;
}

void Tree::adopt(int directory) const {
  // Whatever the umask is.
  must(chmod(("/proc/self/fd/" + std::to_string(directory)).c_str(), 0755), "chmod");
  if (owner_) must(fchownat(directory, "", owner_->uid, owner_->gid, AT_EMPTY_PATH), "fchownat");
}

bool Tree::isReserved(int parent, const std::string& name) const {
  return !reserved_.empty() && name == reserved_ && identityOf(parent) == identityOf(root_.get());
}

template <typename Create>
int Tree::create(int parent, const std::string& name, const char* syscall, Create create) {
  if (isReserved(parent, name))
    throw Failure(Fault::UNSUPPORTED, "the name is in use until the archive is unpacked");
  for (int tries = 0;; tries++) {
    const int result = retry(create);
    if (result >= 0) return result;
    if (errno != EEXIST || tries == kMostTries) throw systemFailure(syscall);
    remove(parent, name);
  }
}

bool Tree::remove(int parent, const std::string& name) {
  if (isReserved(parent, name)) return false;
  const bool removed = removeTree(parent, name.c_str());
  stale_ = true;  // what the path of the last directory led through may be gone
  return removed;
}

Fd Tree::file(int parent, const std::string& name) {
  return Fd(create(parent, name, "openat", [&] {
    return openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  }));
}

void Tree::symlink(const std::string& target, int parent, const std::string& name) {
  create(parent, name, "symlinkat",
         [&] { return symlinkat(target.c_str(), parent, name.c_str()); });
}

void Tree::link(const Place& target, int parent, const std::string& name) {
  // Not by find(): `parent` is to stay open.
  const Fd opened = resolver_.directory(target.parent, O_PATH);
  const int from = must(opened.get(), "openat2");
  create(parent, name, "linkat", [&] {
    const int result = linkat(from, target.name.c_str(), parent, name.c_str(), 0);
    if (result == 0 || errno != EEXIST) return result;
    // To itself, or twice the same: taking it away would lose the file.
    struct stat one, other;
    if (fstatat(from, target.name.c_str(), &one, AT_SYMLINK_NOFOLLOW) == 0 &&
        fstatat(parent, name.c_str(), &other, AT_SYMLINK_NOFOLLOW) == 0 &&
        one.st_dev == other.st_dev && one.st_ino == other.st_ino)
      return 0;
    errno = EEXIST;
    return -1;
  });
}

bool Tree::node(int parent, const std::string& name, mode_t type, dev_t device) {
  bool permitted = true;
  create(parent, name, "mknodat", [&] {
    const int result = mknodat(parent, name.c_str(), type | 0600, device);
    if (result == 0 || errno != EPERM) return result;
    permitted = false;
    return 0;
  });
  return permitted;
}

Tree::Made Tree::makeDirectory(int parent, const std::string& name) {
  Made made;
  create(parent, name, "mkdirat", [&] {
    if (mkdirat(parent, name.c_str(), 0700) == 0) return 0;
    if (errno != EEXIST) return -1;
    const Fd there(openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!there) {
      made.whiteout = isWhiteout(parent, name.c_str());
      errno = EEXIST;  // something else, which has to go
      return -1;
    }
    struct stat status;
    must(fstat(there.get(), &status), "fstat");
    // An ordinary user's own directory, perhaps not writable: its mode comes at the end.
    if (geteuid() != 0 && (status.st_mode & S_IRWXU) != S_IRWXU)
      must(chmod(("/proc/self/fd/" + std::to_string(there.get())).c_str(),
                 (status.st_mode & 07777) | S_IRWXU),
           "chmod");
    made.existed = true;
    made.identity = {status.st_dev, status.st_ino};
    return 0;
  });
  if (!made.existed) {
    struct stat status;
    must(fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW), "fstatat");
    made.identity = {status.st_dev, status.st_ino};
  }
  return made;
}

}  // namespace archive
