// What protocol_rules remembers of a transaction in flight: one use of it, and its payload as it was when it
// passed.
#ifndef MIMD_TB_TLM_PROTOCOL_RECORD_H
#define MIMD_TB_TLM_PROTOCOL_RECORD_H

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "tb/tlm/protocol_rules.h"

namespace mimd::tb {

struct protocol_rules::record {
  tlm::tlm_generic_payload* payload = nullptr;
  std::uint64_t generation = 0;
  bool blocking = false;
  bool held = false;  // we hold a reference
  unsigned phase = tlm::UNINITIALIZED_PHASE;
  sc_core::sc_time time;  // effective local time of the last call
  tlm::tlm_response_status response = tlm::TLM_INCOMPLETE_RESPONSE;

  tlm::tlm_command command = tlm::TLM_IGNORE_COMMAND;
  unsigned char* data = nullptr;
  unsigned length = 0;
  unsigned char* enables = nullptr;
  unsigned enables_length = 0;
  unsigned width = 0;
  tlm::tlm_gp_option option = tlm::TLM_MIN_PAYLOAD;
  bool managed = false;
  std::vector<unsigned char> data_copy;  // of writes, and of reads with byte enables
  std::vector<unsigned char> enables_copy;
  std::vector<tlm::tlm_extension_base*> extensions;  // without a memory manager
};

}  // namespace mimd::tb

#endif
