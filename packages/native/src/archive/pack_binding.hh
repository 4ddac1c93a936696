// What JavaScript packs with.
#pragma once

#include <napi.h>

namespace archive {

void packExports(Napi::Env env, Napi::Object exports);

}  // namespace archive
