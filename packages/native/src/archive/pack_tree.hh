// From a tree to the bytes of an archive.
#pragma once

#include <atomic>

#include "pack.hh"
#include "pack_blocks.hh"

namespace archive::packing {

// Writes the whole archive, its end included. Throws Failure.
PackResult packTree(const PackOptions& options, PackState* state, Stream* stream);

// Sets the total of the progress to about what packTree will have as `bytes`, unless it is `enough`
// before.
void countTree(const PackOptions& options, PackState* state, const std::atomic<bool>* enough);

}  // namespace archive::packing
