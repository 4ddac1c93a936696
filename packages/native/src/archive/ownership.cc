#include "ownership.hh"

#include <string>

#include "failure.hh"

namespace archive {

namespace {

std::uint32_t mapId(std::uint32_t id, const std::vector<IdRange>& ranges, const char* what) {
  for (const auto& range : ranges)
    if (id >= range.inside && id - range.inside < range.count)
      return static_cast<std::uint32_t>(range.outside + (id - range.inside));
  throw Failure(Fault::UNSUPPORTED,
                "the map has nothing for " + std::string(what) + " " + std::to_string(id));
}

}  // namespace

std::optional<Owner> Ownership::of(std::uint32_t uid, std::uint32_t gid) const {
  if (squash) return std::nullopt;
  if (!mapped) return Owner{uid, gid};
  return Owner{user(uid), group(gid)};
}

std::uint32_t Ownership::user(std::uint32_t uid) const { return mapId(uid, uids, "uid"); }

std::uint32_t Ownership::group(std::uint32_t gid) const { return mapId(gid, gids, "gid"); }

}  // namespace archive
