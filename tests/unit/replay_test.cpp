// Replay on a little machine: every access takes a fixed time, processors go on in order of their local time.
#include "tb/traces/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/replay_machine.h"

namespace {

using mimd::test::replay_machine;
using kind = mimd::tb::trace_record::kind;
using mimd::address_t;
using mimd::time_ps;
using mimd::tb::lock_order;
using mimd::tb::trace_record;

class list_stream final : public mimd::tb::trace_stream {
 public:
  explicit list_stream(std::vector<trace_record> records) : records_(std::move(records)) {}
  std::size_t read(trace_record* out, std::size_t maximum) override {
    const std::size_t count = std::min(maximum, records_.size() - next_);
    std::copy_n(records_.begin() + static_cast<std::ptrdiff_t>(next_), count, out);
    next_ += count;
    return count;
  }
  const std::string& name() const override { return name_; }
  unsigned thread() const override { return 0; }
  bool of_instructions() const override { return true; }
  std::uint64_t bytes_consumed() const override { return next_; }
  std::uint64_t bytes_total() const override { return records_.size(); }

 private:
  std::string name_ = "list";
  std::vector<trace_record> records_;
  std::size_t next_ = 0;
};

using program = std::vector<trace_record>;

trace_record load(address_t a) {
  return {a, 0, 8, 0, kind::load};
}
trace_record store(address_t a) {
  return {a, 0, 8, 0, kind::store};
}
trace_record sync(kind what, address_t a, std::uint64_t n = 0, std::uint16_t participants = 0) {
  return {a, n, 0, participants, what};
}
trace_record reference(kind what, address_t a, std::uint32_t size, std::uint64_t after = 0) {
  return {a, after, size, 0, what};
}

std::vector<std::unique_ptr<mimd::tb::trace_stream>> streams(const std::vector<program>& programs) {
  std::vector<std::unique_ptr<mimd::tb::trace_stream>> all;
  for (const program& p : programs) all.push_back(std::make_unique<list_stream>(p));
  return all;
}

struct outcome {
  bool ended;
  std::vector<std::string> log;
  std::vector<std::string> waiting;
  std::uint64_t records;
};

outcome replay(const std::vector<program>& programs, const std::vector<time_ps>& access_times,
               const mimd::tb::replay_parameters& parameters = {}) {
  replay_machine m(access_times);
  mimd::tb::trace_replay r(streams(programs), parameters, m);
  const bool ended = m.run(r);
  return {ended, m.log, r.waiting(), r.records()};
}

// Who made plain accesses (no synchronisation), in order: "0110".
std::string order_of(const outcome& o) {
  std::string order;
  for (const std::string& line : o.log) {
    if (line.find('*') == std::string::npos) order += line[line.find(' ') + 1];
  }
  return order;
}

using log_lines = std::vector<std::string>;

TEST(replay, passes_references_as_recorded) {
  const outcome o = replay(
      {{reference(kind::fetch, 0x100, 3), reference(kind::load, 0x13e, 8), reference(kind::store, 0x200, 16),
        reference(kind::modify, 0x300, 4), sync(kind::fence, 0), reference(kind::load, 0x1000, 64)}},
      {10});
  EXPECT_EQ(o.log, (log_lines{"0 0 I 100 3", "10 0 L 13e 8", "20 0 S 200 16", "30 0 M 300 4", "40 0 F 0 0",
                              "50 0 L 1000 64"}));
  EXPECT_TRUE(o.ended);
  EXPECT_EQ(o.records, 6u);
}

TEST(replay, cuts_large_references_at_lines_or_clips_them) {
  const program p = {reference(kind::load, 0x1030, 150)};
  EXPECT_EQ(replay({p}, {10}).log,
            (log_lines{"0 0 L 1030 16", "10 0 L 1040 64", "20 0 L 1080 64", "30 0 L 10c0 6"}));
  EXPECT_EQ(replay({p}, {10}, {lock_order::recorded, 32}).log, (log_lines{"0 0 L 1030 32"}));
  EXPECT_EQ(replay({p}, {10}, {lock_order::recorded, 128}).log, (log_lines{"0 0 L 1030 128"}));
}

TEST(replay, grants_a_lock_in_recorded_order_though_the_other_comes_first) {
  // Processor 1 is ready long before processor 0, whose acquisition was the first.
  const std::vector<program> programs = {
      {load(1), load(2), sync(kind::lock, 0x40, 1), store(3), sync(kind::unlock, 0x40)},
      {sync(kind::lock, 0x40, 2), store(4), sync(kind::unlock, 0x40)}};
  const outcome recorded = replay(programs, {100, 1});
  EXPECT_TRUE(recorded.ended);
  EXPECT_EQ(order_of(recorded), "0001");
  const outcome free = replay(programs, {100, 1}, {lock_order::free, 0});
  EXPECT_TRUE(free.ended);
  EXPECT_EQ(order_of(free), "0100");
}

TEST(replay, a_lock_is_an_atomic_on_arrival_and_again_when_woken_and_a_store_on_release) {
  const outcome o = replay({{sync(kind::lock, 0x42, 1), load(1), sync(kind::unlock, 0x42)},
                            {sync(kind::lock, 0x42, 2), load(2), sync(kind::unlock, 0x42)}},
                           {10, 10});
  EXPECT_EQ(o.log, (log_lines{"0 0 A* 40 4", "0 1 A* 40 4", "10 0 L 1 8", "20 0 S* 40 4", "30 1 A* 40 4",
                              "40 1 L 2 8", "50 1 S* 40 4"}));
}

TEST(replay, no_two_processors_hold_a_free_lock) {
  std::vector<program> programs(4);
  for (unsigned p = 0; p < 4; ++p) {
    for (unsigned i = 0; i < 50; ++i) {
      programs[p].push_back(sync(kind::lock, 0x40, 1));
      programs[p].push_back(load(8 * p));
      programs[p].push_back(store(8 * p));
      programs[p].push_back(sync(kind::unlock, 0x40));
    }
  }
  const outcome o = replay(programs, {7, 10, 11, 30}, {lock_order::free, 0});
  EXPECT_TRUE(o.ended);
  const std::string order = order_of(o);
  ASSERT_EQ(order.size(), 400u);
  for (std::size_t i = 0; i < order.size(); i += 2) EXPECT_EQ(order[i], order[i + 1]) << i;
}

TEST(replay, a_barrier_waits_for_all_participants_each_time) {
  std::vector<program> programs(3);
  for (unsigned p = 0; p < 3; ++p) {
    for (unsigned use = 1; use <= 3; ++use) {
      for (unsigned i = 0; i < p + use; ++i) programs[p].push_back(load(p));
      programs[p].push_back(sync(kind::barrier, 0x80, use, 3));
    }
  }
  const outcome o = replay(programs, {10, 50, 3});
  EXPECT_TRUE(o.ended);
  const std::string order = order_of(o);
  ASSERT_EQ(order.size(), 6u + 9 + 12);
  EXPECT_EQ(std::count(order.begin(), order.begin() + 6, '2'), 3);
  EXPECT_EQ(std::count(order.begin() + 6, order.begin() + 15, '2'), 4);
  EXPECT_EQ(std::count(order.begin() + 15, order.end(), '2'), 5);
}

TEST(replay, posts_and_waits_keep_their_order) {
  const outcome o =
      replay({{sync(kind::wait, 0x60, 0), sync(kind::wait, 0x60, 2), load(1)},
              {load(2), sync(kind::post, 0x60), load(3), sync(kind::post, 0x60), load(4), load(5)}},
             {1, 10});
  EXPECT_TRUE(o.ended);
  EXPECT_EQ(order_of(o), "11101");
}

TEST(replay, an_atomic_waits_for_the_updates_it_had_seen) {
  // Processor 0 had seen a flag set by processor 1; its update was the third of the location.
  const outcome o = replay(
      {{reference(kind::atomic_load, 0x40, 4, 1), reference(kind::atomic_update, 0x40, 4, 2)},
       {load(1), reference(kind::atomic_store, 0x40, 4), load(2), reference(kind::atomic_update, 0x40, 1)}},
      {1, 10});
  EXPECT_TRUE(o.ended);
  EXPECT_EQ(o.log, (log_lines{"0 1 L 1 8", "10 1 S 40 4", "20 0 L 40 4", "20 1 L 2 8", "30 1 A 40 4",
                              "40 0 A 40 4"}));
}

TEST(replay, atomics_of_odd_sizes_act_on_their_word) {
  const outcome o =
      replay({{reference(kind::atomic_update, 0x43, 1), reference(kind::atomic_update, 0x46, 2),
               reference(kind::atomic_update, 0x48, 8), reference(kind::atomic_update, 0x50, 16)}},
             {1});
  EXPECT_EQ(o.log, (log_lines{"0 0 A 40 4", "1 0 A 44 4", "2 0 A 48 8", "3 0 A 50 8"}));
}

TEST(replay, threads_start_when_created_and_are_joined_when_they_end) {
  const outcome o = replay({{load(1), sync(kind::create, 1), load(2), sync(kind::join, 1), load(3)},
                            {sync(kind::start, 0), load(4), load(5), load(6)}},
                           {10, 10});
  EXPECT_TRUE(o.ended);
  EXPECT_EQ(o.log,
            (log_lines{"0 0 L 1 8", "10 0 L 2 8", "10 1 L 4 8", "20 1 L 5 8", "30 1 L 6 8", "40 0 L 3 8"}));
}

TEST(replay, what_waits_for_ever_is_named) {
  const outcome o = replay(
      {{load(1), sync(kind::lock, 0x40, 2)}, {sync(kind::start, 0)}, {sync(kind::join, 1)}}, {1, 1, 1});
  EXPECT_FALSE(o.ended);
  EXPECT_EQ(o.waiting, (log_lines{"thread 0 (list: record 2) waits for lock 0x40, number 2",
                                  "thread 1 (list: record 1) waits for its creation as thread 1",
                                  "thread 2 (list: record 1) waits for the end of thread 1"}));
}

TEST(replay, a_trace_that_contradicts_itself_is_an_error) {
  const auto error = [](const std::vector<program>& programs, std::size_t processors = 2) -> std::string {
    try {
      replay(programs, std::vector<time_ps>(processors, 1));
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error({{load(1), sync(kind::unlock, 0x40)}}),
            "list: record 2: lock 0x40 is released but not held");
  EXPECT_EQ(error({{sync(kind::lock, 0x40, 1), sync(kind::unlock, 0x40), sync(kind::lock, 0x40, 1)}}),
            "list: record 3: acquisition 1 of lock 0x40 has been before");
  EXPECT_EQ(error({{sync(kind::join, 1)}}), "list: record 1: there is no thread 1, only 0 to 0");
  EXPECT_EQ(error({{sync(kind::barrier, 0x40, 1, 2)}, {sync(kind::barrier, 0x40, 1, 3)}}),
            "list: record 1: the barrier has 3 participants here and 2 in another thread");
  EXPECT_EQ(error({{load(1)}, {load(1)}}, 1),
            "list: the trace has 2 threads, the machine 1 processors (cpu.count)");
}

TEST(replay, processors_without_a_stream_do_nothing_and_progress_is_told) {
  replay_machine m({1, 1, 1});
  mimd::tb::trace_replay r(streams({program(1000, load(1)), program(10, load(2))}), {}, m);
  EXPECT_EQ(r.threads(), 2u);
  EXPECT_EQ(r.share_done(), 0.0);
  EXPECT_TRUE(m.run(r));
  EXPECT_EQ(r.share_done(), 1.0);
  EXPECT_EQ(r.records(), 1010u);
}

}  // namespace
