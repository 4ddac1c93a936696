#pragma once

#include <napi.h>

// A terminal as it was before a command had it: its settings, and which process group it listened
// to.
Napi::Value saveTerminal(const Napi::CallbackInfo& info);
void restoreTerminal(const Napi::CallbackInfo& info);
