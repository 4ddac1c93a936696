#include <algorithm>
#include <climits>
#include <string>

#include "codec.hh"
#include "zlib.hh"

namespace archive {

void requireZlib() {
  if (inflateInit2_ == nullptr || inflate == nullptr || inflateReset == nullptr ||
      inflateEnd == nullptr || deflateInit2_ == nullptr || deflate == nullptr ||
      deflateEnd == nullptr) {
    throw Failure(Fault::UNSUPPORTED, "gzip: this runtime does not export zlib, as Node.js does");
  }
}

namespace {

class Gzip final : public Codec {
 public:
  Gzip() {
    requireZlib();
    if (inflateInit2_(&stream_, 15 + kGzip, kZlib, sizeof stream_) != Z_OK) noMemory();
  }
  ~Gzip() override { inflateEnd(&stream_); }

  Next step(Cursor& in, std::uint8_t*& out, std::size_t& room) override {
    if (ended_) {
      const Next next = follows(in);
      if (next != Next::MORE) return next;
      inflateReset(&stream_);
      ended_ = false;
    }
    const auto given = static_cast<unsigned>(std::min<std::size_t>(in.size(), UINT_MAX));
    stream_.next_in = in.data();
    stream_.avail_in = given;
    stream_.next_out = out;
    stream_.avail_out = static_cast<unsigned>(room);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t written = room - stream_.avail_out;
    out += written;
    room -= written;
    in.take(given - stream_.avail_in);
    if (result == Z_STREAM_END) {
      ended_ = true;
    } else if (result == Z_MEM_ERROR) {
      noMemory();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      throw Failure(Fault::FORMAT,
                    std::string("gzip: ") + (stream_.msg == nullptr ? "corrupt" : stream_.msg));
    } else if (given == 0 && written == 0) {
      truncated("gzip");
    }
    return Next::MORE;
  }

 private:
  // As gzip(1) does: another member, or zeros up to the end (tapes are written in blocks), or
  // anything else, which is left alone.
  static Next follows(Cursor& in) {
    bool zeros = false;
    while (in.fill() && in.data()[0] == 0) {
      const auto* const end = in.data() + in.size();
      in.take(std::find_if(in.data(), end, [](std::uint8_t byte) { return byte != 0; }) -
              in.data());
      zeros = true;
    }
    if (in.size() == 0) return Next::END;
    const bool member = !zeros && in.fill(2) && in.data()[0] == 0x1f && in.data()[1] == 0x8b;
    return member ? Next::MORE : Next::GARBAGE;
  }

  z_stream stream_ = {};
  bool ended_ = false;  // a member has, and what follows was not looked at
};

}  // namespace

std::unique_ptr<Codec> gzip() { return std::make_unique<Gzip>(); }

}  // namespace archive
