// How much an archive may ask for.
#pragma once

#include <cstdint>

namespace archive {

constexpr std::uint64_t kUnlimited = UINT64_MAX;

struct Limits {
  std::uint64_t bytes = kUnlimited;       // the sizes of all files together, holes included
  std::uint64_t entries = kUnlimited;     // headers too, those of extended headers among them
  std::uint64_t pathLength = kUnlimited;  // in bytes
  std::uint64_t depth = kUnlimited;       // names in a path
  std::uint64_t ratio = kUnlimited;       // bytes unpacked for each byte read
  std::uint64_t window = kUnlimited;      // memory of a decoder
};

}  // namespace archive
