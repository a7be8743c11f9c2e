// The interface's two engines.
#include "message_passing/network_interface.h"

#include <algorithm>
#include <cstring>

#include "infrastructure/kernel_time.h"
#include "io/parameter_fields.h"

namespace mimd {

namespace {

template <class Parameters, class Visitor>
void visit_interface_fields(Parameters& p, const Visitor& field) {
  const auto times = between(duration{0}, duration{1'000'000'000'000});
  field("register_latency", p.register_latency, times, "time of a register access");
  field("packet_overhead", p.packet_overhead, times, "of each engine of the interface, for a packet");
  field("packet", p.packet, between(byte_count{64}, byte_count{ni_most_packet_bytes}).power_of_two(),
        "data of a packet at most");
  field("burst", p.burst, between(byte_count{4}, byte_count{4096}).power_of_two(),
        "largest transfer on the bus; no burst crosses a multiple of it");
  field("input_packets", p.input_packets, between(1, 4096),
        "packets that wait in the interface before the network is held (approximately timed)");
}

const network_interface_parameters& checked(const network_interface_parameters& p) {
  visit_interface_fields(p, field_checker("network interface"));
  return p;
}

struct send_descriptor {
  std::uint64_t address;
  std::uint32_t bytes;
  std::uint32_t destination;
  std::array<std::uint64_t, ni_header_words> header;
};
static_assert(sizeof(send_descriptor) == ni_descriptor_bytes);

}  // namespace

void declare(parameter_set& parameters, network_interface_parameters& variables, const std::string& prefix) {
  visit_interface_fields(variables, field_declarer(parameters, prefix));
}

network_interface_base::network_interface_base(const sc_core::sc_module_name& name,
                                               const network_interface_parameters& parameters,
                                               timing_mode timing, std::uint32_t node,
                                               packet_carrier& carrier)
    : sc_core::sc_module(name),
      interrupt("interrupt"),
      parameters_(checked(parameters)),
      node_(node),
      carrier_(carrier),
      register_port_(*this, 0, timing),
      send_mover_(static_cast<unsigned>(parameters.burst.value)),
      receive_mover_(static_cast<unsigned>(parameters.burst.value)),
      send_window_((ni_register::window_data + parameters.packet.value) / 8) {
  carrier_.attach(node, *this);
  SC_HAS_PROCESS(network_interface_base);
  SC_THREAD(send_all);
  SC_THREAD(receive_all);
  SC_METHOD(drive_interrupt);
  sensitive << line_changed_.event();
  dont_initialize();
}

// --- sending

void network_interface_base::send_all() {
  for (;;) {
    while (ready_.empty() && sent_ == send_given_) {
      traced_send_.set(now_ps(), static_cast<std::uint64_t>(activity::idle));
      sc_core::wait(to_send_.event());
    }
    sending_ = true;
    send_mover_.begin();
    const time_ps began = send_mover_.now();
    interface_packet* p = nullptr;
    if (!ready_.empty()) {
      p = ready_.front();
      ready_.pop_front();
      line_changes(now_ps());
    } else {
      p = fetch_packet();
    }
    if (p != nullptr) depart(*p);
    send_mover_.synchronise();
    counters_.send_busy_ps += send_mover_.now() - began;
    sending_ = false;
  }
}

// The packet of the next descriptor; nullptr if memory refuses one of its addresses.
interface_packet* network_interface_base::fetch_packet() {
  traced_send_.set(send_mover_.now(), static_cast<std::uint64_t>(activity::descriptor));
  send_descriptor d;
  unsigned char image[sizeof d];
  const std::uint64_t place = send_ring_ + sent_ % send_entries_ * ni_descriptor_bytes;
  bool good = send_mover_.fetch(place, image, sizeof image);
  std::memcpy(&d, image, sizeof d);
  interface_packet* p = nullptr;
  if (good && d.bytes <= carrier_.packet_bytes() && d.destination < carrier_.nodes()) {
    p = &carrier_.take();
    p->source = node_;
    p->destination = d.destination;
    p->bytes = d.bytes;
    p->header = d.header;
    traced_send_.set(send_mover_.now(), static_cast<std::uint64_t>(activity::data));
    good = send_mover_.fetch(d.address, p->data.data(), d.bytes);
  }
  ++sent_;
  if (send_report_ != 0) {
    std::memcpy(image, &sent_, sizeof sent_);
    good = send_mover_.store(send_report_, image, sizeof sent_) && good;
  }
  if (!good || p == nullptr) {
    ++counters_.errors;
    bad_address_ = true;
    if (p != nullptr) carrier_.give_back(*p);
    p = nullptr;
  }
  line_changes(send_mover_.now());
  return p;
}

void network_interface_base::depart(interface_packet& p) {
  traced_send_.set(send_mover_.now(), static_cast<std::uint64_t>(activity::link));
  send_mover_.wait_until(std::max(send_mover_.now() + parameters_.packet_overhead.ps, link_free_));
  ++counters_.packets_sent;
  counters_.bytes_sent += p.bytes;
  link_free_ = send_mover_.now() + carrier_.link_time(p.bytes);
  carrier_.carry(p, send_mover_.now());
}

// --- receiving

void network_interface_base::arrived(interface_packet& p) {
  input_.push_back(&p);
  traced_queue_.set(now_ps(), input_.size());
  if (!held_ && input_.size() >= parameters_.input_packets) {
    held_ = true;
    ++counters_.held;
    carrier_.hold(node_);
  }
  to_receive_.notify_at(now_ps());
  if (programmed()) line_changes(now_ps());
}

void network_interface_base::receive_all() {
  for (;;) {
    while (input_.empty() || programmed() || received_ == receive_given_) {
      traced_receive_.set(now_ps(),
                          static_cast<std::uint64_t>(input_.empty() ? activity::idle : activity::wait));
      sc_core::wait(to_receive_.event());
    }
    receiving_ = true;
    receive_mover_.begin();
    const time_ps began = receive_mover_.now();
    store_packet(*input_.front());
    receive_mover_.synchronise();
    counters_.receive_busy_ps += receive_mover_.now() - began;
    release_input();
    receiving_ = false;
  }
}

void network_interface_base::store_packet(interface_packet& p) {
  struct receive_descriptor {
    std::uint64_t buffer;
    std::uint32_t bytes;
    std::uint32_t source;
    std::array<std::uint64_t, ni_header_words> header;
  } d;
  static_assert(sizeof d == ni_descriptor_bytes);
  unsigned char image[sizeof d];
  traced_receive_.set(receive_mover_.now(), static_cast<std::uint64_t>(activity::descriptor));
  receive_mover_.wait_until(receive_mover_.now() + parameters_.packet_overhead.ps);
  const std::uint64_t place = receive_ring_ + received_ % receive_entries_ * ni_descriptor_bytes;
  bool good = receive_mover_.fetch(place, image, sizeof image);
  std::memcpy(&d, image, sizeof d);
  traced_receive_.set(receive_mover_.now(), static_cast<std::uint64_t>(activity::data));
  good = good && receive_mover_.store(d.buffer, p.data.data(), p.bytes);
  d.bytes = p.bytes;
  d.source = p.source;
  d.header = p.header;
  d.header.back() = received_ + 1;
  std::memcpy(image, &d, sizeof d);
  good = good && receive_mover_.store(place, image, sizeof image);
  ++counters_.packets_received;
  counters_.bytes_received += p.bytes;
  if (!good) {
    ++counters_.errors;
    bad_address_ = true;
  }
  ++received_;
  line_changes(receive_mover_.now());
}

// The packet at the front has been taken in.
void network_interface_base::release_input() {
  carrier_.give_back(*input_.front());
  input_.pop_front();
  traced_queue_.set(now_ps(), input_.size());
  if (held_ && input_.size() < parameters_.input_packets) {
    held_ = false;
    carrier_.release(node_);
  }
}

bool network_interface_base::quiet() const {
  return input_.empty() && ready_.empty() && sent_ == send_given_ && !sending_ && !receiving_;
}

std::string network_interface_base::waiting() const {
  if (input_.empty()) return {};
  return "interface of node " + std::to_string(node_) + " has " + std::to_string(input_.size()) +
         " packets that nobody takes";
}

}  // namespace mimd
