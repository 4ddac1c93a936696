#include "place.hh"

#include <string_view>

#include "failure.hh"

namespace archive {

std::optional<Place> placeOf(const std::string& path, unsigned strip) {
  Place place;
  bool any = false;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    if (name.empty() || name == ".") continue;
    if (name == "..") throw Failure(Fault::FORMAT, "a path with \"..\" in it");
    if (strip > 0) {
      strip--;
      any = true;
      continue;
    }
    if (!place.name.empty()) {
      if (!place.parent.empty()) place.parent += '/';
      place.parent += place.name;
    }
    place.name = name;
  }
  if (place.name.empty() && (any || strip > 0)) return std::nullopt;
  return place;
}

}  // namespace archive
