// Files' contents, written on threads of their own while the next names are made: a file is open by
// then, so whatever happens to its name does not matter, and no order has to be kept.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "attributes.hh"
#include "parser.hh"
#include "system.hh"

namespace archive {

// A file that is being written, until the last who holds it has written his part.
struct File {
  Fd fd;
  Attributes attributes;
  std::uint64_t size = 0;
  bool sparse = false;
  std::uint64_t offset = 0;         // of the header, for those who read about a failure
  std::atomic<unsigned> parts = 1;  // that are not yet written; one is the parser's
};

class Contents {
 public:
  Contents(unsigned threads, Skipped& skipped);
  // Ends the threads; what was not yet written is not.
  ~Contents();

  void write(const std::shared_ptr<File>& file, Piece piece);
  // All of it has been handed on.
  void close(std::shared_ptr<File> file);
  // Waits until everything is written. Throws the Failure of whichever thread met one.
  void finish();

 private:
  struct Part {
    std::shared_ptr<File> file;
    Piece piece;
  };
  using Batch = std::vector<Part>;
  void add(Part part);
  void post();
  void run();
  void writePart(Part& part);
  void rethrow();

  Skipped& skipped_;
  Batch batch_;
  std::size_t bytes_ = 0;  // in the batch
  std::mutex mutex_;
  std::condition_variable posted_, taken_;
  std::deque<Batch> batches_;
  bool closed_ = false;
  std::atomic<bool> failed_ = false;
  std::optional<Failure> failure_;
  std::vector<std::thread> threads_;
};

}  // namespace archive
