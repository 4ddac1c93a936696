// clone3(2), and clone(2) where there is none.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "child.h"

// The stack of the child. One a thread: the thread stands still while the child uses it. Throws
// std::system_error where there is no memory for it.
char* stackOfThisThread();

// The child's pid, or -errno. The kernel stores the pid and the pidfd before the child runs;
// where it has no clone3, the pidfd alone.
long clone(mini_program* shared, char* stack, std::uint64_t flags, pid_t* pid, int* pidfd);

// Which process a pidfd is of, or -1: pidfd_open(2).
pid_t pidOf(int pidfd);

// Whether a child made with CLONE_VM shares memory, as the kernel does it.
bool sharesMemory();
