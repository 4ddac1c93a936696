#include "acl.hh"

#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>
#include <vector>

#include "failure.hh"

namespace archive {

namespace {

// Both little-endian on every machine; those that Node runs on are.
using Head = posix_acl_xattr_header;
using Item = posix_acl_xattr_entry;

constexpr std::uint32_t kNobody = ~0u;  // of an item without a qualifier

[[noreturn]] void malformed() { throw Failure(Fault::FORMAT, "an ACL that is none"); }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Up to the next separator, which goes too.
std::string_view take(std::string_view& rest, std::string_view separators) {
  const std::size_t end = rest.find_first_of(separators);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return trim(part);
}

std::optional<std::uint32_t> numberOf(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

std::uint16_t tagOf(std::string_view word, bool qualified) {
  if (word == "user" || word == "u") return qualified ? ACL_USER : ACL_USER_OBJ;
  if (word == "group" || word == "g") return qualified ? ACL_GROUP : ACL_GROUP_OBJ;
  if (!qualified && (word == "mask" || word == "m")) return ACL_MASK;
  if (!qualified && (word == "other" || word == "o")) return ACL_OTHER;
  malformed();
}

std::uint16_t permissionsOf(std::string_view letters) {
  std::uint16_t bits = 0;
  for (const char letter : letters) {
    if (letter == 'r') {
      bits |= ACL_READ;
    } else if (letter == 'w') {
      bits |= ACL_WRITE;
    } else if (letter == 'x') {
      bits |= ACL_EXECUTE;
    } else if (letter != '-') {
      malformed();
    }
  }
  return bits;
}

}  // namespace

// "tag:qualifier:permissions", and behind it, as star and libarchive write it, ":id" of the
// qualifier.
std::optional<std::string> aclOf(std::string_view text) {
  std::vector<Item> items;
  while (!text.empty()) {
    std::string_view line = take(text, ",\n");
    line = line.substr(0, line.find('#'));
    if (trim(line).empty()) continue;
    const std::string_view tag = take(line, ":");
    std::string_view qualifier = take(line, ":");
    std::string_view permissions = take(line, ":");
    // "mask:rwx" and "other:r--" may stand without the empty field.
    if (permissions.empty() && (tag == "mask" || tag == "other"))
      permissions = std::exchange(qualifier, {});
    const std::string_view number = take(line, ":");
    const bool qualified = !qualifier.empty();
    const auto id = numberOf(number.empty() ? qualifier : number);
    if (qualified && !id) return std::nullopt;
    items.push_back({tagOf(tag, qualified), permissionsOf(permissions), qualified ? *id : kNobody});
  }
  // The kernel wants the tags in their order, and takes ids in any.
  std::stable_sort(items.begin(), items.end(), [](const Item& one, const Item& other) {
    return one.e_tag != other.e_tag ? one.e_tag < other.e_tag : one.e_id < other.e_id;
  });
  const Head head = {POSIX_ACL_XATTR_VERSION};
  std::string value(reinterpret_cast<const char*>(&head), sizeof head);
  for (const auto& item : items) value.append(reinterpret_cast<const char*>(&item), sizeof item);
  return value;
}

void mapAcl(std::string& attribute, const MapId& user, const MapId& group) {
  if (attribute.size() < sizeof(Head) || (attribute.size() - sizeof(Head)) % sizeof(Item) != 0)
    return;
  for (std::size_t at = sizeof(Head); at < attribute.size(); at += sizeof(Item)) {
    Item item;
    memcpy(&item, &attribute[at], sizeof item);
    if (item.e_tag == ACL_USER) item.e_id = user(item.e_id);
    if (item.e_tag == ACL_GROUP) item.e_id = group(item.e_id);
    memcpy(&attribute[at], &item, sizeof item);
  }
}

}  // namespace archive
