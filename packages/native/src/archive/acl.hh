// POSIX ACLs (acl(5)) as archives have them, in words, and as the kernel has them, in an attribute.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace archive {

// The value of system.posix_acl_access or _default for "user::rw-,user:1000:r--,…". None where a
// user or group is named and not numbered: names are not looked up. Throws Failure{FORMAT}.
std::optional<std::string> aclOf(std::string_view text);

// The attribute with other ids in it; as it is, where it is not one that the kernel would take.
using MapId = std::function<std::uint32_t(std::uint32_t)>;
void mapAcl(std::string& attribute, const MapId& user, const MapId& group);

}  // namespace archive
