#include "pack_sink.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <zstd.h>

#include <cstdint>
#include <memory>
#include <utility>

#include "failure.hh"
#include "system.hh"
#include "zlib.hh"

namespace archive::packing {
namespace {

constexpr std::size_t kPacked = 256 * 1024;

[[noreturn]] void noMemory(const char* format) {
  Failure failure(Fault::SYSTEM, std::string(format) + ": there is no memory for the compressor");
  failure.error = ENOMEM;
  failure.syscall = "malloc";
  throw failure;
}

class FdSink final : public Sink {
 public:
  FdSink(int fd, PackState* state) : fd_(fd), state_(*state) {
    struct stat stat;
    if (fstat(fd, &stat) == 0 && S_ISFIFO(stat.st_mode)) fcntl(fd, F_SETFL, O_NONBLOCK);
  }

  void write(const std::uint8_t* data, std::size_t size) override {
    while (size > 0) {
      const ssize_t done = retry([&] { return ::write(fd_, data, size); });
      if (done < 0 && errno != EAGAIN) {
        Failure failure(Fault::SYSTEM, "the archive cannot be written");
        failure.error = errno;
        failure.syscall = "write";
        throw failure;
      }
      if (done < 0) {
        wait();
        continue;
      }
      data += done;
      size -= static_cast<std::size_t>(done);
      state_.progress.read += static_cast<std::uint64_t>(done);
    }
  }

 private:
  void wait() const {
    constexpr int kLookMs = 50;
    pollfd writable = {fd_, POLLOUT, 0};
    poll(&writable, 1, kLookMs);
    if (state_.aborted) throw Failure(Fault::ABORTED, "packing was aborted");
  }

  const int fd_;
  PackState& state_;
};

class GzipSink final : public Sink {
 public:
  GzipSink(std::unique_ptr<Sink> next, int level) : next_(std::move(next)) {
    requireZlib();
    // zlib's own choice is level 6, and its largest window and tables for it.
    if (deflateInit2_(&stream_, level == 0 ? 6 : level, Z_DEFLATED, 15 + kGzip, 8,
                      Z_DEFAULT_STRATEGY, kZlib, sizeof stream_) != Z_OK) {
      noMemory("gzip");
    }
  }
  ~GzipSink() override { deflateEnd(&stream_); }

  void write(const std::uint8_t* data, std::size_t size) override {
    stream_.next_in = data;
    stream_.avail_in = static_cast<unsigned>(size);
    while (stream_.avail_in > 0) deflateSome(Z_NO_FLUSH);
  }
  void finish() override {
    while (deflateSome(Z_FINISH) != Z_STREAM_END) {
    }
  }

 private:
  int deflateSome(int flush) {
    stream_.next_out = packed_.get();
    stream_.avail_out = kPacked;
    const int result = deflate(&stream_, flush);
    next_->write(packed_.get(), kPacked - stream_.avail_out);
    return result;
  }

  const std::unique_ptr<Sink> next_;
  const std::unique_ptr<std::uint8_t[]> packed_{new std::uint8_t[kPacked]};
  z_stream stream_ = {};
};

class ZstdSink final : public Sink {
 public:
  ZstdSink(std::unique_ptr<Sink> next, int level) : next_(std::move(next)) {
    if (context_ == nullptr) noMemory("zstd");
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel,
                           level == 0 ? ZSTD_CLEVEL_DEFAULT : level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);  // as zstd(1) has it
  }

  void write(const std::uint8_t* data, std::size_t size) override {
    ZSTD_inBuffer from = {data, size, 0};
    while (from.pos < from.size) compressSome(&from, ZSTD_e_continue);
  }
  void finish() override {
    ZSTD_inBuffer nothing = {nullptr, 0, 0};
    while (compressSome(&nothing, ZSTD_e_end) != 0) {
    }
  }

 private:
  std::size_t compressSome(ZSTD_inBuffer* from, ZSTD_EndDirective directive) {
    ZSTD_outBuffer to = {packed_.get(), kPacked, 0};
    const std::size_t left = ZSTD_compressStream2(context_.get(), &to, from, directive);
    if (ZSTD_isError(left)) noMemory("zstd");
    next_->write(packed_.get(), to.pos);
    return left;
  }

  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  const std::unique_ptr<Sink> next_;
  const std::unique_ptr<ZSTD_CCtx, Free> context_{ZSTD_createCCtx()};
  const std::unique_ptr<std::uint8_t[]> packed_{new std::uint8_t[kPacked]};
};

}  // namespace

std::unique_ptr<Sink> makeSink(int fd, Compression compression, int level, PackState* state) {
  auto file = std::make_unique<FdSink>(fd, state);
  switch (compression) {
    case Compression::NONE:
      return file;
    case Compression::GZIP:
      return std::make_unique<GzipSink>(std::move(file), level);
    case Compression::ZSTD:
      return std::make_unique<ZstdSink>(std::move(file), level);
    default:
      throw Failure(Fault::UNSUPPORTED, "bzip2 and xz can be read, not written");
  }
}

}  // namespace archive::packing
