#include "parent.hh"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>

namespace {

constexpr char kPid[] = "<pid>";
constexpr char kPath[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::size_t kMostText = 4096;

std::string withPid(std::string text, pid_t pid) {
  const auto at = text.find(kPid);
  return at == std::string::npos ? text : text.replace(at, sizeof kPid - 1, std::to_string(pid));
}

// What `program` writes until it has ended, whoever else may hold its stderr then. There is nothing
// to wait for once the child, of `childPidfd`, has been killed: then the program is ended too.
std::string readUntilEnd(int fd, pid_t program, int childPidfd) {
  std::string text;
  char buffer[512];
  const int programPidfd = static_cast<int>(syscall(SYS_pidfd_open, program, 0));
  fcntl(fd, F_SETFL, O_NONBLOCK);
  pollfd polled[] = {{programPidfd, POLLIN, 0}, {childPidfd, POLLIN, 0}, {fd, POLLIN, 0}};
  for (bool ended = programPidfd < 0; !ended;) {
    if (poll(polled, 3, -1) < 0 && errno != EINTR) break;
    ended = polled[0].revents != 0;
    if (polled[1].revents != 0) {
      kill(program, SIGKILL);
      polled[1].fd = -1;
    }
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) {
      if (text.size() < kMostText) text.append(buffer, static_cast<std::size_t>(n));
    }
    if (n == 0) polled[2].fd = -1;
  }
  if (programPidfd >= 0) close(programPidfd);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// In kPath, not in Node's: getenv(3) would run beside what JavaScript does to process.env.
int spawnInPath(pid_t* pid, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const* argv, char* const* environment) {
  const std::string name = argv[0];
  if (name.find('/') != std::string::npos)
    return posix_spawn(pid, argv[0], actions, attributes, argv, environment);
  std::istringstream directories(kPath + sizeof "PATH");
  int error = ENOENT;
  for (std::string directory; error == ENOENT && std::getline(directories, directory, ':');) {
    const auto file = directory + "/" + name;
    error = posix_spawn(pid, file.c_str(), actions, attributes, argv, environment);
  }
  return error;
}

// A setuid program such as newuidmap(1). It gets an environment of its own, not Node's.
int runProgram(const std::vector<std::string>& words, pid_t child, int childPidfd,
               std::string* text) {
  std::vector<std::string> given;
  for (const auto& word : words) given.push_back(word == kPid ? std::to_string(child) : word);
  std::vector<char*> argv;
  for (auto& word : given) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string path = kPath;
  char* environment[] = {path.data(), nullptr};

  int said[2];
  if (pipe2(said, O_CLOEXEC) < 0) return errno;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, said[1], 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  const int error = spawnInPath(&pid, &actions, &attributes, argv.data(), environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(said[1]);
  if (error == 0) *text = readUntilEnd(said[0], pid, childPidfd);
  close(said[0]);
  if (error != 0) return error;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
  if (text->empty()) {
    *text = WIFEXITED(status) ? "exit status " + std::to_string(WEXITSTATUS(status))
                              : std::string("signal ") + std::to_string(WTERMSIG(status));
  }
  return ECHILD;
}

int makeCall(const ParentStep& step, pid_t child, std::vector<int>& slots) {
  long args[MINI_ARGS];
  std::string texts[MINI_ARGS];
  for (int i = 0; i < MINI_ARGS; i++) {
    args[i] = step.call.args[i];
    if (step.call.slots >> i & 1) args[i] = slots[static_cast<std::size_t>(args[i])];
    if (step.texts >> i & 1) {
      texts[i] = withPid(reinterpret_cast<const char*>(args[i]), child);
      args[i] = reinterpret_cast<long>(texts[i].c_str());
    }
  }
  // Whatever close(2) says, the descriptor is gone.
  if (step.call.number == SYS_close && step.call.slots & 1) {
    slots[static_cast<std::size_t>(step.call.args[0])] = -1;
  }
  const long result =
      syscall(step.call.number, args[0], args[1], args[2], args[3], args[4], args[5]);
  if (result < 0 && errno != step.call.allow) return errno;
  if (step.call.keep >= 0)
    slots[static_cast<std::size_t>(step.call.keep)] = static_cast<int>(result);
  return 0;
}

}  // namespace

ParentResult runParentSteps(const std::vector<ParentStep>& steps, pid_t child, int pidfd,
                            int childSlot) {
  ParentResult result;
  std::vector<int> slots(MINI_SLOTS, -1);
  if (childSlot >= 0) slots[static_cast<std::size_t>(childSlot)] = pidfd;
  for (std::size_t i = 0; i < steps.size(); i++) {
    const auto& step = steps[i];
    result.error = step.run.empty() ? makeCall(step, child, slots)
                                    : runProgram(step.run, child, pidfd, &result.text);
    if (result.error == 0) continue;
    result.step = static_cast<int>(i);
    break;
  }
  // What a step kept and none closed.
  for (const auto& step : steps) {
    if (step.call.keep < 0 || !step.run.empty()) continue;
    int& fd = slots[static_cast<std::size_t>(step.call.keep)];
    if (fd >= 0) close(fd);
    fd = -1;
  }
  return result;
}
