// The 512 bytes that stand before each entry, in all their dialects: v7, POSIX ustar, GNU, star.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "entry.hh"

namespace archive {

constexpr std::size_t kBlock = 512;

enum class Kind { HEADER, ZERO, GARBAGE };
// What a block is: by its checksum, which some old writers summed up with signed bytes.
Kind kindOf(const std::uint8_t* block);

struct Header {
  std::string path, link, uname, gname;
  char type = '0';
  std::uint64_t mode = 0, uid = 0, gid = 0, size = 0, major = 0, minor = 0;
  std::int64_t mtime = 0;
  bool ustar = false;  // or a later format: its type flags mean what they say
};
// Throws Failure{FORMAT}.
Header readHeader(const std::uint8_t* block);

// Type 'S' of GNU tar: four extents in the header, 21 in each block that follows it.
struct OldSparse {
  std::vector<Extent> extents;
  std::uint64_t realSize = 0;
  bool extended = false;  // another block of them follows
};
OldSparse readOldSparse(const std::uint8_t* block);
void readOldSparseBlock(const std::uint8_t* block, OldSparse& sparse);

}  // namespace archive
