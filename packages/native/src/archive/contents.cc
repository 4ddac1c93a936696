#include "contents.hh"

#include <utility>

namespace archive {

namespace {

// A batch is worth waking a thread for. At most so many wait: each part may keep a buffer of a
// decoder (128 KB) and a descriptor.
constexpr std::size_t kBatchParts = 16, kBatchBytes = 256 * 1024, kBatches = 3;

void writeAll(int fd, const Piece& piece) {
  std::size_t done = 0;
  while (done < piece.chunk.size) {
    const ssize_t written =
        must(retry([&] {
               return pwrite(fd, piece.chunk.data + done, piece.chunk.size - done,
                             static_cast<off_t>(piece.offset + done));
             }),
             "write");
    done += static_cast<std::size_t>(written);
  }
}

}  // namespace

Contents::Contents(unsigned threads, Skipped& skipped) : skipped_(skipped) {
  batch_.reserve(kBatchParts);
  for (unsigned i = 0; i < threads; i++) threads_.emplace_back([this] { run(); });
}

Contents::~Contents() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    batches_.clear();
  }
  posted_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void Contents::write(const std::shared_ptr<File>& file, Piece piece) {
  file->parts++;
  add({file, std::move(piece)});
}

void Contents::close(std::shared_ptr<File> file) { add({std::move(file), {}}); }

void Contents::add(Part part) {
  bytes_ += part.piece.chunk.size;
  batch_.push_back(std::move(part));
  if (batch_.size() >= kBatchParts || bytes_ >= kBatchBytes) post();
}

void Contents::post() {
  if (batch_.empty()) return;
  Batch batch;
  batch.reserve(kBatchParts);
  batch.swap(batch_);
  bytes_ = 0;
  {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [this] { return batches_.size() < kBatches || failed_; });
    if (failed_) rethrow();
    batches_.push_back(std::move(batch));
  }
  posted_.notify_one();
}

void Contents::rethrow() {
  if (failure_) throw *failure_;
}

void Contents::finish() {
  post();
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  posted_.notify_all();
  for (auto& thread : threads_) thread.join();
  rethrow();
}

void Contents::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    posted_.wait(lock, [this] { return !batches_.empty() || closed_; });
    if (batches_.empty()) return;
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    lock.unlock();
    taken_.notify_one();
    if (!failed_)
      for (auto& part : batch) writePart(part);
    batch.clear();
    lock.lock();
  }
}

void Contents::writePart(Part& part) {
  try {
    File& file = *part.file;
    writeAll(file.fd.get(), part.piece);
    if (--file.parts != 0) return;
    if (file.sparse) must(ftruncate(file.fd.get(), static_cast<off_t>(file.size)), "ftruncate");
    settle(file.fd.get(), file.attributes, skipped_);
    file.fd = {};
  } catch (Failure& failure) {
    failure.entry = part.file->attributes.path;
    failure.offset = static_cast<std::int64_t>(part.file->offset);
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = failure;
    failed_ = true;
    taken_.notify_all();
  }
}

}  // namespace archive
