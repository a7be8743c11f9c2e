// The yardstick of DESIGN section 7: simple_initiator_socket -> simple_target_socket, one b_transport of 8
// bytes copied to a flat memory, no wait. All figures are read as multiples of its time per access in the
// same run.
#ifndef MIMD_TESTS_BENCHMARKS_RAW_LOOP_H
#define MIMD_TESTS_BENCHMARKS_RAW_LOOP_H

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <systemc>
#include <tlm>

namespace mimd::benchmarks {

struct raw_loop : sc_core::sc_module {
  static constexpr std::uint64_t size = 4096;

  tlm_utils::simple_initiator_socket<raw_loop> initiator{"initiator"};
  tlm_utils::simple_target_socket<raw_loop> target{"target"};

  explicit raw_loop(const sc_core::sc_module_name& name) : sc_module(name) {
    initiator.bind(target);
    target.register_b_transport(this, &raw_loop::serve);
  }

  void serve(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    std::uint8_t* const bytes = &memory[payload.get_address()];
    if (payload.is_read()) {
      std::memcpy(payload.get_data_ptr(), bytes, 8);
    } else {
      std::memcpy(bytes, payload.get_data_ptr(), 8);
    }
    delay += sc_core::sc_time(1, sc_core::SC_NS);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  std::array<std::uint8_t, size> memory{};
};

}  // namespace mimd::benchmarks

#endif
