// Patterns of what is left out, as GNU tar's --exclude reads them: `*`, `?`, `[…]` and `\`, where
// `*` and
// `?` match a "/" too; a pattern matches a whole path, or the end of one that begins after a "/".
// One that begins with "/" matches from the packed directory on.
#pragma once

#include <string>
#include <vector>

namespace archive::packing {

class Exclude {
 public:
  explicit Exclude(const std::vector<std::string>& patterns);
  // `path` as the archive has it, without a "/" at its end. What is in a directory that matches is
  // never asked for.
  [[nodiscard]] bool matches(const std::string& path) const;

 private:
  struct Pattern {
    std::string text;
    bool anchored;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace archive::packing
