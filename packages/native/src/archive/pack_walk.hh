// The names below a directory, each directory's sorted by their bytes, by descriptors alone: nobody
// who moves directories about meanwhile can lead it out of the tree.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pack_exclude.hh"
#include "system.hh"

namespace archive::packing {

class Walk {
 public:
  struct Found {
    int directory = -1;  // open until the next call of next()
    const char* name = nullptr;
    unsigned char type = 0;  // DT_REG …, as getdents64(2) has it
    std::string path;        // below the root
  };
  // What becomes of a directory that cannot be listed.
  using Unlisted = std::function<void(const std::string& path, int error)>;

  Walk(const Exclude& exclude, Unlisted unlisted);
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // The directory `fd` is what comes next; `path` is its own.
  void enter(Fd fd, const struct stat& stat, const std::string& path);
  // False at the end. Throws Failure where a directory has been moved out of the tree.
  bool next(Found* found);

 private:
  struct Name {
    std::uint32_t offset;
    unsigned char type;
  };
  struct Level {
    Fd fd;
    dev_t dev;
    ino_t ino;
    std::string path;
    std::string text;  // the names, each with a NUL
    std::vector<Name> names;
    std::size_t at;
  };
  void list(Level* level);
  void leave();

  const Exclude& exclude_;
  const Unlisted unlisted_;
  std::vector<Level> levels_;
  std::vector<char> buffer_;
};

}  // namespace archive::packing
