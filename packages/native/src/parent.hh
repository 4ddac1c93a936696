#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "program.hh"

// What became of the parent's steps: `step` is the one that failed, or -1. `text` is what a program
// that was run said.
struct ParentResult {
  int step = -1;
  int error = 0;
  std::string text;
};

// Makes them, in order, for the child that waits.
ParentResult runParentSteps(const std::vector<ParentStep>& steps, pid_t child, int pidfd,
                            int childSlot);
