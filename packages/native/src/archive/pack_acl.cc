#include "pack_acl.hh"

#include <cstddef>
#include <cstdint>

namespace archive::packing {
namespace {

// linux/posix_acl_xattr.h: a version, and then tag, permissions and id of each entry;
// little-endian.
constexpr std::size_t kHeader = 4, kEntry = 8;
constexpr std::uint32_t kVersion = 2;

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  while (size-- > 0) value = value << 8 | static_cast<unsigned char>(bytes[at + size]);
  return value;
}

// linux/posix_acl.h
const char* nameOf(std::uint32_t tag) {
  switch (tag) {
    case 0x01:
    case 0x02:
      return "user:";
    case 0x04:
    case 0x08:
      return "group:";
    case 0x10:
      return "mask:";
    case 0x20:
      return "other:";
    default:
      return nullptr;
  }
}

}  // namespace

std::string aclText(std::string_view attribute) {
  if (attribute.size() < kHeader || (attribute.size() - kHeader) % kEntry != 0 ||
      number(attribute, 0, 4) != kVersion) {
    return {};
  }
  std::string text;
  for (std::size_t at = kHeader; at < attribute.size(); at += kEntry) {
    const auto tag = number(attribute, at, 2), bits = number(attribute, at + 2, 2);
    const char* const name = nameOf(tag);
    if (name == nullptr) return {};
    if (!text.empty()) text += ',';
    text += name;
    if (tag == 0x02 || tag == 0x08) text += std::to_string(number(attribute, at + 4, 4));
    text += ':';
    text += (bits & 4) != 0 ? 'r' : '-';
    text += (bits & 2) != 0 ? 'w' : '-';
    text += (bits & 1) != 0 ? 'x' : '-';
  }
  return text;
}

}  // namespace archive::packing
