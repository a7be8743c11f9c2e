// Foreign TLM-2.0 initiators and targets talk across a network; its sockets obey the base protocol.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "memory/memory.h"
#include "noc/memory_mapped_network.h"
#include "tb/tlm/foreign_initiator.h"
#include "tb/tlm/foreign_target.h"
#include "tb/tlm/protocol_checker.h"
#include "tb/tlm/random_initiator.h"

namespace mimd::test {
namespace {

constexpr std::uint64_t target_size = 16384;

noc::message_network_parameters mesh(enum noc::fidelity fidelity) {
  noc::message_network_parameters p;
  p.shape.dims = {3, 3};
  p.network.virtual_networks = 2;
  p.network.vcs = 2;
  p.fidelity = fidelity;
  return p;
}

struct network_case {
  timing_mode timing;
  enum noc::fidelity fidelity;
};

std::string name_of(const testing::TestParamInfo<network_case>& info) {
  return std::string(info.param.timing == timing_mode::loose ? "lt_" : "at_") +
         (info.param.fidelity == noc::fidelity::packet ? "packet" : "flit");
}

class network_sockets : public testing::TestWithParam<network_case> {};
INSTANTIATE_TEST_SUITE_P(both, network_sockets,
                         testing::Values(network_case{timing_mode::loose, noc::fidelity::packet},
                                         network_case{timing_mode::approximate, noc::fidelity::packet},
                                         network_case{timing_mode::approximate, noc::fidelity::flit}),
                         name_of);

TEST_P(network_sockets, let_two_foreign_initiators_reach_two_foreign_targets) {
  noc::memory_mapped_network<> network("network", mesh(GetParam().fidelity), GetParam().timing, 2, 2);
  network.place_initiator(0, 0);
  network.place_initiator(1, 8);
  network.place_target(0, 8);
  network.place_target(1, 2);
  std::vector<std::unique_ptr<tb::foreign_target>> targets;
  std::vector<std::unique_ptr<tb::foreign_initiator>> initiators;
  for (unsigned j = 0; j < 2; ++j) {
    tb::foreign_target_options o;
    o.size = target_size;
    targets.push_back(std::make_unique<tb::foreign_target>(("target_" + std::to_string(j)).c_str(), o));
    network.map(j, 0x10000 * (j + 1), target_size);
    network.to[j].bind(targets[j]->socket);
  }
  // Each uses the end of one target's memory and the beginning of the other's.
  for (unsigned i = 0; i < 2; ++i) {
    initiators.push_back(std::make_unique<tb::foreign_initiator>(
        ("initiator_" + std::to_string(i)).c_str(), 0x10000 * (i + 1) + 0x100 * (i + 1), 0x200, 3));
    initiators[i]->socket.bind(network.from[i]);
  }
  sc_core::sc_start();
  for (const auto& initiator : initiators) {
    EXPECT_TRUE(initiator->done());
    EXPECT_EQ(initiator->mismatches().count(), 0u) << initiator->mismatches().text();
  }
  EXPECT_NE(targets[0]->bytes()[0x100], 0);  // the target's address 0 is the region's first byte
  EXPECT_NE(targets[1]->bytes()[0x200], 0);
}

TEST_P(network_sockets, obey_the_base_protocol_under_random_transactions) {
  constexpr unsigned initiators = 4, targets = 3;
  noc::memory_mapped_network<> network("network", mesh(GetParam().fidelity), GetParam().timing, initiators,
                                       targets);
  std::vector<std::unique_ptr<tb::foreign_target>> memories;
  std::vector<std::unique_ptr<tb::protocol_checker<>>> checkers;
  std::vector<std::unique_ptr<tb::random_initiator>> masters;
  for (unsigned j = 0; j < targets; ++j) {
    const std::string n = std::to_string(j);
    tb::foreign_target_options o;
    o.seed = j + 1;
    o.size = target_size;
    o.direct = j == 1;
    memories.push_back(std::make_unique<tb::foreign_target>(("memory_" + n).c_str(), o));
    // Loosely timed, targets see the initiators' own payloads.
    checkers.push_back(std::make_unique<tb::protocol_checker<>>(
        ("memory_checker_" + n).c_str(), tb::protocol_options{GetParam().timing == timing_mode::loose}));
    network.map(j, j * target_size, target_size);
    network.to[j].bind(checkers.back()->target_socket);
    checkers.back()->initiator_socket.bind(memories[j]->socket);
  }
  for (unsigned i = 0; i < initiators; ++i) {
    const std::string n = std::to_string(i);
    tb::random_initiator_options o;
    o.seed = i + 1;
    o.transactions = 3000;
    o.sloppy = i % 2 == 1;
    for (unsigned j = 0; j < targets; ++j) o.ranges.push_back({j * target_size + i * 1000 + 3, 900});
    masters.push_back(std::make_unique<tb::random_initiator>(("initiator_" + n).c_str(), o));
    checkers.push_back(
        std::make_unique<tb::protocol_checker<>>(("checker_" + n).c_str(), tb::protocol_options{o.sloppy}));
    masters[i]->socket.bind(checkers.back()->target_socket);
    checkers.back()->initiator_socket.bind(network.from[i]);
  }
  sc_core::sc_start();
  for (const auto& master : masters) {
    EXPECT_TRUE(master->done()) << master->name() << " is stuck";
    EXPECT_EQ(master->mismatches().count(), 0u) << master->mismatches().text();
  }
  for (const auto& checker : checkers) {
    EXPECT_EQ(checker->violations().count(), 0u) << checker->violations().text();
    EXPECT_EQ(checker->rules().in_flight(), 0u) << checker->name();
    EXPECT_GT(checker->rules().transactions(), 0u);
  }
  network.network().core().check_drained();
}

// One initiator that does one thing at a time, and tells how long each takes.
class timed_initiator : public sc_core::sc_module, tlm::tlm_bw_transport_if<>, tlm::tlm_mm_interface {
 public:
  tlm::tlm_initiator_socket<32> socket{"socket"};

  SC_HAS_PROCESS(timed_initiator);
  timed_initiator(const sc_core::sc_module_name& n, bool blocking) : sc_module(n), blocking_(blocking) {
    socket.bind(*this);
    SC_THREAD(run);
  }
  std::vector<time_ps> times;

 private:
  void run() {
    for (unsigned i = 0; i < 40; ++i) {
      unsigned char data[64] = {};
      tlm::tlm_generic_payload payload(this);
      payload.acquire();
      payload.set_command(i % 2 ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
      payload.set_address(64 * i);
      payload.set_data_ptr(data);
      payload.set_data_length(i % 3 == 0 ? 4 : 64);
      payload.set_streaming_width(payload.get_data_length());
      const time_ps begin = now_ps();
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      if (blocking_) {
        socket->b_transport(payload, delay);
        sc_core::wait(delay);
      } else {
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        if (socket->nb_transport_fw(payload, phase, delay) == tlm::TLM_COMPLETED)
          sc_core::wait(delay);
        else
          sc_core::wait(done_);
      }
      EXPECT_TRUE(payload.is_response_ok());
      times.push_back(now_ps() - begin);
      sc_core::wait(to_sc_time(1'000'000 - (now_ps() - begin)));
    }
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
    done_.notify(delay);
    return tlm::TLM_COMPLETED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
  void free(tlm::tlm_generic_payload*) override {}

  bool blocking_;
  sc_core::sc_event done_;
};

TEST(network_sockets, blocking_and_nonblocking_transport_take_the_same_time_at_low_load) {
  std::vector<std::unique_ptr<sc_core::sc_module>> keep;
  std::vector<timed_initiator*> timed;
  struct setting {
    timing_mode timing;
    enum noc::fidelity fidelity;
    bool blocking;
  };
  for (const setting& s : {setting{timing_mode::loose, noc::fidelity::packet, true},
                           setting{timing_mode::approximate, noc::fidelity::packet, true},
                           setting{timing_mode::approximate, noc::fidelity::packet, false},
                           setting{timing_mode::approximate, noc::fidelity::flit, false}}) {
    const std::string n = std::to_string(timed.size());
    auto network = std::make_unique<noc::memory_mapped_network<>>(("network_" + n).c_str(), mesh(s.fidelity),
                                                                  s.timing, 1, 1);
    auto target = std::make_unique<memory<>>(("memory_" + n).c_str(), memory_parameters{}, s.timing);
    auto initiator = std::make_unique<timed_initiator>(("initiator_" + n).c_str(), s.blocking);
    network->place_target(0, 8);
    network->map(0, 0, 1 << 20);
    network->to[0].bind(target->socket);
    initiator->socket.bind(network->from[0]);
    timed.push_back(initiator.get());
    keep.push_back(std::move(network));
    keep.push_back(std::move(target));
    keep.push_back(std::move(initiator));
  }
  sc_core::sc_start();
  for (const timed_initiator* other : timed) {
    ASSERT_EQ(other->times.size(), 40u);
    for (std::size_t i = 0; i < other->times.size(); ++i)
      EXPECT_NEAR(static_cast<double>(other->times[i]), static_cast<double>(timed[0]->times[i]),
                  0.02 * static_cast<double>(timed[0]->times[i]))
          << other->name() << ", transaction " << i;
  }
}

TEST(network_sockets, are_refused_by_a_network_that_can_deadlock) {
  auto ring = mesh(noc::fidelity::packet);
  ring.shape.family = "ring";
  ring.shape.dims = {4};
  ring.routing = "shortest-path";
  try {
    const noc::memory_mapped_network<> network("network", ring, timing_mode::loose, 1, 1);
    FAIL() << "shortest paths round a ring wait for each other";
  } catch (const std::invalid_argument& e) {
    EXPECT_NE(std::string(e.what()).find("->"), std::string::npos) << e.what();
  }
}

TEST(network_sockets, answer_an_address_nobody_has_and_refuse_impossible_maps) {
  noc::memory_mapped_network<> network("network", mesh(noc::fidelity::packet), timing_mode::loose, 1, 1);
  memory<> target("memory", memory_parameters{}, timing_mode::loose);
  network.map(0, 0x1000, 0x1000);
  EXPECT_THROW(network.map(0, 0x1fff, 0x10), std::invalid_argument);
  EXPECT_THROW(network.map(0, 0xfff, 2), std::invalid_argument);
  EXPECT_THROW(network.map(0, 0x3000, 0), std::invalid_argument);
  EXPECT_THROW(network.map(1, 0x3000, 1), std::invalid_argument);
  EXPECT_THROW(network.place_target(0, 9), std::invalid_argument);
  network.to[0].bind(target.socket);

  struct asking : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<asking> socket{"socket"};
    SC_HAS_PROCESS(asking);
    explicit asking(const sc_core::sc_module_name& n) : sc_module(n) { SC_THREAD(run); }
    tlm::tlm_response_status status_at(std::uint64_t address, unsigned length) {
      tlm::tlm_generic_payload payload;
      payload.set_command(tlm::TLM_READ_COMMAND);
      payload.set_address(address);
      payload.set_data_ptr(data);
      payload.set_data_length(length);
      payload.set_streaming_width(length);
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      socket->b_transport(payload, delay);
      EXPECT_EQ(payload.get_address(), address);
      return payload.get_response_status();
    }
    void run() {
      EXPECT_EQ(status_at(0x1000, 8), tlm::TLM_OK_RESPONSE);
      EXPECT_EQ(status_at(0x1ff8, 8), tlm::TLM_OK_RESPONSE);
      EXPECT_EQ(status_at(0x1ff9, 8), tlm::TLM_ADDRESS_ERROR_RESPONSE);
      EXPECT_EQ(status_at(0x0ff8, 8), tlm::TLM_ADDRESS_ERROR_RESPONSE);
      EXPECT_EQ(status_at(0x2000, 1), tlm::TLM_ADDRESS_ERROR_RESPONSE);
      asked = true;
    }
    unsigned char data[8] = {};
    bool asked = false;
  } initiator("initiator");
  initiator.socket.bind(network.from[0]);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.asked);
}

}  // namespace
}  // namespace mimd::test
