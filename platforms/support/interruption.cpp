#include "platforms/support/interruption.h"

#include <atomic>
#include <csignal>

namespace mimd::interruption {

namespace {

// A signal handler can reach nothing but a static object.
std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "async-signal-safe");

void handle(int) {
  flag.store(true, std::memory_order_relaxed);
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;  // reading a trace goes on
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool requested() {
  return flag.load(std::memory_order_relaxed);
}

}  // namespace mimd::interruption
