#include "resolve.hh"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <climits>
#include <vector>

namespace archive {

namespace {

constexpr int kMostLinks = 40;    // as the kernel has it (path_resolution(7))
constexpr int kMostTries = 1000;  // while somebody renames directories all the time

int openInRoot(int root, const char* path, int flags) {
  open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags | O_DIRECTORY | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  for (int tries = 0;; tries++) {
    const long fd = syscall(SYS_openat2, root, path, &how, sizeof how);
    // EAGAIN: something was renamed, and the kernel cannot be sure that a ".." has stayed below.
    if (fd >= 0 || (errno != EINTR && errno != EAGAIN) || tries == kMostTries)
      return static_cast<int>(fd);
    sched_yield();
  }
}

// The names of a path, the last one first.
void pushNames(const std::string& path, std::vector<std::string>& names) {
  for (std::size_t end = path.size(); end > 0;) {
    const std::size_t slash = path.rfind('/', end - 1);
    const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
    if (end > start) names.push_back(path.substr(start, end - start));
    end = slash == std::string::npos ? 0 : slash;
  }
}

Fd fail(int error) {
  errno = error;
  return {};
}

}  // namespace

Resolver::Resolver(int root, bool walk) : root_(root), walk_(walk) {
  if (walk_) return;
  const Fd probe(openInRoot(root, ".", O_PATH));
  walk_ = !probe && (errno == ENOSYS || errno == EPERM);
}

Fd Resolver::directory(const std::string& path, int flags) const {
  if (walk_) return walk(path, flags);
  return Fd(openInRoot(root_, path.empty() ? "." : path.c_str(), flags));
}

// Name by name, links read and resolved here. `..` goes to the directory through which we came, not
// to where a rename may have put it, so the root is never left.
Fd Resolver::walk(const std::string& path, int flags) const {
  std::vector<std::string> names;
  std::vector<Fd> way;
  pushNames(path, names);
  const auto here = [&] { return way.empty() ? root_ : way.back().get(); };
  for (int links = 0; !names.empty();) {
    const std::string name = std::move(names.back());
    names.pop_back();
    if (name == ".") continue;
    if (name == "..") {
      if (!way.empty()) way.pop_back();
      continue;
    }
    Fd fd(openat(here(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status;
    if (!fd || fstat(fd.get(), &status) != 0) return {};
    if (S_ISLNK(status.st_mode) && !(names.empty() && (flags & O_NOFOLLOW) != 0)) {
      char target[PATH_MAX];
      const ssize_t size = readlinkat(fd.get(), "", target, sizeof target);
      if (size < 0) return {};
      if (++links > kMostLinks) return fail(ELOOP);
      if (size > 0 && target[0] == '/') way.clear();
      pushNames({target, static_cast<std::size_t>(size)}, names);
      continue;
    }
    if (!S_ISDIR(status.st_mode)) return fail(ENOTDIR);
    way.push_back(std::move(fd));
  }
  return Fd(openat(here(), ".", (flags & ~O_NOFOLLOW) | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace archive
