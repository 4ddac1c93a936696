// Headers as POSIX has them: ustar where everything fits, and otherwise an extended header ("pax",
// pax(1)) before it. A number that does not fit is in the field too, in GNU's base 256: readers
// that skip extended headers, such as busybox, would lose their place without the size.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "entry.hh"

namespace archive::packing {

struct Member {
  std::string path;  // without a "/" at its end
  char type = '0';
  std::string link;
  std::uint32_t mode = 0, uid = 0, gid = 0, major = 0, minor = 0;
  std::uint64_t size = 0;  // of the content as the archive has it
  timespec mtime = {};
  std::vector<std::pair<std::string, std::string>> xattrs;
  bool sparse = false;
  std::uint64_t realSize = 0;  // of a sparse file
};

// Appends the member's headers, which are whole blocks of 512 bytes.
void encodeHeader(const Member& member, std::string* out);

// The map with which the content of a sparse file begins (GNU.sparse 1.0): whole blocks too.
std::string encodeMap(const std::vector<Extent>& data, std::uint64_t realSize);

}  // namespace archive::packing
