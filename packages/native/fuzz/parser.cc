// Whatever is given to the parser: its entries are sound and within the limits, however the input
// is cut.
#include "parser.hh"

#include <string>

#include "failure.hh"
#include "memory.hh"

namespace {

using namespace archive;

const Limits kLimits = {1 << 30, 1000, 4096, 64, 1000, 8 << 20};

void contents(Parser& parser, const Entry& entry, Digest& digest) {
  std::uint64_t end = 0;
  for (Piece piece; parser.content(piece);) {
    require(piece.chunk.size > 0 && piece.offset >= end);
    end = piece.offset + piece.chunk.size;
    require(end <= entry.size);
    for (std::size_t i = 0; i < piece.chunk.size; i++) digest.number(piece.chunk.data[i]);
  }
}

void describe(const Entry& entry, Digest& digest) {
  require(!entry.path.empty() && entry.path.size() <= kLimits.pathLength);
  require(entry.link.size() <= kLimits.pathLength);
  require(entry.path.find('\0') == std::string::npos && entry.link.find('\0') == std::string::npos);
  require(entry.size <= kLimits.bytes && entry.mode <= 07777 && entry.type <= Type::FIFO);
  require(entry.mtime.nanoseconds >= 0 && entry.mtime.nanoseconds < 1'000'000'000);
  require(entry.uid != UINT32_MAX && entry.gid != UINT32_MAX);
  digest.text(entry.path);
  digest.text(entry.link);
  digest.text(entry.uname);
  digest.text(entry.gname);
  for (const std::uint64_t number : {entry.size, entry.offset, std::uint64_t{entry.mode}})
    digest.number(number);
  digest.number(entry.mtime.seconds);
  for (const auto& [name, value] : entry.xattrs) {
    require(name.find('\0') == std::string::npos);
    digest.text(name);
    digest.text(value);
  }
}

// `skipping` leaves every second entry's content to next().
std::uint64_t parse(const std::uint8_t* data, std::size_t size, std::size_t most, bool skipping) {
  Memory memory(data, size, most);
  Parser parser(memory, kLimits);
  Digest digest;
  unsigned count = 0;
  try {
    for (Entry entry; parser.next(entry); count++) {
      require(count < kLimits.entries);
      describe(entry, digest);
      if (entry.type != Type::FILE) continue;
      if (!skipping || count % 2 == 0) contents(parser, entry, digest);
    }
    digest.text(parser.format());
  } catch (const Failure& failure) {
    digest.number(failure.fault);
    digest.text(failure.detail);
    digest.text(failure.message);
    require(failure.fault != Fault::ABORTED && failure.fault != Fault::SYSTEM);
  }
  return digest.value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t most = std::size_t{1} << (data[0] % 14);
  const bool skipping = data[0] >= 128;
  require(parse(data + 1, size - 1, most, skipping) ==
          parse(data + 1, size - 1, 1 << 20, skipping));
  return 0;
}
