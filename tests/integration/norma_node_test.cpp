// A node of mimd-norma: its memory is nobody else's, interrupts stop its program, messages keep their order,
// and a program that cannot go on says who waits for whom.
#include <gtest/gtest.h>

#include "platforms/support/command_line.h"
#include "tests/support/norma_in_process.h"

namespace mimd {
namespace {

using test::norma_in_process;
using test::run_ranks;

constexpr address_t here = 0x100000;  // in every private memory
constexpr address_t there = 0x200000;

class norma_node_timings : public testing::TestWithParam<timing_mode> {
 protected:
  norma_in_process& machine(test::settings values) {
    values.emplace_back("node.count", "2");
    machine_ = std::make_unique<norma_in_process>(values, GetParam(), 1, false);
    return *machine_;
  }

 private:
  std::unique_ptr<norma_in_process> machine_;
};

INSTANTIATE_TEST_SUITE_P(both, norma_node_timings,
                         testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& i) { return std::string(to_string(i.param)); });

// The same address is another place in each node, and no address leads to another node's memory.
TEST_P(norma_node_timings, the_same_address_is_another_place_in_each) {
  std::uint64_t seen = 1;
  const auto v = run_ranks(machine({}), {[](communicator& c) {
                                           c.cpu().store<std::uint64_t>(here, 42);
                                           c.barrier();
                                         },
                                         [&seen](communicator& c) {
                                           c.barrier();
                                           seen = c.cpu().load<std::uint64_t>(here);
                                         }});
  EXPECT_TRUE(v.correct) << v.text;
  EXPECT_EQ(seen, 0u);
}

TEST_P(norma_node_timings, an_address_beyond_the_private_memory_is_an_address_error) {
  // Where a second memory would be if memories lay one behind the other.
  constexpr address_t of_the_other = (std::uint64_t{64} << 20) + here;
  const auto v =
      run_ranks(machine({}), {[](communicator& c) { c.cpu().load<std::uint64_t>(of_the_other); }, nullptr});
  EXPECT_FALSE(v.correct);
  EXPECT_NE(v.text.find("TLM_ADDRESS_ERROR_RESPONSE"), std::string::npos) << v.text;
  EXPECT_NE(v.text.find("cpu_0"), std::string::npos) << v.text;
}

TEST_P(norma_node_timings, the_interface_refuses_to_send_from_what_is_no_memory) {
  const auto v = run_ranks(machine({}), {[](communicator& c) { c.send(1, 0, std::uint64_t{1} << 40, 64); },
                                         [](communicator& c) { c.receive(0, 0, here, 64); }});
  EXPECT_FALSE(v.correct);
  EXPECT_NE(v.text.find("no memory"), std::string::npos) << v.text;
}

// A long message needs the receiver to answer. With interrupts it does while it computes.
TEST_P(norma_node_timings, an_interrupt_takes_a_message_in_while_the_program_computes) {
  constexpr std::uint64_t cycles = 2'000'000;
  time_ps sent = 0;
  time_ps computed = 0;
  auto& m = machine({{"ni.notice", "interrupt"}, {"mpi.eager_limit", "1KiB"}});
  const auto v = run_ranks(m, {[&sent](communicator& c) {
                                 c.cpu().compute(50'000);
                                 c.send(1, 0, here, 8192);
                                 sent = c.cpu().now();
                               },
                               [&computed](communicator& c) {
                                 const auto r = c.ireceive(0, 0, here, 8192);
                                 c.cpu().compute(cycles);
                                 computed = c.cpu().now();
                                 c.wait(r);
                               }});
  ASSERT_TRUE(v.correct) << v.text;
  EXPECT_LT(sent, computed / 2);
  const message_endpoint& e = m.machine().node(1).endpoint();
  EXPECT_GE(e.counts().interrupts, 2u);  // the request, then packets of the data
  // The computation took its time and that of what interrupted it, exactly.
  const time_account& t = e.times();
  EXPECT_GE(t.time(message_activity::program), cycles * 1000);
  EXPECT_LT(t.time(message_activity::program), cycles * 1000 + 10'000);
  EXPECT_EQ(t.time(message_activity::interrupt) % 500'000, 0u);
}

TEST_P(norma_node_timings, polling_answers_when_the_program_calls) {
  time_ps sent = 0;
  time_ps computed = 0;
  const auto v = run_ranks(machine({{"mpi.eager_limit", "1KiB"}}), {[&sent](communicator& c) {
                                                                      c.send(1, 0, here, 8192);
                                                                      sent = c.cpu().now();
                                                                    },
                                                                    [&computed](communicator& c) {
                                                                      const auto r =
                                                                          c.ireceive(0, 0, here, 8192);
                                                                      c.cpu().compute(2'000'000);
                                                                      computed = c.cpu().now();
                                                                      c.wait(r);
                                                                    }});
  ASSERT_TRUE(v.correct) << v.text;
  EXPECT_GT(sent, computed);
}

// Eager and rendezvous in turn, of one tag: received in the order in which they were sent, any source or tag.
TEST_P(norma_node_timings, messages_keep_their_order) {
  constexpr unsigned count = 40;
  std::vector<std::uint64_t> order;
  const auto length = [](unsigned i) { return i % 3 == 0 ? 8u : i % 3 == 1 ? 3000u : 9000u; };
  const auto v = run_ranks(machine({}), {[&](communicator& c) {
                                           std::vector<communicator::request> open;
                                           for (unsigned i = 0; i < count; ++i) {
                                             const address_t at = here + i * 16384;
                                             c.cpu().store<std::uint64_t>(at, i);
                                             open.push_back(c.isend(1, 5, at, length(i)));
                                           }
                                           for (const auto r : open) c.wait(r);
                                         },
                                         [&](communicator& c) {
                                           c.cpu().compute(100'000);  // so that many are unexpected
                                           for (unsigned i = 0; i < count; ++i) {
                                             const bool any = i % 2 == 0;
                                             const auto s =
                                                 c.receive(any ? message_passing::any_source : 0,
                                                           any ? message_passing::any_tag : 5, there, 9000);
                                             EXPECT_EQ(s.bytes, length(i));
                                             EXPECT_EQ(s.source, 0u);
                                             EXPECT_EQ(s.tag, 5u);
                                             order.push_back(c.cpu().load<std::uint64_t>(there));
                                           }
                                         }});
  ASSERT_TRUE(v.correct) << v.text;
  ASSERT_EQ(order.size(), count);
  for (unsigned i = 0; i < count; ++i) EXPECT_EQ(order[i], i);
}

TEST_P(norma_node_timings, any_alignment_arrives_as_it_was) {
  constexpr unsigned bytes = 2500;
  std::string wrong;
  const auto v = run_ranks(
      machine({}), {[](communicator& c) {
                      for (unsigned i = 0; i < bytes; ++i)
                        c.cpu().store<std::uint8_t>(here + 3 + i, static_cast<std::uint8_t>(i * 7));
                      c.send(1, 0, here + 3, bytes);
                    },
                    [&wrong](communicator& c) {
                      c.cpu().store<std::uint8_t>(there + 4, 99);
                      c.receive(0, 0, there + 5, bytes);
                      for (unsigned i = 0; i < bytes; ++i)
                        if (c.cpu().load<std::uint8_t>(there + 5 + i) != static_cast<std::uint8_t>(i * 7))
                          wrong = std::to_string(i);
                      if (c.cpu().load<std::uint8_t>(there + 4) != 99) wrong = "before";
                    }});
  ASSERT_TRUE(v.correct) << v.text;
  EXPECT_EQ(wrong, "");
}

TEST_P(norma_node_timings, a_message_too_long_for_its_receive_is_an_error) {
  const auto v = run_ranks(machine({}), {[](communicator& c) { c.send(1, 0, here, 100); },
                                         [](communicator& c) { c.receive(0, 0, here, 99); }});
  EXPECT_FALSE(v.correct);
  EXPECT_NE(v.text.find("too long"), std::string::npos) << v.text;
}

TEST_P(norma_node_timings, a_message_that_nobody_receives_is_an_error) {
  const auto v = run_ranks(machine({}), {[](communicator& c) {
                                           c.send(1, 7, here, 100);
                                           c.barrier();
                                         },
                                         [](communicator& c) { c.barrier(); }});
  EXPECT_FALSE(v.correct);
  EXPECT_NE(v.text.find("never receives"), std::string::npos) << v.text;
}

TEST_P(norma_node_timings, who_waits_for_whom_is_told) {
  const auto v = run_ranks(machine({}), {[](communicator& c) { c.receive(1, 3, here, 8); },
                                         [](communicator& c) { c.receive(0, 4, here, 8); }});
  EXPECT_FALSE(v.correct);
  EXPECT_NE(v.text.find("rank 0 waits for a message from rank 1, tag 3"), std::string::npos) << v.text;
  EXPECT_NE(v.text.find("rank 1 waits for a message from rank 0, tag 4"), std::string::npos) << v.text;
}

// More messages at a time than rings and queues hold, both ways: they push back, nothing is lost.
TEST_P(norma_node_timings, full_rings_push_back) {
  constexpr unsigned count = 60;
  auto& m = machine({{"ni.send_entries", "2"},
                     {"ni.receive_entries", "2"},
                     {"ni.input_packets", "2"},
                     {"ni.packet", "64B"}});
  const auto both = [](communicator& c) {
    const std::uint32_t other = 1 - c.rank();
    std::vector<communicator::request> open;
    for (unsigned i = 0; i < count; ++i) {
      c.cpu().store<std::uint64_t>(here + 512 * i, 1000 * c.rank() + i);
      open.push_back(c.isend(other, 0, here + 512 * i, 300));
    }
    for (unsigned i = 0; i < count; ++i) {
      c.receive(other, 0, there, 300);
      EXPECT_EQ(c.cpu().load<std::uint64_t>(there), 1000 * other + i);
    }
    for (const auto r : open) c.wait(r);
  };
  const auto v = run_ranks(m, {both, both});
  ASSERT_TRUE(v.correct) << v.text;
  if (GetParam() == timing_mode::approximate) {
    EXPECT_GT(m.machine().node(0).interface().count().held + m.machine().node(1).interface().count().held,
              0u);
  }
}

}  // namespace
}  // namespace mimd
