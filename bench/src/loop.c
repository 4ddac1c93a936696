// The limit of unpacking: a bare loop over a mapped archive. mkdirat, openat, write from the mapping, fchown, fchmod, futimens,
// close, symlinkat, linkat: no checks, no limits, no queue, nothing of what makes an extractor safe. With two threads each
// writes every second file, once the directories are there. Mapped at once: page by page it took longer. Prints the milliseconds from the call of mmap(2) to the last close.
//
//   loop <archive> <directory> <threads>
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct entry {
  char type;
  char *path, *link;
  const char *content;
  size_t size;
  mode_t mode;
  uid_t uid;
  gid_t gid;
  struct timespec times[2];
};

static struct entry *entries;
static size_t count, room;
static int root, threads;

static _Noreturn void die(const char *what, const char *path) {
  fprintf(stderr, "loop: %s %s: %m\n", what, path);
  exit(1);
}

static uint64_t number(const char *field, int length) {
  uint64_t value = 0;
  if ((unsigned char)*field == 0x80) {
    for (int i = 1; i < length; i++) value = value << 8 | (unsigned char)field[i];
    return value;
  }
  for (int i = 0; i < length; i++)
    if (field[i] >= '0' && field[i] <= '7') value = value * 8 + (field[i] - '0');
  return value;
}

static char *copy(const char *from, size_t most) {
  char *text = strndup(from, most);
  const size_t length = strlen(text);
  if (length > 1 && text[length - 1] == '/') text[length - 1] = 0;
  return text;
}

static void parse(const char *at, const char *end) {
  char *path = NULL, *link = NULL;
  for (; at + 512 <= end && *at; at += 512) {
    const size_t size = number(at + 124, 12);
    const char type = at[156], *content = at + 512;
    const char *const header = at;
    if (type != '1' && type != '2' && type != '5') at += (size + 511) & ~(size_t)511;
    if (type == 'L') { path = copy(content, size); continue; }
    if (type == 'K') { link = copy(content, size); continue; }
    if (type == 'x' || type == 'g') continue;
    if (count == room) entries = realloc(entries, (room = room ? 2 * room : 4096) * sizeof *entries);
    const struct timespec time = {.tv_sec = number(header + 136, 12)};
    entries[count++] = (struct entry){
        .type = type, .path = path ? path : copy(header, 100), .link = link ? link : strndup(header + 157, 100),
        .content = content, .size = size, .mode = number(header + 100, 8) & 07777,
        .uid = number(header + 108, 8), .gid = number(header + 116, 8), .times = {time, time}};
    path = link = NULL;
  }
}

static void finish(int fd, const struct entry *entry) {
  if (geteuid() == 0 && fchown(fd, entry->uid, entry->gid) != 0) die("fchown", entry->path);
  if (fchmod(fd, entry->mode) != 0) die("fchmod", entry->path);
  if (futimens(fd, entry->times) != 0) die("futimens", entry->path);
  close(fd);
}

static void *files(void *first) {
  for (size_t i = (size_t)first; i < count; i += threads) {
    const struct entry *const entry = &entries[i];
    if (entry->type != '0' && entry->type != 0) continue;
    const int fd = openat(root, entry->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) die("openat", entry->path);
    for (size_t done = 0; done < entry->size;) {
      const ssize_t written = write(fd, entry->content + done, entry->size - done);
      if (written <= 0) die("write", entry->path);
      done += written;
    }
    finish(fd, entry);
  }
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  umask(0);
  const double begin = now();
  const int archive = open(argv[1], O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (archive < 0 || fstat(archive, &status) != 0) die("open", argv[1]);
  const char *const bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, archive, 0);
  if (bytes == MAP_FAILED) die("mmap", argv[1]);
  root = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
  threads = atoi(argv[3]);
  parse(bytes, bytes + status.st_size);
  for (size_t i = 0; i < count; i++) {
    const struct entry *const entry = &entries[i];
    if (entry->type == '5' && strcmp(entry->path, ".") != 0 && mkdirat(root, entry->path, 0700) != 0)
      die("mkdirat", entry->path);
  }
  pthread_t others[64];
  for (int i = 1; i < threads && i < 64; i++) pthread_create(&others[i], NULL, files, (void *)(intptr_t)i);
  files(NULL);
  for (int i = 1; i < threads && i < 64; i++) pthread_join(others[i], NULL);
  for (size_t i = 0; i < count; i++) {
    const struct entry *const entry = &entries[i];
    if (entry->type == '2' && symlinkat(entry->link, root, entry->path) != 0) die("symlinkat", entry->path);
    if (entry->type == '1' && linkat(root, entry->link, root, entry->path, 0) != 0) die("linkat", entry->path);
  }
  for (size_t i = count; i-- > 0;)
    if (entries[i].type == '5')
      finish(openat(root, entries[i].path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), &entries[i]);
  printf("%.4f\n", now() - begin);
}
