#include <bzlib.h>

#include <algorithm>
#include <climits>
#include <cstring>

#include "codec.hh"

// The library's assertions. Its frames hold nothing that would be leaked: ~Bzip2() frees its
// tables.
extern "C" void bz_internal_error(int) {
  throw archive::Failure(archive::Fault::FORMAT, "bzip2: corrupt");
}

namespace archive {

namespace {

class Bzip2 final : public Codec {
 public:
  Bzip2() { open(); }
  ~Bzip2() override { BZ2_bzDecompressEnd(&stream_); }

  Next step(Cursor& in, std::uint8_t*& out, std::size_t& room) override {
    if (ended_) {
      const Next next = follows(in);
      if (next != Next::MORE) return next;
      BZ2_bzDecompressEnd(&stream_);
      open();
      ended_ = false;
    }
    const auto given = static_cast<unsigned>(std::min<std::size_t>(in.size(), UINT_MAX));
    // The library only reads from there; it is older than `const`.
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(in.data()));
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<char*>(out);
    stream_.avail_out = static_cast<unsigned>(room);
    const int result = BZ2_bzDecompress(&stream_);
    const std::size_t written = room - stream_.avail_out;
    out += written;
    room -= written;
    in.take(given - stream_.avail_in);
    if (result == BZ_STREAM_END) {
      ended_ = true;
    } else if (result == BZ_MEM_ERROR) {
      noMemory();
    } else if (result != BZ_OK) {
      throw Failure(Fault::FORMAT, "bzip2: corrupt");
    } else if (given == 0 && written == 0) {
      truncated("bzip2");
    }
    return Next::MORE;
  }

 private:
  void open() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) noMemory();
  }

  // Another stream, or something else, which bzip2(1) leaves alone as well.
  static Next follows(Cursor& in) {
    if (!in.fill()) return Next::END;
    in.fill(3);
    const std::size_t size = std::min<std::size_t>(in.size(), 3);
    return std::memcmp(in.data(), "BZh", size) == 0 ? Next::MORE : Next::GARBAGE;
  }

  bz_stream stream_ = {};
  bool ended_ = false;  // a stream has, and what follows was not looked at
};

}  // namespace

std::unique_ptr<Codec> bzip2() { return std::make_unique<Bzip2>(); }

}  // namespace archive
