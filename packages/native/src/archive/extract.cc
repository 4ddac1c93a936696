#include "extract.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "acl.hh"
#include "extraction.hh"
#include "removal.hh"

namespace archive {

namespace {

Fd openDirectory(const std::string& path) {
  return Fd(must(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open"));
}

// What the archive does not name belongs to whoever is 0 in it.
std::optional<Owner> implicitOwner(const Ownership& ownership) {
  if (ownership.mapped) return ownership.of(0, 0);
  return std::nullopt;
}

}  // namespace

void extract(Source& source, const ExtractOptions& options, Progress& progress,
             const std::atomic<bool>& aborted, ExtractResult& result) {
  std::unique_ptr<Extraction> extraction;
  try {
    extraction = std::make_unique<Extraction>(source, options, progress, aborted, result);
    extraction->run();
  } catch (...) {
    const auto failure = std::current_exception();
    extraction.reset();  // its threads write no longer
    if (options.empty) {
      try {
        clearDirectory(openDirectory(options.directory).get());
      } catch (const Failure&) {
        // What is left has the marker, or the name of a directory that is not whole.
      }
    }
    std::rethrow_exception(failure);
  }
}

Extraction::Extraction(Source& source, const ExtractOptions& options, Progress& progress,
                       const std::atomic<bool>& aborted, ExtractResult& result)
    : options_(options),
      progress_(progress),
      aborted_(aborted),
      result_(result),
      tree_(openDirectory(options.directory), implicitOwner(options.ownership), options.walk),
      parser_(source, options.limits, &progress.read),
      directories_(tree_),
      contents_(options.threads, result.skipped) {}

void Extraction::run() {
  if (!options_.marker.empty()) {
    const Fd marker(openat(tree_.root(), options_.marker.c_str(),
                           O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    must(marker.get(), "openat");
    tree_.reserve(options_.marker);
  }
  Entry next;
  while (parser_.next(next)) {
    if (aborted_) throw Failure(Fault::ABORTED, "aborted");
    progress_.at(next.path);
    try {
      entry(next);
    } catch (Failure& failure) {
      if (failure.entry.empty()) failure.entry = next.path;
      if (failure.offset < 0) failure.offset = static_cast<std::int64_t>(next.offset);
      throw;
    }
    progress_.entries++;
  }
  contents_.finish();
  directories_.apply(result_.skipped);
  if (aborted_) throw Failure(Fault::ABORTED, "aborted");
  if (!options_.marker.empty())
    must(unlinkat(tree_.root(), options_.marker.c_str(), 0), "unlinkat");
  directories_.applyRoot(result_.skipped);
  result_.entries = progress_.entries;
  result_.bytes = progress_.bytes;
  result_.format = parser_.format();
}

void Extraction::entry(const Entry& entry) {
  const auto place = placeOf(entry.path, options_.strip);
  if (options_.filter && !options_.filter(entry)) return;
  if (!place) return;
  if (place->name.empty()) return root(entry);
  if (options_.whiteouts != Whiteouts::KEEP && whiteout(entry, *place)) return;
  const int parent = tree_.directory(place->parent);
  const std::string& name = place->name;
  switch (entry.type) {
    case Type::FILE:
      file(entry, parent, name);
      break;
    case Type::LINK:
      link(entry, parent, name);
      break;
    case Type::SYMLINK:
      tree_.symlink(entry.link, parent, name);
      settleNode(parent, name.c_str(), S_IFLNK, 0, attributesOf(entry), result_.skipped);
      result_.links++;
      break;
    case Type::DIRECTORY:
      directory(entry, parent, *place);
      break;
    case Type::CHARACTER:
      node(entry, parent, name, S_IFCHR, makedev(entry.major, entry.minor));
      break;
    case Type::BLOCK:
      node(entry, parent, name, S_IFBLK, makedev(entry.major, entry.minor));
      break;
    case Type::FIFO:
      node(entry, parent, name, S_IFIFO, 0);
      break;
  }
  if (options_.whiteouts == Whiteouts::APPLY) made(parent, name);
}

// The directory that is unpacked into has its entry too, "./" as a rule.
void Extraction::root(const Entry& entry) {
  if (entry.type != Type::DIRECTORY)
    throw Failure(Fault::FORMAT, "the root directory, and it is no directory");
  directories_.add("", identityOf(tree_.root()), attributesOf(entry), true);
  result_.directories++;
}

Attributes Extraction::attributesOf(const Entry& entry) {
  Attributes attributes;
  attributes.path = entry.path;
  attributes.owner = options_.ownership.of(entry.uid, entry.gid);
  attributes.mode = entry.mode;
  attributes.mtime = entry.mtime;
  attributes.xattrs = entry.xattrs;
  for (const auto& reason : entry.unread) result_.skipped.add(entry.path, reason);
  const auto& ownership = options_.ownership;
  if (ownership.mapped)
    for (auto& [name, value] : attributes.xattrs)
      if (name.starts_with("system.posix_acl_"))
        mapAcl(
            value, [&](std::uint32_t uid) { return ownership.user(uid); },
            [&](std::uint32_t gid) { return ownership.group(gid); });
  return attributes;
}

void Extraction::file(const Entry& entry, int parent, const std::string& name) {
  const auto file = std::make_shared<File>();
  file->attributes = attributesOf(entry);
  if (options_.ownership.squash && (entry.mode & (S_ISUID | S_ISGID)) != 0) {
    // They would lend the caller's identity to whoever runs the file, and not the one it was meant
    // to.
    file->attributes.mode &= ~static_cast<std::uint32_t>(S_ISUID | S_ISGID);
    result_.skipped.add(entry.path, "the setuid or setgid bit: its owner is another");
  }
  file->size = entry.size;
  file->offset = entry.offset;
  file->fd = tree_.file(parent, name);
  std::uint64_t end = 0;
  Piece piece;
  while (parser_.content(piece)) {
    end = piece.offset + piece.chunk.size;
    progress_.bytes += piece.chunk.size;
    contents_.write(file, std::move(piece));
    if (aborted_) throw Failure(Fault::ABORTED, "aborted");
  }
  file->sparse = end != entry.size;
  contents_.close(file);
  result_.files++;
}

void Extraction::link(const Entry& entry, int parent, const std::string& name) {
  const auto target = placeOf(entry.link, options_.strip);
  if (target && target->name.empty())
    throw Failure(Fault::FORMAT, "a hard link to the root directory");
  if (!target) {
    result_.skipped.add(entry.path, "the hard link's target is not unpacked");
    return;
  }
  try {
    tree_.link(*target, parent, name);
    result_.links++;
  } catch (const Failure& failure) {
    // Left out before, as a device or by the filter; and said so.
    if (failure.error != ENOENT || (!options_.filter && result_.skipped.count() == 0)) throw;
    result_.skipped.add(entry.path, "the hard link's target is not unpacked");
  }
}

void Extraction::directory(const Entry& entry, int parent, const Place& place) {
  const auto made = tree_.makeDirectory(parent, place.name);
  const std::string path = place.parent.empty() ? place.name : place.parent + "/" + place.name;
  directories_.add(path, made.identity, attributesOf(entry), made.existed);
  if (made.whiteout && options_.whiteouts == Whiteouts::OVERLAY) makeOpaque(tree_.directory(path));
  result_.directories++;
}

void Extraction::node(const Entry& entry, int parent, const std::string& name, std::uint32_t type,
                      std::uint64_t device) {
  if (!tree_.node(parent, name, type, device)) {
    result_.skipped.add(entry.path, "making a device is not permitted");
    return;
  }
  settleNode(parent, name.c_str(), type, device, attributesOf(entry), result_.skipped);
  result_.devices++;
}

}  // namespace archive
