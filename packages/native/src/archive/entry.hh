// One entry of an archive, whatever format it was written in.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace archive {

// src/archive.ts lists the same, in the same order.
enum class Type : std::uint8_t { FILE, LINK, SYMLINK, CHARACTER, BLOCK, DIRECTORY, FIFO };

struct Time {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;
};

// A part of a sparse file that is not a hole.
struct Extent {
  std::uint64_t offset = 0, size = 0;
};

struct Entry {
  std::string path;  // as the archive has it
  Type type = Type::FILE;
  std::string link;  // of LINK: the path of another entry; of SYMLINK: the text
  std::uint32_t mode = 0;
  std::uint32_t uid = 0, gid = 0;
  std::string uname, gname;
  Time mtime;
  std::uint64_t size = 0;  // with holes
  std::uint32_t major = 0, minor = 0;
  std::vector<std::pair<std::string, std::string>> xattrs;
  std::vector<std::string> unread;  // attributes that nothing can be made of, and why
  std::uint64_t offset = 0;         // where in the unpacked archive its first header begins
};

}  // namespace archive
