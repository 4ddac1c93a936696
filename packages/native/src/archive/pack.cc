#include "pack.hh"

#include <exception>
#include <functional>
#include <system_error>
#include <thread>

#include "failure.hh"
#include "pack_blocks.hh"
#include "pack_sink.hh"
#include "pack_tree.hh"

namespace archive::packing {
namespace {

void drain(Blocks* blocks, Sink* sink) {
  try {
    while (auto block = blocks->next()) {
      sink->write(block->data.get(), block->size);
      blocks->giveBack(std::move(*block));
    }
    sink->finish();
  } catch (...) {
    blocks->fail(std::current_exception());
  }
}

std::thread start(std::function<void()> task) {
  try {
    return std::thread(std::move(task));
  } catch (const std::system_error& error) {
    Failure failure(Fault::SYSTEM, "there is no thread left to pack with");
    failure.error = error.code().value();
    failure.syscall = "pthread_create";
    throw failure;
  }
}

}  // namespace

PackResult pack(const PackOptions& options, PackState* state) {
  Blocks blocks;
  const auto sink = makeSink(options.output, options.compression, options.level, state);
  std::thread writer = start([&] { drain(&blocks, sink.get()); });
  std::thread counter;
  std::atomic<bool> enough = false;
  const auto join = [&] {
    enough = true;
    blocks.finish();
    writer.join();
    if (counter.joinable()) counter.join();
  };
  try {
    if (options.estimate) counter = start([&] { countTree(options, state, &enough); });
    Stream stream(&blocks);
    PackResult result = packTree(options, state, &stream);
    stream.finish();
    join();
    blocks.check();
    result.written = state->progress.read;
    return result;
  } catch (...) {
    if (writer.joinable()) join();
    // What the writer failed with because nobody reads any more is not the reason.
    if (state->aborted) throw Failure(Fault::ABORTED, "packing was aborted");
    throw;
  }
}

}  // namespace archive::packing
