#include "completion.hh"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "reaper.hh"

namespace {

// The first argument of the listener: which event it is. src/binding.ts lists the same.
enum Event : int { kStarted = 0, kFailed = 1, kEnded = 2 };

// How the child ended. By its pidfd, so libuv's own children are never reaped here, nor ours there.
// False while it has not; where somebody else reaped it, `info` stays empty.
bool wait(int pidfd, siginfo_t* info, rusage* usage) {
  *info = {};
  long result;
  do {
    result = syscall(SYS_waitid, P_PIDFD, pidfd, info, WEXITED | WNOHANG, usage);
  } while (result < 0 && errno == EINTR);
  return result < 0 || info->si_pid != 0;
}

// What the init has recorded of the command's end.
struct Ending {
  bool known = false;
  int status = 0;  // which the init's exit code cannot say in full
  long peak = 0;   // in KB
};

Ending readEnding(int report) {
  Ending ending;
  int32_t record[2];
  while (report >= 0 && !ending.known && read(report, record, sizeof record) == sizeof record) {
    if (record[0] == -3) ending.peak = record[1];
    if (record[0] == -2) ending = {true, record[1], ending.peak};
  }
  return ending;
}

// The most memory that the command had, in bytes. Until execve(2) the child has Node's memory, and
// the kernel counts that: what is no more than Node itself ever had says nothing, and is -1.
double peakBytes(const Ending& ending, const rusage& usage) {
  if (ending.known) return static_cast<double>(ending.peak) * 1024;
  rusage own = {};
  getrusage(RUSAGE_SELF, &own);
  return usage.ru_maxrss > own.ru_maxrss ? static_cast<double>(usage.ru_maxrss) * 1024 : -1;
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

}  // namespace

std::shared_ptr<Completion> Completion::of(Napi::Env env) {
  auto* held = env.GetInstanceData<std::shared_ptr<Completion>>();
  if (held == nullptr) {
    held = new std::shared_ptr<Completion>(new Completion(env));
    env.SetInstanceData(held);
    (*held)->open();
  }
  return *held;
}

void Completion::open() {
  uv_loop_s* loop = nullptr;
  napi_get_uv_event_loop(env_, &loop);
  async_ = static_cast<uv_handle_s*>(std::malloc(uv_handle_size(UV_ASYNC)));
  uv_async_init(loop, async_, [](uv_handle_s* async) {
    static_cast<Completion*>(uv_handle_get_data(async))->drain();
  });
  uv_handle_set_data(async_, this);
  uv_unref(async_);
  napi_add_async_cleanup_hook(
      env_,
      [](napi_async_cleanup_hook_handle hook, void* self) {
        static_cast<Completion*>(self)->closeAll(hook);
      },
      this, nullptr);
}

void Completion::count(int starts) {
  expected_ += starts;
  (expected_ > 0 ? uv_ref : uv_unref)(async_);
}

void Completion::expect(const std::shared_ptr<Pending>& pending) {
  running_.insert(pending);
  count(1);
}

void Completion::deliver(std::shared_ptr<Pending> pending) {
  const std::lock_guard lock(mutex_);
  if (closed_) {
    if (pending->start->failure().side == Side::none) reapLater(pending->start);
    return;
  }
  done_.push_back(std::move(pending));
  uv_async_send(async_);
}

void Completion::drain() {
  std::vector<std::shared_ptr<Pending>> done;
  {
    const std::lock_guard lock(mutex_);
    done.swap(done_);
  }
  for (const auto& pending : done) {
    pending->starting = false;
    if (pending->referenced) count(-1);
    const auto& failure = pending->start->failure();
    if (failure.side == Side::none) {
      watch(pending);
    } else {
      failed(pending, failure);
    }
  }
}

void Completion::failed(const std::shared_ptr<Pending>& pending, const Failure& failure) {
  running_.erase(pending);
  const Napi::HandleScope scope(env_);
  // A signal was faster than the start: it has ended as a process would have, without one.
  if (failure.side == Side::cancelled) {
    const auto number = [this](int value) { return Napi::Number::New(env_, value); };
    call(*pending,
         {number(kEnded), number(-1), number(failure.error), number(0), number(0), number(-1)});
    pending->listener.Reset();
    return;
  }
  call(*pending,
       {Napi::Number::New(env_, kFailed), Napi::Number::New(env_, static_cast<int>(failure.side)),
        Napi::Number::New(env_, failure.step), Napi::Number::New(env_, failure.error),
        Napi::String::New(env_, failure.text)});
  pending->listener.Reset();
}

// A pidfd becomes readable when its process ends (pidfd_open(2)), so the loop can watch it like a
// socket.
void Completion::watch(const std::shared_ptr<Pending>& pending) {
  uv_loop_s* loop = nullptr;
  napi_get_uv_event_loop(env_, &loop);
  auto* poll = static_cast<uv_handle_s*>(std::malloc(uv_handle_size(UV_POLL)));
  if (const int error = uv_poll_init(loop, poll, pending->start->pidfd()); error != 0) {
    // No memory left for one more descriptor in epoll. The child runs, and could never be waited
    // for: it has to end.
    std::free(poll);
    pending->start->kill(9);
    reapLater(pending->start);
    return failed(pending, {Side::clone, 0, -error, "epoll_ctl"});
  }
  pending->poll = poll;
  uv_handle_set_data(poll, pending.get());  // which running_ keeps until the handle is closed
  if (!pending->referenced) uv_unref(poll);
  uv_poll_start(poll, UV_READABLE, [](uv_handle_s* poll, int, int) {
    const auto pending = static_cast<Pending*>(uv_handle_get_data(poll))->shared_from_this();
    pending->completion->ended(pending);
  });
  const Napi::HandleScope scope(env_);
  call(*pending, {Napi::Number::New(env_, kStarted), Napi::Number::New(env_, pending->start->pid()),
                  Napi::Boolean::New(env_, pending->start->executed())});
}

void Completion::ended(const std::shared_ptr<Pending>& pending) {
  siginfo_t info;
  rusage usage = {};
  if (!wait(pending->start->pidfd(), &info, &usage)) return;
  close(std::exchange(pending->poll, nullptr), pending);
  running_.erase(pending);

  int code = info.si_code == CLD_EXITED ? info.si_status : -1;
  int signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
  const Ending ending = readEnding(pending->start->report());
  if (ending.known) {
    code = WIFEXITED(ending.status) ? WEXITSTATUS(ending.status) : -1;
    signal = WIFEXITED(ending.status) ? 0 : WTERMSIG(ending.status);
  }
  pending->start->reaped();
  const Napi::HandleScope scope(env_);
  call(*pending,
       {Napi::Number::New(env_, kEnded), Napi::Number::New(env_, code),
        Napi::Number::New(env_, signal), Napi::Number::New(env_, milliseconds(usage.ru_utime)),
        Napi::Number::New(env_, milliseconds(usage.ru_stime)),
        Napi::Number::New(env_, peakBytes(ending, usage))});
  pending->listener.Reset();
}

// By the C functions: when the Worker is being terminated JavaScript cannot be called, which is no
// C++ exception's business.
void Completion::call(Pending& pending, std::initializer_list<napi_value> args) {
  if (closed_) return;
  const napi_status status =
      napi_make_callback(env_, *pending.context, env_.Global(), pending.listener.Value(),
                         args.size(), args.begin(), nullptr);
  napi_value error;
  if (status == napi_pending_exception &&
      napi_get_and_clear_last_exception(env_, &error) == napi_ok) {
    napi_fatal_exception(env_, error);  // 'uncaughtException', as for any other event
  }
}

void Completion::reference(Pending& pending, bool referenced) {
  if (pending.referenced == referenced) return;
  pending.referenced = referenced;
  if (pending.starting) count(referenced ? 1 : -1);
  if (pending.poll != nullptr) (referenced ? uv_ref : uv_unref)(pending.poll);
}

// What the handle points to is kept until libuv has let go of it.
void Completion::close(uv_handle_s* handle, std::shared_ptr<void> kept) {
  struct Kept {
    std::shared_ptr<Completion> completion;
    std::shared_ptr<void> other;
  };
  handles_++;
  uv_handle_set_data(handle, new Kept{shared_from_this(), std::move(kept)});
  uv_close(handle, [](uv_handle_s* closed) {
    const std::unique_ptr<Kept> kept(static_cast<Kept*>(uv_handle_get_data(closed)));
    std::free(closed);
    kept->completion->handleClosed();
  });
}

void Completion::handleClosed() {
  if (--handles_ == 0 && hook_ != nullptr) napi_remove_async_cleanup_hook(hook_);
}

void Completion::closeAll(napi_async_cleanup_hook_handle hook) {
  hook_ = hook;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& pending : done_) {
      if (pending->start->failure().side == Side::none) reapLater(pending->start);
    }
    done_.clear();
  }
  for (const auto& pending : running_) {
    pending->listener.Reset();
    pending->context.reset();
    if (pending->poll == nullptr) continue;
    close(std::exchange(pending->poll, nullptr), pending);
    reapLater(pending->start);
  }
  running_.clear();
  close(async_, nullptr);
}
