// Where in the tree an entry belongs.
#pragma once

#include <optional>
#include <string>

namespace archive {

struct Place {
  std::string parent;  // "" is the root
  std::string name;    // "" where the root itself is meant
};

// Without the first `strip` names; none where nothing is left. Throws Failure{FORMAT} for a path
// with
// ".." in it: nobody writes one with good intent, and readers disagree about what it means.
std::optional<Place> placeOf(const std::string& path, unsigned strip);

}  // namespace archive
