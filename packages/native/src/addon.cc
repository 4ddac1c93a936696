#include <fcntl.h>
#include <napi.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "archive/binding.hh"
#include "clone.hh"
#include "completion.hh"
#include "program.hh"
#include "start.hh"
#include "terminal.hh"
#include "threads.hh"

namespace {

// Most starts only make system calls, and few threads do; but an open may wait for a fifo or a file
// server, so more are made when all are busy. Those that wait for other programs get threads of
// their own.
Threads& threadsFor(const Start& start) {
  static auto* const quick = new Threads(32);  // never destroyed: they outlive main()
  static auto* const waiting = new Threads(512);
  return start.slow() ? *waiting : *quick;
}

int integer(const Napi::Value& value) { return value.As<Napi::Number>().Int32Value(); }

std::shared_ptr<Pending>& pendingOf(const Napi::CallbackInfo& info) {
  return *info[0].As<Napi::External<std::shared_ptr<Pending>>>().Data();
}

// start(program, given, open, listener): see Binding in src/binding.ts.
Napi::Value start(const Napi::CallbackInfo& info) {
  const auto env = info.Env();
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const auto given = info[1].As<Napi::Array>();
  const auto open = info[2].As<Napi::Array>();
  const GivenSlots slots = {integer(given[0u]), integer(given[1u]), integer(given[2u]),
                            integer(given[3u])};
  std::vector<std::pair<int, int>> fds;
  for (std::uint32_t i = 0; i + 1 < open.Length(); i += 2)
    fds.emplace_back(integer(open[i]), integer(open[i + 1]));
  bool bounded = std::all_of(fds.begin(), fds.end(), [](const auto& fd) {
    return fd.first >= 0 && fd.first < MINI_SLOTS && fd.second >= 0;
  });
  for (std::uint32_t i = 0; i < 4; i++)
    bounded = bounded && integer(given[i]) >= -1 && integer(given[i]) < MINI_SLOTS;
  if (!bounded) throw Napi::TypeError::New(env, "malformed start: a slot that there is none of");

  auto pending = std::make_shared<Pending>();
  try {
    pending->start =
        std::make_shared<Start>(bytes.Data(), bytes.ByteLength(), slots, std::move(fds));
  } catch (const std::invalid_argument& error) {
    throw Napi::TypeError::New(env, error.what());
  }
  pending->completion = Completion::of(env);
  pending->listener = Napi::Persistent(info[3].As<Napi::Function>());
  pending->context = std::make_unique<Napi::AsyncContext>(env, "mini.spawn");
  pending->completion->expect(pending);
  const int error = threadsFor(*pending->start).post([pending]() mutable {
    pending->start->run();
    const auto completion = pending->completion;
    completion->deliver(std::move(pending));
  });
  if (error != 0) {
    pending->start->refuse(error, "pthread_create");
    pending->completion->deliver(pending);
  }
  return Napi::External<std::shared_ptr<Pending>>::New(
      env, new std::shared_ptr<Pending>(pending),
      [](Napi::Env, std::shared_ptr<Pending>* held) { delete held; });
}

Napi::Value pid(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), pendingOf(info)->start->pid());
}

Napi::Value kill(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), pendingOf(info)->start->kill(integer(info[1])));
}

void reference(const Napi::CallbackInfo& info) {
  auto& pending = pendingOf(info);
  pending->completion->reference(*pending, info[1].As<Napi::Boolean>());
}

// duplicate(fd): the same file under another number, or -errno. The caller may close its own as
// soon as spawn() has returned, before the child has been made.
Napi::Value duplicate(const Napi::CallbackInfo& info) {
  const int fd = fcntl(integer(info[0]), F_DUPFD_CLOEXEC, kLow);
  return Napi::Number::New(info.Env(), fd < 0 ? -errno : fd);
}

// setBlocking(fd): as a command expects it. Node makes a pipe or a socket that it reads
// non-blocking, which is a property of the file and so of the child's copy too (fcntl(2)).
void setBlocking(const Napi::CallbackInfo& info) {
  const int fd = integer(info[0]);
  const int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) != 0) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

// channel("in" | "out" | "both"): [the parent's end, the child's end], or an errno. A pipe where
// one direction will do, so that /dev/stdin and its like can be opened inside; a socket pair where
// both are wanted.
Napi::Value channel(const Napi::CallbackInfo& info) {
  const auto env = info.Env();
  const std::string kind = info[0].As<Napi::String>();
  int fds[2];
  const int made = kind == "both" ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds)
                                  : pipe2(fds, O_CLOEXEC);
  if (made < 0) return Napi::Number::New(env, errno);
  const int parent = kind == "in" ? fds[1] : fds[0], given = kind == "in" ? fds[0] : fds[1];
  const int child = fcntl(given, F_DUPFD_CLOEXEC, kLow);
  const int error = errno;
  ::close(given);
  if (child < 0) {
    ::close(parent);
    return Napi::Number::New(env, error);
  }
  auto ends = Napi::Array::New(env, 2);
  ends.Set(0u, parent);
  ends.Set(1u, child);
  return ends;
}

Napi::Value shares(const Napi::CallbackInfo& info) {
  try {
    return Napi::Boolean::New(info.Env(), sharesMemory());
  } catch (const std::system_error& error) {  // no memory for a stack; std::terminate() otherwise
    throw Napi::Error::New(info.Env(), error.what());
  }
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto calls = Napi::Array::New(env);
  for (const char* name : callNames()) calls.Set(calls.Length(), name);
  exports.Set("calls", calls);
  exports.Set("slots", static_cast<int>(MINI_SLOTS));
  exports.Set("start", Napi::Function::New(env, start, "start"));
  exports.Set("pid", Napi::Function::New(env, pid, "pid"));
  exports.Set("kill", Napi::Function::New(env, kill, "kill"));
  exports.Set("reference", Napi::Function::New(env, reference, "reference"));
  exports.Set("duplicate", Napi::Function::New(env, duplicate, "duplicate"));
  exports.Set("setBlocking", Napi::Function::New(env, setBlocking, "setBlocking"));
  exports.Set("channel", Napi::Function::New(env, channel, "channel"));
  exports.Set("sharesMemory", Napi::Function::New(env, shares, "sharesMemory"));
  exports.Set("saveTerminal", Napi::Function::New(env, saveTerminal, "saveTerminal"));
  exports.Set("restoreTerminal", Napi::Function::New(env, restoreTerminal, "restoreTerminal"));
  archive::exports(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(mini, init)
