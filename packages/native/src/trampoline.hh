#pragma once

// A sealed memfd that holds the trampoline and the init (init.c), open for as long as the process
// lives. Throws std::system_error where it cannot be made.
int trampoline();
