// What the parent prepares and the child obeys. Plain memory, because the child only reads it.
#ifndef MINI_CHILD_H
#define MINI_CHILD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { MINI_ARGS = 6, MINI_SLOTS = 256, MINI_TRIES = 1000 };

// One system call. An argument whose bit is set in `slots` is the index of a descriptor slot.
struct mini_step {
  long number;
  long args[MINI_ARGS];
  int16_t keep;   // the slot that keeps the result, or -1
  int16_t allow;  // the errno that counts as success, or 0
  uint8_t slots;
};

struct mini_program {
  const struct mini_step *steps;
  int32_t count;
  // The child's report. It shares this memory until execve(2), so two stores say all: `at` is the
  // step under way (from 1; 0: never ran), and `error` its errno.
  volatile int32_t at;
  volatile int32_t error;
  // clone(2), unlike clone3(2), cannot put signal handlers back to their defaults: then the child
  // does, first.
  int reset_signals;
  // Where memory is not shared after all (qemu-user turns a vfork-like clone into a fork): the slot
  // of a pipe for the same two numbers, as {-2 - at, error}; otherwise -1.
  int report;
  // Cleared by the kernel when the thread that made the child ends: set_tid_address(2).
  const volatile int *alive;
  int slots[MINI_SLOTS];
};

// clone3(2), or clone(2) where the kernel has no clone3, on a stack of the child's own. In the
// child it runs `program` and never returns. In the parent it returns the child's pid, or -errno.
long mini_clone3(void *clone_args, unsigned long size, struct mini_program *program);
long mini_clone(unsigned long flags, void *stack_top, int *parent_tid,
                struct mini_program *program);

#ifdef __cplusplus
}
#endif
#endif
