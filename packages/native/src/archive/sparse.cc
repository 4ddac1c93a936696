// Files with holes, in the four ways of GNU tar ("Storing Sparse Files" in its manual): only the
// extents between the holes are in the archive, one behind the other.
#include <algorithm>

#include "failure.hh"
#include "parser.hh"

namespace archive {

namespace {

constexpr std::size_t kMostExtents = 1 << 19;

[[noreturn]] void tooMany() {
  throw Failure(Fault::UNSUPPORTED,
                "a sparse file in more than " + std::to_string(kMostExtents) + " pieces");
}

}  // namespace

void Parser::sparse(Entry& entry, const Header& header, const std::uint8_t* first) {
  extent_ = 0;
  if (header.type == 'S') {
    gnu_ = isSparse_ = true;
    OldSparse old = readOldSparse(first);
    while (old.extended) {
      const std::uint8_t* const block = this->block();
      if (block == nullptr) truncated();
      readOldSparseBlock(block, old);
      if (old.extents.size() > kMostExtents) tooMany();
    }
    extents_ = std::move(old.extents);
    entry.size = old.realSize;
  } else if (entry.type == Type::FILE && extended_.own()) {
    const auto major = extended_.natural("GNU.sparse.major");
    const auto map = extended_.text("GNU.sparse.map");
    const auto real = extended_.natural(major ? "GNU.sparse.realsize" : "GNU.sparse.size");
    if (!major && !map && extended_.extents().empty()) return;
    if (!real) throw Failure(Fault::FORMAT, "a sparse file without its size");
    isSparse_ = true;
    if (const auto name = extended_.text("GNU.sparse.name")) entry.path = *name;
    entry.size = *real;
    if (major && *major != 1)
      throw Failure(Fault::UNSUPPORTED, "sparse files of format " + std::to_string(*major));
    if (major) {
      sparseMapInContent();
    } else if (map) {
      sparseMap(*map);
    } else {
      extents_ = extended_.extents();
    }
  }
  if (isSparse_) checkExtents(entry);
}

// Format 0.1: "offset,size,offset,size".
void Parser::sparseMap(std::string_view numbers) {
  std::vector<std::uint64_t> values;
  for (;;) {
    const std::size_t comma = numbers.find(',');
    values.push_back(decimal(numbers.substr(0, comma), "a number in the sparse map"));
    if (comma == std::string_view::npos) break;
    numbers.remove_prefix(comma + 1);
  }
  if (values.size() % 2 != 0) throw Failure(Fault::FORMAT, "half an extent in the sparse map");
  if (values.size() / 2 > kMostExtents) tooMany();
  for (std::size_t i = 0; i < values.size(); i += 2) extents_.push_back({values[i], values[i + 1]});
}

// Format 1.0: the count, then offset and size of each, a number to a line, filled up to whole
// blocks.
void Parser::sparseMapInContent() {
  std::string line;
  std::uint64_t left = 1, offset = 0;
  bool counted = false, size = false;
  while (left > 0) {
    if (stored_ < kBlock) throw Failure(Fault::FORMAT, "the sparse map is longer than the file");
    const std::uint8_t* const block = this->block();
    if (block == nullptr) truncated();
    stored_ -= kBlock;
    for (std::size_t i = 0; i < kBlock && left > 0; i++) {
      if (block[i] != '\n') {
        if (line.size() > 20) throw Failure(Fault::FORMAT, "the sparse map is no list of numbers");
        line += static_cast<char>(block[i]);
        continue;
      }
      const std::uint64_t value = decimal(line, "a number in the sparse map");
      line.clear();
      left--;
      if (!counted) {
        if (value > kMostExtents) tooMany();
        left = value * 2;
        counted = true;
      } else if (size) {
        extents_.push_back({offset, value});
      } else {
        offset = value;
      }
      size = counted && left % 2 == 1;
    }
  }
}

// One behind the other and within the file, or one file could be written many times over.
void Parser::checkExtents(const Entry& entry) const {
  std::uint64_t end = 0, sum = 0;
  for (const auto& extent : extents_) {
    if (extent.offset < end || extent.offset > entry.size ||
        extent.size > entry.size - extent.offset)
      throw Failure(Fault::FORMAT, "the sparse map contradicts itself");
    end = extent.offset + extent.size;
    sum += extent.size;
  }
  if (sum != stored_) throw Failure(Fault::FORMAT, "the sparse map does not cover what is stored");
}

}  // namespace archive
