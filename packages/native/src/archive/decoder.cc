#include "decoder.hh"

#include <cerrno>
#include <exception>
#include <string>
#include <string_view>

#include "buffers.hh"
#include "codec.hh"
#include "header.hh"

namespace archive {

namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  const char* name;
};
// What people take for a tar archive, by name.
constexpr Magic kOthers[] = {
    {"PK\x03\x04"sv, "a zip file"},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7z file"},
    {"Rar!\x1a\x07"sv, "a rar file"},
    {"!<arch>\n"sv, "an ar archive, as Debian's packages are"},
    {"\xed\xab\xee\xdb"sv, "an RPM package"},
    {"070701"sv, "a cpio archive"},
    {"070702"sv, "a cpio archive"},
    {"070707"sv, "a cpio archive"},
    {"hsqs"sv, "a squashfs image"},
    {"\x1f\x9d"sv, "packed by compress(1)"},
    {"LZIP"sv, "packed by lzip(1)"},
    {"\x89LZO\0\r\n\x1a\n"sv, "packed by lzop(1)"},
    {"\x04\x22\x4d\x18"sv, "packed by lz4(1)"},
    {"\x5d\0\0"sv, "packed by lzma(1)"},
};

Compression recognise(Cursor& in) {
  // A file may be called "BZh9" or "LZIP": what has a header of tar's with a good checksum is one.
  if (in.fill(kBlock) && kindOf(in.data()) == Kind::HEADER) return Compression::NONE;
  const std::string_view start(reinterpret_cast<const char*>(in.data()), in.size());
  if (start.starts_with("\x1f\x8b"sv)) return Compression::GZIP;
  if (start.starts_with("BZh"sv) && start.size() > 3 && start[3] >= '1' && start[3] <= '9') {
    return Compression::BZIP2;
  }
  if (start.starts_with("\xfd\x37zXZ\0"sv)) return Compression::XZ;
  if (start.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::ZSTD;
  // A skippable frame: pzstd and zstd:chunked begin with one.
  if (start.size() > 3 && (start[0] & '\xf0') == '\x50' && start.substr(1, 3) == "\x2a\x4d\x18"sv) {
    return Compression::ZSTD;
  }
  for (const Magic& other : kOthers) {
    if (start.starts_with(other.bytes)) {
      throw Failure(Fault::UNSUPPORTED, "not a tar archive but " + std::string(other.name));
    }
  }
  return Compression::NONE;
}

class Decoding final : public Decoder {
 public:
  Decoding(std::unique_ptr<Source> source, DecodeOptions options)
      : options_(options), in_(std::move(source)) {}

  Chunk read() override {
    if (aborted_) throw Failure(Fault::ABORTED, "aborted");
    if (!started_) start();
    if (codec_ != nullptr) return unpack();
    return in_.fill() ? in_.takeAll() : Chunk{};
  }
  void abort() override {
    aborted_ = true;
    in_.source().abort();
  }
  Compression compression() const override { return compression_; }
  bool garbage() const override { return garbage_; }

 private:
  void start() {
    const Compression found = recognise(in_);
    if (found == Compression::GZIP) codec_ = gzip();
    if (found == Compression::BZIP2) codec_ = bzip2();
    if (found == Compression::XZ) codec_ = xz(options_.window);
    if (found == Compression::ZSTD) codec_ = zstd(options_.window);
    compression_ = found;
    started_ = true;
  }

  Chunk unpack() {
    std::shared_ptr<std::uint8_t> buffer = buffers_.take();
    std::uint8_t* out = buffer.get();
    std::size_t room = kBuffer;
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
    while (room > 0 && !ended_) {
      if (in_.size() == 0 && room < kBuffer) break;  // to get more may take a while
      try {
        in_.fill();
        step(out, room);
      } catch (...) {
        // What came out before is good: the failure then names the entry that it happened in.
        if (room == kBuffer) throw;
        thrown_ = std::current_exception();
        break;
      }
      if (aborted_) throw Failure(Fault::ABORTED, "aborted");
    }
    const std::size_t size = kBuffer - room;
    return size == 0 ? Chunk{} : Chunk{buffer, buffer.get(), size};
  }

  void step(std::uint8_t*& out, std::size_t& room) {
    try {
      const Codec::Next next = codec_->step(in_, out, room);
      if (next == Codec::Next::MORE) return;
      ended_ = true;
      garbage_ = next == Codec::Next::GARBAGE;
    } catch (Failure& failure) {
      if (failure.fault == Fault::FORMAT || failure.fault == Fault::TRUNCATED) {
        failure.message += ", at byte " + std::to_string(in_.offset()) + " of what is packed";
      }
      throw;
    }
  }

  const DecodeOptions options_;
  Cursor in_;
  Buffers buffers_;
  std::unique_ptr<Codec> codec_;
  bool started_ = false, ended_ = false;
  std::exception_ptr thrown_;
  std::atomic<bool> aborted_ = false, garbage_ = false;
  std::atomic<Compression> compression_ = Compression::NONE;
};

}  // namespace

void Codec::truncated(const char* format) {
  throw Failure(Fault::TRUNCATED, std::string(format) + ": the archive ends too early");
}

void Codec::noMemory() {
  Failure failure(Fault::SYSTEM, "no memory for the decoder");
  failure.error = ENOMEM;
  failure.syscall = "mmap";
  throw failure;
}

std::unique_ptr<Decoder> decode(std::unique_ptr<Source> source, DecodeOptions options) {
  return std::make_unique<Decoding>(std::move(source), options);
}

}  // namespace archive
