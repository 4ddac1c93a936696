// What is read of one file besides its content.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "pack_header.hh"

namespace archive::packing {

using Attributes = std::vector<std::pair<std::string, std::string>>;

// The extended attributes, sorted by name, of an open file, or of `name` in an open directory,
// which is not followed. 0 or an errno.
int attributesOf(int fd, Attributes* found);
int attributesAt(int directory, const char* name, Attributes* found);

// Where a file has data and not a hole, as its file system says (lseek(2)). False where it has no
// holes.
bool dataOf(int fd, std::uint64_t size, std::vector<Extent>* data);

// The same by the content: what is not a long run of zeros, whatever the file system made of it.
bool dataByContent(int fd, std::uint64_t size, std::vector<Extent>* data);

}  // namespace archive::packing
