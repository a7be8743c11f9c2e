// The plainest initiator that people write: one thread, one payload without memory manager, never reset,
// whose streaming width stays 0, and a b_transport for each word. It writes a pattern over [address, address
// + size), word by word, and reads it back, `rounds` times; wrong words are findings.
#ifndef MIMD_TB_TLM_FOREIGN_INITIATOR_H
#define MIMD_TB_TLM_FOREIGN_INITIATOR_H

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <string>
#include <systemc>
#include <tlm>

#include "tb/tlm/finding_log.h"

namespace mimd::tb {

class foreign_initiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<foreign_initiator, 32> socket;

  SC_HAS_PROCESS(foreign_initiator);
  foreign_initiator(const sc_core::sc_module_name& module_name, std::uint64_t address, std::uint64_t size,
                    unsigned rounds)
      : sc_core::sc_module(module_name), socket("socket"), address_(address), size_(size), rounds_(rounds) {
    SC_THREAD(run);
  }

  bool done() const { return done_; }
  const finding_log& mismatches() const { return mismatches_; }

 private:
  void run() {
    for (std::uint32_t round = 1; round <= rounds_; ++round) {
      for (std::uint64_t at = 0; at + 4 <= size_; at += 4)
        transfer(tlm::TLM_WRITE_COMMAND, at, pattern(at, round));
      for (std::uint64_t at = 0; at + 4 <= size_; at += 4) {
        if (transfer(tlm::TLM_READ_COMMAND, at, 0) == pattern(at, round)) continue;
        mismatches_.add("wrong word at address " + std::to_string(address_ + at));
      }
    }
    done_ = true;
  }

  static std::uint32_t pattern(std::uint64_t at, std::uint32_t round) {
    return (static_cast<std::uint32_t>(at) + round) * 0x9e3779b9u;
  }

  std::uint32_t transfer(tlm::tlm_command command, std::uint64_t at, std::uint32_t word) {
    payload_.set_command(command);
    payload_.set_address(address_ + at);
    payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&word));
    payload_.set_data_length(4);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload_, delay);
    if (payload_.is_response_error()) mismatches_.add(payload_.get_response_string());
    sc_core::wait(delay);
    return word;
  }

  const std::uint64_t address_, size_;
  const unsigned rounds_;
  tlm::tlm_generic_payload payload_;
  finding_log mismatches_;
  bool done_ = false;
};

}  // namespace mimd::tb

#endif
