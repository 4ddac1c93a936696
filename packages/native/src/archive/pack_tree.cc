#include "pack_tree.hh"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <map>
#include <utility>

#include "failure.hh"
#include "pack_file.hh"
#include "pack_header.hh"
#include "pack_walk.hh"
#include "system.hh"

namespace archive::packing {
namespace {

// As GNU tar has it: an archive is a whole number of these.
constexpr std::uint64_t kRecord = 10240;
constexpr std::size_t kMostSkipped = 1000;
// O_NONBLOCK: what was a file a moment ago may be a fifo now.
constexpr int kFile = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
// Below it a run of zeros is not worth a map.
constexpr std::uint64_t kByContent = 1024 * 1024;

using Inode = std::pair<std::uint64_t, std::uint64_t>;

class Tree {
 public:
  Tree(const PackOptions& options, PackState* state, Stream* stream)
      : options_(options),
        state_(*state),
        stream_(*stream),
        exclude_(options.exclude),
        walk_(exclude_, [this](const std::string& path, int error) {
          skip(path, Reason::UNREADABLE, error);
        }) {}

  PackResult run() {
    Walk::Found found;
    found.directory = options_.directory;
    found.name = ".";
    found.path = ".";
    directory(found);
    while (walk_.next(&found)) {
      if (state_.aborted) throw Failure(Fault::ABORTED, "packing was aborted");
      if (found.type == DT_REG)
        file(found);
      else if (found.type == DT_DIR)
        directory(found);
      else
        other(found);
    }
    stream_.zeros(2 * 512);
    stream_.zeros((kRecord - stream_.written() % kRecord) % kRecord);
    return std::move(result_);
  }

 private:
  void file(const Walk::Found& found) {
    const Fd file(openat(found.directory, found.name, kFile));
    if (!file) return unopened(found, errno);
    struct stat stat;
    if (fstat(file.get(), &stat) < 0) return skip(found.path, Reason::UNREADABLE, errno);
    if (!S_ISREG(stat.st_mode)) return skip(found.path, Reason::VANISHED);
    const Inode inode{stat.st_dev, stat.st_ino};
    if (std::ranges::find(options_.leaveOut, inode) != options_.leaveOut.end()) return;
    if (linked(found.path, stat)) return;
    Member member = memberOf(found.path, stat, '0');
    attributes(&member, attributesOf(file.get(), &member.xattrs));
    content(file.get(), stat, &member);
    result_.files++;
  }

  void directory(const Walk::Found& found) {
    Fd directory(openat(found.directory, found.name, kDirectory));
    const int error = !directory ? errno : 0;
    if (error == ENOENT || error == ENOTDIR || error == ELOOP)
      return skip(found.path, Reason::VANISHED);
    struct stat stat;
    const int failed = error == 0
                           ? fstat(directory.get(), &stat)
                           : fstatat(found.directory, found.name, &stat, AT_SYMLINK_NOFOLLOW);
    if (failed < 0 || !S_ISDIR(stat.st_mode)) return skip(found.path, Reason::VANISHED);
    Member member = memberOf(found.path, stat, '5');
    if (error == 0) attributes(&member, attributesOf(directory.get(), &member.xattrs));
    header(member);
    result_.directories++;
    const bool top = result_.entries == 1;
    if (top) device_ = stat.st_dev;
    if (error != 0) return skip(found.path, Reason::UNREADABLE, error);
    // Its own mount point stays, as GNU tar has it: /proc is where something will be mounted again.
    if (options_.oneFileSystem && stat.st_dev != device_)
      return skip(found.path, Reason::OTHER_FILE_SYSTEM);
    walk_.enter(std::move(directory), stat, top ? "" : found.path);
  }

  void other(const Walk::Found& found) {
    struct stat stat;
    if (fstatat(found.directory, found.name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
      return unopened(found, errno);
    if (S_ISREG(stat.st_mode)) return file(found);
    if (S_ISDIR(stat.st_mode)) return directory(found);
    if (S_ISSOCK(stat.st_mode)) return skip(found.path, Reason::SOCKET);
    const char type = S_ISLNK(stat.st_mode)   ? '2'
                      : S_ISCHR(stat.st_mode) ? '3'
                      : S_ISBLK(stat.st_mode) ? '4'
                                              : '6';
    Member member = memberOf(found.path, stat, type);
    if (type == '2') {
      char target[PATH_MAX];
      const ssize_t size = readlinkat(found.directory, found.name, target, sizeof target);
      if (size < 0) return unopened(found, errno == EINVAL ? ENOENT : errno);
      member.link.assign(target, static_cast<std::size_t>(size));
    }
    if (linked(found.path, stat)) return;
    if (type == '3' || type == '4') {
      member.major = major(stat.st_rdev);
      member.minor = minor(stat.st_rdev);
    }
    attributes(&member, attributesAt(found.directory, found.name, &member.xattrs));
    header(member);
    (type == '2' ? result_.links : result_.devices)++;
  }

  // Whether the archive has this file under another name, and so now as a link to that.
  bool linked(const std::string& path, const struct stat& stat) {
    if (stat.st_nlink < 2) return false;
    const auto [first, is] = names_.try_emplace({stat.st_dev, stat.st_ino}, path);
    if (is) return false;
    Member member = memberOf(path, stat, '1');
    member.mtime.tv_nsec = 0;  // of a link nobody reads them
    member.link = first->second;
    header(member);
    result_.links++;
    return true;
  }

  Member memberOf(const std::string& path, const struct stat& stat, char type) const {
    Member member;
    member.path = path;
    member.type = type;
    member.mode = stat.st_mode;
    member.uid = stat.st_uid;
    member.gid = stat.st_gid;
    member.mtime = options_.fixedTime ? timespec{*options_.fixedTime, 0} : stat.st_mtim;
    return member;
  }

  void content(int fd, const struct stat& stat, Member* member) {
    const auto size = static_cast<std::uint64_t>(stat.st_size);
    std::vector<Extent> data;
    const auto allocated = static_cast<std::uint64_t>(stat.st_blocks) * 512;
    member->sparse = options_.sparse &&
                     (options_.byContent ? size >= kByContent && dataByContent(fd, size, &data)
                                         : allocated < size && dataOf(fd, size, &data));
    member->realSize = size;
    member->size = size;
    std::string map;
    if (member->sparse) {
      map = encodeMap(data, size);
      member->size = map.size();
      for (const auto& extent : data) member->size += extent.size;
    } else {
      data.assign(1, {0, size});
    }
    header(*member);
    stream_.append(map.data(), map.size());
    bool whole = true;
    for (const auto& extent : data) whole = whole && copy(fd, extent, member->path);
    stream_.zeros((512 - member->size % 512) % 512);
    state_.progress.bytes = result_.bytes;
    struct stat after;
    if (!whole || size == 0 || fstat(fd, &after) < 0) return;
    const bool same = after.st_size == stat.st_size &&
                      after.st_mtim.tv_sec == stat.st_mtim.tv_sec &&
                      after.st_mtim.tv_nsec == stat.st_mtim.tv_nsec;
    if (!same) skip(member->path, Reason::CHANGED);
  }

  // Exactly as many bytes as the header has said, whatever has become of the file: zeros for what
  // is missing.
  bool copy(int fd, const Extent& extent, const std::string& path) {
    std::uint64_t done = 0;
    while (done < extent.size) {
      std::size_t most;
      std::uint8_t* const to = stream_.room(&most);
      const auto part = std::min<std::uint64_t>(most, extent.size - done);
      const ssize_t got = pread(fd, to, part, static_cast<off_t>(extent.offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        skip(path, got < 0 ? Reason::UNREADABLE : Reason::SHRANK, got < 0 ? errno : 0);
        stream_.zeros(extent.size - done);
        return false;
      }
      stream_.advance(static_cast<std::size_t>(got));
      done += static_cast<std::uint64_t>(got);
      result_.bytes += static_cast<std::uint64_t>(got);
      state_.progress.bytes = result_.bytes;
      if (state_.aborted) throw Failure(Fault::ABORTED, "packing was aborted");
    }
    return true;
  }

  void header(const Member& member) {
    headers_.clear();
    encodeHeader(member, &headers_);
    stream_.append(headers_.data(), headers_.size());
    result_.entries++;
    state_.progress.entries = result_.entries;
    state_.progress.at(member.path);
  }

  void attributes(Member* member, int error) {
    if (error != 0) skip(member->path, Reason::ATTRIBUTES, error);
  }

  void unopened(const Walk::Found& found, int error) {
    const bool vanished = error == ENOENT || error == ELOOP || error == ENXIO;
    skip(found.path, vanished ? Reason::VANISHED : Reason::UNREADABLE, vanished ? 0 : error);
  }

  void skip(const std::string& path, Reason reason, int error = 0) {
    result_.skippedCount++;
    if (reason >= Reason::SHRANK) result_.incompleteCount++;
    if (result_.skipped.size() < kMostSkipped) result_.skipped.push_back({path, reason, error});
  }

  const PackOptions& options_;
  PackState& state_;
  Stream& stream_;
  const Exclude exclude_;
  Walk walk_;
  PackResult result_;
  std::map<Inode, std::string> names_;  // of files that have more than one
  std::string headers_;
  std::uint64_t device_ = 0;
};

}  // namespace

PackResult packTree(const PackOptions& options, PackState* state, Stream* stream) {
  return Tree(options, state, stream).run();
}

}  // namespace archive::packing
