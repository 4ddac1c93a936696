// The vocabulary of plans: every call a step may make, by the kernel's name for it.
// The table in packages/plan/src/call.ts lists the same; a test holds the two against each other.
#ifndef MINI_CALLS_H
#define MINI_CALLS_H

#define MINI_CALLS(X)        \
  X(capset)                  \
  X(chdir)                   \
  X(close)                   \
  X(close_range)             \
  X(dup3)                    \
  X(execve)                  \
  X(execveat)                \
  X(fchdir)                  \
  X(fcntl)                   \
  X(ioctl)                   \
  X(keyctl)                  \
  X(landlock_add_rule)       \
  X(landlock_create_ruleset) \
  X(landlock_restrict_self)  \
  X(mkdirat)                 \
  X(mknodat)                 \
  X(mount)                   \
  X(mount_setattr)           \
  X(move_mount)              \
  X(open_tree)               \
  X(openat)                  \
  X(openat2)                 \
  X(pivot_root)              \
  X(prctl)                   \
  X(prlimit64)               \
  X(read)                    \
  X(rt_sigaction)            \
  X(rt_sigprocmask)          \
  X(seccomp)                 \
  X(setdomainname)           \
  X(setgroups)               \
  X(sethostname)             \
  X(setresgid)               \
  X(setresuid)               \
  X(setsid)                  \
  X(socket)                  \
  X(symlinkat)               \
  X(umask)                   \
  X(umount2)                 \
  X(unlinkat)                \
  X(write)

#endif
