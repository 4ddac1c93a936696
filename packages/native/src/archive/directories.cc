#include "directories.hh"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

namespace archive {

namespace {

constexpr std::size_t kBuffered = 1 << 20;

// A record: its fixed part, the strings, and its size again, to be read from behind.
struct Fixed {
  std::uint32_t size;  // of the whole record
  std::uint32_t mode, uid, gid;
  std::uint64_t device, inode;
  std::int64_t seconds;
  std::int32_t nanoseconds;
  std::uint32_t path, xattrs;  // sizes
  bool owned, again;
};

void putString(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(text);
}

std::string takeString(std::string_view& in) {
  std::uint32_t size;
  memcpy(&size, in.data(), sizeof size);
  std::string text(in.substr(sizeof size, size));
  in.remove_prefix(sizeof size + size);
  return text;
}

Fixed fixedOf(std::string_view record) {
  Fixed fixed;
  memcpy(&fixed, record.data(), sizeof fixed);
  return fixed;
}

// O_TMPFILE is not for every file system (open(2)); a name that is gone at once is.
Fd unnamed(int directory) {
  Fd file(openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  std::uint64_t random;
  must(getrandom(&random, sizeof random, 0), "getrandom");
  const std::string name = ".mini-directories-" + std::to_string(random);
  file = Fd(must(
      openat(directory, name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600),
      "openat"));
  must(unlinkat(directory, name.c_str(), 0), "unlinkat");
  return file;
}

}  // namespace

void Directories::add(const std::string& path, const Identity& identity,
                      const Attributes& attributes, bool again) {
  if (path.empty()) {
    rootAttributes_ = {identity, attributes};
    return;
  }
  std::string xattrs;
  for (const auto& [name, value] : attributes.xattrs) {
    putString(xattrs, name);
    putString(xattrs, value);
  }
  Fixed fixed = {};
  fixed.size =
      static_cast<std::uint32_t>(sizeof fixed + path.size() + xattrs.size() + sizeof fixed.size);
  fixed.mode = attributes.mode;
  fixed.owned = attributes.owner.has_value();
  fixed.uid = fixed.owned ? attributes.owner->uid : 0;
  fixed.gid = fixed.owned ? attributes.owner->gid : 0;
  fixed.device = identity.device;
  fixed.inode = identity.inode;
  fixed.seconds = attributes.mtime.seconds;
  fixed.nanoseconds = attributes.mtime.nanoseconds;
  fixed.path = static_cast<std::uint32_t>(path.size());
  fixed.xattrs = static_cast<std::uint32_t>(xattrs.size());
  fixed.again = again;
  if (again) repeats_++;
  buffer_.append(reinterpret_cast<const char*>(&fixed), sizeof fixed);
  buffer_.append(path).append(xattrs);
  buffer_.append(reinterpret_cast<const char*>(&fixed.size), sizeof fixed.size);
  if (buffer_.size() >= kBuffered) flush();
}

void Directories::flush() {
  if (!file_) file_ = unnamed(tree_.root());
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t written = must(retry([&] {
                                   return pwrite(file_.get(), &buffer_[done], buffer_.size() - done,
                                                 static_cast<off_t>(size_));
                                 }),
                                 "write");
    done += static_cast<std::size_t>(written);
    size_ += static_cast<std::uint64_t>(written);
  }
  buffer_.clear();
}

std::string Directories::readAt(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, 0);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = must(retry([&] {
                               return pread(file_.get(), &bytes[done], size - done,
                                            static_cast<off_t>(offset + done));
                             }),
                             "read");
    if (got == 0) throw systemFailure("read", EIO);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

void Directories::apply(Skipped& skipped) {
  if (file_ && !buffer_.empty()) flush();
  findRepeated();
  // The records of the file's last part, then of the one before; a record that begins earlier is
  // read with the next part.
  std::string part = std::move(buffer_);
  std::uint64_t start = size_;  // of the part in the file
  std::size_t end = part.size();
  for (;;) {
    std::uint32_t size = 0;
    if (end >= sizeof size) memcpy(&size, &part[end - sizeof size], sizeof size);
    if (size == 0 || size > end) {
      if (start == 0) return;
      const std::size_t more =
          std::min<std::uint64_t>(start, std::max<std::size_t>(kBuffered, size));
      part = readAt(start - more, more) + part.substr(0, end);
      start -= more;
      end += more;
      continue;
    }
    end -= size;
    applyRecord(std::string_view(part).substr(end, size), skipped);
  }
}

// The last record of a directory counts, and that is the first to be applied.
void Directories::findRepeated() {
  if (repeats_ == 0) return;
  repeated_.reserve(repeats_);
  const auto visit = [this](std::string_view records) {
    std::size_t at = 0;
    while (at + sizeof(Fixed) <= records.size()) {
      const Fixed fixed = fixedOf(records.substr(at));
      if (at + fixed.size > records.size()) break;
      if (fixed.again) repeated_.push_back(fixed.inode);
      at += fixed.size;
    }
    return at;
  };
  if (file_) {
    for (std::uint64_t at = 0; at < size_;) {
      const std::size_t want = std::min<std::uint64_t>(kBuffered, size_ - at);
      std::string part = readAt(at, want);
      std::size_t done = visit(part);
      if (done == 0) {  // a record larger than the part: its size is known
        part = readAt(at, fixedOf(part).size);
        done = visit(part);
      }
      at += done;
    }
  } else {
    visit(buffer_);
  }
  std::sort(repeated_.begin(), repeated_.end());
  repeated_.erase(std::unique(repeated_.begin(), repeated_.end()), repeated_.end());
  applied_.resize(repeated_.size());
}

bool Directories::isOld(const Identity& identity) {
  const auto found = std::lower_bound(repeated_.begin(), repeated_.end(), identity.inode);
  if (found == repeated_.end() || *found != identity.inode) return false;
  const auto index = static_cast<std::size_t>(found - repeated_.begin());
  const bool old = applied_[index];
  applied_[index] = true;
  return old;
}

void Directories::applyRecord(std::string_view record, Skipped& skipped) {
  const Fixed fixed = fixedOf(record);
  Attributes attributes;
  attributes.path = record.substr(sizeof fixed, fixed.path);
  try {
    const Fd directory =
        tree_.resolver().directory(attributes.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!directory) {
      // A later entry has taken its place.
      if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return;
      throw systemFailure("openat2");
    }
    const Identity identity = {fixed.device, fixed.inode};
    if (identityOf(directory.get()) != identity || isOld(identity)) return;
    if (fixed.owned) attributes.owner = Owner{fixed.uid, fixed.gid};
    attributes.mode = fixed.mode;
    attributes.mtime = {fixed.seconds, fixed.nanoseconds};
    std::string_view xattrs = record.substr(sizeof fixed + fixed.path, fixed.xattrs);
    while (!xattrs.empty()) {
      std::string name = takeString(xattrs);
      attributes.xattrs.emplace_back(std::move(name), takeString(xattrs));
    }
    settle(directory.get(), attributes, skipped);
  } catch (Failure& failure) {
    failure.entry = attributes.path;
    throw;
  }
}

void Directories::applyRoot(Skipped& skipped) {
  if (!rootAttributes_) return;
  const Fd root(must(openat(tree_.root(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "openat"));
  settle(root.get(), rootAttributes_->attributes, skipped);
}

}  // namespace archive
