#include "terminal.hh"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>

Napi::Value saveTerminal(const Napi::CallbackInfo& info) {
  termios settings = {};
  if (tcgetattr(info[0].As<Napi::Number>().Int32Value(), &settings) < 0) return info.Env().Null();
  return Napi::Buffer<std::uint8_t>::Copy(info.Env(), reinterpret_cast<std::uint8_t*>(&settings),
                                          sizeof settings);
}

// The command may have ended in raw mode, and in a process group that is gone with it.
void restoreTerminal(const Napi::CallbackInfo& info) {
  const int fd = info[0].As<Napi::Number>().Int32Value();
  const auto saved = info[1].As<Napi::Buffer<std::uint8_t>>();
  termios settings;
  if (saved.Length() != sizeof settings)
    throw Napi::TypeError::New(info.Env(), "not what saveTerminal() returned");
  std::memcpy(&settings, saved.Data(), sizeof settings);
  // From a group in the background both calls would stop Node (SIGTTOU), unless the signal is
  // blocked.
  sigset_t ttou, before;
  sigemptyset(&ttou);
  sigaddset(&ttou, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &ttou, &before);
  tcsetpgrp(fd, getpgrp());
  tcsetattr(fd, TCSADRAIN, &settings);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}
