#include "pack_header.hh"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "pack_acl.hh"

namespace archive::packing {
namespace {

constexpr std::size_t kBlock = 512, kName = 100, kPrefix = 155;

// POSIX.1-1988: where each field begins and how long it is.
struct Ustar {
  char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag, linkname[100];
  char magic[6], version[2], uname[32], gname[32], devmajor[8], devminor[8], prefix[155], rest[12];
};
static_assert(sizeof(Ustar) == kBlock);

// Octal digits and a NUL; base 256 with the highest bit set where those are too few. Whether octal
// did.
template <std::size_t N>
bool number(char (&field)[N], std::int64_t value) {
  const bool fits = value >= 0 && value < std::int64_t{1} << (3 * (N - 1));
  auto rest = value;
  for (std::size_t i = N - 1; i-- > 0; rest >>= 3) field[i] = static_cast<char>('0' + (rest & 7));
  if (fits) return true;
  rest = value;
  for (std::size_t i = N; i-- > 0; rest >>= 8) field[i] = static_cast<char>(rest & 0xff);
  field[0] = static_cast<char>(value < 0 ? 0xff : 0x80 | field[0]);
  return false;
}

template <std::size_t N>
void text(char (&field)[N], std::string_view value) {
  std::memcpy(field, value.data(), std::min(N, value.size()));
}

void seal(Ustar* header, std::string* out) {
  std::memcpy(header->magic, "ustar", 6);
  std::memcpy(header->version, "00", 2);
  std::memset(header->chksum, ' ', sizeof header->chksum);
  const auto* bytes = reinterpret_cast<const unsigned char*>(header);
  unsigned sum = 0;
  for (std::size_t i = 0; i < kBlock; i++) sum += bytes[i];
  std::snprintf(header->chksum, sizeof header->chksum, "%06o", sum);
  out->append(reinterpret_cast<const char*>(header), kBlock);
}

void pad(std::string* out) { out->append((kBlock - out->size() % kBlock) % kBlock, '\0'); }

// "<length> <key>=<value>\n", where the length counts its own digits.
void record(std::string* records, std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (length != rest + std::to_string(length).size()) length++;
  records->append(std::to_string(length)).append(" ").append(key).append("=");
  records->append(value).append("\n");
}

bool isUtf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[i++]);
    if (first < 0x80) continue;
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4) return false;
    std::uint32_t point = first & (0x3f >> more);
    for (int k = 0; k < more; k++, i++) {
      if (i >= bytes.size() || (bytes[i] & 0xc0) != 0x80) return false;
      point = point << 6 | (bytes[i] & 0x3f);
    }
    const std::uint32_t least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
  }
  return true;
}

// A key ends at the first "=". GNU tar writes those in an attribute's name so, and reads them.
std::string encodeKey(std::string_view name) {
  std::string key = "SCHILY.xattr.";
  for (const char c : name) {
    if (c == '=')
      key += "%3D";
    else if (c == '%')
      key += "%25";
    else
      key += c;
  }
  return key;
}

std::string seconds(const timespec& time) {
  char buffer[40];
  const bool below = time.tv_sec < 0 && time.tv_nsec > 0;  // -2 s + 0.5 s is written as -1.5
  const long long whole = below ? time.tv_sec + 1LL : time.tv_sec;
  const long parts = below ? 1'000'000'000L - time.tv_nsec : time.tv_nsec;
  std::snprintf(buffer, sizeof buffer, "%s%lld.%09ld", below && whole == 0 ? "-" : "", whole,
                parts);
  return buffer;
}

// Where a path is cut in two for the fields `prefix` and `name`; npos where it cannot be.
std::size_t cut(std::string_view path) {
  if (path.size() > kPrefix + 1 + kName) return std::string_view::npos;
  const auto slash = path.find('/', path.size() - kName - 1);
  const bool fits = slash <= kPrefix && slash > 0 && slash + 1 < path.size();
  return fits ? slash : std::string_view::npos;
}

std::string_view baseOf(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

void encodeHeader(const Member& member, std::string* out) {
  Ustar header = {};
  std::string records;
  const auto name = member.type == '5' ? member.path + "/" : member.path;

  std::string shown = name;  // what a reader sees that knows nothing of GNU.sparse
  if (member.sparse) {
    const auto base = baseOf(name);
    shown.insert(name.size() - base.size(), "GNUSparseFile.0/");
  }
  bool binary = false;
  const auto named = [&](std::string_view key, std::string_view value) {
    binary = binary || !isUtf8(value);
    record(&records, key, value);
  };
  if (member.sparse) {
    record(&records, "GNU.sparse.major", "1");
    record(&records, "GNU.sparse.minor", "0");
    named("GNU.sparse.name", name);
    record(&records, "GNU.sparse.realsize", std::to_string(member.realSize));
  }
  if (shown.size() <= kName) {
    text(header.name, shown);
  } else if (const auto at = cut(shown); at != std::string::npos) {
    text(header.prefix, std::string_view(shown).substr(0, at));
    text(header.name, std::string_view(shown).substr(at + 1));
  } else {
    text(header.name, shown);
    if (!member.sparse) named("path", name);
  }
  text(header.linkname, member.link);
  if (member.link.size() > kName) named("linkpath", member.link);
  header.typeflag = member.type;
  number(header.mode, member.mode & 07777);
  if (!number(header.uid, member.uid)) record(&records, "uid", std::to_string(member.uid));
  if (!number(header.gid, member.gid)) record(&records, "gid", std::to_string(member.gid));
  if (!number(header.size, static_cast<std::int64_t>(member.size)))
    record(&records, "size", std::to_string(member.size));
  if (!number(header.mtime, member.mtime.tv_sec) || member.mtime.tv_nsec != 0)
    record(&records, "mtime", seconds(member.mtime));
  number(header.devmajor, member.major);
  number(header.devminor, member.minor);
  for (const auto& [key, value] : member.xattrs) {
    record(&records, encodeKey(key), value);
    // `tar --acls` and bsdtar take ACLs only from their own keys.
    if (!key.starts_with("system.posix_acl_")) continue;
    const std::string acl = aclText(value);
    if (!acl.empty())
      record(&records, key.ends_with("access") ? "SCHILY.acl.access" : "SCHILY.acl.default", acl);
  }

  if (!records.empty()) {
    std::string all;
    if (binary) record(&all, "hdrcharset", "BINARY");
    all += records;
    Ustar extended = {};
    text(extended.name, ("PaxHeaders/" + std::string(baseOf(name))).substr(0, kName));
    extended.typeflag = 'x';
    number(extended.mode, 0644);
    number(extended.uid, 0);
    number(extended.gid, 0);
    number(extended.size, static_cast<std::int64_t>(all.size()));
    number(extended.mtime, 0);
    number(extended.devmajor, 0);
    number(extended.devminor, 0);
    seal(&extended, out);
    out->append(all);
    pad(out);
  }
  seal(&header, out);
}

std::string encodeMap(const std::vector<Extent>& data, std::uint64_t realSize) {
  // The last one says where the file ends, also where it ends in a hole.
  const bool hole = data.empty() || data.back().offset + data.back().size < realSize;
  std::string map = std::to_string(data.size() + (hole ? 1 : 0)) + "\n";
  for (const auto& [offset, size] : data)
    map.append(std::to_string(offset)).append("\n").append(std::to_string(size)).append("\n");
  if (hole) map.append(std::to_string(realSize)).append("\n0\n");
  pad(&map);
  return map;
}

}  // namespace archive::packing
