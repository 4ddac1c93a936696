// Where starts come back to the event loop that asked for them: first that the child runs or why
// not, then its end.
#pragma once

#include <napi.h>

#include <initializer_list>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "start.hh"
#include "uv.hh"

class Completion;

// One start as JavaScript holds it. Lives until its last event has been delivered.
struct Pending : std::enable_shared_from_this<Pending> {
  std::shared_ptr<Start> start;
  std::shared_ptr<Completion> completion;
  Napi::FunctionReference listener;
  std::unique_ptr<Napi::AsyncContext> context;
  uv_handle_s* poll = nullptr;
  bool starting = true;
  bool referenced = true;
};

// One for each environment, that is, for each Worker too.
class Completion : public std::enable_shared_from_this<Completion> {
 public:
  static std::shared_ptr<Completion> of(Napi::Env env);

  // On the loop's thread: counts a start under way, which keeps the loop alive.
  void expect(const std::shared_ptr<Pending>& pending);
  // On any thread: the start has come to its end, well or not.
  void deliver(std::shared_ptr<Pending> pending);
  // child.ref() and child.unref()
  void reference(Pending& pending, bool referenced);

 private:
  explicit Completion(Napi::Env env) : env_(env) {}
  void open();
  void count(int starts);
  void drain();
  void watch(const std::shared_ptr<Pending>& pending);
  void ended(const std::shared_ptr<Pending>& pending);
  void failed(const std::shared_ptr<Pending>& pending, const Failure& failure);
  void call(Pending& pending, std::initializer_list<napi_value> args);
  void close(uv_handle_s* handle, std::shared_ptr<void> kept);
  void handleClosed();
  void closeAll(napi_async_cleanup_hook_handle hook);

  Napi::Env env_;
  uv_handle_s* async_ = nullptr;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Pending>> done_;
  bool closed_ = false;
  int expected_ = 0;  // starts under way that keep the loop alive
  std::unordered_set<std::shared_ptr<Pending>> running_;
  int handles_ = 0;  // that libuv is closing
  napi_async_cleanup_hook_handle hook_ = nullptr;
};
