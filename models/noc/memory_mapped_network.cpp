#include "noc/memory_mapped_network.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "infrastructure/payload_access.h"

namespace mimd::noc {

// Approximately timed, the target sees a payload of ours: an initiator's may have no memory manager, and its
// address is not the target's. Data, byte enables and extensions are the initiator's own.
struct memory_mapped_network_base::transaction : tlm::tlm_generic_payload {
  explicit transaction(memory_mapped_network_base& network) : tlm::tlm_generic_payload(&network) {}

  tlm::tlm_generic_payload* original = nullptr;
  unsigned initiator = 0;
  unsigned target = 0;
  packet message;
};

class memory_mapped_network_base::target_link : public initiator_port::client {
 public:
  target_link(memory_mapped_network_base& owner, unsigned index) : owner_(owner), index_(index) {}
  void response(tlm::tlm_generic_payload& payload, time_ps at) override {
    owner_.answer(static_cast<transaction&>(payload), at);
  }
  void direct_access_ends(std::uint64_t first, std::uint64_t last) override {
    owner_.direct_access_ends(index_, first, last);
  }

 private:
  memory_mapped_network_base& owner_;
  unsigned index_;
};

memory_mapped_network_base::memory_mapped_network_base(const sc_core::sc_module_name& name,
                                                       const message_network_parameters& parameters,
                                                       timing_mode timing, unsigned initiators,
                                                       unsigned targets)
    : sc_module(name), network_("network", parameters), backward_(initiators, nullptr) {
  if (parameters.network.virtual_networks < 2)
    throw std::invalid_argument(std::string(this->name()) +
                                ": requests and responses need 2 virtual networks");
  access_target& self = *this;
  for (unsigned i = 0; i < initiators; ++i) {
    initiator_side_.push_back(std::make_unique<target_port>(self, i, timing));
    initiator_terminal_.push_back(i % network_.terminals());
  }
  for (unsigned j = 0; j < targets; ++j) {
    links_.push_back(std::make_unique<target_link>(*this, j));
    target_side_.push_back(std::make_unique<initiator_port>(*links_.back()));
    target_terminal_.push_back((initiators + j) % network_.terminals());
  }
  for (std::uint32_t t = 0; t < network_.terminals(); ++t) network_.attach(t, *this);
}

memory_mapped_network_base::~memory_mapped_network_base() = default;

void memory_mapped_network_base::check_terminal(std::uint32_t terminal) const {
  if (terminal >= network_.terminals())
    throw std::invalid_argument(std::string(name()) + ": there is no terminal " + std::to_string(terminal) +
                                ", the last is " + std::to_string(network_.terminals() - 1));
}

void memory_mapped_network_base::place_initiator(unsigned initiator, std::uint32_t terminal) {
  check_terminal(terminal);
  initiator_terminal_.at(initiator) = terminal;
}

void memory_mapped_network_base::place_target(unsigned target, std::uint32_t terminal) {
  check_terminal(terminal);
  target_terminal_.at(target) = terminal;
}

void memory_mapped_network_base::map(unsigned target, std::uint64_t begin, std::uint64_t size) {
  const std::string what =
      std::string(name()) + ": region at " + std::to_string(begin) + " of " + std::to_string(size) + " bytes";
  if (target >= target_side_.size()) throw std::invalid_argument(what + ": there is no such target");
  if (size == 0 || begin + (size - 1) < begin) throw std::invalid_argument(what + " is not a region");
  const auto after =
      std::find_if(regions_.begin(), regions_.end(), [&](const region& r) { return r.begin > begin; });
  const bool overlaps = (after != regions_.end() && after->begin - begin < size) ||
                        (after != regions_.begin() && begin - (after - 1)->begin < (after - 1)->size);
  if (overlaps) throw std::invalid_argument(what + " overlaps another");
  regions_.insert(after, {begin, size, target});
}

void memory_mapped_network_base::set_backward(unsigned initiator, tlm::tlm_bw_transport_if<>* backward) {
  backward_[initiator] = backward;
  initiator_side_[initiator]->set_backward(backward);
}

const memory_mapped_network_base::region* memory_mapped_network_base::find(std::uint64_t address,
                                                                           std::uint64_t length) const {
  const auto after = std::upper_bound(regions_.begin(), regions_.end(), address,
                                      [](std::uint64_t a, const region& r) { return a < r.begin; });
  if (after == regions_.begin()) return nullptr;
  const region& r = *(after - 1);
  const std::uint64_t offset = address - r.begin;
  return offset < r.size && length <= r.size - offset ? &r : nullptr;
}

packet memory_mapped_network_base::request_packet(unsigned initiator, unsigned target,
                                                  const tlm::tlm_generic_payload& payload) const {
  packet p;
  p.source = initiator_terminal_[initiator];
  p.destination = target_terminal_[target];
  p.flits = network_.flits(payload.is_write() ? payload.get_data_length() : 0);
  p.virtual_network = request_network;
  return p;
}

packet memory_mapped_network_base::response_packet(unsigned initiator, unsigned target,
                                                   const tlm::tlm_generic_payload& payload) const {
  packet p;
  p.source = target_terminal_[target];
  p.destination = initiator_terminal_[initiator];
  p.flits = network_.flits(payload.is_write() ? 0 : payload.get_data_length());
  p.virtual_network = response_network;
  return p;
}

time_ps memory_mapped_network_base::access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) {
  const region* const r = find(payload.get_address(), footprint(payload));
  if (r == nullptr) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return at;
  }
  const std::uint64_t address = payload.get_address();
  packet request = request_packet(port, r->target, payload);
  packet response = response_packet(port, r->target, payload);
  const time_ps arrival = network_.deliver(request, at);
  payload.set_address(address - r->begin);
  const time_ps served = target_side_[r->target]->transport(payload, arrival);
  payload.set_address(address);
  return network_.deliver(response, served);
}

bool memory_mapped_network_base::start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at,
                                       time_ps& done) {
  const region* const r = find(payload.get_address(), footprint(payload));
  if (r == nullptr) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    done = at;
    return true;
  }
  transaction& t = transactions_.take([this] { return std::make_unique<transaction>(*this); });
  t.acquire();
  t.original = &payload;
  t.initiator = port;
  t.target = r->target;
  t.set_command(payload.get_command());
  t.set_address(payload.get_address() - r->begin);
  t.set_data_ptr(payload.get_data_ptr());
  t.set_data_length(payload.get_data_length());
  t.set_byte_enable_ptr(payload.get_byte_enable_ptr());
  t.set_byte_enable_length(payload.get_byte_enable_length());
  t.set_streaming_width(payload.get_streaming_width() == 0 ? payload.get_data_length()
                                                           : payload.get_streaming_width());
  t.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  t.set_dmi_allowed(false);
  for (unsigned i = 0; i < tlm::max_num_extensions(); ++i) t.set_extension(i, payload.get_extension(i));
  t.message = request_packet(port, r->target, payload);
  t.message.content = &t;
  network_.send(t.message, at);
  return false;
}

void memory_mapped_network_base::message_arrived(packet& p) {
  transaction& t = *static_cast<transaction*>(p.content);
  if (p.virtual_network == request_network) {
    serve(t);
  } else {
    complete(t);
  }
}

void memory_mapped_network_base::serve(transaction& t) {
  time_ps done = 0;
  if (target_side_[t.target]->start(t, now_ps(), done)) answer(t, done);
}

void memory_mapped_network_base::answer(transaction& t, time_ps at) {
  t.message = response_packet(t.initiator, t.target, t);
  t.message.content = &t;
  network_.send(t.message, at);
}

void memory_mapped_network_base::complete(transaction& t) {
  tlm::tlm_generic_payload& original = *t.original;
  original.set_response_status(t.get_response_status());
  original.set_dmi_allowed(t.is_dmi_allowed());
  for (unsigned i = 0; i < tlm::max_num_extensions(); ++i) t.set_extension(i, nullptr);
  const unsigned initiator = t.initiator;
  t.release();
  initiator_side_[initiator]->finish(original, now_ps());
}

void memory_mapped_network_base::free(tlm::tlm_generic_payload* payload) {
  transactions_.give_back(*static_cast<transaction*>(payload));
}

unsigned memory_mapped_network_base::debug(unsigned, tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  const region* const r = find(address, 1);
  if (r == nullptr) return 0;
  const std::uint64_t offset = address - r->begin;
  payload.set_address(offset);
  payload.set_data_length(static_cast<unsigned>(std::min<std::uint64_t>(length, r->size - offset)));
  const unsigned moved = target_side_[r->target]->debug(payload);
  payload.set_address(address);
  payload.set_data_length(length);
  return moved;
}

bool memory_mapped_network_base::direct(unsigned port, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  const region* const r = find(payload.get_address(), footprint(payload));
  if (r == nullptr) {
    dmi.set_start_address(payload.get_address());
    dmi.set_end_address(payload.get_address());
    dmi.allow_none();
    return false;
  }
  const std::uint64_t address = payload.get_address();
  payload.set_address(address - r->begin);
  const bool granted = target_side_[r->target]->direct(payload, dmi);
  payload.set_address(address);
  const std::uint64_t last = std::min<std::uint64_t>(dmi.get_end_address(), r->size - 1);
  if (granted) {
    packet request = request_packet(port, r->target, payload);
    packet response = response_packet(port, r->target, payload);
    const auto way = to_sc_time(network_.idle_time(request) + network_.idle_time(response));
    dmi.set_read_latency(dmi.get_read_latency() + way);
    dmi.set_write_latency(dmi.get_write_latency() + way);
  }
  dmi.set_start_address(r->begin + std::min<std::uint64_t>(dmi.get_start_address(), last));
  dmi.set_end_address(r->begin + last);
  return granted;
}

void memory_mapped_network_base::direct_access_ends(unsigned target, std::uint64_t first,
                                                    std::uint64_t last) {
  for (const region& r : regions_) {
    if (r.target != target || first >= r.size) continue;
    const std::uint64_t end = std::min(last, r.size - 1);
    for (auto* backward : backward_) backward->invalidate_direct_mem_ptr(r.begin + first, r.begin + end);
  }
}

}  // namespace mimd::noc
