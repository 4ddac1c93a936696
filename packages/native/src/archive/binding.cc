#include "binding.hh"

#include "extract.hh"
#include "pack_binding.hh"
#include "parser.hh"
#include "reading.hh"

namespace archive {

namespace {

constexpr std::size_t kTogether = 256;  // entries that are handed on together, at most

const char* nameOf(Compression compression) {
  switch (compression) {
    case Compression::GZIP:
      return "gzip";
    case Compression::BZIP2:
      return "bzip2";
    case Compression::XZ:
      return "xz";
    case Compression::ZSTD:
      return "zstd";
    case Compression::NONE:
      break;
  }
  return "none";
}

void postEntries(Job& job, std::vector<Entry> entries) {
  job.post([entries = std::make_shared<std::vector<Entry>>(std::move(entries))](
               Napi::Env env) -> std::vector<napi_value> {
    auto array = Napi::Array::New(env, entries->size());
    for (std::size_t i = 0; i < entries->size(); i++)
      array.Set(static_cast<std::uint32_t>(i), entryToJs(env, (*entries)[i]));
    return {Napi::Number::New(env, kEntries), array};
  });
}

class Extracting : public Reading {
 public:
  Extracting(std::string path, ExtractOptions options, bool filter)
      : Reading(std::move(path), options.limits), options_(std::move(options)), filter_(filter) {}

 protected:
  Event read(Job& job, Source& source, const Decoder& decoder) override {
    if (filter_)
      options_.filter = [this, &job](const Entry& entry) {
        gate.give();
        postEntries(job, {entry});
        if (!gate.wait()) throw Failure(Fault::ABORTED, "aborted");
        return gate.answer();
      };
    const auto result = std::make_shared<ExtractResult>();
    extract(source, options_, *progress, aborted_, *result);
    if (decoder.garbage())
      result->skipped.add("", "something behind the end of the compressed archive");
    return [result, compression = decoder.compression()](Napi::Env env) {
      return resultToJs(env, *result, compression);
    };
  }

 private:
  static std::vector<napi_value> resultToJs(Napi::Env env, const ExtractResult& result,
                                            Compression compression) {
    const auto number = [env](std::uint64_t value) {
      return Napi::Number::New(env, static_cast<double>(value));
    };
    auto object = Napi::Object::New(env);
    object.Set("entries", number(result.entries));
    object.Set("files", number(result.files));
    object.Set("directories", number(result.directories));
    object.Set("links", number(result.links));
    object.Set("devices", number(result.devices));
    object.Set("bytes", number(result.bytes));
    object.Set("format", result.format);
    object.Set("compression", nameOf(compression));
    object.Set("skippedCount", number(result.skipped.count()));
    auto skipped = Napi::Array::New(env);
    for (const auto& [path, reason] : result.skipped.list()) {
      auto one = Napi::Object::New(env);
      one.Set("path", path);
      one.Set("reason", reason);
      skipped.Set(skipped.Length(), one);
    }
    object.Set("skipped", skipped);
    return {Napi::Number::New(env, kDone), object};
  }

  ExtractOptions options_;
  const bool filter_;
};

class Listing : public Reading {
 public:
  using Reading::Reading;

 protected:
  // While JavaScript is busy with some, the next ones are collected.
  Event read(Job& job, Source& source, const Decoder&) override {
    Parser parser(source, limits, &progress->read);
    std::vector<Entry> entries;
    Entry entry;
    const auto hand = [&] {
      if (!gate.wait()) throw Failure(Fault::ABORTED, "aborted");
      gate.give();
      postEntries(job, std::exchange(entries, {}));
    };
    while (parser.next(entry)) {
      if (aborted_) throw Failure(Fault::ABORTED, "aborted");
      entries.push_back(std::move(entry));
      progress->entries++;
      if (entries.size() == kTogether || gate.isOpen()) hand();
    }
    if (!entries.empty()) hand();
    if (!gate.wait()) throw Failure(Fault::ABORTED, "aborted");
    return [](Napi::Env env) -> std::vector<napi_value> {
      return {Napi::Number::New(env, kDone), env.Undefined()};
    };
  }
};

std::vector<IdRange> rangesOf(const Napi::Value& value) {
  const auto numbers = value.As<Napi::Array>();
  const auto at = [&](std::uint32_t i) {
    return static_cast<std::uint64_t>(numbers.Get(i).As<Napi::Number>().Int64Value());
  };
  std::vector<IdRange> ranges;
  for (std::uint32_t i = 0; i + 2 < numbers.Length(); i += 3)
    ranges.push_back({at(i), at(i + 1), at(i + 2)});
  return ranges;
}

Ownership ownershipOf(const Napi::Value& value) {
  Ownership ownership;
  if (value.IsString()) {
    ownership.squash = value.As<Napi::String>().Utf8Value() == "squash";
    return ownership;
  }
  const auto map = value.As<Napi::Object>();
  ownership.mapped = true;
  ownership.uids = rangesOf(map.Get("uid"));
  ownership.gids = rangesOf(map.Get("gid"));
  return ownership;
}

std::string text(const Napi::Value& value) { return value.As<Napi::String>(); }

// extract(path or null, options, listener)
Napi::Value extractFromJs(const Napi::CallbackInfo& info) {
  const auto given = info[1].As<Napi::Object>();
  ExtractOptions options;
  options.directory = text(given.Get("directory"));
  options.marker = text(given.Get("marker"));
  options.empty = given.Get("empty").As<Napi::Boolean>();
  options.limits = limitsOf(given);
  options.ownership = ownershipOf(given.Get("ownership"));
  options.whiteouts =
      static_cast<Whiteouts>(given.Get("whiteouts").As<Napi::Number>().Int32Value());
  options.opaque = text(given.Get("opaque"));
  options.strip = given.Get("strip").As<Napi::Number>().Uint32Value();
  options.threads = given.Get("threads").As<Napi::Number>().Uint32Value();
  options.walk = given.Get("walk").As<Napi::Boolean>();
  const bool filter = given.Get("filter").As<Napi::Boolean>();
  return Job::start(info.Env(), info[2].As<Napi::Function>(),
                    std::make_shared<Extracting>(info[0].IsNull() ? "" : text(info[0]),
                                                 std::move(options), filter));
}

// list(path or null, options, listener)
Napi::Value listFromJs(const Napi::CallbackInfo& info) {
  return Job::start(info.Env(), info[2].As<Napi::Function>(),
                    std::make_shared<Listing>(info[0].IsNull() ? "" : text(info[0]),
                                              limitsOf(info[1].As<Napi::Object>())));
}

Reading& readingOf(const Napi::Value& handle) {
  return static_cast<Reading&>(Job::of(handle).task());
}

// push(job, bytes or null)
Napi::Value push(const Napi::CallbackInfo& info) {
  auto& job = Job::of(info[0]);
  bool more = true;
  if (info[1].IsNull()) {
    readingOf(info[0]).pushEnd();
  } else {
    more = readingOf(info[0]).push(job, info[1].As<Napi::Uint8Array>());
  }
  return Napi::Boolean::New(info.Env(), more);
}

// answer(job, boolean): to what came with an "entries" event
void answer(const Napi::CallbackInfo& info) {
  readingOf(info[0]).gate.open(info[1].As<Napi::Boolean>());
}

void abort(const Napi::CallbackInfo& info) { Job::of(info[0]).task().abort(); }

// progress(job): [entries, bytes, bytes read, bytes to read or -1, path]
Napi::Value progress(const Napi::CallbackInfo& info) {
  const auto env = info.Env();
  auto& progress = *Job::of(info[0]).task().progress;
  auto state = Napi::Array::New(env, 5);
  state.Set(0u, static_cast<double>(progress.entries));
  state.Set(1u, static_cast<double>(progress.bytes));
  state.Set(2u, static_cast<double>(progress.read));
  state.Set(3u, static_cast<double>(progress.total));
  state.Set(4u, progress.path());
  return state;
}

}  // namespace

void exports(Napi::Env env, Napi::Object exports) {
  auto archive = Napi::Object::New(env);
  archive.Set("extract", Napi::Function::New(env, extractFromJs, "extract"));
  archive.Set("list", Napi::Function::New(env, listFromJs, "list"));
  archive.Set("push", Napi::Function::New(env, push, "push"));
  archive.Set("answer", Napi::Function::New(env, answer, "answer"));
  archive.Set("abort", Napi::Function::New(env, abort, "abort"));
  archive.Set("progress", Napi::Function::New(env, progress, "progress"));
  packExports(env, archive);
  exports.Set("archive", archive);
}

}  // namespace archive
