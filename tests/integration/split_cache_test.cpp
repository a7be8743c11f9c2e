// A split L1 whose instruction cache holds a line that the data cache writes, with nobody watching: the short
// way of both sockets, in both timings.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "memory/memory.h"

namespace mimd::test {
namespace {

struct processor_ports : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<processor_ports> data{"data"};
  tlm_utils::simple_initiator_socket<processor_ports> instruction{"instruction"};

  SC_HAS_PROCESS(processor_ports);
  explicit processor_ports(const sc_core::sc_module_name& n) : sc_module(n) { SC_THREAD(run); }

  template <typename Socket>
  std::uint64_t access(Socket& socket, tlm::tlm_command command, std::uint64_t value = 0) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(0x1000);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(sizeof value);
    payload.set_streaming_width(sizeof value);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
    wait(delay);
    return value;
  }
  void run() {
    for (std::uint64_t value = 1; value <= 4; ++value) {
      access(data, tlm::TLM_WRITE_COMMAND, value);
      EXPECT_EQ(access(instruction, tlm::TLM_READ_COMMAND), value);
      EXPECT_EQ(access(data, tlm::TLM_READ_COMMAND), value);
    }
    finished = true;
  }
  bool finished = false;
};

class split_cache : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(both, split_cache, testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& p) { return p.param == timing_mode::loose ? "lt" : "at"; });

TEST_P(split_cache, fetches_what_was_stored_last) {
  const snooping_protocol& protocol = *find_snooping_protocol("mesi");
  cache_parameters parameters;
  parameters.levels.split = true;
  snooping_bus<> bus("bus", {}, protocol, GetParam(), 1, 0, 1);
  cache<> cached("cache", parameters, protocol, GetParam());
  memory<> ram("memory", {64 * 1024, {}, false}, GetParam());
  processor_ports ports("ports");
  ports.data.bind(cached.data);
  ports.instruction.bind(cached.instruction);
  cached.interconnect.bind(bus.coherent[0]);
  bus.target[0].bind(ram.socket);
  bus.map(0, 0, ram.size(), false);
  sc_core::sc_start();
  EXPECT_TRUE(ports.finished);
}

}  // namespace
}  // namespace mimd::test
