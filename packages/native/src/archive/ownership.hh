// To whom the files of an archive belong.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace archive {

// `count` ids from `inside` on, which are in the archive, become those from `outside` on.
struct IdRange {
  std::uint64_t inside = 0, outside = 0, count = 0;
};

struct Owner {
  std::uint32_t uid = 0, gid = 0;
};

struct Ownership {
  bool squash = false;  // to the caller: nothing is changed
  bool mapped = false;
  std::vector<IdRange> uids, gids;

  // None where it is the caller. Throws Failure{UNSUPPORTED} for an id that the map does not have.
  std::optional<Owner> of(std::uint32_t uid, std::uint32_t gid) const;
  std::uint32_t user(std::uint32_t uid) const;
  std::uint32_t group(std::uint32_t gid) const;
};

}  // namespace archive
