/* How long a call takes under filters. Arguments: a number of rounds, then files with filters in the kernel's form, "-"
 * for none. Each round runs every filter once, in a process of its own, so that what disturbs one disturbs all; of each the
 * fastest round counts. Prints a line a filter: nanoseconds for getpid(2), for personality(0xffffffff), whose argument is looked
 * at, and for the installing itself. */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 200000, VALUES = 3, MOST = 16 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static double install(const char *file) {
  static struct sock_filter filter[4096];
  if (file[0] == '-') return 0;
  int fd = open(file, O_RDONLY);
  ssize_t length = read(fd, filter, sizeof filter);
  struct sock_fprog program = {length / sizeof *filter, filter};
  if (length <= 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) exit(1);
  double start = now();
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) exit(1);
  return now() - start;
}

static double of(long number, unsigned long argument) {
  double start = now();
  for (int i = 0; i < CALLS; i++) syscall(number, argument);
  return (now() - start) / CALLS;
}

int main(int argc, char **argv) {
  double best[MOST][VALUES];
  for (int i = 0; i < MOST; i++)
    for (int v = 0; v < VALUES; v++) best[i][v] = 1e18;
  int rounds = atoi(argv[1]), filters = argc - 2;
  if (filters > MOST) return 1;
  for (int round = 0; round < rounds; round++)
    for (int i = 0; i < filters; i++) {
      int ends[2], status;
      double values[VALUES];
      if (pipe(ends)) return 1;
      if (fork() == 0) {
        values[2] = install(argv[i + 2]);
        values[0] = of(SYS_getpid, 0);
        values[1] = of(SYS_personality, 0xffffffff);
        _exit(write(ends[1], values, sizeof values) != sizeof values);
      }
      close(ends[1]);
      if (read(ends[0], values, sizeof values) != sizeof values) return 1;
      close(ends[0]);
      wait(&status);
      for (int v = 0; v < VALUES; v++)
        if (values[v] < best[i][v]) best[i][v] = values[v];
    }
  for (int i = 0; i < filters; i++) printf("%f %f %f\n", best[i][0], best[i][1], best[i][2]);
}
