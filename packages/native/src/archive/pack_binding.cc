#include "pack_binding.hh"

#include <fcntl.h>

#include <string>
#include <utility>

#include "job.hh"
#include "pack.hh"

namespace archive {
namespace {

using packing::PackOptions;
using packing::PackResult;
using packing::PackState;

napi_value toValue(Napi::Env env, const PackResult& result) {
  auto object = Napi::Object::New(env);
  const auto set = [&](const char* name, std::uint64_t value) {
    object.Set(name, static_cast<double>(value));
  };
  set("entries", result.entries);
  set("files", result.files);
  set("directories", result.directories);
  set("links", result.links);
  set("devices", result.devices);
  set("bytes", result.bytes);
  set("writtenBytes", result.written);
  set("skippedCount", result.skippedCount);
  set("incompleteCount", result.incompleteCount);
  auto skipped = Napi::Array::New(env, result.skipped.size());
  for (std::uint32_t i = 0; i < result.skipped.size(); i++) {
    const auto& [path, reason, error] = result.skipped[i];
    auto one = Napi::Array::New(env, 3);
    one.Set(0u, path);
    one.Set(1u, static_cast<int>(reason));
    one.Set(2u, error);
    skipped.Set(i, one);
  }
  object.Set("skipped", skipped);
  return object;
}

class PackTask final : public Task {
 public:
  explicit PackTask(PackOptions options) : options_(std::move(options)) {}

  Event run(Job&) override {
    auto result = packing::pack(options_, &state_);
    return [result = std::move(result)](Napi::Env env) -> std::vector<napi_value> {
      return {Napi::Number::New(env, kDone), toValue(env, result)};
    };
  }
  void abort() override { state_.aborted = true; }

 private:
  const PackOptions options_;
  PackState state_{*progress};
};

// pack(request, listener): see PackRequest in src/pack.ts, which JavaScript has checked.
Napi::Value pack(const Napi::CallbackInfo& info) {
  const auto request = info[0].As<Napi::Object>();
  const auto number = [&](const char* name) {
    return request.Get(name).As<Napi::Number>().Int64Value();
  };
  const auto boolean = [&](const char* name) {
    return request.Get(name).As<Napi::Boolean>().Value();
  };
  PackOptions options;
  options.directory = static_cast<int>(number("directory"));
  options.output = static_cast<int>(number("output"));
  const auto exclude = request.Get("exclude").As<Napi::Array>();
  for (std::uint32_t i = 0; i < exclude.Length(); i++)
    options.exclude.push_back(exclude.Get(i).As<Napi::String>());
  const auto leaveOut = request.Get("leaveOut").As<Napi::Array>();
  bool lossless = true;
  const auto big = [&](std::uint32_t i) {
    return leaveOut.Get(i).As<Napi::BigInt>().Uint64Value(&lossless);
  };
  for (std::uint32_t i = 0; i + 1 < leaveOut.Length(); i += 2)
    options.leaveOut.emplace_back(big(i), big(i + 1));
  options.oneFileSystem = boolean("oneFileSystem");
  options.sparse = boolean("sparse");
  options.byContent = boolean("byContent");
  options.estimate = boolean("estimate");
  if (const auto time = request.Get("fixedTime"); !time.IsNull())
    options.fixedTime = time.As<Napi::Number>().Int64Value();
  options.compression = static_cast<Compression>(number("compression"));
  options.level = static_cast<int>(number("level"));
  return Job::start(info.Env(), info[1].As<Napi::Function>(),
                    std::make_shared<PackTask>(std::move(options)));
}

}  // namespace

void packExports(Napi::Env env, Napi::Object exports) {
  exports.Set("pack", Napi::Function::New(env, pack, "pack"));
}

}  // namespace archive
