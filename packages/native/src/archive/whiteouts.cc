// Marks for removed files, as the layers of images have them: `.wh.name` hides `name` of the layers
// below, `.wh..wh..opq` all that they have in that directory. Neither hides what the same layer
// has.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "extraction.hh"
#include "removal.hh"

namespace archive {

namespace {

constexpr std::string_view kMark = ".wh.", kAufs = ".wh..wh.", kOpaque = ".wh..wh..opq";

}  // namespace

bool Extraction::whiteout(const Entry& entry, const Place& place) {
  if (!place.name.starts_with(kMark)) return false;
  if (place.name == kOpaque) {
    if (options_.whiteouts == Whiteouts::OVERLAY) {
      makeOpaque(tree_.directory(place.parent));
    } else if (const int directory = tree_.find(place.parent); directory >= 0) {
      hideLower(directory);
    }
    return true;
  }
  if (place.name.starts_with(kAufs)) {  // of AUFS itself
    result_.skipped.add(entry.path, "a file of AUFS");
    return true;
  }
  const std::string hidden = place.name.substr(kMark.size());
  if (hidden.empty() || hidden == "." || hidden == "..")
    throw Failure(Fault::FORMAT, "a whiteout of no name");
  if (options_.whiteouts == Whiteouts::OVERLAY) {
    hide(tree_.directory(place.parent), hidden);
  } else if (const int parent = tree_.find(place.parent); parent >= 0) {
    if (!isMade(parent, hidden.c_str())) tree_.remove(parent, hidden);
  }
  return true;
}

// The kernel lets everybody make this one device (overlayfs has it so since Linux 5.8).
void Extraction::hide(int parent, const std::string& name) {
  if (mknodat(parent, name.c_str(), S_IFCHR, 0) == 0) return;
  if (errno != EEXIST) throw systemFailure("mknodat");
  // The layer has something of that name. A directory would be merged with the hidden one.
  const Fd there(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (there) makeOpaque(there.get());
}

void Extraction::makeOpaque(int directory) {
  const Fd opened(must(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "openat"));
  must(fsetxattr(opened.get(), options_.opaque.c_str(), "y", 1, 0), "fsetxattr");
}

void Extraction::hideLower(int directory) {
  clearDirectory(directory, [this](int parent, const char* name) {
    return tree_.isReserved(parent, name) || isMade(parent, name);
  });
}

void Extraction::made(int parent, const std::string& name) {
  struct stat status;
  if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) made_.insert(status.st_ino);
}

bool Extraction::isMade(int parent, const char* name) const {
  struct stat status;
  return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && made_.contains(status.st_ino);
}

}  // namespace archive
