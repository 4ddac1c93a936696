// Why an archive could not be read, unpacked or written. packages/rootfs/src/archive/error.ts makes
// an ArchiveError of it.
#pragma once

#include <cstdint>
#include <exception>
#include <string>

namespace archive {

enum class Fault {
  ABORTED,      // somebody asked for it
  FORMAT,       // not an archive, or a damaged one
  TRUNCATED,    // it ends too early
  UNSUPPORTED,  // a format or feature that is recognised and not read
  LIMIT,        // a limit was reached; `detail` is its name
  SYSTEM,       // the kernel said no: `error` and `syscall`
};

struct Failure : std::exception {
  Fault fault = Fault::FORMAT;
  std::string message;       // one sentence, without the offset and the entry
  std::string detail;        // of LIMIT: which one
  std::string entry;         // the entry's path as the archive has it, where one is known
  std::int64_t offset = -1;  // where in the unpacked stream the entry's header begins
  int error = 0;             // errno
  std::string syscall;       // "openat2"
  Failure(Fault fault, std::string message) : fault(fault), message(std::move(message)) {}
  const char* what() const noexcept override { return message.c_str(); }
};

}  // namespace archive
