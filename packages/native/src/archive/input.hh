// Where the bytes of an archive come from.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "buffers.hh"
#include "progress.hh"
#include "source.hh"
#include "system.hh"

namespace archive {

// A regular file. It is read, not mapped: somebody who truncates it meanwhile would end the whole
// process by SIGBUS (mmap(2)).
class FileSource : public Source {
 public:
  FileSource(Fd file, std::shared_ptr<Progress> progress);
  Chunk read() override;
  void abort() override { aborted_ = true; }

 private:
  const Fd file_;
  const std::shared_ptr<Progress> progress_;
  Buffers buffers_;
  std::atomic<bool> aborted_ = false;
};

// What somebody else reads and hands on.
class PushSource : public Source {
 public:
  // `wanted` is called, on the reader's thread, when push() has said that it is enough and it no
  // longer is.
  PushSource(std::shared_ptr<Progress> progress, std::function<void()> wanted)
      : progress_(std::move(progress)), wanted_(std::move(wanted)) {}
  // False when that is enough for now.
  bool push(Chunk chunk);
  void end();
  Chunk read() override;
  void abort() override;

 private:
  const std::shared_ptr<Progress> progress_;
  const std::function<void()> wanted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Chunk> chunks_;
  std::size_t size_ = 0;
  bool ended_ = false, aborted_ = false, full_ = false;
};

}  // namespace archive
