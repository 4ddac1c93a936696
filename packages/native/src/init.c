// The trampoline and the init: what a child becomes when it lets go of Node's memory.
//
// Executed from a sealed memfd, so that /proc/self/exe inside is this and nothing inside can
// overwrite a host binary (CVE-2019-5736). It has no libc, no memory of its own but the stack, and
// two roles, told apart by argv[0]:
//
//   trampoline <report> <file> <argv...>   becomes the command at once
//   init       <report> <file> <argv...>   starts the command, is PID 1 beside it: reaps, forwards
//   signals, ends with it
//
// <report> is the descriptor of a pipe to the parent. Records are two 32-bit numbers: {step, errno}
// when a call of ours failed (steps count from 0: fcntl, execve), {-1, 0} when the init's command
// is running, {-3, KB} and {-2, status} when it has ended: the most memory it had, and its status
// as wait4(2) gives it. The trampoline's success is the end of the pipe: it is close-on-exec.
#include <linux/sched.h>
#include <linux/wait.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "syscall.h"

#define CALL(n, a, b, c, d) mini_syscall(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

enum {
  F_SETFD = 2,
  FD_CLOEXEC = 1,
  SIGCHLD = 17,
  SIG_SETMASK = 2,
  SI_KERNEL = 128,
  PR_SET_NAME = 15
};
enum { STEP_FCNTL = 0, STEP_EXECVE = 1, STARTED = -1, ENDED = -2, PEAK = -3 };

static void tell(int report, int32_t step, int32_t value) {
  const int32_t record[2] = {step, value};
  CALL(SYS_write, report, record, sizeof record, 0);
}

static _Noreturn void leave(int status) {
  for (;;) CALL(SYS_exit_group, status, 0, 0, 0);
}

static _Noreturn void become(int report, char **argv, char **envp) {
  const long error = CALL(SYS_execve, argv[0], argv + 1, envp, 0);
  tell(report, STEP_EXECVE, (int32_t)-error);
  leave(error == -2 ? 127 : 126);
}

// Waits for all that have ended; the command's own end is the end of the container.
static void reap(long command, int report) {
  for (;;) {
    int status = 0;
    long usage[18];  // struct rusage: two times of two numbers each, then ru_maxrss in KB, …
    const long pid = CALL(SYS_wait4, -1, &status, WNOHANG, usage);
    if (pid <= 0) return;
    if (pid != command) continue;
    tell(report, PEAK, (int32_t)usage[4]);
    tell(report, ENDED, status);
    leave((status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f));
  }
}

static _Noreturn void supervise(long command, int report) {
  // What the command closes has to be closed: a reader of its output waits for that.
  if (report > 0) CALL(SYS_close_range, 0, report - 1, 0, 0);
  CALL(SYS_close_range, report + 1, ~0u, 0, 0);
  const uint64_t all = ~0ull;
  for (;;) {
    int32_t info[32];  // siginfo_t: si_signo, si_errno, si_code, …
    const long signal = CALL(SYS_rt_sigtimedwait, &all, info, 0, sizeof all);
    if (signal == SIGCHLD) reap(command, report);
    // A key on the terminal signals its whole foreground group: the command has it already.
    else if (signal > 0 && info[2] != SI_KERNEL)
      CALL(SYS_kill, command, signal, 0, 0);
  }
}

__attribute__((used)) _Noreturn void mini_main(long *stack) {
  char **argv = (char **)(stack + 1);
  char **envp = argv + stack[0] + 1;
  int report = 0;
  for (const char *digit = argv[1]; *digit != 0; digit++) report = report * 10 + (*digit - '0');

  const long kept = CALL(SYS_fcntl, report, F_SETFD, FD_CLOEXEC, 0);
  if (kept < 0) {
    tell(report, STEP_FCNTL, (int32_t)-kept);
    leave(127);
  }
  if (argv[0][0] == 't') become(report, argv + 2, envp);

  const uint64_t all = ~0ull, none = 0;
  CALL(SYS_prctl, PR_SET_NAME, "init", 0, 0);
  CALL(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, sizeof all);
  // As vfork(2): this returns once the child has executed the command or ended.
  const long command = mini_syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0, 0);
  if (command == 0) {
    CALL(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, sizeof none);
    become(report, argv + 2, envp);
  }
  if (command < 0) {
    tell(report, STEP_EXECVE, (int32_t)-command);
    leave(126);
  }
  tell(report, STARTED, 0);
  supervise(command, report);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall mini_main\n\tud2\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl mini_main\n\tbrk #0\n");
#endif
