// What unpacking and listing have in common: where the archive comes from, and questions to
// JavaScript.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include "decoder.hh"
#include "entry.hh"
#include "input.hh"
#include "job.hh"
#include "limits.hh"

namespace archive {

// The thread that reads an archive waits here until JavaScript has dealt with what it was given.
class Gate {
 public:
  void give();
  // False when the job is aborted.
  bool wait();
  bool isOpen();
  bool answer() const { return answer_; }
  void open(bool answer);
  void abort();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool given_ = false, aborted_ = false, answer_ = false;
};

class Reading : public Task {
 public:
  // `path` is "" for an archive that is pushed.
  Reading(std::string path, Limits limits) : limits(limits), path_(std::move(path)) {}
  Event run(Job& job) final;
  void abort() final;

  // Before the job's thread starts.
  void prepare(Job& job) final;
  // On the loop's thread. False when that is enough for now; a "wanted" event follows.
  bool push(Job& job, Napi::Uint8Array bytes);
  void pushEnd();

  const Limits limits;
  Gate gate;

 protected:
  virtual Event read(Job& job, Source& source, const Decoder& decoder) = 0;
  std::atomic<bool> aborted_ = false;

 private:
  std::unique_ptr<Source> open();

  const std::string path_;
  std::mutex mutex_;
  Source* source_ = nullptr;  // while it is read
  std::shared_ptr<PushSource> pushed_;
};

napi_value entryToJs(Napi::Env env, const Entry& entry);
Limits limitsOf(const Napi::Object& options);

}  // namespace archive
