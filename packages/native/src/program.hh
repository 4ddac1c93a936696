// A program as TypeScript encoded it (src/encode.ts), turned into what the child and the parent
// walk over.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "child.h"

// A step of the parent: a call, a program to run, or a call whose strings wait for the child's pid.
struct ParentStep {
  mini_step call = {};
  std::vector<std::string> run;  // not empty: run this instead
  std::uint8_t texts = 0;        // arguments in which "<pid>" stands for the child's pid
};

class Program {
 public:
  // Throws std::invalid_argument when the bytes are not what encode.ts writes.
  Program(const std::uint8_t* bytes, std::size_t size);
  Program(const Program&) = delete;

  std::uint64_t flags() const { return flags_; }
  const std::vector<mini_step>& child() const { return child_; }
  const std::vector<ParentStep>& parent() const { return parent_; }
  bool changesCredentials() const;

 private:
  mini_step decode(const std::uint8_t* record, ParentStep* parent);
  long pointer(std::int64_t offset) const;
  long list(std::int64_t offset);
  long filter(std::int64_t offset);
  void checkLengths(const mini_step& step) const;

  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
  std::uint64_t flags_ = 0;
  std::vector<mini_step> child_;
  std::vector<ParentStep> parent_;
  std::vector<std::unique_ptr<const char*[]>> lists_;
  std::vector<std::unique_ptr<sock_fprog>> filters_;
};

// The names of the calls that programs may make; a call is encoded as its index here.
const std::vector<const char*>& callNames();
