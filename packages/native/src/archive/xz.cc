#include <lzma.h>

#include <algorithm>

#include "codec.hh"

namespace archive {

namespace {

// What the decoder needs beside the dictionary.
constexpr std::uint64_t kTables = 1 << 20;

class Xz final : public Codec {
 public:
  explicit Xz(std::uint64_t window) {
    const std::uint64_t memory = std::min(window, UINT64_MAX - kTables) + kTables;
    // Several streams, and zeros between and after them, are part of the format. A check that the
    // library does not know would otherwise not be checked.
    const lzma_ret result =
        lzma_stream_decoder(&stream_, memory, LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK);
    if (result != LZMA_OK) noMemory();
  }
  ~Xz() override { lzma_end(&stream_); }

  Next step(Cursor& in, std::uint8_t*& out, std::size_t& room) override {
    const std::size_t given = in.size();
    stream_.next_in = in.data();
    stream_.avail_in = given;
    stream_.next_out = out;
    stream_.avail_out = room;
    const lzma_ret result = lzma_code(&stream_, given == 0 ? LZMA_FINISH : LZMA_RUN);
    out += room - stream_.avail_out;
    room = stream_.avail_out;
    in.take(given - stream_.avail_in);
    switch (result) {
      case LZMA_OK:
        return Next::MORE;
      case LZMA_STREAM_END:
        return Next::END;
      case LZMA_BUF_ERROR:
        truncated("xz");
      case LZMA_MEM_ERROR:
        noMemory();
      case LZMA_MEMLIMIT_ERROR: {
        Failure failure(Fault::LIMIT, "xz: the dictionary is larger than the limit");
        failure.detail = "window";
        throw failure;
      }
      case LZMA_OPTIONS_ERROR:
        throw Failure(Fault::UNSUPPORTED, "xz: a filter or option that is not known");
      case LZMA_UNSUPPORTED_CHECK:
        throw Failure(Fault::UNSUPPORTED, "xz: a kind of checksum that is not known");
      default:
        throw Failure(Fault::FORMAT, "xz: corrupt");
    }
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<Codec> xz(std::uint64_t window) { return std::make_unique<Xz>(window); }

}  // namespace archive
