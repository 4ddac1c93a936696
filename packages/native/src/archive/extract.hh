// Unpacks an archive into a directory.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "entry.hh"
#include "limits.hh"
#include "ownership.hh"
#include "progress.hh"
#include "skipped.hh"
#include "source.hh"

namespace archive {

// What becomes of the marks for removed files in the layers of images ("Whiteouts" in the image
// specification of the OCI).
enum class Whiteouts : std::uint8_t { KEEP, APPLY, OVERLAY };

struct ExtractOptions {
  std::string directory;
  std::string marker;  // a file that lies in it until all is done; "" for none
  bool empty = false;  // what a failed extraction has made is taken away again
  Limits limits;
  Ownership ownership;
  Whiteouts whiteouts = Whiteouts::KEEP;
  std::string opaque;  // of overlayfs: the attribute of an opaque directory
  unsigned strip = 0;
  unsigned threads = 1;
  bool walk = false;                         // Resolver's
  std::function<bool(const Entry&)> filter;  // may be empty
};

struct ExtractResult {
  std::uint64_t entries = 0, files = 0, directories = 0, links = 0, devices = 0, bytes = 0;
  std::string format;
  Skipped skipped;
};

// Reads `source`, which is unpacked already, to its end. Throws Failure.
void extract(Source& source, const ExtractOptions& options, Progress& progress,
             const std::atomic<bool>& aborted, ExtractResult& result);

}  // namespace archive
