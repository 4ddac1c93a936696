// Packs a directory: one thread walks and reads, another compresses and writes.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "decoder.hh"
#include "progress.hh"

namespace archive::packing {

struct PackOptions {
  int directory = -1;  // both stay the caller's
  int output = -1;
  std::vector<std::string> exclude;
  // Of files that are left out, wherever they are met: the archive itself.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> leaveOut;  // st_dev, st_ino
  bool oneFileSystem = false;
  bool sparse = true;
  bool byContent = false;                 // holes are what is zero, not what the file system says
  std::optional<std::int64_t> fixedTime;  // in place of each time, in seconds
  Compression compression = Compression::NONE;
  int level = 0;
  bool estimate = false;  // count beforehand how much there is
};

// Why something is not in the archive, or not as it was. src/pack.ts lists the same.
enum class Reason {
  // As it is to be.
  SOCKET,
  OTHER_FILE_SYSTEM,
  // As happens to what is alive.
  VANISHED,
  CHANGED,
  // Something is missing.
  SHRANK,
  UNREADABLE,
  ATTRIBUTES,
};

struct Skipped {
  std::string path;
  Reason reason;
  int error;  // errno of UNREADABLE and ATTRIBUTES
};

struct PackResult {
  std::uint64_t entries = 0, files = 0, directories = 0, links = 0, devices = 0, bytes = 0;
  std::uint64_t written = 0;  // of the archive, compressed
  std::uint64_t skippedCount = 0, incompleteCount = 0;
  std::vector<Skipped> skipped;  // the first of them
};

// What a pack shares with other threads. Of the progress, `bytes` and `total` are of the files'
// content, and `read` is what has been written of the archive.
struct PackState {
  Progress& progress;
  std::atomic<bool> aborted = false;
};

// Returns when the archive is whole. Throws Failure.
PackResult pack(const PackOptions& options, PackState* state);

}  // namespace archive::packing
