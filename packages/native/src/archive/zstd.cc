#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_DCtx_setMaxWindowSize: a limit in bytes, not in powers of
                                  // two
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <string>

#include "codec.hh"

namespace archive {

namespace {

constexpr std::uint64_t kLeastWindow = 1 << 10;  // less is no zstd
constexpr std::uint64_t kMostWindow = std::uint64_t{1} << ZSTD_WINDOWLOG_MAX;

[[noreturn]] void fail(ZSTD_ErrorCode code) {
  const std::string message = std::string("zstd: ") + ZSTD_getErrorString(code);
  if (code == ZSTD_error_frameParameter_windowTooLarge) {
    Failure failure(Fault::LIMIT, "zstd: the window is larger than the limit");
    failure.detail = "window";
    throw failure;
  }
  const bool unknown = code == ZSTD_error_version_unsupported ||
                       code == ZSTD_error_frameParameter_unsupported ||
                       code == ZSTD_error_dictionary_wrong;
  throw Failure(unknown ? Fault::UNSUPPORTED : Fault::FORMAT, message);
}

class Zstd final : public Codec {
 public:
  explicit Zstd(std::uint64_t window) : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) noMemory();
    ZSTD_DCtx_setMaxWindowSize(context_, std::clamp(window, kLeastWindow, kMostWindow));
  }
  ~Zstd() override { ZSTD_freeDCtx(context_); }

  Next step(Cursor& in, std::uint8_t*& out, std::size_t& room) override {
    if (in.size() == 0 && ended_) return Next::END;
    ZSTD_inBuffer from = {in.data(), in.size(), 0};
    ZSTD_outBuffer to = {out, room, 0};
    const std::size_t result = ZSTD_decompressStream(context_, &to, &from);
    if (ZSTD_isError(result)) {
      if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) noMemory();
      fail(ZSTD_getErrorCode(result));
    }
    if (from.size == 0 && to.pos == 0) truncated("zstd");
    out += to.pos;
    room -= to.pos;
    in.take(from.pos);
    ended_ = result == 0;
    return Next::MORE;
  }

 private:
  ZSTD_DCtx* const context_;
  bool ended_ = false;  // a frame has, and no other one has begun
};

}  // namespace

std::unique_ptr<Codec> zstd(std::uint64_t window) { return std::make_unique<Zstd>(window); }

}  // namespace archive
