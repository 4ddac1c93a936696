#include "pack_walk.hh"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "failure.hh"

namespace archive::packing {
namespace {

// Of a deeper tree the outer directories are closed, and come back by "..".
constexpr std::size_t kOpen = 100;

// getdents64(2)
struct Dirent {
  std::uint64_t ino;
  std::int64_t off;
  std::uint16_t reclen;
  unsigned char type;
  char name[];
};

}  // namespace

Walk::Walk(const Exclude& exclude, Unlisted unlisted)
    : exclude_(exclude), unlisted_(std::move(unlisted)), buffer_(64 * 1024) {}

void Walk::enter(Fd fd, const struct stat& stat, const std::string& path) {
  levels_.push_back({std::move(fd), stat.st_dev, stat.st_ino, path, {}, {}, 0});
  list(&levels_.back());
  if (levels_.size() > kOpen) levels_[levels_.size() - kOpen - 1].fd = Fd();
}

void Walk::list(Level* level) {
  for (;;) {
    const long size = syscall(SYS_getdents64, level->fd.get(), buffer_.data(), buffer_.size());
    if (size < 0) unlisted_(level->path, errno);
    if (size <= 0) break;
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const Dirent*>(buffer_.data() + at);
      at += entry->reclen;
      if (std::strcmp(entry->name, ".") == 0 || std::strcmp(entry->name, "..") == 0) continue;
      level->names.push_back({static_cast<std::uint32_t>(level->text.size()), entry->type});
      level->text.append(entry->name).push_back('\0');
    }
  }
  const char* const text = level->text.c_str();
  std::sort(level->names.begin(), level->names.end(), [text](const Name& a, const Name& b) {
    return std::strcmp(text + a.offset, text + b.offset) < 0;
  });
}

void Walk::leave() {
  const Fd inner = std::move(levels_.back().fd);
  levels_.pop_back();
  if (levels_.empty() || levels_.back().fd) return;
  auto& outer = levels_.back();
  outer.fd = Fd(openat(inner.get(), "..", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat stat;
  if (outer.fd && fstat(outer.fd.get(), &stat) == 0 && stat.st_dev == outer.dev &&
      stat.st_ino == outer.ino) {
    return;
  }
  Failure failure(Fault::SYSTEM, "a directory was moved while it was packed");
  failure.entry = outer.path;
  failure.error = ENOENT;
  failure.syscall = "openat";
  throw failure;
}

bool Walk::next(Found* found) {
  while (!levels_.empty()) {
    auto& level = levels_.back();
    if (level.at == level.names.size()) {
      leave();
      continue;
    }
    const auto& [offset, type] = level.names[level.at++];
    found->directory = level.fd.get();
    found->name = level.text.c_str() + offset;
    found->type = type;
    found->path = level.path;
    if (!found->path.empty()) found->path += '/';
    found->path += found->name;
    if (!exclude_.matches(found->path)) return true;
  }
  return false;
}

}  // namespace archive::packing
