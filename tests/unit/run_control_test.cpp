#include "platforms/support/run_control.h"

#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <sstream>
#include <systemc>
#include <thread>

#include "infrastructure/kernel_time.h"
#include "platforms/support/interruption.h"
#include "platforms/support/machine_main.h"

namespace {

using namespace mimd;

// Counts nanoseconds to a limit, and then does what the test says.
struct counter : sc_core::sc_module {
  counter(
      const sc_core::sc_module_name& n, std::uint64_t limit_, std::function<void()> last_ = [] {})
      : sc_module(n), limit(limit_), last(std::move(last_)) {
    SC_HAS_PROCESS(counter);
    SC_THREAD(count);
  }
  void count() {
    while (value < limit) {
      wait(1, sc_core::SC_NS);
      ++value;
    }
    last();
  }
  std::uint64_t value = 0;
  std::uint64_t limit;
  std::function<void()> last;
};

run_hooks hooks_of(const counter& c) {
  run_hooks hooks;
  hooks.finished = [&c] { return c.value >= c.limit; };
  return hooks;
}

TEST(run_control, ends_when_the_program_has_finished) {
  counter c("counter", 100);
  run_control control("mimd-test", never, false);
  EXPECT_EQ(control.run(hooks_of(c)), run_ending::finished);
  EXPECT_EQ(now_ps(), 100000u);
  EXPECT_EQ(status_of(run_ending::finished), 0);
}

TEST(run_control, a_machine_says_it_is_done_by_sc_pause_while_others_go_on) {
  counter c("counter", 100, [] { sc_core::sc_pause(); });
  counter clock("clock", 1000000000);
  run_control control("mimd-test", never, false);
  EXPECT_EQ(control.run(hooks_of(c)), run_ending::finished);
  EXPECT_EQ(now_ps(), 100000u);
}

TEST(run_control, starving_before_the_end_is_a_deadlock_and_says_who_waits) {
  counter c("counter", 100);
  run_control control("mimd-test", never, false);
  run_hooks hooks;
  hooks.finished = [] { return false; };
  hooks.who_waits = [] { return std::string("cpu_0 waits for the bus"); };
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks), run_ending::deadlock);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "mimd-test: deadlock: cpu_0 waits for the bus, at 100ns\n");
  EXPECT_EQ(status_of(run_ending::deadlock), 3);
}

struct holder : sc_core::sc_module {
  holder(const sc_core::sc_module_name& n, bool& gone_) : sc_module(n), gone(gone_) {
    SC_HAS_PROCESS(holder);
    SC_THREAD(hold);
  }
  void hold() {
    const std::unique_ptr<bool, void (*)(bool*)> held(&gone, [](bool* g) { *g = true; });
    wait(never_notified);
  }
  sc_core::sc_event never_notified;
  bool& gone;
};

TEST(run_control, what_a_program_holds_that_has_not_ended_is_destroyed) {
  bool gone = false;
  holder h("holder", gone);
  counter clock("clock", 1000000000);
  run_control control("mimd-test", 50000, false);
  run_hooks hooks;
  hooks.finished = [] { return false; };
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks), run_ending::max_time);
  testing::internal::GetCapturedStderr();
  EXPECT_TRUE(gone);
  EXPECT_EQ(now_ps(), 50000u);
}

TEST(run_control, max_time_stops_before_the_event_at_that_time) {
  counter c("counter", 100);
  run_control control("mimd-test", 50000, false);
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks_of(c)), run_ending::max_time);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "mimd-test: stopped by --max-time 50ns at 50ns\n");
  EXPECT_EQ(c.value, 49u);
  EXPECT_EQ(status_of(run_ending::max_time), 3);
}

TEST(run_control, a_model_that_gives_up_is_told_from_a_deadlock) {
  counter c("counter", 100);
  counter clock("clock", 10, [] { sc_core::sc_pause(); });
  run_control control("mimd-test", never, false);
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks_of(c)), run_ending::gave_up);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "mimd-test: paused by a model at 10ns\n");
}

TEST(run_control, a_signal_interrupts_a_run_that_would_never_end) {
  interruption::catch_signals();
  counter c("counter", ~std::uint64_t{0});
  run_control control("mimd-test", never, false);
  std::thread other([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::raise(SIGTERM);
  });
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks_of(c)), run_ending::interrupted);
  other.join();
  EXPECT_EQ(testing::internal::GetCapturedStderr().rfind("mimd-test: interrupted at ", 0), 0u);
  EXPECT_EQ(status_of(run_ending::interrupted), 130);
  EXPECT_EQ(c.value, now_ps() / 1000) << "stopped between two events";
}

TEST(run_control, an_early_signal_counts) {
  interruption::catch_signals();
  std::raise(SIGINT);
  counter c("counter", 100);
  run_control control("mimd-test", never, false);
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks_of(c)), run_ending::interrupted);
  testing::internal::GetCapturedStderr();
  EXPECT_EQ(c.value, 0u);
}

TEST(run_control, models_do_not_see_that_progress_is_asked_for) {
  // Processors look at pending activity before they run ahead.
  bool pending = false;
  counter c("counter", 10, [&pending] {
    std::this_thread::sleep_for(std::chrono::milliseconds(800));
    pending = sc_core::sc_pending_activity();
  });
  run_control control("mimd-test", never, true);
  run_hooks hooks = hooks_of(c);
  hooks.often = [] {};
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks), run_ending::finished);
  testing::internal::GetCapturedStderr();
  EXPECT_FALSE(pending);
}

TEST(run_control, pausing_for_progress_changes_nothing) {
  // A second or so of host time: several pauses. Time and delta cycles are those of an undisturbed run.
  counter c("counter", 12000000);
  run_control control("mimd-test", never, true);
  unsigned pauses = 0;
  run_hooks hooks = hooks_of(c);
  hooks.events = [&c] { return c.value; };
  hooks.share_done = [&c] {
    return std::optional<double>(static_cast<double>(c.value) / static_cast<double>(c.limit));
  };
  hooks.often = [&] { ++pauses; };
  testing::internal::CaptureStderr();
  EXPECT_EQ(control.run(hooks), run_ending::finished);
  const std::string shown = testing::internal::GetCapturedStderr();
  EXPECT_EQ(now_ps(), 12000000000u);
  EXPECT_EQ(sc_core::sc_delta_count(), 12000001u);
  // How often depends on the host; only what is sure is demanded.
  if (control.seconds() < 0.45) {
    EXPECT_EQ(pauses, 0u);
  }
  if (control.seconds() < 1.0) {
    EXPECT_EQ(shown, "");
  }
  if (control.seconds() > 2.5) {
    EXPECT_GT(pauses, 0u);
    EXPECT_NE(shown.find("% done\n"), std::string::npos) << shown;
  }
}

TEST(run_guarded, turns_every_error_into_one_line_and_a_status) {
  const auto status_and_text = [](const std::function<int()>& body) {
    testing::internal::CaptureStderr();
    const int status = run_guarded("mimd-test", body);
    return std::pair<int, std::string>(status, testing::internal::GetCapturedStderr());
  };
  using result = std::pair<int, std::string>;
  EXPECT_EQ(status_and_text([] { return 1; }), result(1, ""));
  EXPECT_EQ(status_and_text([]() -> int { throw usage_error("a\nb"); }), result(2, "mimd-test: a b\n"));
  EXPECT_EQ(status_and_text([]() -> int {
              SC_REPORT_ERROR("model", "broken");
              return 0;
            }),
            result(3, "mimd-test: model: broken\n"));
}

TEST(run_guarded, an_exception_of_a_process_is_an_input_error) {
#ifdef __SANITIZE_ADDRESS__
  // https://github.com/google/sanitizers/issues/189
  GTEST_SKIP() << "AddressSanitizer loses track of stacks when an exception is thrown on a SystemC thread's";
#endif
  counter c("counter", 3, [] { throw std::runtime_error("t.din:3: garbage"); });
  testing::internal::CaptureStderr();
  const int status = run_guarded("mimd-test", [&] {
    run_control control("mimd-test", never, false);
    run_hooks hooks;
    hooks.finished = [] { return false; };
    return status_of(control.run(hooks));
  });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "mimd-test: t.din:3: garbage\n");
  EXPECT_EQ(status, 2);
}

}  // namespace
