#include "job.hh"

#include <signal.h>

#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace archive {

namespace {

// Node's signal handlers belong on Node's threads: all that this thread and its own start inherit
// the mask.
std::thread withoutSignals(std::function<void()> main) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    std::thread thread(std::move(main));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
}

Failure outOf(const char* what, int error) {
  Failure failure(Fault::SYSTEM, what);
  failure.error = error;
  failure.syscall = what;
  return failure;
}

}  // namespace

Event failureEvent(Failure failure) {
  return [failure = std::move(failure)](Napi::Env env) -> std::vector<napi_value> {
    auto object = Napi::Object::New(env);
    object.Set("fault", static_cast<int>(failure.fault));
    object.Set("message", failure.message);
    object.Set("detail", failure.detail);
    object.Set("entry", failure.entry);
    object.Set("offset", static_cast<double>(failure.offset));
    object.Set("errno", failure.error);
    object.Set("syscall", failure.syscall);
    return {Napi::Number::New(env, kFailed), object};
  };
}

Job& Job::of(const Napi::Value& handle) {
  return **handle.As<Napi::External<std::shared_ptr<Job>>>().Data();
}

Napi::Value Job::start(Napi::Env env, Napi::Function listener, std::shared_ptr<Task> task) {
  const std::shared_ptr<Job> job(new Job(std::move(task)));
  if (napi_create_threadsafe_function(env, listener, nullptr,
                                      Napi::String::New(env, "mini.archive"), 0, 1, nullptr,
                                      nullptr, job.get(), call, &job->function_) != napi_ok)
    throw Napi::Error::New(env);
  job->self_ = job;
  job->task_->prepare(*job);
  // When a Worker is terminated, what it has lent must be in use no longer.
  napi_add_env_cleanup_hook(env, end, job.get());
  try {
    job->thread_ = withoutSignals([job = job.get()] { job->run(); });
  } catch (const std::system_error& error) {
    const int code = error.code().value();
    job->send(
        std::make_unique<Message>(Message{failureEvent(outOf("pthread_create", code)), {}, true}));
  }
  return Napi::External<std::shared_ptr<Job>>::New(
      env, new std::shared_ptr<Job>(job),
      [](Napi::Env, std::shared_ptr<Job>* held) { delete held; });
}

void Job::run() {
  Event last;
  try {
    last = task_->run(*this);
  } catch (const Failure& failure) {
    last = failureEvent(failure);
  } catch (const std::bad_alloc&) {
    last = failureEvent(outOf("mmap", ENOMEM));
  } catch (const std::system_error& error) {
    last = failureEvent(outOf("pthread_create", error.code().value()));
  }
  send(std::make_unique<Message>(Message{std::move(last), {}, true}));
}

void Job::post(Event event) {
  send(std::make_unique<Message>(Message{std::move(event), {}, false}));
}

void Job::defer(std::function<void(napi_env)> action) {
  send(std::make_unique<Message>(Message{{}, std::move(action), false}));
}

void Job::send(std::unique_ptr<Message> message) {
  const std::lock_guard lock(mutex_);
  if (function_ == nullptr) return;
  if (napi_call_threadsafe_function(function_, message.get(), napi_tsfn_nonblocking) == napi_ok)
    (void)message.release();
}

// Without an environment (it is being torn down) there is nobody to call.
void Job::call(napi_env env, napi_value listener, void* self, void* data) {
  const std::unique_ptr<Message> message(static_cast<Message*>(data));
  if (env != nullptr) static_cast<Job*>(self)->deliver(env, listener, *message);
}

void Job::deliver(napi_env env, napi_value listener, Message& message) {
  const auto kept = shared_from_this();
  if (message.last) {
    finished_ = true;
    napi_remove_env_cleanup_hook(env, end, this);
    if (thread_.joinable()) thread_.join();
    const std::lock_guard lock(mutex_);
    napi_release_threadsafe_function(std::exchange(function_, nullptr), napi_tsfn_release);
    self_ = nullptr;
  }
  if (message.action) message.action(env);
  if (!message.event) return;
  try {
    const auto args = message.event(env);
    napi_value global, error;
    napi_get_global(env, &global);
    if (napi_call_function(env, global, listener, args.size(), args.data(), nullptr) ==
            napi_pending_exception &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok)
      napi_fatal_exception(env, error);  // 'uncaughtException', as for any other event
  } catch (const Napi::Error&) {
    // The Worker is being terminated: nothing can be made for it.
  }
}

void Job::end(void* job) {
  const auto self = std::move(static_cast<Job*>(job)->self_);  // it may go with this
  {
    const std::lock_guard lock(self->mutex_);
    self->function_ = nullptr;  // the environment closes it itself
  }
  self->task_->abort();
  if (self->thread_.joinable()) self->thread_.join();
}

}  // namespace archive
