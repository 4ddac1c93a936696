#include "extended.hh"

#include <algorithm>
#include <array>
#include <charconv>

#include "failure.hh"

namespace archive {

namespace {

constexpr std::size_t kMostGlobal = 4 << 20;

constexpr std::size_t kMostXattrs = 4096, kMostExtents = 1 << 19;

// What anybody asks for: the rest is not kept, however much of it there is.
bool isKnown(std::string_view key) {
  constexpr std::string_view known[] = {"path",
                                        "linkpath",
                                        "uname",
                                        "gname",
                                        "uid",
                                        "gid",
                                        "size",
                                        "mtime",
                                        "GNU.sparse.major",
                                        "GNU.sparse.name",
                                        "GNU.sparse.realsize",
                                        "GNU.sparse.size",
                                        "GNU.sparse.map",
                                        "SCHILY.acl.access",
                                        "SCHILY.acl.default"};
  return std::find(std::begin(known), std::end(known), key) != std::end(known);
}

bool isXattr(std::string_view key) {
  return key.starts_with("SCHILY.xattr.") || key.starts_with("LIBARCHIVE.xattr.");
}

// Values that cannot have a NUL in them: the kernel would take what stands before it.
bool isText(std::string_view key) {
  return key == "path" || key == "linkpath" || key == "uname" || key == "gname" ||
         key == "GNU.sparse.name";
}

// GNU tar writes "%3D" for '=' and "%25" for '%' in a name of an attribute, libarchive all that is
// not plain.
std::string unescape(std::string_view name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size(); i++) {
    unsigned byte = 0;
    if (name[i] == '%' && i + 2 < name.size() &&
        std::from_chars(&name[i + 1], &name[i] + 3, byte, 16).ptr == &name[i] + 3) {
      plain += static_cast<char>(byte);
      i += 2;
    } else {
      plain += name[i];
    }
  }
  return plain;
}

std::string unescapeGnu(std::string_view name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size(); i++) {
    const auto code = name.substr(i, 3);
    if (code == "%3D" || code == "%25") {
      plain += code == "%3D" ? '=' : '%';
      i += 2;
    } else {
      plain += name[i];
    }
  }
  return plain;
}

std::string base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t value = 0;
  int bits = 0;
  for (const char digit : text) {
    if (digit == '=' || digit == '\n') continue;
    const auto index = digits.find(digit);
    if (index == std::string_view::npos)
      throw Failure(Fault::FORMAT, "an extended attribute is no base64");
    value = (value << 6 | static_cast<std::uint32_t>(index)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(value >> bits & 0xff);
  }
  return bytes;
}

}  // namespace

std::uint64_t decimal(std::string_view digits, const char* what) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size() ||
      value > INT64_MAX)
    throw Failure(Fault::FORMAT, std::string(what) + " is no number");
  return value;
}

// "LENGTH KEY=VALUE\n", where LENGTH counts all of it.
void Extended::add(std::string_view records, bool global) {
  if (global && (globalSize_ += records.size()) > kMostGlobal)
    throw Failure(Fault::UNSUPPORTED, "the global extended headers are too large");
  while (!records.empty() && records[0] != 0) {
    const std::size_t space = records.substr(0, 20).find(' ');
    if (space == std::string_view::npos)
      throw Failure(Fault::FORMAT, "an extended header's record has no length");
    const std::uint64_t length = decimal(records.substr(0, space), "a record's length");
    if (length > records.size() || length < space + 3 || records[length - 1] != '\n')
      throw Failure(Fault::FORMAT, "an extended header's record has a wrong length");
    const std::string_view content = records.substr(space + 1, length - space - 2);
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos || equals == 0)
      throw Failure(Fault::FORMAT, "an extended header's record has no key");
    record(content.substr(0, equals), content.substr(equals + 1), global ? global_ : own_);
    records.remove_prefix(length);
  }
}

void Extended::record(std::string_view key, std::string_view value, Records& records) {
  if (isText(key) && value.find('\0') != std::string_view::npos)
    throw Failure(Fault::FORMAT, "an extended header's " + std::string(key) + " has a zero byte");
  if (key == "GNU.sparse.offset") {
    if (extents_.size() == kMostExtents)
      throw Failure(Fault::UNSUPPORTED, "a sparse file in too many pieces");
    extents_.push_back({decimal(value, "a sparse offset"), 0});
  } else if (key == "GNU.sparse.numbytes") {
    if (extents_.empty()) throw Failure(Fault::FORMAT, "a sparse size without an offset");
    extents_.back().size = decimal(value, "a sparse size");
  } else if (isKnown(key) || isXattr(key)) {
    if (isXattr(key) && records.size() > kMostXattrs)
      throw Failure(Fault::UNSUPPORTED, "an entry with too many extended attributes");
    records.insert_or_assign(std::string(key), std::string(value));
  }
}

void Extended::forget() {
  own_.clear();
  extents_.clear();
}

std::optional<std::string_view> Extended::text(const std::string& key) const {
  for (const auto* records : std::array{&own_, &global_}) {
    const auto found = records->find(key);
    if (found == records->end()) continue;
    if (found->second.empty()) return std::nullopt;
    return found->second;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Extended::natural(const std::string& key) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  return decimal(*value, ("the extended header's " + key).c_str());
}

// "-1.25" is a quarter before -1: the nanoseconds of a timespec count forward.
std::optional<Time> Extended::time(const std::string& key) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const bool negative = value->front() == '-';
  const auto number = value->substr(negative ? 1 : 0);
  const std::size_t point = number.find('.');
  Time time;
  time.seconds = static_cast<std::int64_t>(decimal(number.substr(0, point), "a time"));
  if (point != std::string_view::npos) {
    std::string fraction(number.substr(point + 1, 9));
    const auto rest = number.substr(point + 1);
    if (rest.find_first_not_of("0123456789") != std::string_view::npos)
      throw Failure(Fault::FORMAT, "a time is no number");
    fraction.resize(9, '0');
    time.nanoseconds = static_cast<std::int32_t>(decimal(fraction, "a time"));
  }
  if (!negative) return time;
  if (time.nanoseconds == 0) return Time{-time.seconds, 0};
  return Time{-time.seconds - 1, 1'000'000'000 - time.nanoseconds};
}

template <typename Visit>
void Extended::each(Visit visit) const {
  for (const auto& [key, value] : global_)
    if (!own_.contains(key)) visit(std::string_view(key), value);
  for (const auto& [key, value] : own_) visit(std::string_view(key), value);
}

// Both families may name the same attribute, as libarchive writes it; once is enough.
std::vector<std::pair<std::string, std::string>> Extended::xattrs() const {
  constexpr std::string_view schily = "SCHILY.xattr.", libarchive = "LIBARCHIVE.xattr.";
  std::map<std::string, std::string> found;
  each([&](std::string_view key, const std::string& value) {
    if (key.starts_with(libarchive))
      found.insert_or_assign(unescape(key.substr(libarchive.size())), base64(value));
  });
  each([&](std::string_view key, const std::string& value) {
    if (key.starts_with(schily))
      found.insert_or_assign(unescapeGnu(key.substr(schily.size())), value);
  });
  for (const auto& [name, value] : found)
    if (name.empty() || name.find('\0') != std::string::npos)
      throw Failure(Fault::FORMAT, "an extended attribute's name is empty or has a zero byte");
  return {found.begin(), found.end()};
}

}  // namespace archive
