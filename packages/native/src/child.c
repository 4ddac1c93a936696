// Everything that runs between clone3(2) and execve(2), and nothing else.
//
// The child shares the memory of Node.js, and the thread that made it stands still meanwhile.
// Another thread may hold the lock of malloc(3), and errno is the standing thread's own: so nothing
// here allocates, locks, formats or calls into libc. It makes the calls it was given, raw, and
// stores two numbers when one of them fails.
//
// It is compiled freestanding; a test reads the symbol table of the object file and fails on any
// undefined symbol.
#include "child.h"

#include <linux/prctl.h>
#include <signal.h>
#include <sys/syscall.h>

#include "syscall.h"

static long make(struct mini_program *program, const struct mini_step *step) {
  long args[MINI_ARGS];
  for (int i = 0; i < MINI_ARGS; i++) {
    args[i] = step->slots >> i & 1 ? program->slots[step->args[i]] : step->args[i];
  }
  // A rename anywhere on the machine lets a look-up through ".." fail, and openat2(2) asks to try
  // again.
  long result;
  int tries = 0;
  do {
    result = mini_syscall(step->number, args[0], args[1], args[2], args[3], args[4], args[5]);
  } while (result == -11 /* EAGAIN */ && step->number == SYS_openat2 && ++tries < MINI_TRIES);
  return result;
}

static _Noreturn void fail(struct mini_program *program, long error) {
  program->error = (int32_t)error;
  if (program->report >= 0) {
    const int32_t report[2] = {-2 - program->at, program->error};
    mini_syscall(SYS_write, program->slots[program->report], (long)report, sizeof report, 0, 0, 0);
  }
  for (;;) mini_syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
}

// PR_SET_PDEATHSIG asked for after the parent has died is never delivered. The kernel clears
// `alive` before it looks for children to signal, so one of the two is always seen.
static int orphaned(const struct mini_program *program, const struct mini_step *step) {
  return step->number == SYS_prctl && step->args[0] == PR_SET_PDEATHSIG && step->args[1] != 0 &&
         *program->alive == 0;
}

// A handler of Node's must not run here: it would run in Node's memory. Signals are still blocked.
static void reset(void) {
  static const long fallback[4];  // the kernel's struct sigaction: SIG_DFL, no flags, an empty mask
  for (int signal = 1; signal <= 64; signal++) {
    mini_syscall(SYS_rt_sigaction, signal, (long)fallback, 0, 8, 0, 0);
  }
}

__attribute__((used)) static _Noreturn void run(struct mini_program *program) {
  if (program->reset_signals) reset();
  for (int32_t i = 0; i < program->count; i++) {
    const struct mini_step *step = program->steps + i;
    program->at = i + 1;
    const long result = make(program, step);
    if (result < 0 && -result != step->allow) fail(program, -result);
    if (step->keep >= 0) program->slots[step->keep] = (int)result;
    if (orphaned(program, step)) fail(program, 3 /* ESRCH */);
  }
  fail(program, 22 /* EINVAL: the last step was no execve */);
}

// Both calls start the child on a new stack, where only registers are left: the program is handed
// over in one that the kernel preserves.
static long start(long number, long a, long b, long c, struct mini_program *program) {
#if defined(__x86_64__)
  register struct mini_program *handed __asm__("r12") = program;
  register long r10 __asm__("r10") = 0;
  register long r8 __asm__("r8") = 0;
  long result;
  __asm__ volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r12, %%rdi\n\t"
      "call *%[run]\n\t"
      "ud2\n"
      "1:"
      : "=a"(result)
      : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(handed), [run] "r"(run)
      : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = 0;
  register long x4 __asm__("x4") = 0;
  __asm__ volatile(
      "svc 0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x0, %[program]\n\t"
      "blr %[run]\n\t"
      "brk #0\n"
      "1:"
      : "+r"(x0)
      : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), [program] "r"(program), [run] "r"(run)
      : "x30", "memory");
  return x0;
#endif
}

long mini_clone3(void *clone_args, unsigned long size, struct mini_program *program) {
  return start(SYS_clone3, (long)clone_args, (long)size, 0, program);
}

long mini_clone(unsigned long flags, void *stack_top, int *parent_tid,
                struct mini_program *program) {
  return start(SYS_clone, (long)(flags | SIGCHLD), (long)stack_top, (long)parent_tid, program);
}
