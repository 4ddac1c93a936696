#pragma once

#include <napi.h>

namespace archive {

// What src/archive.ts types.
void exports(Napi::Env env, Napi::Object exports);

}  // namespace archive
