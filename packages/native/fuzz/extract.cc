// Whatever is unpacked: nothing beside the destination is made, changed or removed. Run it as an
// ordinary user.
#include "extract.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "failure.hh"
#include "memory.hh"

namespace {

using namespace archive;
namespace fs = std::filesystem;

fs::path base;  // out/ is the destination, outside/file is what must stay

void prepare() {
  if (!base.empty()) return;
  std::string name = fs::temp_directory_path() / "mini-fuzz-XXXXXX";
  require(mkdtemp(name.data()) != nullptr);
  base = name;
  fs::create_directory(base / "outside");
  std::ofstream(base / "outside/file") << "untouched";
  std::atexit([] { fs::remove_all(base); });
}

// As an ordinary user: what the archive made unreadable is made readable first.
void clear(const fs::path& directory) {
  chmod(directory.c_str(), 0700);
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.is_directory() && !entry.is_symlink()) clear(entry.path());
    fs::remove(entry.path());
  }
}

struct Outside {
  struct stat directory, file;
};

Outside look() {
  Outside outside;
  require(lstat((base / "outside").c_str(), &outside.directory) == 0);
  require(lstat((base / "outside/file").c_str(), &outside.file) == 0);
  return outside;
}

bool same(const struct stat& one, const struct stat& other) {
  return one.st_mode == other.st_mode && one.st_nlink == other.st_nlink &&
         one.st_size == other.st_size && one.st_ino == other.st_ino &&
         one.st_mtim.tv_sec == other.st_mtim.tv_sec &&
         one.st_mtim.tv_nsec == other.st_mtim.tv_nsec &&
         one.st_ctim.tv_sec == other.st_ctim.tv_sec && one.st_ctim.tv_nsec == other.st_ctim.tv_nsec;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  prepare();
  fs::create_directory(base / "out");
  const Outside before = look();

  ExtractOptions options;
  options.directory = base / "out";
  options.limits = {1 << 20, 100, 1024, 32, 1000, 8 << 20};
  options.ownership.squash = true;
  options.whiteouts = static_cast<Whiteouts>(data[0] % 3);
  options.opaque = "user.overlay.opaque";
  options.walk = (data[0] & 0x10) != 0;
  options.strip = (data[0] & 0x20) != 0 ? 1 : 0;
  Progress progress;
  const std::atomic<bool> aborted = false;
  ExtractResult result;
  Memory memory(data + 1, size - 1, 4096);
  try {
    extract(memory, options, progress, aborted, result);
  } catch (const Failure& failure) {
    require(failure.fault != Fault::ABORTED);
  }

  const Outside after = look();
  require(same(before.directory, after.directory) && same(before.file, after.file));
  require(std::distance(fs::directory_iterator(base), fs::directory_iterator()) == 2);
  clear(base / "out");
  fs::remove(base / "out");
  return 0;
}
