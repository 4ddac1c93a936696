// Work on archives for an event loop: done by a thread of its own, which reports to a listener.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "failure.hh"
#include "progress.hh"

namespace archive {

class Job;

// What the listener is called with, made on the loop's thread.
using Event = std::function<std::vector<napi_value>(Napi::Env)>;

// The first argument of the listener. src/archive.ts lists the same.
enum EventKind : int { kDone = 0, kFailed = 1, kWanted = 2, kEntries = 3 };

class Task {
 public:
  virtual ~Task() = default;
  // On the loop's thread, before the job's starts.
  virtual void prepare(Job&) {}
  // On the job's thread. Returns the last event, or throws Failure, which is one too.
  virtual Event run(Job& job) = 0;
  // On the loop's thread; run() has to come to its end soon.
  virtual void abort() = 0;
  const std::shared_ptr<Progress> progress = std::make_shared<Progress>();
};

class Job : public std::enable_shared_from_this<Job> {
 public:
  // The handle by which JavaScript knows it. Throws Napi::Error where there is no thread for it.
  static Napi::Value start(Napi::Env env, Napi::Function listener, std::shared_ptr<Task> task);
  static Job& of(const Napi::Value& handle);

  Task& task() { return *task_; }
  // On the loop's thread: the last event has been delivered.
  bool finished() const { return finished_; }
  // On any thread.
  void post(Event event);
  // On any thread: does something on the loop's, without calling the listener; never, if the
  // environment ends before.
  void defer(std::function<void(napi_env)> action);

 private:
  struct Message {
    Event event;
    std::function<void(napi_env)> action;
    bool last = false;
  };
  explicit Job(std::shared_ptr<Task> task) : task_(std::move(task)) {}
  void run();
  void send(std::unique_ptr<Message> message);
  void deliver(napi_env env, napi_value listener, Message& message);
  static void end(void* job);
  static void call(napi_env env, napi_value listener, void* self, void* message);

  const std::shared_ptr<Task> task_;
  std::thread thread_;
  std::mutex mutex_;
  napi_threadsafe_function function_ = nullptr;  // null once nobody hears
  bool finished_ = false;
  std::shared_ptr<Job> self_;  // until the last event, or the end of the environment
};

Event failureEvent(Failure failure);

}  // namespace archive
