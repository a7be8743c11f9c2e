// The agenda under a real SystemC kernel: its events and foreign processes see one exact time.
#include "infrastructure/agenda.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "infrastructure/agenda_event.h"
#include "infrastructure/random.h"

namespace mimd {
namespace {

using log_t = std::vector<std::pair<time_ps, std::string>>;

struct logged_event : timed_event {
  std::string name;
  log_t* log = nullptr;
  std::function<void()> action;
  void fire() override {
    EXPECT_EQ(now_ps(), time()) << name << " fired at the wrong time";
    if (log) log->emplace_back(now_ps(), name);
    if (action) action();
  }
};

struct foreign : sc_core::sc_module {
  SC_HAS_PROCESS(foreign);
  foreign(const sc_core::sc_module_name& n, std::function<void()> b) : sc_module(n), body(std::move(b)) {
    SC_THREAD(run);
  }
  void run() { body(); }
  std::function<void()> body;
};

struct foreign_method : sc_core::sc_module {
  SC_HAS_PROCESS(foreign_method);
  foreign_method(const sc_core::sc_module_name& n, std::function<void()> b)
      : sc_module(n), body(std::move(b)) {
    SC_METHOD(run);
  }
  void run() { body(); }
  std::function<void()> body;
};

void wait_until(time_ps at) {
  sc_core::wait(to_sc_time(at - now_ps()));
}

TEST(agenda, interleaves_exactly_with_foreign_processes) {
  agenda& a = agenda::of_simulation();
  EXPECT_EQ(&a, &agenda::of_simulation());
  log_t log;
  std::vector<logged_event> events(50);
  for (unsigned i = 0; i < events.size(); ++i) {
    events[i].name = "event";
    events[i].log = &log;
    a.schedule(events[i], 1000 + 20 * i);
  }
  foreign thread("thread", [&] {
    for (time_ps at = 1010; at < 2000; at += 20) {
      wait_until(at);
      log.emplace_back(now_ps(), "thread");
    }
  });
  foreign_method method("method", [&] {
    log.emplace_back(now_ps(), "method");
    if (now_ps() < 2000) sc_core::next_trigger(sc_core::sc_time(7, sc_core::SC_PS));
  });
  sc_core::sc_start();
  for (std::size_t i = 1; i < log.size(); ++i) EXPECT_LE(log[i - 1].first, log[i].first);
  EXPECT_EQ(std::count_if(log.begin(), log.end(), [](const auto& l) { return l.second == "event"; }), 50);
  EXPECT_EQ(a.fired(), 50u);
  EXPECT_EQ(a.next_time(), never);
}

TEST(agenda, an_event_scheduled_for_now_fires_before_time_passes) {
  agenda& a = agenda::of_simulation();
  log_t log;
  logged_event event;
  event.name = "event";
  event.log = &log;
  foreign thread("thread", [&] {
    wait_until(500);
    a.schedule(event, 500);
    log.emplace_back(now_ps(), "scheduled");
    sc_core::wait(sc_core::SC_ZERO_TIME);
    sc_core::wait(sc_core::SC_ZERO_TIME);
    log.emplace_back(now_ps(), "after");
    wait_until(501);
    log.emplace_back(now_ps(), "later");
  });
  sc_core::sc_start();
  const log_t expected{{500, "scheduled"}, {500, "event"}, {500, "after"}, {501, "later"}};
  EXPECT_EQ(log, expected);
}

TEST(agenda, a_foreign_process_may_schedule_earlier_than_what_is_armed_and_move_and_cancel) {
  agenda& a = agenda::of_simulation();
  log_t log;
  logged_event far, near, cancelled;
  far.name = "far";
  near.name = "near";
  cancelled.name = "cancelled";
  for (logged_event* e : {&far, &near, &cancelled}) e->log = &log;
  a.schedule(far, 10'000'000);
  a.schedule(cancelled, 400);
  foreign thread("thread", [&] {
    wait_until(100);
    a.schedule(near, 300);  // earlier than all that was known
    a.cancel(cancelled);
    wait_until(200);
    a.schedule(near, 350);  // moved
    wait_until(360);
    a.schedule(far, 370);
  });
  sc_core::sc_start();
  const log_t expected{{350, "near"}, {370, "far"}};
  EXPECT_EQ(log, expected);
  EXPECT_EQ(now_ps(), 370u) << "woken for a cancelled event";
}

TEST(agenda, events_of_one_time_fire_in_one_activation_and_what_they_add_too) {
  agenda& a = agenda::of_simulation();
  log_t log;
  logged_event first, second, added;
  first.name = "first";
  second.name = "second";
  added.name = "added";
  for (logged_event* e : {&first, &second, &added}) e->log = &log;
  sc_dt::uint64 delta_of_first = 0;
  first.action = [&] {
    delta_of_first = sc_core::sc_delta_count();
    a.schedule(added, 100);
  };
  added.action = [&] { EXPECT_EQ(sc_core::sc_delta_count(), delta_of_first); };
  a.schedule(first, 100);
  a.schedule(second, 100);
  sc_core::sc_start();
  const log_t expected{{100, "first"}, {100, "second"}, {100, "added"}};
  EXPECT_EQ(log, expected);
}

TEST(agenda, a_pause_loses_and_repeats_nothing) {
  agenda& a = agenda::of_simulation();
  log_t log;
  std::vector<logged_event> events(5);
  for (unsigned i = 0; i < 5; ++i) {
    events[i].name = std::to_string(i);
    events[i].log = &log;
    a.schedule(events[i], 100 * (i + 1));
  }
  events[1].action = [] { sc_core::sc_pause(); };
  sc_core::sc_start();
  EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
  EXPECT_EQ(now_ps(), 200u);
  EXPECT_EQ(log.size(), 2u);
  a.schedule(events[0], 250);  // between two runs, from outside all processes
  sc_core::sc_start(sc_core::sc_time(100, sc_core::SC_PS));
  EXPECT_EQ(now_ps(), 300u);
  sc_core::sc_start();
  const log_t expected{{100, "0"}, {200, "1"}, {250, "0"}, {300, "2"}, {400, "3"}, {500, "4"}};
  EXPECT_EQ(log, expected);
}

TEST(agenda, a_stop_ends_with_events_pending) {
  agenda& a = agenda::of_simulation();
  log_t log;
  logged_event stops, never_fires;
  stops.name = "stops";
  stops.log = never_fires.log = &log;
  stops.action = [] { sc_core::sc_stop(); };
  a.schedule(stops, 100);
  a.schedule(never_fires, 200);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_start();
  EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_STOPPED);
  EXPECT_EQ(log.size(), 1u);
  EXPECT_TRUE(never_fires.pending());
}

TEST(agenda, refuses_another_time_resolution) {
  sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
  sc_core::sc_report_handler::set_handler([](const sc_core::sc_report& report, const sc_core::sc_actions&) {
    throw std::runtime_error(report.get_msg());
  });
  try {
    agenda::of_simulation();
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("1 ps"), std::string::npos);
  }
}

// Threads that wait for times and for events, and events that go on by themselves, all at random: what
// happens in a first run, where the kernel takes every step, happens in a second, where the agenda runs
// ahead.
TEST(agenda, runs_ahead_of_the_kernel_without_a_change_to_what_happens) {
  agenda& a = agenda::of_simulation();
  log_t log;
  time_ps base = 0;
  bool was_ahead = false;
  std::array<agenda_event, 4> go;
  const auto note = [&](const std::string& what) {
    log.emplace_back(now_ps() - base, what);
    was_ahead = was_ahead || kernel_now_ps() < now_ps();
  };

  std::vector<std::unique_ptr<foreign>> threads;
  for (unsigned i = 0; i < 4; ++i) {
    const std::string name = "thread_" + std::to_string(i);
    threads.push_back(std::make_unique<foreign>(name.c_str(), [&, i, name] {
      sc_core::sc_event answered;
      agenda_event clock;
      for (unsigned round = 0; round < 2; ++round) {
        sc_core::wait(go[i].event());
        random_generator random(1, i);
        bool answer = false;
        logged_event question;
        question.action = [&] {
          note(name + " is answered");
          answer = true;
          answered.notify();
        };
        for (unsigned n = 0; n < 500; ++n) {
          note(name);
          switch (random.below(4)) {
            case 0:
              clock.sleep_until(now_ps() + random.below(40));
              break;
            case 1:
              sc_core::wait(sc_core::SC_ZERO_TIME);
              break;
            default:
              answer = false;
              a.schedule(question, now_ps() + random.below(20));
              while (!answer) sc_core::wait(answered);
          }
        }
      }
    }));
  }
  random_generator random(1, 100);
  std::vector<logged_event> events(3);
  unsigned left = 0;
  for (logged_event& e : events)
    e.action = [&] {
      note("event");
      if (left > 0) a.schedule(e, now_ps() + random.below(30)), --left;
    };
  const auto run = [&] {
    base = now_ps() + 1000;
    left = 2000;
    random = random_generator(1, 100);
    for (logged_event& e : events) a.schedule(e, base);
    for (unsigned i = 0; i < go.size(); ++i) go[i].notify_at(base + i);
    sc_core::sc_start();
    return std::exchange(log, {});
  };

  const log_t expected = run();
  EXPECT_FALSE(was_ahead);
  a.run_ahead_until(never - 1);
  const log_t found = run();
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], expected[i]) << "entry " << i;
  EXPECT_TRUE(was_ahead);
  EXPECT_GT(expected.size(), 4000u);
}

TEST(agenda, does_not_run_ahead_beyond_a_pause_or_a_limit) {
  agenda& a = agenda::of_simulation();
  unsigned count = 0;
  logged_event e;
  e.action = [&] {
    if (++count == 10) a.pause();
    a.schedule(e, now_ps() + 100);
  };
  a.schedule(e, 100);
  a.run_ahead_until(550);
  sc_core::sc_start(until(550));
  EXPECT_EQ(count, 5u);
  EXPECT_EQ(now_ps(), 550u);
  a.run_ahead_until(5000);
  sc_core::sc_start(until(5000));
  EXPECT_EQ(count, 10u);
  EXPECT_EQ(now_ps(), 1000u);
  a.cancel(e);
}

TEST(agenda, lets_the_time_pass_to_a_process_until_something_else_is_to_happen) {
  agenda& a = agenda::of_simulation();
  logged_event e;
  unsigned fired = 0;
  e.action = [&] { ++fired; };
  std::vector<bool> passed;
  sc_core::sc_event by_kernel;
  sc_core::sc_spawn([&] {
    passed.push_back(a.pass_to(100));  // nobody allowed it
    a.run_ahead_until(1000);
    passed.push_back(a.pass_to(100));
    EXPECT_EQ(now_ps(), 100u);
    a.schedule(e, 200);
    passed.push_back(a.pass_to(199));
    passed.push_back(a.pass_to(200));  // the event
    EXPECT_EQ(now_ps(), 199u);
    EXPECT_EQ(fired, 0u);
    a.cancel(e);
    agenda_event clock;
    clock.sleep_until(300);
    by_kernel.notify(until(400));
    passed.push_back(a.pass_to(400));
    by_kernel.cancel();
    passed.push_back(a.pass_to(1001));  // beyond the limit
    passed.push_back(a.pass_to(1000));
    EXPECT_EQ(now_ps(), 1000u);
  });
  sc_core::sc_start();
  EXPECT_EQ(passed, (std::vector<bool>{false, true, true, false, false, false, true}));
}

}  // namespace
}  // namespace mimd
