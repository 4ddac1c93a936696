#include "input.hh"

#include <fcntl.h>

#include <utility>

namespace archive {

namespace {

constexpr std::size_t kEnough = 1 << 20;

Failure aborted() { return Failure(Fault::ABORTED, "aborted"); }

}  // namespace

FileSource::FileSource(Fd file, std::shared_ptr<Progress> progress)
    : file_(std::move(file)), progress_(std::move(progress)) {
  posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
}

Chunk FileSource::read() {
  if (aborted_) throw aborted();
  auto buffer = buffers_.take();
  const ssize_t got =
      must(retry([&] { return ::read(file_.get(), buffer.get(), kBuffer); }), "read");
  if (got == 0) return {};
  progress_->read += static_cast<std::uint64_t>(got);
  const std::uint8_t* const data = buffer.get();
  return {std::move(buffer), data, static_cast<std::size_t>(got)};
}

bool PushSource::push(Chunk chunk) {
  if (chunk.size == 0) return true;  // none means the end
  const std::lock_guard lock(mutex_);
  if (aborted_) return true;
  size_ += chunk.size;
  chunks_.push_back(std::move(chunk));
  changed_.notify_one();
  full_ = size_ >= kEnough;
  return !full_;
}

void PushSource::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_one();
}

Chunk PushSource::read() {
  Chunk chunk;
  bool want = false;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !chunks_.empty() || ended_ || aborted_; });
    if (aborted_) throw aborted();
    if (chunks_.empty()) return {};
    chunk = std::move(chunks_.front());
    chunks_.pop_front();
    size_ -= chunk.size;
    want = full_ && size_ < kEnough;
    if (want) full_ = false;
  }
  progress_->read += chunk.size;
  if (want) wanted_();
  return chunk;
}

void PushSource::abort() {
  std::deque<Chunk> dropped;
  const std::lock_guard lock(mutex_);
  aborted_ = true;
  dropped.swap(chunks_);
  changed_.notify_one();
}

}  // namespace archive
