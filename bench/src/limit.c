// The limit: what a start costs when a small C program does nothing but make it. clone3(2) sharing memory until exec, the
// same calls as the plan of src/plan.ts in the same order, the trampoline from a sealed memfd, execve, wait: no Node, no
// threads, no pipe for stdio. Prints the milliseconds of each start, one a line.
//
//   limit <starts> <plain | isolated | network> <root> <trampoline>
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PLAIN, ISOLATED, NETWORK };

static int kind;
static const char *root;
static int trampoline, report;
static char stack[65536] __attribute__((aligned(16)));

static void must(long result, const char *call) {
  if (result >= 0) return;
  dprintf(2, "limit: %s: %s\n", call, strerror(errno));
  _exit(125);
}
#define MUST(call) must((call), #call)

static void isolate(void) {
  MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
  MUST(sethostname("container", 9));
  if (kind == NETWORK) {
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    MUST(ioctl(fd, SIOCSIFFLAGS, &lo));
    MUST(close(fd));
  }
  const int directory = openat(AT_FDCWD, root, O_PATH | O_CLOEXEC | O_DIRECTORY);
  const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE;
  const int tree = (int)syscall(SYS_open_tree, directory, "", flags);
  MUST(syscall(SYS_move_mount, tree, "", directory, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
  MUST(close(directory));
  struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
  const int target = (int)syscall(SYS_openat2, tree, "/proc", &how, sizeof how);
  MUST(fchdir(target));
  MUST(mount("proc", ".", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
  MUST(close(target));
  MUST(fchdir(tree));
  MUST(syscall(SYS_pivot_root, ".", "."));
  MUST(umount2(".", MNT_DETACH));
  MUST(chdir("/"));
}

static _Noreturn void child(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int fd = 0; fd < 3; fd++) fcntl(fd, F_SETFD, 0);
  int sealed = -1;
  if (kind != PLAIN) {
    dup3(report, 3, 0);
    sealed = dup3(trampoline, 4, O_CLOEXEC);
  }
  syscall(SYS_close_range, kind == PLAIN ? 3 : 5, ~0U, 0);
  if (kind != PLAIN) isolate();
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  char *env[] = {"PATH=/bin", NULL};
  char *argv[] = {"trampoline", "3", "/bin/true", "true", NULL};
  if (kind == PLAIN) execve("/bin/true", argv + 3, env);
  syscall(SYS_execveat, sealed, "", argv, env, AT_EMPTY_PATH);
  _exit(126);
}

static int entry(void *unused) {
  (void)unused;
  child();
}

static void start(void) {
  int pidfd = -1, pipes[2] = {-1, -1};
  if (kind != PLAIN) MUST(pipe2(pipes, O_CLOEXEC));
  report = pipes[1];
  int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  if (kind != PLAIN) flags |= CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWCGROUP;
  if (kind == NETWORK) flags |= CLONE_NEWNET;
  MUST(clone(entry, stack + sizeof stack, flags, NULL, &pidfd));
  if (kind != PLAIN) {
    char byte;
    close(pipes[1]);
    MUST(read(pipes[0], &byte, 1)); // its end: the trampoline has become the command
    close(pipes[0]);
  }
  siginfo_t info;
  MUST(waitid(P_PIDFD, pidfd, &info, WEXITED));
  close(pidfd);
  if (info.si_code != CLD_EXITED || info.si_status != 0) {
    fprintf(stderr, "limit: the command ended with %d\n", info.si_status);
    exit(1);
  }
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  const int starts = atoi(argv[1]);
  kind = strcmp(argv[2], "plain") == 0 ? PLAIN : strcmp(argv[2], "isolated") == 0 ? ISOLATED : NETWORK;
  root = argv[3];
  trampoline = fcntl(open(argv[4], O_RDONLY | O_CLOEXEC), F_DUPFD_CLOEXEC, 64);
  MUST(trampoline);
  sigset_t all, before;
  sigfillset(&all);
  for (int i = 0; i < starts; i++) {
    const double begin = now();
    sigprocmask(SIG_SETMASK, &all, &before);
    start();
    sigprocmask(SIG_SETMASK, &before, NULL);
    printf("%.4f\n", now() - begin);
  }
}
