// Owner, mode, extended attributes and times of what has been made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "entry.hh"
#include "ownership.hh"
#include "skipped.hh"

namespace archive {

struct Attributes {
  std::string path;  // for those who read about it
  std::optional<Owner> owner;
  std::uint32_t mode = 0;
  Time mtime;
  std::vector<std::pair<std::string, std::string>> xattrs;
};

// For a file or directory that is open. In this order: chown(2) takes setuid and capabilities away,
// and an extended attribute can be set only as long as the times may still change.
void settle(int fd, const Attributes& attributes, Skipped& skipped);
// For a link, device or fifo, `name` in `parent`, whose type and device number are known: another
// process may have put something else there.
void settleNode(int parent, const char* name, std::uint32_t type, std::uint64_t device,
                const Attributes& attributes, Skipped& skipped);

}  // namespace archive
