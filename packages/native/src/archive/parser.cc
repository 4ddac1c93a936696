#include "parser.hh"

#include <algorithm>
#include <cstring>
#include <utility>

#include "acl.hh"
#include "failure.hh"

namespace archive {

namespace {

constexpr std::uint64_t kMostMajor = (1 << 12) - 1, kMostMinor = (1 << 20) - 1;
constexpr std::uint64_t kMostExtended = 8 << 20, kMostName = 1 << 20;
// Below it a high ratio says little: a few empty files and a long tail of zeros have one.
constexpr std::uint64_t kRatioFrom = 100 << 20;

std::uint64_t paddingOf(std::uint64_t size) { return (kBlock - size % kBlock) % kBlock; }

Failure limit(const char* name, std::string message) {
  Failure failure(Fault::LIMIT, std::move(message));
  failure.detail = name;
  return failure;
}

std::uint32_t id(std::uint64_t value, const char* what) {
  // The last one means "none" to chown(2).
  if (value >= UINT32_MAX)
    throw Failure(Fault::FORMAT, std::string("the ") + what + " is too large");
  return static_cast<std::uint32_t>(value);
}

std::uint64_t depthOf(std::string_view path) {
  std::uint64_t depth = 0;
  for (std::size_t i = 0; i < path.size(); i++)
    if (path[i] != '/' && (i == 0 || path[i - 1] == '/')) depth++;
  return depth;
}

}  // namespace

const char* Parser::format() const { return pax_ ? "pax" : gnu_ ? "gnu" : ustar_ ? "ustar" : "v7"; }

bool Parser::next(Entry& entry) {
  try {
    skip(std::exchange(stored_, 0));  // of the entry before
    skip(std::exchange(padding_, 0));
    entry = {};
    start_ = position_;
    extents_.clear();
    isSparse_ = false;
    return group(entry);
  } catch (Failure& failure) {
    if (failure.offset < 0) failure.offset = static_cast<std::int64_t>(start_);
    if (failure.entry.empty()) failure.entry = entry.path;
    throw;
  }
}

// The header of an entry, with all those before it that extend it.
bool Parser::group(Entry& entry) {
  Names names;
  extended_.forget();
  bool pending = false;
  for (;;) {
    if (!pending) start_ = position_;
    const std::uint8_t* const block = this->block();
    const Kind kind = block == nullptr ? Kind::ZERO : kindOf(block);
    if (kind != Kind::HEADER) {
      if (pending)
        throw Failure(kind == Kind::ZERO ? Fault::TRUNCATED : Fault::FORMAT,
                      "an extended header without an entry");
      if (block == nullptr || kind == Kind::GARBAGE) return ended(kind == Kind::GARBAGE);
      zeros_++;
      continue;
    }
    if (zeros_ > 1) extended_ = {};  // another archive, written behind the first
    zeros_ = 0;
    Header header = readHeader(block);
    if (!isExtension(header)) {
      if (++entries_ > limits_.entries) throw limit("entries", "more entries than allowed");
      fill(entry, header, names, block);
      return true;
    }
    pending = readExtension(header, names) || pending;
  }
}

// After the end or instead of a header. Two blocks of zeros end an archive (tar(5)), and what a
// tape's record was filled up with may follow; an archive without any has been cut off, between two
// entries.
bool Parser::ended(bool garbage) {
  if (zeros_ == 0 && garbage)
    throw Failure(Fault::FORMAT,
                  start_ == 0 ? "not a tar archive" : "a header's checksum is wrong");
  if (zeros_ == 0) throw Failure(Fault::TRUNCATED, "the archive ends without an end mark");
  if (zeros_ == 1 && garbage)
    throw Failure(Fault::FORMAT, "one block of zeros, and then something that is no header");
  while (more()) chunk_ = {};  // a decoder checks its sums at the end
  return false;
}

bool Parser::isExtension(const Header& header) {
  return std::string_view("LKxXgV").find(header.type) != std::string_view::npos;
}

// Whether an entry has to follow.
bool Parser::readExtension(const Header& header, Names& names) {
  const bool isName = header.type == 'L' || header.type == 'K';
  if (isName && limits_.pathLength < kMostName && header.size > limits_.pathLength + 1)
    throw limit("pathLength", "a path longer than allowed");
  std::string content = bytes(header.size, isName ? kMostName : kMostExtended);
  skip(paddingOf(header.size));
  if (isName) {
    gnu_ = true;
    content.resize(content.find_last_not_of('\0') + 1);
    if (content.find('\0') != std::string::npos)
      throw Failure(Fault::FORMAT, "a long name has a zero byte in it");
    (header.type == 'L' ? names.path : names.link) = std::move(content);
  } else if (header.type != 'V') {  // the label of a volume says nothing to us
    pax_ = true;
    if (header.type != 'g') extended_.forget();
    extended_.add(content, header.type == 'g');
  }
  return header.type != 'g' && header.type != 'V';
}

void Parser::fill(Entry& entry, Header& header, const Names& names, const std::uint8_t* block) {
  entry.offset = start_;
  entry.path = names.path.value_or(std::move(header.path));
  entry.link = names.link.value_or(std::move(header.link));
  entry.uname = std::move(header.uname);
  entry.gname = std::move(header.gname);
  ustar_ = ustar_ || header.ustar;
  if (header.type == 'M')
    throw Failure(Fault::UNSUPPORTED, "the rest of a file from a volume before this one");
  if (header.type == 'N')
    throw Failure(Fault::UNSUPPORTED, "a list of long names as GNU tar wrote it before 1989");
  entry.mode = header.mode & 07777;
  std::uint64_t uid = header.uid, gid = header.gid;
  entry.mtime = {header.mtime, 0};
  stored_ = header.size;
  extend(entry, uid, gid);
  entry.uid = id(uid, "uid");
  entry.gid = id(gid, "gid");
  entry.type = typeOf(header, entry.path);
  if (header.major > kMostMajor || header.minor > kMostMinor)
    throw Failure(Fault::FORMAT, "a device number that Linux cannot have");
  entry.major = static_cast<std::uint32_t>(header.major);
  entry.minor = static_cast<std::uint32_t>(header.minor);
  // A directory's size is how much it may hold, a link's that of the file: nothing follows either.
  if (header.type >= '1' && header.type <= '6') stored_ = 0;
  padding_ = paddingOf(stored_);
  entry.size = entry.type == Type::FILE ? stored_ : 0;
  at_ = 0;
  sparse(entry, header, block);
  check(entry);
}

Type Parser::typeOf(const Header& header, std::string_view path) {
  switch (header.type) {
    case '1':
      return Type::LINK;
    case '2':
      return Type::SYMLINK;
    case '3':
      return Type::CHARACTER;
    case '4':
      return Type::BLOCK;
    case '5':
    case 'D':
      return Type::DIRECTORY;
    case '6':
      return Type::FIFO;
    case 0:
    case '0':  // v7 had no type for directories
      return path.ends_with('/') ? Type::DIRECTORY : Type::FILE;
    default:
      return Type::FILE;  // as pax(1) wants it of those that a reader does not know
  }
}

void Parser::extend(Entry& entry, std::uint64_t& uid, std::uint64_t& gid) {
  const auto text = [this](const char* key, std::string& value) {
    if (const auto said = extended_.text(key)) value = *said;
  };
  text("path", entry.path);
  text("linkpath", entry.link);
  text("uname", entry.uname);
  text("gname", entry.gname);
  uid = extended_.natural("uid").value_or(uid);
  gid = extended_.natural("gid").value_or(gid);
  stored_ = extended_.natural("size").value_or(stored_);
  entry.mtime = extended_.time("mtime").value_or(entry.mtime);
  entry.xattrs = extended_.xattrs();
  acl("access", entry);
  acl("default", entry);
}

// Where the archive has it in words only, as GNU tar and libarchive write it.
void Parser::acl(const std::string& kind, Entry& entry) {
  const auto text = extended_.text("SCHILY.acl." + kind);
  const std::string name = "system.posix_acl_" + kind;
  if (!text || std::any_of(entry.xattrs.begin(), entry.xattrs.end(),
                           [&](const auto& xattr) { return xattr.first == name; }))
    return;
  if (auto value = aclOf(*text)) {
    entry.xattrs.emplace_back(name, std::move(*value));
  } else {
    entry.unread.push_back("the " + kind + " ACL names users or groups without their numbers");
  }
}

void Parser::check(const Entry& entry) {
  if (entry.path.empty()) throw Failure(Fault::FORMAT, "an entry without a name");
  if (entry.path.size() > limits_.pathLength || entry.link.size() > limits_.pathLength)
    throw limit("pathLength", "a path longer than allowed");
  if (depthOf(entry.path) > limits_.depth) throw limit("depth", "a path deeper than allowed");
  if ((entry.type == Type::LINK || entry.type == Type::SYMLINK) && entry.link.empty())
    throw Failure(Fault::FORMAT, "a link without a target");
  if (entry.size > INT64_MAX || stored_ > INT64_MAX - kBlock)
    throw Failure(Fault::FORMAT, "a size that no file can have");
  if (entry.size > limits_.bytes || (total_ += entry.size) > limits_.bytes)
    throw limit("bytes", "more bytes than allowed");
}

bool Parser::content(Piece& piece) {
  while (isSparse_ && extent_ < extents_.size() && extents_[extent_].size == 0) extent_++;
  if (stored_ == 0) return false;
  if (!more()) truncated();
  piece.offset = isSparse_ ? extents_[extent_].offset : at_;
  piece.chunk = some(isSparse_ ? std::min(stored_, extents_[extent_].size) : stored_);
  if (isSparse_) {
    extents_[extent_].offset += piece.chunk.size;
    extents_[extent_].size -= piece.chunk.size;
  }
  at_ += piece.chunk.size;
  stored_ -= piece.chunk.size;
  return true;
}

// Whether there are more bytes; then chunk_ has some.
bool Parser::more() {
  if (chunk_.size != 0) return true;
  chunk_ = source_.read();
  if (read_ != nullptr && position_ > kRatioFrom) {
    const std::uint64_t read = std::max<std::uint64_t>(*read_, 1);
    if (limits_.ratio != kUnlimited && position_ / read >= limits_.ratio)
      throw limit("ratio", "more bytes unpacked for each byte read than allowed");
  }
  return chunk_.size != 0;
}

Chunk Parser::some(std::uint64_t most) {
  Chunk taken = chunk_;
  taken.size = static_cast<std::size_t>(std::min<std::uint64_t>(most, chunk_.size));
  chunk_.data += taken.size;
  chunk_.size -= taken.size;
  position_ += taken.size;
  return taken;
}

// Valid until the next bytes are asked for; null where the archive ends. Less than a block at the
// end is nothing to those who write whole ones.
const std::uint8_t* Parser::block() {
  std::size_t have = 0;
  while (have < kBlock) {
    if (!more()) {
      if (have != 0 && zeros_ == 0) truncated();
      return nullptr;
    }
    if (have == 0 && chunk_.size >= kBlock) return some(kBlock).data;
    const Chunk part = some(kBlock - have);
    memcpy(&whole_[have], part.data, part.size);
    have += part.size;
  }
  return whole_.data();
}

std::string Parser::bytes(std::uint64_t size, std::uint64_t most) {
  if (size > most)
    throw Failure(Fault::UNSUPPORTED, "a header that extends another is larger than " +
                                          std::to_string(most) + " bytes");
  std::string all;
  while (all.size() < size) {
    if (!more()) truncated();
    const Chunk part = some(size - all.size());
    all.append(reinterpret_cast<const char*>(part.data), part.size);
  }
  return all;
}

void Parser::skip(std::uint64_t size) {
  while (size > 0) {
    if (!more()) truncated();
    size -= some(size).size;
  }
}

void Parser::truncated() const {
  throw Failure(Fault::TRUNCATED, "the archive ends in the middle");
}

}  // namespace archive
