// The rules in words, and violations as lines.
#include <array>
#include <sstream>

#include "tb/tlm/protocol_rules.h"

namespace mimd::tb {

namespace {

struct rule_text {
  const char* name;
  const char* clause;
  const char* meaning;
};

// In the order of the enumeration.
constexpr std::array<rule_text, protocol_rule_count> rule_texts{{
    {"method-process", "11.1.1.4 b", "b_transport called from a method process"},
    {"transaction-in-use", "15.2.10 c", "transaction passed on while an earlier use of it is not over"},
    {"memory-manager", "14.5 i", "nb_transport without a memory manager"},
    {"reference-count", "14.5 t", "transaction passed on without a reference to it"},
    {"data-pointer", "14.11 e", "no data array"},
    {"data-length", "14.12 d", "data length 0"},
    {"byte-enable-length", "14.14 f", "byte enables of length 0"},
    {"byte-enable-value", "14.14", "a byte enable is neither 0 nor 0xff"},
    {"streaming-width", "14.15 f", "streaming width 0"},
    {"initial-dmi-hint", "14.16", "the initiator passes the DMI hint set"},
    {"initial-option", "14.8 g", "the initiator passes a generic payload option"},
    {"initial-response", "14.17 e", "the initiator passes a response status that is not incomplete"},
    {"request-exclusion", "15.2.6 e", "BEGIN_REQ before the end of an earlier request"},
    {"dmi-command", "11.2", "get_direct_mem_ptr for a command that is neither read nor write"},
    {"dmi-in-invalidate", "11.2", "get_direct_mem_ptr called from invalidate_direct_mem_ptr"},
    {"phase-path", "15.2.3 c", "this phase does not belong on this path"},
    {"phase-order", "15.2.4", "this phase does not follow the transaction's last phase"},
    {"return-status", "15.2.4", "this phase cannot be answered with this return status"},
    {"accepted-but-changed", "11.1.2", "TLM_ACCEPTED returned, but an argument was changed"},
    {"nested-transport", "11.1.2.4", "nb_transport called from within a call of the opposite path"},
    {"nonblocking-wait", "11.1.2.4", "nb_transport let time or a delta cycle pass"},
    {"nonblocking-time", "15.2.7 c", "effective local time goes down within a transaction"},
    {"attribute-changed", "14.7", "an attribute was changed during the transaction"},
    {"write-data-changed", "14.7", "the data array of a write was changed"},
    {"byte-enables-changed", "14.7", "the byte enable array was changed"},
    {"blocking-time", "11.1.3", "effective local time went down through b_transport"},
    {"blocking-wait", "mimd", "b_transport of a loosely-timed model called wait"},
    {"response-missing", "14.17", "response without a response status"},
    {"response-value", "14.17", "response status is none of the seven values"},
    {"response-changed", "14.7", "response status changed after the response"},
    {"response-exclusion", "15.2.6 f", "BEGIN_RESP before the end of an earlier response"},
    {"disabled-bytes-changed", "14.14", "a read changed data bytes that are disabled"},
    {"extension-left", "14.5 aa", "an extension was left on a transaction without a memory manager"},
    {"debug-count", "11.3", "transport_dbg returned more than the data length"},
    {"debug-wait", "11.3", "transport_dbg let time or a delta cycle pass"},
    {"dmi-range", "11.2", "the region of get_direct_mem_ptr does not hold the address"},
    {"dmi-access", "11.2", "get_direct_mem_ptr granted, but not for the command asked for"},
    {"dmi-pointer", "11.2", "get_direct_mem_ptr granted without a pointer"},
    {"dmi-wait", "11.2", "get_direct_mem_ptr let time or a delta cycle pass"},
    {"invalidate-range", "11.2", "invalidate_direct_mem_ptr of a range that ends before it starts"},
}};

}  // namespace

const char* name_of(protocol_rule rule) {
  return rule_texts[static_cast<unsigned>(rule)].name;
}

void protocol_rules::violate(protocol_rule rule, const tlm::tlm_generic_payload* payload,
                             const std::string& detail) {
  ++counts_[static_cast<unsigned>(rule)];
  const rule_text& text = rule_texts[static_cast<unsigned>(rule)];
  std::ostringstream line;
  line << sc_core::sc_time_stamp() << ' ' << name_ << ": " << text.name << " (IEEE 1666-2011 " << text.clause
       << "): " << text.meaning;
  if (!detail.empty()) line << ": " << detail;
  if (payload != nullptr) {
    line << " ["
         << (payload->is_read()    ? "read"
             : payload->is_write() ? "write"
                                   : "ignore")
         << " 0x" << std::hex << payload->get_address() << std::dec << ", " << payload->get_data_length()
         << " bytes]";
  }
  violations_.add(line.str());
  if (options_.report_errors) SC_REPORT_ERROR("/mimd/protocol_checker", line.str().c_str());
}

}  // namespace mimd::tb
