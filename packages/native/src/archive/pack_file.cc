#include "pack_file.hh"

#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace archive::packing {
namespace {

// XATTR_LIST_MAX and XATTR_SIZE_MAX of the kernel (xattr(7)).
constexpr std::size_t kMost = 64 * 1024;

template <typename List, typename Get>
int attributes(const List& list, const Get& get, Attributes* found) {
  thread_local const std::unique_ptr<char[]> names(new char[kMost]), value(new char[kMost]);
  const ssize_t size = list(names.get(), kMost);
  // Nothing to say where the file system has none.
  if (size < 0) return errno == ENOTSUP || errno == ENOSYS ? 0 : errno;
  for (const char* name = names.get(); name < names.get() + size; name += std::strlen(name) + 1) {
    const ssize_t length = get(name, value.get(), kMost);
    if (length < 0 && (errno == ENODATA || errno == ENOTSUP)) continue;  // it has gone meanwhile
    if (length < 0) return errno;
    found->emplace_back(name, std::string(value.get(), static_cast<std::size_t>(length)));
  }
  std::sort(found->begin(), found->end());
  return 0;
}

constexpr std::uint64_t kPage = 4096, kRun = 1024 * 1024;

bool isZero(const unsigned char* bytes, std::size_t size) {
  return size == 0 || (bytes[0] == 0 && std::memcmp(bytes, bytes + 1, size - 1) == 0);
}

}  // namespace

int attributesOf(int fd, Attributes* found) {
  return attributes(
      [fd](char* to, std::size_t size) { return flistxattr(fd, to, size); },
      [fd](const char* name, char* to, std::size_t size) { return fgetxattr(fd, name, to, size); },
      found);
}

int attributesAt(int directory, const char* name, Attributes* found) {
  // There is no listxattrat(2) before Linux 6.13, and no descriptor that would do of a link or a
  // device.
  const auto path = "/proc/self/fd/" + std::to_string(directory) + "/" + name;
  return attributes(
      [&path](char* to, std::size_t size) { return llistxattr(path.c_str(), to, size); },
      [&path](const char* key, char* to, std::size_t size) {
        return lgetxattr(path.c_str(), key, to, size);
      },
      found);
}

bool dataOf(int fd, std::uint64_t size, std::vector<Extent>* data) {
  std::uint64_t at = 0;
  while (at < size) {
    const off_t from = lseek(fd, static_cast<off_t>(at), SEEK_DATA);
    if (from < 0 && errno == ENXIO) break;  // a hole up to the end
    if (from < 0) return data->clear(), false;
    const off_t to = lseek(fd, from, SEEK_HOLE);
    if (to <= from) return data->clear(), false;
    const auto end = std::min<std::uint64_t>(static_cast<std::uint64_t>(to), size);
    if (static_cast<std::uint64_t>(from) >= size) break;
    data->push_back({static_cast<std::uint64_t>(from), end - static_cast<std::uint64_t>(from)});
    at = end;
  }
  return !(data->size() == 1 && data->front().offset == 0 && data->front().size == size);
}

bool dataByContent(int fd, std::uint64_t size, std::vector<Extent>* data) {
  std::vector<Extent> runs;  // of zeros
  const std::unique_ptr<unsigned char[]> buffer(new unsigned char[kMost]);
  std::uint64_t zeros = 0, at = 0;  // `zeros`: where the run that is under way began
  const auto end = [&] {
    if (at - zeros >= kRun) runs.push_back({zeros, at - zeros});
  };
  while (at < size) {
    if (at > zeros) {  // what the file system has as a hole need not be read
      const off_t next = lseek(fd, static_cast<off_t>(at), SEEK_DATA);
      if (next < 0 && errno == ENXIO) at = size;
      if (next >= 0) at = std::max(at, static_cast<std::uint64_t>(next) / kPage * kPage);
      if (at >= size) break;
    }
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(kMost, size - at));
    std::size_t got = 0;
    while (got < most) {
      const ssize_t part = pread(fd, buffer.get() + got, most - got, static_cast<off_t>(at + got));
      if (part <= 0) break;
      got += static_cast<std::size_t>(part);
    }
    std::memset(buffer.get() + got, 0, most - got);  // as it is padded when it is packed
    for (std::size_t page = 0; page < most; page += kPage) {
      const auto length = std::min<std::size_t>(kPage, most - page);
      if (!isZero(buffer.get() + page, length)) {
        end();
        zeros = at + length;
      }
      at += length;
    }
  }
  at = std::min(at, size);
  end();
  if (runs.empty()) return false;
  std::uint64_t from = 0;
  for (const auto& run : runs) {
    if (run.offset > from) data->push_back({from, run.offset - from});
    from = run.offset + run.size;
  }
  if (from < size) data->push_back({from, size - from});
  return true;
}

}  // namespace archive::packing
