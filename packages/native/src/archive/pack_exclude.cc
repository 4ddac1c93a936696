#include "pack_exclude.hh"

#include <fnmatch.h>

namespace archive::packing {

Exclude::Exclude(const std::vector<std::string>& patterns) {
  for (std::string text : patterns) {
    const bool anchored = text.starts_with('/') || text.starts_with("./");
    if (anchored) text.erase(0, text.find('/') + 1);
    while (text.ends_with('/')) text.pop_back();
    if (!text.empty()) patterns_.push_back({std::move(text), anchored});
  }
}

bool Exclude::matches(const std::string& path) const {
  for (const auto& [text, anchored] : patterns_) {
    const char* from = path.c_str();
    do {
      if (fnmatch(text.c_str(), from, 0) == 0) return true;
      while (*from != '\0' && *from++ != '/') {
      }
    } while (!anchored && *from != '\0');
  }
  return false;
}

}  // namespace archive::packing
