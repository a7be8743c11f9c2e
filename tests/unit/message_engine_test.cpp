// The message layer: matching, protocols, and who waits for whom.
#include "message_passing/message_engine.h"

#include <gtest/gtest.h>

#include "support/message_run.h"

namespace {

using namespace mimd;
using namespace mimd::message_passing;

// Each rank's calls, written down.
class script final : public operation_stream {
 public:
  explicit script(std::vector<std::vector<call>> calls) : calls_(std::move(calls)), done_(calls_.size(), 0) {}
  bool next(std::uint32_t rank, time_ps now, call& c) override {
    times.resize(calls_.size());
    times[rank].push_back(now);
    if (done_[rank] == calls_[rank].size()) return false;
    c = calls_[rank][done_[rank]++];
    return true;
  }
  std::vector<std::vector<time_ps>> times;  // when each call was asked for, and the end

 private:
  std::vector<std::vector<call>> calls_;
  std::vector<std::size_t> done_;
};

call make(call::kind what, std::uint32_t peer, std::uint32_t tag, std::uint64_t bytes,
          std::uint64_t request = 0) {
  call c;
  c.what = what;
  c.peer = peer;
  c.tag = tag;
  c.bytes = bytes;
  c.request = request;
  return c;
}
call send(std::uint32_t to, std::uint32_t tag, std::uint64_t bytes) {
  return make(call::kind::send, to, tag, bytes);
}
call receive(std::uint32_t from, std::uint32_t tag, std::uint64_t bytes) {
  return make(call::kind::receive, from, tag, bytes);
}
call compute(time_ps t) {
  call c;
  c.duration = t;
  return c;
}
call wait(std::uint64_t request) {
  return make(call::kind::wait, 0, 0, 0, request);
}
call all_to_all(collective c) {
  call result;
  result.what = call::kind::collective;
  result.which = c;
  return result;
}

constexpr time_ps us = 1'000'000;

// L = 10 us, o = 1 us, the rest 0.
message_costs costs() {
  message_costs c;
  c.overhead = us;
  return c;
}

TEST(message_engine, receives_match_by_source_and_tag_and_any_takes_what_came_first) {
  script s({{send(2, 5, 1), send(2, 6, 2)},
            {compute(3 * us), send(2, 5, 3)},
            {compute(100 * us), receive(1, 5, 3), receive(any_source, any_tag, 1), receive(0, 6, 2)}});
  test::message_run run(3, costs(), 10 * us);
  run.run(s);
  EXPECT_EQ(run.engine.finished(), 3u) << run.engine.waiting(9);
}

TEST(message_engine, messages_of_one_sender_do_not_overtake_each_other) {
  // Sizes tell which receive got which message: a longer one would not fit.
  script s({{send(1, 0, 1), send(1, 0, 2), send(1, 0, 3)},
            {receive(0, 0, 1), receive(0, any_tag, 2), receive(any_source, 0, 3)}});
  test::message_run run(2, costs(), 10 * us);
  run.run(s);
  EXPECT_EQ(run.engine.finished(), 2u);
}

TEST(message_engine, any_tag_does_not_take_messages_of_collectives) {
  script s(
      {{all_to_all(collective::barrier), send(1, 3, 7)},
       {make(call::kind::ireceive, any_source, any_tag, 7, 1), all_to_all(collective::barrier), wait(1)}});
  test::message_run run(2, costs(), 10 * us);
  run.run(s);
  EXPECT_EQ(run.engine.finished(), 2u) << run.engine.waiting(9);
}

TEST(message_engine, computing_overlaps_with_a_message_on_its_way) {
  script s({{send(1, 0, 1)}, {make(call::kind::ireceive, 0, 0, 1, 1), compute(8 * us), wait(1)}});
  test::message_run run(2, costs(), 10 * us);
  EXPECT_EQ(run.run(s), 12 * us);  // o + L + o
  EXPECT_EQ(run.engine.times(1).compute, 8 * us);
  EXPECT_EQ(run.engine.times(1).receive, us);
  EXPECT_EQ(run.engine.times(1).wait, 3 * us);
}

TEST(message_engine, a_message_that_comes_while_its_receiver_computes_is_taken_in_afterwards) {
  script s({{send(1, 0, 1)}, {compute(50 * us), receive(0, 0, 1)}});
  test::message_run run(2, costs(), 10 * us);
  EXPECT_EQ(run.run(s), 51 * us);
}

TEST(message_engine, eager_senders_go_on_at_once) {
  script s({{send(1, 0, 100), compute(us)}, {compute(90 * us), receive(0, 0, 100)}});
  message_costs c = costs();
  c.eager_limit = 100;
  for (const auto h : {handshake::synchronous, handshake::messages, handshake::instant}) {
    c.rendezvous = h;
    script again = s;
    test::message_run run(2, c, 10 * us);
    run.run(again);
    EXPECT_EQ(again.times[0][1], us);
    EXPECT_EQ(run.engine.counts().rendezvous, 0u);
  }
}

TEST(message_engine, a_rendezvous_holds_its_sender) {
  const script s({{send(1, 0, 101)}, {compute(90 * us), receive(0, 0, 101)}});
  message_costs c = costs();
  c.eager_limit = 100;
  const auto released = [&](handshake h) {
    c.rendezvous = h;
    script again = s;
    test::message_run run(2, c, 10 * us);
    run.run(again);
    EXPECT_EQ(run.engine.counts().rendezvous, 1u);
    return again.times[0][1];
  };
  EXPECT_EQ(released(handshake::synchronous), 90 * us);
  // The request is taken in at 90 us, answered by 92; the answer comes at 102, costs 1, the data 1 + 10.
  EXPECT_EQ(released(handshake::messages), 114 * us);
}

TEST(message_engine, a_sender_without_credit_waits_for_its_receiver) {
  message_costs c = costs();
  c.rendezvous = handshake::messages;
  c.eager_credits = 2;
  const call one = send(1, 0, 8);
  const call take = receive(0, 0, 8);
  script s({{one, one, one, compute(500 * us), one, one},
            {compute(90 * us), take, take, take, compute(500 * us), take, take}});
  test::message_run run(2, c, 10 * us);
  run.run(s);
  EXPECT_EQ(run.engine.finished(), 2u) << run.engine.waiting(9);
  EXPECT_EQ(run.engine.counts().rendezvous, 1u);  // later the credits are back
  EXPECT_EQ(s.times[0][2], 2 * us);
  EXPECT_GT(s.times[0][3], 90 * us);
}

TEST(message_engine, instant_rendezvous_sends_when_both_are_ready) {
  noc::train_network_parameters p;
  p.family = "crossbar";
  p.dims = {2};
  p.link_latency = us;
  p.link_bandwidth = 1e9;
  message_costs c;
  c.rendezvous = handshake::instant;
  c.eager_limit = 1000;
  // Sent at 0, received from 90 us on: even what its sender does not wait for leaves then.
  script s(
      {{send(1, 0, 1000), send(1, 0, 2000)}, {compute(90 * us), receive(0, 0, 1000), receive(0, 0, 2000)}});
  test::message_run run(2, c, p);
  EXPECT_EQ(run.run(s), 90 * us + 2 * us + us + 2 * us + 2 * us);
  EXPECT_EQ(s.times[0][1], 0u);
}

TEST(message_engine, the_rendezvous_of_messages_costs_two_more_ways) {
  noc::train_network_parameters p;
  p.family = "crossbar";
  p.dims = {2};
  p.link_latency = us;
  p.link_bandwidth = 1e9;
  message_costs c;
  c.rendezvous = handshake::messages;
  c.eager_limit = 0;
  c.control_bytes = 100;
  script s({{send(1, 0, 5000)}, {receive(0, 0, 5000)}});
  test::message_run run(2, c, p);
  EXPECT_EQ(run.run(s), 3 * 2 * us + 2 * us / 10 + 5 * us);
}

TEST(message_engine, requests_are_waited_for_by_name_in_order) {
  script s(
      {{compute(20 * us), send(1, 1, 1), compute(20 * us), send(1, 2, 1)},
       {make(call::kind::ireceive, 0, 2, 1, 7), make(call::kind::ireceive, 0, 1, 1, 8), wait(8), wait(7)}});
  test::message_run run(2, costs(), 10 * us);
  run.run(s);
  EXPECT_EQ(s.times[1][3], 32 * us);
  EXPECT_EQ(s.times[1][4], 53 * us);
}

TEST(message_engine, a_message_too_long_for_its_receive_is_a_program_error) {
  script s({{send(1, 4, 101)}, {receive(0, 4, 100)}});
  test::message_run run(2, costs(), 10 * us);
  try {
    run.run(s);
    FAIL() << "nothing was thrown";
  } catch (const program_error& e) {
    for (const char* part : {"101 bytes", "rank 0", "tag 4", "100 bytes", "rank 1"})
      EXPECT_NE(std::string(e.what()).find(part), std::string::npos) << e.what();
  }
}

TEST(message_engine, a_wait_without_a_request_is_a_program_error) {
  script s({{wait(3)}});
  test::message_run run(1, costs(), 10 * us);
  EXPECT_THROW(run.run(s), program_error);
}

TEST(message_engine, a_deadlock_is_told_by_who_waits_for_whom) {
  message_costs c = costs();
  c.eager_limit = 10;
  script s({{receive(1, 3, 1), send(1, 3, 1)},
            {receive(0, any_tag, 1), send(0, 3, 1)},
            {send(3, 9, 11)},
            {},
            {all_to_all(collective::barrier)}});
  test::message_run run(5, c, 10 * us);
  run.run(s);
  EXPECT_EQ(run.engine.finished(), 1u);
  const std::string text = run.engine.waiting(10);
  for (const char* part :
       {"rank 0 waits for a message from rank 1, tag 3", "rank 1 waits for a message from rank 0, any tag",
        "rank 2 waits for rank 3 to receive its message of 11 bytes, tag 9",
        "rank 4 waits for a message from", "in a collective operation"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
  EXPECT_NE(run.engine.waiting(1).find("more"), std::string::npos);
}

TEST(message_engine, every_message_is_delivered_once) {
  struct counter final : message_observer {
    void delivered(const message& m, time_ps at) override {
      ++count;
      bytes += m.size;
      EXPECT_GE(at, m.sent);
    }
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
  } seen;
  script s({{send(1, 0, 5), all_to_all(collective::allreduce)},
            {receive(0, 0, 9), all_to_all(collective::allreduce)}});
  test::message_run run(2, costs(), 10 * us);
  run.engine.observe(seen);
  run.run(s);
  EXPECT_EQ(seen.count, run.engine.counts().messages);
  EXPECT_EQ(seen.bytes, run.engine.counts().bytes);
}

TEST(message_engine, the_networks_beside_go_on_when_the_last_rank_has_come) {
  message_costs c = costs();
  c.barrier_latency = 3 * us;
  c.tree_latency = 2 * us;
  c.tree_ps_per_byte = 1000;
  collective_algorithms a;
  a.barrier = barrier_algorithm::hardware;
  a.allreduce = allreduce_algorithm::tree_network;
  call sum = all_to_all(collective::allreduce);
  sum.bytes = 500;
  script s(
      {{compute(50 * us), all_to_all(collective::barrier), sum}, {all_to_all(collective::barrier), sum}});
  test::message_run run(2, c, 10 * us);
  EXPECT_EQ(run.run(s, a), 53 * us + 2 * 2 * us + us / 2);
  EXPECT_EQ(s.times[1][1], 53 * us);
  EXPECT_EQ(run.engine.counts().messages, 0u);
}

}  // namespace
