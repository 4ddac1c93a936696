// Whatever is given to the decoder: it unpacks it or throws a Failure, and the same one however the
// input is cut.
#include "decoder.hh"

#include <string>

#include "failure.hh"
#include "memory.hh"

namespace {

using namespace archive;

// A few bytes can stand for gigabytes.
constexpr std::uint64_t kEnough = 4 << 20, kWindow = 8 << 20;

std::uint64_t unpack(const std::uint8_t* data, std::size_t size, std::size_t most) {
  Digest digest;
  const auto decoder = decode(std::make_unique<Memory>(data, size, most), {kWindow});
  std::uint64_t total = 0;
  try {
    for (;;) {
      const Chunk chunk = decoder->read();
      if (chunk.size == 0) break;
      const std::size_t counted = std::min<std::uint64_t>(chunk.size, kEnough - total);
      digest.add(chunk.data, counted);
      total += counted;
      if (total == kEnough) return digest.value();
    }
    require(decoder->read().size == 0);
    digest.number(decoder->garbage());
  } catch (const Failure& failure) {
    digest = {};  // how much comes before depends on how much there is at once
    digest.number(failure.fault);
    digest.text(failure.detail);
    require(!failure.message.empty());
  }
  digest.number(decoder->compression());
  return digest.value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t most = std::size_t{1} << (data[0] % 14);
  require(unpack(data + 1, size - 1, most) == unpack(data + 1, size - 1, 1 << 20));
  return 0;
}
