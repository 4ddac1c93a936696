#include "cursor.hh"

#include <utility>
#include <vector>

namespace archive {

bool Cursor::fill() {
  while (chunk_.size == 0 && !ended_) {
    chunk_ = source_->read();
    ended_ = chunk_.size == 0;
  }
  return chunk_.size > 0;
}

bool Cursor::fill(std::size_t least) {
  if (!fill()) return false;
  while (chunk_.size < least && !ended_) {
    const Chunk next = source_->read();
    ended_ = next.size == 0;
    if (ended_) break;
    auto joined =
        std::make_shared<std::vector<std::uint8_t>>(chunk_.data, chunk_.data + chunk_.size);
    joined->insert(joined->end(), next.data, next.data + next.size);
    chunk_ = {joined, joined->data(), joined->size()};
  }
  return chunk_.size >= least;
}

void Cursor::take(std::size_t size) {
  chunk_.data += size;
  chunk_.size -= size;
  offset_ += size;
  if (chunk_.size == 0) chunk_ = {};
}

Chunk Cursor::takeAll() {
  offset_ += chunk_.size;
  return std::exchange(chunk_, {});
}

}  // namespace archive
