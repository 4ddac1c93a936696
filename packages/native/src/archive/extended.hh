// PAX extended headers (pax(1)): records that say what the 512 bytes have no room for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entry.hh"

namespace archive {

// What the records of one or several headers say. An empty value takes back what was said before.
class Extended {
 public:
  // Throws Failure{FORMAT}. `global` are those that hold for all entries that follow.
  void add(std::string_view records, bool global);
  // Those of the last entry hold no longer.
  void forget();
  bool own() const { return !own_.empty() || !extents_.empty(); }

  std::optional<std::string_view> text(const std::string& key) const;
  std::optional<std::uint64_t> natural(const std::string& key) const;
  std::optional<Time> time(const std::string& key) const;
  std::vector<std::pair<std::string, std::string>> xattrs() const;
  // Of sparse format 0.0, whose records repeat.
  const std::vector<Extent>& extents() const { return extents_; }

 private:
  using Records = std::map<std::string, std::string, std::less<>>;
  void record(std::string_view key, std::string_view value, Records& records);
  template <typename Visit>
  void each(Visit visit) const;

  Records own_, global_;
  std::size_t globalSize_ = 0;
  std::vector<Extent> extents_;
};

// "1:2,3" of decimal digits, as the sparse formats have them; throws Failure{FORMAT}.
std::uint64_t decimal(std::string_view digits, const char* what);

}  // namespace archive
