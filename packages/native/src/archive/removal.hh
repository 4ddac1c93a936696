// Taking away what is in the way. Nothing is followed, and nothing outside is reached, however
// deep.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace archive {

// Whether something may go: `parent` is the directory's descriptor.
using Spare = std::function<bool(int parent, const char* name)>;

// `name` in `parent`, with all that is in it. False where there is nothing. Throws Failure{SYSTEM}.
bool removeTree(int parent, const char* name);
// All that is in the directory, except what is spared and the directories above that.
void clearDirectory(int directory, const Spare& spare = {});

}  // namespace archive
