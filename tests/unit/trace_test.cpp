#include "infrastructure/trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/vcd_reader.h"

namespace {

using mimd::time_ps;
using mimd::trace_kind;
using mimd::trace_options;
using mimd::trace_recorder;
using mimd::trace_signal;
using mimd::test::read_vcd;
using mimd::test::scratch_directory;
using mimd::test::text_of;
using mimd::test::vcd_change;
using changes = std::vector<vcd_change>;

const trace_kind states = trace_kind::words({"I", "S", "E", "M"});

class trace : public testing::Test {
 protected:
  trace_options options() const {
    trace_options result;
    result.file = vcd_;
    return result;
  }
  const scratch_directory scratch_;
  const std::string vcd_ = scratch_.file("x.vcd");
};

TEST_F(trace, a_signal_that_nobody_declared_is_silent) {
  trace_signal signal;
  EXPECT_FALSE(signal.on());
  signal.set(10, 1);
}

TEST_F(trace, kinds_come_out_as_words_numbers_and_bits) {
  trace_recorder recorder(options());
  trace_signal state;
  trace_signal address;
  trace_signal busy;
  EXPECT_TRUE(recorder.declare(state, "m.cpu.state", states));
  EXPECT_TRUE(recorder.declare(address, "m.cpu.address", trace_kind::integer(16), 0x10));
  EXPECT_TRUE(recorder.declare(busy, "m.busy", trace_kind::flag()));
  EXPECT_TRUE(state.on());
  recorder.start();
  state.set(100, 3);
  address.set(100, 0x1ff);
  busy.set(250, 1);
  state.set(300, 0);
  recorder.finish(1000);
  EXPECT_FALSE(state.on());

  const auto vcd = read_vcd(vcd_);
  EXPECT_EQ(vcd.types.at("m.cpu.state"), "string");
  EXPECT_EQ(vcd.types.at("m.cpu.state_code"), "wire 3");
  EXPECT_EQ(vcd.types.at("m.cpu.address"), "wire 16");
  EXPECT_EQ(vcd.types.at("m.busy"), "wire 1");
  EXPECT_EQ(vcd.first_values, (changes{{0, "m.cpu.state", "I"},
                                       {0, "m.cpu.state_code", "0"},
                                       {0, "m.cpu.address", "10000"},
                                       {0, "m.busy", "0"}}));
  EXPECT_EQ(vcd.changes, (changes{{100, "m.cpu.state", "M"},
                                  {100, "m.cpu.state_code", "11"},
                                  {100, "m.cpu.address", "111111111"},
                                  {250, "m.busy", "1"},
                                  {300, "m.cpu.state", "I"},
                                  {300, "m.cpu.state_code", "0"}}));
  EXPECT_EQ(vcd.last_time, 1000U);
}

TEST_F(trace, the_last_change_of_one_time_wins_and_no_change_is_not_written) {
  trace_recorder recorder(options());
  trace_signal n;
  recorder.declare(n, "m.n", trace_kind::integer(8));
  recorder.start();
  n.set(0, 1);
  n.set(0, 2);  // the first value of the file
  n.set(10, 3);
  n.set(10, 4);
  n.set(20, 4);  // no change
  n.set(30, 5);
  n.set(30, 4);    // there and back: not seen
  n.set(40, 257);  // cut to 8 bits
  recorder.finish(40);
  const auto vcd = read_vcd(vcd_);
  EXPECT_EQ(vcd.first_values, (changes{{0, "m.n", "10"}}));
  EXPECT_EQ(vcd.changes, (changes{{10, "m.n", "100"}, {40, "m.n", "1"}}));
}

TEST_F(trace, a_value_without_a_word_shows_as_undefined) {
  trace_recorder recorder(options());
  trace_signal state;
  recorder.declare(state, "m.state", states);
  recorder.start();
  state.set(10, 77);
  recorder.finish(20);
  EXPECT_EQ(read_vcd(vcd_).changes, (changes{{10, "m.state", "undefined_77"}, {10, "m.state_code", "100"}}));
}

// The reference for everything about order: the changes sorted by (time, insertion), the last of each time
// kept.
TEST_F(trace, changes_out_of_order_within_the_future_come_out_in_time_order) {
  trace_recorder recorder(options());
  std::deque<trace_signal> signals(20);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    recorder.declare(signals[i], "m.s" + std::to_string(i), trace_kind::integer(20));
  }
  recorder.start();
  std::mt19937 random(7);
  std::map<std::pair<std::size_t, time_ps>, std::uint64_t> last;
  for (time_ps now = 1; now < 30000; ++now) {
    recorder.advance(now);
    for (int i = 0; i < 3; ++i) {
      const std::size_t which = random() % signals.size();
      const time_ps at = now + random() % 500;
      const std::uint64_t value = random() % 1000000;
      signals[which].set(at, value);
      last[{which, at}] = value;
    }
  }
  recorder.finish(40000);
  EXPECT_EQ(recorder.late_changes(), 0U);

  const auto vcd = read_vcd(vcd_);  // refuses a time that goes down
  for (std::size_t which = 0; which < signals.size(); ++which) {
    std::vector<std::pair<time_ps, std::uint64_t>> expected;
    std::uint64_t value = 0;
    for (auto at = last.lower_bound({which, 0}); at != last.end() && at->first.first == which; ++at) {
      if (at->second == value) continue;
      value = at->second;
      expected.emplace_back(at->first.second, value);
    }
    std::vector<std::pair<time_ps, std::uint64_t>> seen;
    for (const vcd_change& change : vcd.changes_of("m.s" + std::to_string(which))) {
      seen.emplace_back(change.time, std::stoull(change.value, nullptr, 2));
    }
    EXPECT_EQ(seen, expected);
  }
}

TEST_F(trace, a_change_for_the_past_is_moved_to_the_present_and_counted) {
  trace_recorder recorder(options());
  trace_signal n;
  recorder.declare(n, "m.n", trace_kind::integer(8));
  recorder.start();
  recorder.advance(100);
  n.set(99, 1);
  n.set(100, 2);
  n.set(120, 3);
  recorder.finish(200);
  EXPECT_EQ(recorder.late_changes(), 1U);
  EXPECT_EQ(read_vcd(vcd_).changes, (changes{{100, "m.n", "10"}, {120, "m.n", "11"}}));
}

TEST_F(trace, scope_selects_by_glob_and_takes_everything_below) {
  const std::vector<std::string> names = {"m.cpu_0.op",       "m.cpu_0.l1.state", "m.cpu_1.op",
                                          "m.cpu_1.l1.state", "m.bus.master",     "m.busy"};
  const auto selected = [&](const std::string& scope) {
    trace_options with_scope = options();
    with_scope.scope = scope;
    trace_recorder recorder(with_scope);
    std::deque<trace_signal> signals(names.size());
    std::string result;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool attached = recorder.declare(signals[i], names[i], trace_kind::flag());
      EXPECT_EQ(attached, signals[i].on());
      result += attached ? '1' : '0';
    }
    recorder.start();
    recorder.finish(1);
    EXPECT_EQ(read_vcd(vcd_).types.size(),
              static_cast<std::size_t>(std::count(result.begin(), result.end(), '1')));
    return result;
  };
  EXPECT_EQ(selected("*"), "111111");
  EXPECT_EQ(selected("m"), "111111");
  EXPECT_EQ(selected("m.cpu_0"), "110000");
  EXPECT_EQ(selected("m.cpu_?.l1"), "010100");
  EXPECT_EQ(selected("*.state"), "010100");
  EXPECT_EQ(selected("m.bus"), "000010");  // not m.busy
  EXPECT_EQ(selected("m.bus*"), "000011");
  EXPECT_EQ(selected("m.cpu_1.op,m.busy"), "001001");
}

TEST_F(trace, a_scope_that_matches_nothing_is_an_error_that_suggests_a_name) {
  trace_options with_scope = options();
  with_scope.scope = "m.bus,m.cpu_0.sate";
  trace_recorder recorder(with_scope);
  trace_signal a;
  trace_signal b;
  recorder.declare(a, "m.bus.master", trace_kind::flag());
  recorder.declare(b, "m.cpu_0.state", trace_kind::flag());
  try {
    recorder.start();
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(std::string(error.what()),
              "trace scope 'm.cpu_0.sate' matches no signal (nearest: m.cpu_0.state)");
  }
  with_scope.scope = "m.bus,,x";
  EXPECT_THROW(trace_recorder{with_scope}, std::invalid_argument);
}

TEST_F(trace, the_window_starts_with_the_values_at_its_start_and_holds_only_its_changes) {
  trace_options with_window = options();
  with_window.from = 100;
  with_window.to = 200;
  trace_recorder recorder(with_window);
  trace_signal a;
  trace_signal b;
  recorder.declare(a, "m.a", trace_kind::integer(8));
  recorder.declare(b, "m.b", states);
  recorder.start();
  for (const time_ps at : {50U, 90U, 100U, 101U, 200U, 201U}) a.set(at, at);
  b.set(60, 2);
  b.set(150, 3);
  b.set(300, 1);
  recorder.advance(200);
  EXPECT_TRUE(a.on());
  recorder.advance(201);
  EXPECT_FALSE(a.on());  // what comes now is outside and costs nothing
  recorder.finish(400);
  const auto vcd = read_vcd(vcd_);
  EXPECT_EQ(vcd.first_values, (changes{{100, "m.a", "1100100"}, {100, "m.b", "E"}, {100, "m.b_code", "10"}}));
  EXPECT_EQ(
      vcd.changes,
      (changes{
          {101, "m.a", "1100101"}, {150, "m.b", "M"}, {150, "m.b_code", "11"}, {200, "m.a", "11001000"}}));
  EXPECT_EQ(vcd.last_time, 200U);
}

TEST_F(trace, a_window_that_is_never_reached_leaves_a_valid_file) {
  trace_options with_window = options();
  with_window.from = 1000;
  trace_recorder recorder(with_window);
  trace_signal a;
  recorder.declare(a, "m.a", trace_kind::integer(8));
  recorder.start();
  a.set(50, 5);
  recorder.finish(60);
  EXPECT_EQ(read_vcd(vcd_).first_values, (changes{{60, "m.a", "101"}}));
  EXPECT_TRUE(read_vcd(vcd_).changes.empty());

  with_window.to = 999;
  EXPECT_THROW(trace_recorder{with_window}, std::invalid_argument);
}

TEST_F(trace, the_same_changes_give_the_same_bytes_whenever_it_is_flushed) {
  const auto run = [&](const std::string& file, int advances_each_step) {
    trace_options to_file = options();
    to_file.file = file;
    trace_recorder recorder(to_file);
    std::deque<trace_signal> signals(50);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      recorder.declare(signals[i], "m.u" + std::to_string(i % 5) + ".s" + std::to_string(i), states);
    }
    recorder.start();
    std::mt19937 random(3);
    for (time_ps now = 0; now < 40000; now += 10) {
      for (int i = 0; i < advances_each_step; ++i) recorder.advance(now);
      for (int i = 0; i < 4; ++i) signals[random() % 50].set(now + random() % 200, random() % 4);
    }
    recorder.finish(50000);
    return text_of(file);
  };
  const std::string once = run(scratch_.file("a.vcd"), 1);
  EXPECT_EQ(once, run(scratch_.file("b.vcd"), 1));
  EXPECT_EQ(once, run(scratch_.file("c.vcd"), 37));
  EXPECT_EQ(once.find("$date"), std::string::npos);
}

TEST_F(trace, a_file_is_readable_within_a_second_while_the_simulation_runs) {
  trace_recorder recorder(options());
  trace_signal n;
  recorder.declare(n, "m.n", trace_kind::integer(32));
  recorder.start();
  const auto begin = std::chrono::steady_clock::now();
  for (time_ps now = 1; std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(900); ++now) {
    recorder.advance(now);
    if (now < 1000) n.set(now, now);  // far less than a batch, and then nothing
  }
  EXPECT_EQ(read_vcd(vcd_).changes.size(), 999U);
}

TEST_F(trace, signals_may_move_die_before_the_recorder_and_outlive_it) {
  auto recorder = std::make_unique<trace_recorder>(options());
  std::vector<trace_signal> moving(1);
  auto dying = std::make_unique<trace_signal>();
  recorder->declare(moving[0], "m.moving", trace_kind::integer(8));
  recorder->declare(*dying, "m.dying", trace_kind::integer(8));
  recorder->start();
  dying->set(10, 1);
  moving.resize(100);  // moves
  moving[0].set(20, 2);
  dying.reset();
  trace_signal other = std::move(moving[0]);
  EXPECT_FALSE(moving[0].on());
  other.set(30, 3);
  recorder.reset();  // closes the file
  EXPECT_FALSE(other.on());
  other.set(40, 4);
  EXPECT_EQ(read_vcd(vcd_).changes,
            (changes{{10, "m.dying", "1"}, {20, "m.moving", "10"}, {30, "m.moving", "11"}}));
}

TEST_F(trace, bad_declarations_are_refused) {
  trace_recorder recorder(options());
  trace_signal signal;
  for (const char* name : {"", "m", ".a", "a.", "a..b", "a.b c", "a.{b}", "a.\n"}) {
    EXPECT_THROW(recorder.declare(signal, name, trace_kind::flag()), std::invalid_argument) << name;
    EXPECT_FALSE(signal.on());
  }
  recorder.declare(signal, "m.state", states);
  trace_signal again;
  EXPECT_THROW(recorder.declare(again, "m.state", trace_kind::flag()), std::invalid_argument);
  EXPECT_THROW(recorder.declare(again, "m.state_code", trace_kind::flag()), std::invalid_argument);
  EXPECT_THROW(recorder.declare(signal, "m.other", trace_kind::flag()), std::logic_error);
  EXPECT_THROW(trace_kind::integer(0), std::invalid_argument);
  EXPECT_THROW(trace_kind::integer(65), std::invalid_argument);
  EXPECT_THROW(trace_kind::words({}), std::invalid_argument);
  EXPECT_THROW(trace_kind::words({"a", "b c"}), std::invalid_argument);
  EXPECT_THROW(trace_kind::words({"a", ""}), std::invalid_argument);
}

TEST_F(trace, a_file_that_cannot_be_written_is_an_error_before_the_simulation) {
  trace_options nowhere = options();
  nowhere.file = scratch_.file("no/such/x.vcd");
  trace_recorder recorder(nowhere);
  EXPECT_THROW(recorder.start(), std::runtime_error);
}

}  // namespace
