// A thread of its own for a stage.
#pragma once

#include <cstddef>
#include <memory>

#include "source.hh"

namespace archive {

// Reads `source` on a thread of its own, while others work on what came before: at most `bytes`
// ahead of them. What the source throws is thrown once all before it has been read. When it goes,
// the source is aborted and the thread joined.
std::unique_ptr<Source> readAhead(std::unique_ptr<Source> source, std::size_t bytes = 4 << 20);

}  // namespace archive
