#include "header.hh"

#include <algorithm>
#include <cstring>

#include "failure.hh"

namespace archive {

namespace {

// Where the fields lie: tar(5), and "Basic Tar Format" in GNU tar's manual.
struct Field {
  std::size_t offset, size;
};
constexpr Field kName = {0, 100}, kMode = {100, 8}, kUid = {108, 8}, kGid = {116, 8},
                kSize = {124, 12}, kMtime = {136, 12}, kChecksum = {148, 8}, kLinkName = {157, 100},
                kUname = {265, 32}, kGname = {297, 32}, kMajor = {329, 8}, kMinor = {337, 8},
                kPrefix = {345, 155}, kStarPrefix = {345, 131}, kRealSize = {483, 12};
constexpr std::size_t kType = 156, kMagic = 257, kStarMagic = 508;
constexpr std::size_t kSparse = 386, kSparseCount = 4, kIsExtended = 482;
constexpr std::size_t kMoreCount = 21, kMoreIsExtended = 504;

[[noreturn]] void malformed(const char* field) {
  throw Failure(Fault::FORMAT, std::string("the header's ") + field + " is no number");
}

// Two's complement, big-endian, with the top bit of the first byte as the mark.
std::int64_t base256(const std::uint8_t* bytes, std::size_t size, const char* field) {
  const bool negative = (bytes[0] & 0x40) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < size; i++) {
    std::uint8_t byte = bytes[i];
    if (i == 0) byte = negative ? byte | 0x80 : byte & 0x7f;
    const std::uint8_t lost = value >> 56;
    if (lost != (negative ? 0xff : 0)) malformed(field);
    value = (value << 8) | byte;
  }
  const auto result = static_cast<std::int64_t>(value);
  if ((result < 0) != negative) malformed(field);
  return result;
}

std::int64_t number(const std::uint8_t* block, Field at, const char* field) {
  const std::uint8_t* bytes = block + at.offset;
  if ((bytes[0] & 0x80) != 0) return base256(bytes, at.size, field);
  std::size_t i = 0;
  while (i < at.size && (bytes[i] == ' ' || bytes[i] == 0)) i++;
  std::int64_t value = 0;  // 12 octal digits are 36 bits
  for (; i < at.size && bytes[i] >= '0' && bytes[i] <= '7'; i++) value = value * 8 + bytes[i] - '0';
  if (i < at.size && bytes[i] != ' ' && bytes[i] != 0) malformed(field);
  return value;
}

std::uint64_t natural(const std::uint8_t* block, Field at, const char* field) {
  const std::int64_t value = number(block, at, field);
  if (value < 0)
    throw Failure(Fault::FORMAT, std::string("the header's ") + field + " is negative");
  return static_cast<std::uint64_t>(value);
}

std::string text(const std::uint8_t* block, Field at) {
  const auto* bytes = reinterpret_cast<const char*>(block) + at.offset;
  return {bytes, strnlen(bytes, at.size)};
}

void readExtents(const std::uint8_t* at, std::size_t count, std::vector<Extent>& extents) {
  for (std::size_t i = 0; i < count; i++, at += 24) {
    if (at[0] == 0) return;
    extents.push_back(
        {natural(at, {0, 12}, "sparse offset"), natural(at, {12, 12}, "sparse size")});
  }
}

}  // namespace

Kind kindOf(const std::uint8_t* block) {
  std::uint32_t sum = 0, high = 0;
  for (std::size_t i = 0; i < kBlock; i++) {
    sum += block[i];
    high += block[i] >> 7;
  }
  if (sum == 0) return Kind::ZERO;
  for (std::size_t i = 0; i < kChecksum.size; i++) {  // itself it is summed up as spaces
    sum += ' ' - block[kChecksum.offset + i];
    high -= block[kChecksum.offset + i] >> 7;
  }
  const std::uint8_t* digits = block + kChecksum.offset;
  std::size_t i = 0;
  while (i < kChecksum.size && digits[i] == ' ') i++;
  const std::size_t first = i;
  std::uint32_t stored = 0;
  for (; i < kChecksum.size && digits[i] >= '0' && digits[i] <= '7'; i++)
    stored = stored * 8 + digits[i] - '0';
  if (i == first) return Kind::GARBAGE;
  return stored == sum || stored == sum - 256 * high ? Kind::HEADER : Kind::GARBAGE;
}

Header readHeader(const std::uint8_t* block) {
  Header header;
  header.type = static_cast<char>(block[kType]);
  header.mode = natural(block, kMode, "mode");
  header.uid = natural(block, kUid, "uid");
  header.gid = natural(block, kGid, "gid");
  header.size = natural(block, kSize, "size");
  header.mtime = number(block, kMtime, "mtime");
  header.path = text(block, kName);
  header.link = text(block, kLinkName);
  const bool posix = memcmp(block + kMagic, "ustar\0", 6) == 0;
  header.ustar = memcmp(block + kMagic, "ustar", 5) == 0;
  if (header.ustar) {
    header.uname = text(block, kUname);
    header.gname = text(block, kGname);
    if (header.type == '3' || header.type == '4') {
      header.major = natural(block, kMajor, "major device number");
      header.minor = natural(block, kMinor, "minor device number");
    }
  }
  if (posix) {  // GNU tar has times and extents there
    const bool star = memcmp(block + kStarMagic, "tar\0", 4) == 0;
    const std::string prefix = text(block, star ? kStarPrefix : kPrefix);
    if (!prefix.empty()) header.path = prefix + "/" + header.path;
  }
  return header;
}

OldSparse readOldSparse(const std::uint8_t* block) {
  OldSparse sparse;
  readExtents(block + kSparse, kSparseCount, sparse.extents);
  sparse.realSize = natural(block, kRealSize, "real size");
  sparse.extended = block[kIsExtended] != 0;
  return sparse;
}

void readOldSparseBlock(const std::uint8_t* block, OldSparse& sparse) {
  readExtents(block, kMoreCount, sparse.extents);
  sparse.extended = block[kMoreIsExtended] != 0;
}

}  // namespace archive
