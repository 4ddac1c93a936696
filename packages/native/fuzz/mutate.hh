// Mutations of a tar archive that keep its headers' checksums right: without, nothing behind the
// checksum would ever be reached.
#pragma once

#include <cstddef>
#include <cstdint>

// `data` begins with `before` bytes that are not the archive's.
void repairChecksums(std::uint8_t* data, std::size_t size, std::size_t before);
