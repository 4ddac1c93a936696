#include "program.hh"

#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "calls.h"

namespace {

constexpr long kNumbers[] = {
#define X(name) SYS_##name,
    MINI_CALLS(X)
#undef X
};

// The layout that src/encode.ts writes, in bytes.
constexpr std::size_t kHeader = 16, kRecord = 64, kKinds = 8, kArgs = 16;
constexpr std::uint16_t kRun = 0xffff;
enum Kind : std::uint8_t { kNumber, kPointer, kSlot, kList, kText, kFilter };

template <typename T>
T at(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

[[noreturn]] void malformed(const char* what) {
  throw std::invalid_argument(std::string("malformed program: ") + what);
}

}  // namespace

const std::vector<const char*>& callNames() {
  static const std::vector<const char*> names = {
#define X(name) #name,
      MINI_CALLS(X)
#undef X
  };
  return names;
}

Program::Program(const std::uint8_t* bytes, std::size_t size)
    : size_(size), bytes_(std::make_unique<char[]>(size)) {
  std::memcpy(bytes_.get(), bytes, size);
  if (size < kHeader || bytes[size - 1] != 0) malformed("header");
  flags_ = at<std::uint64_t>(bytes);
  const auto children = at<std::uint32_t>(bytes + 8), parents = at<std::uint32_t>(bytes + 12);
  if ((size - kHeader) / kRecord < std::size_t{children} + parents) malformed("length");
  const std::uint8_t* record = bytes + kHeader;
  for (std::uint32_t i = 0; i < children; i++, record += kRecord) {
    child_.push_back(decode(record, nullptr));
  }
  for (std::uint32_t i = 0; i < parents; i++, record += kRecord) {
    ParentStep step;
    step.call = decode(record, &step);
    parent_.push_back(std::move(step));
  }
}

mini_step Program::decode(const std::uint8_t* record, ParentStep* parent) {
  mini_step step = {};
  const auto call = at<std::uint16_t>(record);
  step.keep = at<std::int16_t>(record + 2);
  step.allow = at<std::int16_t>(record + 4);
  if (step.keep >= MINI_SLOTS) malformed("slot");
  if (call == kRun && parent != nullptr) {
    const long words = list(at<std::int64_t>(record + kArgs));
    for (auto word = reinterpret_cast<const char* const*>(words); *word != nullptr; word++) {
      parent->run.emplace_back(*word);
    }
    if (parent->run.empty()) malformed("run");
    return step;
  }
  if (call >= std::size(kNumbers)) malformed("call");
  step.number = kNumbers[call];
  for (int i = 0; i < MINI_ARGS; i++) {
    const auto value = at<std::int64_t>(record + kArgs + 8 * i);
    switch (record[kKinds + i]) {
      case kNumber:
        step.args[i] = value;
        break;
      case kPointer:
        step.args[i] = pointer(value);
        break;
      case kSlot:
        if (value < 0 || value >= MINI_SLOTS) malformed("slot");
        step.args[i] = value;
        step.slots |= 1u << i;
        break;
      case kList:
        step.args[i] = list(value);
        break;
      case kText:
        if (parent == nullptr) malformed("pid");
        step.args[i] = pointer(value);
        parent->texts |= 1u << i;
        break;
      case kFilter:
        step.args[i] = filter(value);
        break;
      default:
        malformed("kind");
    }
  }
  checkLengths(step);
  return step;
}

// TypeScript has checked them; but memory of Node's is at stake, which the kernel would read or
// write, and so what is counted here has to lie within the program.
void Program::checkLengths(const mini_step& step) const {
  struct Rule {
    long call;
    int pointer, count;
    long size;
  };
  static constexpr Rule kRules[] = {
      {SYS_read, 1, 2, 1},
      {SYS_write, 1, 2, 1},
      {SYS_sethostname, 0, 1, 1},
      {SYS_setdomainname, 0, 1, 1},
      {SYS_setgroups, 1, 0, 4},
      {SYS_openat2, 2, 3, 1},
      {SYS_mount_setattr, 3, 4, 1},
      {SYS_rt_sigaction, 1, -1, 32},
      {SYS_rt_sigprocmask, 1, -1, 8},
      {SYS_ioctl, 2, -1, 40},
      {SYS_capset, 0, -1, 8},
      {SYS_capset, 1, -1, 24},
      {SYS_prlimit64, 2, -1, 16},
      {SYS_landlock_create_ruleset, 0, 1, 1},
      {SYS_landlock_add_rule, 2, -1, 16},
  };
  for (const auto& rule : kRules) {
    if (step.number != rule.call) continue;
    const long from = step.args[rule.pointer];
    const long count = rule.count < 0 ? 1 : step.args[rule.count];
    if (from == 0 && count == 0) continue;
    const long left = reinterpret_cast<long>(bytes_.get()) + static_cast<long>(size_) - from;
    if (from < reinterpret_cast<long>(bytes_.get()) || left < 0 || count < 0 ||
        count > left / rule.size)
      malformed("length");
  }
}

long Program::pointer(std::int64_t offset) const {
  if (offset < 0 || static_cast<std::size_t>(offset) >= size_) malformed("offset");
  return reinterpret_cast<long>(bytes_.get() + offset);
}

// A list is a count and as many offsets of strings; execve(2) takes it as pointers that end with a
// null.
long Program::list(std::int64_t offset) {
  if (offset < 0 || static_cast<std::size_t>(offset) + 4 > size_) malformed("list");
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(bytes_.get());
  const std::size_t count = at<std::uint32_t>(bytes + offset);
  if (count > (size_ - offset - 4) / 4) malformed("list");
  auto& words = lists_.emplace_back(std::make_unique<const char*[]>(count + 1));
  for (std::size_t i = 0; i < count; i++) {
    words[i] =
        reinterpret_cast<const char*>(pointer(at<std::uint32_t>(bytes + offset + 4 + 4 * i)));
  }
  words[count] = nullptr;
  return reinterpret_cast<long>(words.get());
}

// A count of instructions and as many of them; seccomp(2) takes it as a struct sock_fprog.
long Program::filter(std::int64_t offset) {
  if (offset < 0 || static_cast<std::size_t>(offset) + 4 > size_) malformed("filter");
  auto* bytes = reinterpret_cast<std::uint8_t*>(bytes_.get());
  const auto count = at<std::uint32_t>(bytes + offset);
  if (count > BPF_MAXINSNS || count * sizeof(sock_filter) > size_ - offset - 4) malformed("filter");
  filters_.push_back(std::make_unique<sock_fprog>(sock_fprog{
      static_cast<unsigned short>(count), reinterpret_cast<sock_filter*>(bytes + offset + 4)}));
  return reinterpret_cast<long>(filters_.back().get());
}

bool Program::changesCredentials() const {
  return std::any_of(child_.begin(), child_.end(), [](const mini_step& step) {
    return step.number == SYS_setresuid || step.number == SYS_setresgid;
  });
}
