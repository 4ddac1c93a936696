#include "attributes.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "system.hh"

namespace archive {

namespace {

// The inode behind a descriptor of whatever kind (proc_pid_fd(5)): O_PATH has no fchmod and no
// fsetxattr.
std::string through(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

void times(const Time& mtime, timespec (&both)[2]) {
  both[0] = {0, UTIME_OMIT};
  both[1] = {mtime.seconds, mtime.nanoseconds};
}

template <typename Set>
void setXattrs(const Attributes& attributes, Skipped& skipped, Set set) {
  for (const auto& [name, value] : attributes.xattrs) {
    if (set(name.c_str(), value) == 0) continue;
    // What this user or this file system cannot have.
    if (errno != EPERM && errno != EACCES && errno != ENOTSUP && errno != ENOSPC &&
        errno != E2BIG && errno != ERANGE && errno != EINVAL)
      throw systemFailure("setxattr");
    const char* const why = errno == EPERM || errno == EACCES ? "not permitted"
                            : errno == ENOTSUP                ? "the file system has none"
                                                              : "it does not fit";
    skipped.add(attributes.path, "extended attribute " + name + ": " + why);
  }
}

}  // namespace

void settle(int fd, const Attributes& attributes, Skipped& skipped) {
  if (attributes.owner) must(fchown(fd, attributes.owner->uid, attributes.owner->gid), "fchown");
  must(fchmod(fd, attributes.mode), "fchmod");
  if (!attributes.xattrs.empty())
    setXattrs(attributes, skipped, [fd](const char* name, const std::string& value) {
      return fsetxattr(fd, name, value.data(), value.size(), 0);
    });
  timespec both[2];
  times(attributes.mtime, both);
  must(futimens(fd, both), "futimens");
}

void settleNode(int parent, const char* name, std::uint32_t type, std::uint64_t device,
                const Attributes& attributes, Skipped& skipped) {
  const Fd fd(must(openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), "openat"));
  struct stat status;
  must(fstat(fd.get(), &status), "fstat");
  if ((status.st_mode & S_IFMT) != type || status.st_rdev != device)
    throw systemFailure("fstat", ESTALE);
  if (attributes.owner)
    must(fchownat(fd.get(), "", attributes.owner->uid, attributes.owner->gid, AT_EMPTY_PATH),
         "fchownat");
  if (!S_ISLNK(type)) must(chmod(through(fd.get()).c_str(), attributes.mode), "chmod");
  if (!attributes.xattrs.empty()) {
    // Of a link itself: by its name, since there is no descriptor that lsetxattr(2) takes for it.
    const std::string path = S_ISLNK(type) ? through(parent) + "/" + name : through(fd.get());
    setXattrs(attributes, skipped, [&](const char* key, const std::string& value) {
      return (S_ISLNK(type) ? lsetxattr : setxattr)(path.c_str(), key, value.data(), value.size(),
                                                    0);
    });
  }
  timespec both[2];
  times(attributes.mtime, both);
  int result = utimensat(fd.get(), "", both, AT_EMPTY_PATH);
  if (result < 0 && errno == EINVAL)  // before Linux 5.8
    result = utimensat(parent, name, both, AT_SYMLINK_NOFOLLOW);
  must(result, "utimensat");
}

}  // namespace archive
