#include "cache/cache.h"

#include <sstream>
#include <stdexcept>

#include "cache/miss_classifier.h"
#include "cpu/access_extension.h"
#include "infrastructure/payload_access.h"

namespace mimd {

namespace {

const cache_parameters& checked(const cache_parameters& p, const snooping_protocol& protocol) {
  const std::string complaint = p.check(protocol);
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

std::string cache_parameters::check(const snooping_protocol& protocol) const {
  if (mshrs == 0) return "l1.mshrs must be at least 1";
  if (write_back_entries == 0) return "l1.write_back_entries must be at least 1";
  if (protocol.states.size() > 8) return "coherence.protocol " + protocol.name + " has more than 8 states";
  return levels.check(protocol);
}

cache_base::cache_base(const sc_core::sc_module_name& name, const cache_parameters& parameters,
                       const snooping_protocol& protocol, timing_mode timing, std::uint64_t seed)
    : sc_module(name),
      data_port_(*this, private_hierarchy::port::data, timing),
      instruction_port_(*this, private_hierarchy::port::instruction, timing),
      parameters_(checked(parameters, protocol)),
      hierarchy_(parameters.levels, protocol, seed, *this),
      timing_(timing),
      line_(parameters.levels.l1.line),
      quick_latency_(to_sc_time(parameters.l1_latency)),
      only_l1_(!hierarchy_.has_l2() && !hierarchy_.split() && !hierarchy_.write_through()) {
  interconnect.bind(*this);
  for (const snooping_state& s : protocol.states) state_names_.push_back(s.name);
  const compiled_protocol& table = hierarchy_.protocol();
  for (unsigned state = 1; state < table.state_count; ++state) {
    quick_store_[state | cache_array::modified_bit] = !parameters.levels.write_through &&
                                                      table.silent_write[state] &&
                                                      table.after_silent_write[state] == state;
  }
}

cache_base::~cache_base() = default;

void cache_base::end_of_elaboration() {
  forward_ = dynamic_cast<coherence_forward*>(interconnect.get_base_port().get_interface());
}

void cache_base::start_of_simulation() {
  at_home_ = forward_->operates_at_home();
  quick_ = !observer_ && !coverage_ && !classifier_;
}

void cache_base::set_observer(coherence_observer* observer, unsigned number) {
  observer_ = observer;
  agent_number_ = number;
}

void cache_base::set_row_coverage(row_coverage* coverage) {
  coverage_ = coverage;
  hierarchy_.set_row_coverage(coverage);
}

void cache_base::classify_misses(write_history& history, unsigned number) {
  history_ = &history;
  agent_number_ = number;
  const cache_geometry& l1 = parameters_.levels.l1;
  classifier_ = std::make_unique<miss_classifier>(history, number, l1.size / l1.line);
}

void cache_base::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  recorder.declare(traced_miss_, prefix + ".miss",
                   trace_kind::words({"-", "read", "write", "modify", "atomic"}));
  recorder.declare(traced_line_, prefix + ".line", trace_kind::integer(64));
  recorder.declare(traced_state_, prefix + ".state", trace_kind::words(state_names_));
}

cache_base::short_way cache_base::quick_hit(tlm::tlm_generic_payload& payload,
                                            private_hierarchy::port which) {
  const unsigned size = payload.get_data_length();
  const address_t address = payload.get_address();
  const auto offset = static_cast<unsigned>(address) & (line_ - 1);
  if (!quick_ || size == 0 || !payload.get_data_ptr() || offset + size > line_ ||
      payload.get_byte_enable_ptr() || payload.get_streaming_width() < size ||
      payload.get_extension<access_extension>()) {
    return short_way::none;
  }
  cache_array& array = hierarchy_.l1(which);
  const cache_array::slot s = array.find_and_touch(address - offset);
  if (s == cache_array::none) {
    const bool plain =
        payload.is_read() || (payload.is_write() && which != private_hierarchy::port::instruction);
    return plain ? short_way::miss : short_way::none;
  }
  if (payload.is_read()) {
    if (&array != &hierarchy_.l1(private_hierarchy::port::data) && array.modified(s)) return short_way::none;
    copy_bytes(payload.get_data_ptr(), array.data(s) + offset, size);
    if (which == private_hierarchy::port::instruction) {
      ++counters_.fetches;
    } else {
      ++counters_.loads;
    }
  } else {
    if (!payload.is_write() || !quick_store_[array.low_bits(s)] ||
        which == private_hierarchy::port::instruction) {
      return short_way::none;
    }
    copy_bytes(array.data(s) + offset, payload.get_data_ptr(), size);
    ++counters_.stores;
  }
  ++hierarchy_.l1_counters(which).hits;
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return short_way::hit;
}

std::string cache_base::waiting() const {
  std::ostringstream out;
  for (const mshr* m : active_) {
    out << name() << " waits for line 0x" << std::hex << m->line << std::dec
        << (m->performed ? " (granted); " : "; ");
  }
  return out.str();
}

}  // namespace mimd
