#include "reading.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <cmath>
#include <exception>
#include <utility>

#include "ahead.hh"

namespace archive {

namespace {

// A Source that others hold on to, for those that want one of their own.
class Shared : public Source {
 public:
  explicit Shared(std::shared_ptr<Source> source) : source_(std::move(source)) {}
  ~Shared() override { source_->abort(); }  // nobody reads what is pushed from here on
  Chunk read() override { return source_->read(); }
  void abort() override { source_->abort(); }

 private:
  const std::shared_ptr<Source> source_;
};

}  // namespace

void Gate::give() {
  const std::lock_guard lock(mutex_);
  given_ = true;
}

bool Gate::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !given_ || aborted_; });
  return !aborted_;
}

bool Gate::isOpen() {
  const std::lock_guard lock(mutex_);
  return !given_;
}

void Gate::open(bool answer) {
  const std::lock_guard lock(mutex_);
  given_ = false;
  answer_ = answer;
  changed_.notify_all();
}

void Gate::abort() {
  const std::lock_guard lock(mutex_);
  aborted_ = true;
  changed_.notify_all();
}

void Reading::prepare(Job& job) {
  if (!path_.empty()) return;
  pushed_ = std::make_shared<PushSource>(progress, [weak = job.weak_from_this()] {
    if (const auto job = weak.lock())
      job->post([](Napi::Env env) -> std::vector<napi_value> {
        return {Napi::Number::New(env, kWanted)};
      });
  });
}

std::unique_ptr<Source> Reading::open() {
  if (pushed_ != nullptr) return std::make_unique<Shared>(pushed_);
  Fd file(must(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY), "open"));
  struct stat status;
  must(fstat(file.get(), &status), "fstat");
  if (S_ISREG(status.st_mode)) progress->total = status.st_size;
  return std::make_unique<FileSource>(std::move(file), progress);
}

// The first chunk has been read beforehand, or what was thrown instead is thrown when it is asked
// for.
class Begun final : public Source {
 public:
  explicit Begun(std::unique_ptr<Source> source) : source_(std::move(source)) {
    try {
      first_ = source_->read();
    } catch (...) {
      thrown_ = std::current_exception();
    }
  }
  Chunk read() override {
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
    return first_.size > 0 ? std::exchange(first_, {}) : source_->read();
  }
  void abort() override { source_->abort(); }

 private:
  const std::unique_ptr<Source> source_;
  Chunk first_;
  std::exception_ptr thrown_;
};

Event Reading::run(Job& job) {
  auto decoder = decode(open(), {limits.window});
  const Decoder& decoding = *decoder;
  std::unique_ptr<Source> source;
  const auto enter = [this](Source* source) {
    const std::lock_guard lock(mutex_);
    if (aborted_) throw Failure(Fault::ABORTED, "aborted");
    source_ = source;
  };
  const auto leave = [this] {
    const std::lock_guard lock(mutex_);
    source_ = nullptr;
  };
  try {
    enter(decoder.get());
    source = std::make_unique<Begun>(std::move(decoder));
    // A plain archive is read faster than a thread hands it over: the kernel reads ahead by itself.
    if (decoding.compression() != Compression::NONE) {
      leave();
      source = readAhead(std::move(source));
    }
    enter(source.get());
    Event last = read(job, *source, decoding);
    leave();
    return last;
  } catch (...) {
    leave();
    throw;
  }
}

void Reading::abort() {
  gate.abort();
  const std::lock_guard lock(mutex_);
  aborted_ = true;
  if (pushed_ != nullptr) pushed_->abort();
  if (source_ != nullptr) source_->abort();
}

// The memory stays JavaScript's: it is referenced until the last chunk of it has been written.
bool Reading::push(Job& job, Napi::Uint8Array bytes) {
  if (pushed_ == nullptr || job.finished()) return true;
  napi_ref reference;
  if (napi_create_reference(bytes.Env(), bytes, 1, &reference) != napi_ok)
    throw Napi::Error::New(bytes.Env());
  std::shared_ptr<const void> owner(
      bytes.Data(), [reference, job = job.shared_from_this()](const void*) {
        job->defer([reference](napi_env env) { napi_delete_reference(env, reference); });
      });
  return pushed_->push({std::move(owner), bytes.Data(), bytes.ByteLength()});
}

void Reading::pushEnd() {
  if (pushed_ != nullptr) pushed_->end();
}

napi_value entryToJs(Napi::Env env, const Entry& entry) {
  const auto number = [env](auto value) {
    return Napi::Number::New(env, static_cast<double>(value));
  };
  auto object = Napi::Object::New(env);
  object.Set("path", entry.path);
  object.Set("type", number(static_cast<int>(entry.type)));
  object.Set("link", entry.link);
  object.Set("mode", number(entry.mode));
  object.Set("uid", number(entry.uid));
  object.Set("gid", number(entry.gid));
  object.Set("uname", entry.uname);
  object.Set("gname", entry.gname);
  object.Set("seconds", number(entry.mtime.seconds));
  object.Set("nanoseconds", number(entry.mtime.nanoseconds));
  object.Set("size", number(entry.size));
  object.Set("major", number(entry.major));
  object.Set("minor", number(entry.minor));
  object.Set("offset", number(entry.offset));
  auto xattrs = Napi::Array::New(env);
  for (const auto& [name, value] : entry.xattrs) {
    xattrs.Set(xattrs.Length(), name);
    xattrs.Set(xattrs.Length(), Napi::Buffer<char>::Copy(env, value.data(), value.size()));
  }
  object.Set("xattrs", xattrs);
  return object;
}

Limits limitsOf(const Napi::Object& options) {
  const auto given = options.Get("limits").As<Napi::Object>();
  const auto limit = [&](const char* name) {
    const double value = given.Get(name).As<Napi::Number>().DoubleValue();
    return value < 0x1p63 ? static_cast<std::uint64_t>(value) : kUnlimited;
  };
  return {limit("bytes"), limit("entries"), limit("pathLength"),
          limit("depth"), limit("ratio"),   limit("window")};
}

}  // namespace archive
