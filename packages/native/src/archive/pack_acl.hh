// POSIX ACLs (acl(5)) as GNU tar, star and libarchive write them.
#pragma once

#include <string>
#include <string_view>

namespace archive::packing {

// What system.posix_acl_access or _default holds, as text with numeric ids:
// "user::rw-,user:1000:r--,…". Empty for what is no ACL.
std::string aclText(std::string_view attribute);

}  // namespace archive::packing
