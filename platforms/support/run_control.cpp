#include "platforms/support/run_control.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <systemc>
#include <thread>

#include "infrastructure/kernel_time.h"
#include "infrastructure/units.h"
#include "platforms/support/interruption.h"

namespace mimd {

namespace {

using host_clock = std::chrono::steady_clock;

constexpr auto watch_period = std::chrono::milliseconds(50);
constexpr double slice_seconds = 0.05;  // about, of the host
constexpr double progress_period = 0.5;
constexpr double quiet_start = 1.0;  // a run shorter than this shows no progress

double since(host_clock::time_point start) {
  return std::chrono::duration<double>(host_clock::now() - start).count();
}

// Three digits and the largest of steps of a thousand: 1234567, {"", "k", "M"} -> "1.23 M".
template <std::size_t N>
std::string short_number(double x, const std::array<const char*, N>& steps) {
  std::size_t i = 0;
  for (; x >= 999.5 && i + 1 < N; ++i) x /= 1000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g %s", x, steps[i]);
  return text.data();
}

constexpr std::array<const char*, 5> times{"ps", "ns", "us", "ms", "s"};
constexpr std::array<const char*, 4> rates{"events/s", "k events/s", "M events/s", "G events/s"};

// When the next event is; before the first sc_start() nothing is known of it.
time_ps next_event() {
  return sc_core::sc_get_status() == sc_core::SC_ELABORATION ? 0 : next_activity();
}

// The simulated time that the kernel is given at once: as much as takes the host about slice_seconds.
class slice_length {
 public:
  // The end of one that begins now; it has an event in it.
  time_ps end(time_ps limit) const {
    const time_ps next = next_event();
    return next < limit && length_ < limit - next ? next + length_ : limit;
  }
  void took(double seconds) {
    if (seconds < slice_seconds / 2) length_ = std::min(2 * length_, never / 4);
    if (seconds > slice_seconds * 2) length_ = std::max<time_ps>(length_ / 2, 1);
  }

 private:
  time_ps length_ = 1'000;
};

}  // namespace

// Brings the kernel back to run() between two delta cycles; ask() may be called by another thread.
class run_control::pause_request : public sc_core::sc_prim_channel {
 public:
  pause_request() : sc_core::sc_prim_channel(sc_core::sc_gen_unique_name("run_control")) {}
  void ask() { async_request_update(); }
  bool take() {
    const bool was = ours_;
    ours_ = false;
    return was;
  }

 private:
  void update() override {
    ours_ = true;
    sc_core::sc_pause();
  }
  bool ours_ = false;
};

// The host thread of one run(): waits for Ctrl-C.
class run_control::watcher {
 public:
  explicit watcher(pause_request& pause) : pause_(pause), thread_([this] { watch(); }) {}
  ~watcher() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ended_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

 private:
  void watch() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!wake_.wait_for(lock, watch_period, [this] { return ended_; })) {
      if (interruption::requested()) pause_.ask();
    }
  }

  pause_request& pause_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;  // last: it uses the others
};

run_control::run_control(std::string name, time_ps max_time, std::optional<bool> progress)
    : name_(std::move(name)),
      max_time_(max_time),
      progress_(progress.value_or(isatty(STDERR_FILENO) == 1)),
      terminal_(isatty(STDERR_FILENO) == 1),
      agenda_(agenda::of_simulation()),
      pause_(std::make_unique<pause_request>()) {}

run_control::~run_control() = default;

run_ending run_control::run(const run_hooks& hooks) {
  const run_ending ending = simulate(hooks);
  if (ending != run_ending::finished && sc_core::sc_get_status() == sc_core::SC_PAUSED) unwinder_.unwind();
  return ending;
}

run_ending run_control::simulate(const run_hooks& hooks) {
  const auto start = host_clock::now();
  const auto end_with = [&](run_ending ending, const std::string& text) {
    clear_progress();
    if (!text.empty()) say(text + " at " + to_string(duration{now_ps()}));
    seconds_ = since(start);
    return ending;
  };
  // Half of what 64 bits can count: whatever starts before it ends without an overflow.
  constexpr time_ps longest = never / 2;
  const time_ps limit = std::min(max_time_, longest);
  const auto event_within_limit = [&] { return sc_core::sc_pending_activity() && next_event() < limit; };
  const watcher watch(*pause_);
  const bool sliced = progress_ || hooks.often;
  slice_length slice;
  double next = progress_period;
  for (bool goes_on = true; goes_on;) {
    if (interruption::requested()) return end_with(run_ending::interrupted, "interrupted");
    const time_ps end = sliced ? slice.end(limit) : limit;
    const auto slice_start = host_clock::now();
    agenda_.run_ahead_until(end);
    sc_core::sc_start(until(end), sc_core::SC_EXIT_ON_STARVATION);
    slice.took(since(slice_start));
    const bool paused_by_us = pause_->take();
    if (hooks.finished()) return end_with(run_ending::finished, "");
    if (sc_core::sc_get_status() == sc_core::SC_STOPPED) {
      const std::string why = hooks.why_stopped ? hooks.why_stopped() : "";
      return end_with(run_ending::gave_up, why.empty() ? "stopped by a model" : why + ": stopped");
    }
    goes_on = event_within_limit() && (paused_by_us || next_event() >= end);
    if (!goes_on || since(start) < next) continue;
    next = since(start) + progress_period;
    if (hooks.often) hooks.often();
    if (progress_ && since(start) >= quiet_start) show_progress(hooks, since(start));
  }
  if (event_within_limit()) return end_with(run_ending::gave_up, "paused by a model");
  if (sc_core::sc_pending_activity()) {
    return end_with(run_ending::max_time,
                    max_time_ > longest
                        ? "stopped: no more than " + to_string(duration{limit}) + " can be simulated"
                        : "stopped by --max-time " + to_string(duration{limit}));
  }
  const std::string who = hooks.who_waits ? hooks.who_waits() : "";
  return end_with(run_ending::deadlock, who.empty() ? "deadlock" : "deadlock: " + who + ",");
}

void run_control::show_progress(const run_hooks& hooks, double elapsed) {
  std::string line = name_ + ": " + short_number(static_cast<double>(now_ps()), times) + " simulated";
  if (hooks.events) {
    const std::uint64_t events = hooks.events();
    const double rate = static_cast<double>(events - last_events_) / (elapsed - last_elapsed_);
    line += ", " + short_number(rate, rates);
    last_events_ = events;
    last_elapsed_ = elapsed;
  }
  if (const auto share = hooks.share_done ? hooks.share_done() : std::nullopt) {
    line += ", " + std::to_string(static_cast<int>(*share * 100)) + "% done";
  }
  // On a terminal one line that is written over; elsewhere a line each time.
  std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
  std::fflush(stderr);
  shown_ = true;
}

void run_control::clear_progress() {
  if (shown_ && terminal_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

void run_control::say(const std::string& line) {
  std::fprintf(stderr, "%s: %s\n", name_.c_str(), line.c_str());
}

int status_of(run_ending ending) {
  if (ending == run_ending::finished) return exit_status::good;
  return ending == run_ending::interrupted ? exit_status::interrupted : exit_status::stopped;
}

host_figures host_now(const run_control& control, std::uint64_t events) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {control.seconds(), events, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024};
}

}  // namespace mimd
