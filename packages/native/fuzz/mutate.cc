#include "mutate.hh"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

constexpr std::size_t kBlock = 512, kChecksum = 148, kChecksumSize = 8, kSize = 124, kType = 156;

}  // namespace

void repairChecksums(std::uint8_t* data, std::size_t size, std::size_t before) {
  for (std::size_t at = before; at + kBlock <= size;) {
    std::uint8_t* const block = data + at;
    at += kBlock;
    if (std::all_of(block, block + kBlock, [](std::uint8_t byte) { return byte == 0; })) continue;
    std::memset(block + kChecksum, ' ', kChecksumSize);
    unsigned sum = 0;
    for (std::size_t i = 0; i < kBlock; i++) sum += block[i];
    std::snprintf(reinterpret_cast<char*>(block + kChecksum), kChecksumSize, "%06o", sum & 0777777);
    const std::string digits(reinterpret_cast<char*>(block + kSize), 11);
    if (block[kType] < '1' || block[kType] > '6') {
      const auto content = std::strtoull(digits.c_str(), nullptr, 8);
      if (content < size) at += (content + kBlock - 1) / kBlock * kBlock;
    }
  }
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  size = LLVMFuzzerMutate(data, size, most);
  if (seed % 16 != 0) repairChecksums(data, size, 1);
  return size;
}
