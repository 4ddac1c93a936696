#include "ahead.hh"

#include <pthread.h>
#include <signal.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <utility>

#include "failure.hh"

namespace archive {

namespace {

class Ahead final : public Source {
 public:
  Ahead(std::unique_ptr<Source> source, std::size_t most)
      : source_(std::move(source)), most_(most) {
    // Node's signals belong on Node's thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int error = pthread_create(&thread_, nullptr, main, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (error != 0) {
      Failure failure(Fault::SYSTEM, "no thread for the decoder");
      failure.error = error;
      failure.syscall = "clone";
      throw failure;
    }
  }
  ~Ahead() override {
    abort();
    pthread_join(thread_, nullptr);
  }

  Chunk read() override {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return aborted_ || !chunks_.empty() || ended_; });
    if (aborted_) throw Failure(Fault::ABORTED, "aborted");
    if (chunks_.empty()) {
      if (thrown_ != nullptr) std::rethrow_exception(thrown_);
      return {};
    }
    Chunk chunk = std::move(chunks_.front());
    chunks_.pop_front();
    const bool full = size_ >= most_;
    size_ -= chunk.size;
    lock.unlock();
    if (full) emptied_.notify_one();
    return chunk;
  }

  void abort() override {
    {
      const std::lock_guard lock(mutex_);
      aborted_ = true;
    }
    filled_.notify_all();
    emptied_.notify_all();
    source_->abort();
  }

 private:
  static void* main(void* self) {
    static_cast<Ahead*>(self)->run();
    return nullptr;
  }

  void run() {
    std::exception_ptr thrown;
    try {
      for (;;) {
        Chunk chunk = source_->read();
        if (chunk.size == 0) break;
        std::unique_lock lock(mutex_);
        emptied_.wait(lock, [this] { return aborted_ || size_ < most_; });
        if (aborted_) break;
        size_ += chunk.size;
        chunks_.push_back(std::move(chunk));
        lock.unlock();
        filled_.notify_one();
      }
    } catch (...) {
      thrown = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      thrown_ = thrown;
      ended_ = true;
    }
    filled_.notify_all();
  }

  const std::unique_ptr<Source> source_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable filled_, emptied_;
  std::deque<Chunk> chunks_;
  std::size_t size_ = 0;  // of the chunks
  bool ended_ = false, aborted_ = false;
  std::exception_ptr thrown_;
  pthread_t thread_;
};

}  // namespace

std::unique_ptr<Source> readAhead(std::unique_ptr<Source> source, std::size_t bytes) {
  return std::make_unique<Ahead>(std::move(source), bytes);
}

}  // namespace archive
