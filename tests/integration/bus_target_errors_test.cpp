// A target that answers with an error: whoever made the access is told, in both timings.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <vector>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "memory/memory.h"

namespace mimd::test {
namespace {

constexpr std::uint64_t memory_size = 64 * 1024;

struct access {
  tlm::tlm_command command;
  address_t address;
  tlm::tlm_response_status expected;
};

struct initiator : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<initiator> socket{"socket"};

  SC_HAS_PROCESS(initiator);
  initiator(const sc_core::sc_module_name& n, std::vector<access> all)
      : sc_module(n), accesses(std::move(all)) {
    SC_THREAD(run);
  }
  void run() {
    for (const access& a : accesses) {
      std::uint64_t data = 7;
      tlm::tlm_generic_payload payload;
      payload.set_command(a.command);
      payload.set_address(a.address);
      payload.set_data_ptr(reinterpret_cast<unsigned char*>(&data));
      payload.set_data_length(sizeof data);
      payload.set_streaming_width(sizeof data);
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      socket->b_transport(payload, delay);
      EXPECT_EQ(payload.get_response_status(), a.expected) << std::hex << a.address;
      wait(delay);
    }
    finished = true;
  }
  std::vector<access> accesses;
  bool finished = false;
};

class bus_target_errors : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(both, bus_target_errors,
                         testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& p) { return p.param == timing_mode::loose ? "lt" : "at"; });

// The bus believes in twice as much memory as there is.
TEST_P(bus_target_errors, reach_a_master_without_a_cache_and_one_with) {
  const snooping_protocol& protocol = *find_snooping_protocol("mesi");
  const std::vector<access> accesses{{tlm::TLM_WRITE_COMMAND, 0x100, tlm::TLM_OK_RESPONSE},
                                     {tlm::TLM_WRITE_COMMAND, memory_size, tlm::TLM_GENERIC_ERROR_RESPONSE},
                                     {tlm::TLM_READ_COMMAND, memory_size, tlm::TLM_GENERIC_ERROR_RESPONSE},
                                     {tlm::TLM_READ_COMMAND, 0x100, tlm::TLM_OK_RESPONSE}};
  snooping_bus<> bus("bus", {}, protocol, GetParam(), 1, 1, 1);
  cache<> cached("cache", {}, protocol, GetParam());
  memory<> ram("memory", {memory_size, {}, false}, GetParam());
  initiator plain("plain", accesses);
  initiator behind_a_cache("behind_a_cache", accesses);
  plain.socket.bind(bus.plain[0]);
  behind_a_cache.socket.bind(cached.data);
  cached.interconnect.bind(bus.coherent[0]);
  bus.target[0].bind(ram.socket);
  bus.map(0, 0, 2 * memory_size, false);
  sc_core::sc_start();
  EXPECT_TRUE(plain.finished);
  EXPECT_TRUE(behind_a_cache.finished);
}

}  // namespace
}  // namespace mimd::test
