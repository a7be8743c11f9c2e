#include "tb/traffic/batch.h"

#include <stdexcept>

namespace mimd::tb {

batch::batch(noc::network& n, const noc::topology& topology, const traffic_pattern& pattern,
             const packet_mix& mix, const batch_parameters& parameters)
    : traffic_driver(n, topology, mix.kinds().size()), pattern_(pattern), mix_(mix), parameters_(parameters) {
  if (parameters.packets == 0 || parameters.window == 0)
    throw std::invalid_argument("a batch has at least 1 packet and a window of at least 1");
  sources_.reserve(topology.terminals());
  for (std::uint32_t s = 0; s < topology.terminals(); ++s) {
    sources_.push_back({random_generator(parameters.seed, s), pattern.sends(s) ? parameters.packets : 0});
    expected_ += sources_.back().left;
  }
}

double batch::share_done() const {
  return expected_ == 0 ? 1 : static_cast<double>(packets()) / static_cast<double>(expected_);
}

std::string batch::who_waits() const {
  return std::to_string(network().packets_inside()) + " packets are on the way";
}

void batch::send_next(std::uint32_t source) {
  source_state& s = sources_[source];
  --s.left;
  noc::packet& p = new_packet();
  p.source = source;
  p.destination = pattern_.destination(source, s.random);
  mix_.draw(p, s.random);
  send(p);
}

void batch::step() {
  if (!started_) {
    started_ = true;
    open_window(network().now());
    for (std::uint32_t s = 0; s < sources_.size(); ++s) {
      for (std::uint64_t i = 0; i < parameters_.window && sources_[s].left != 0; ++i) send_next(s);
    }
  }
  const noc::cycle next = network().next_activity();
  if (next != noc::no_cycle) {
    advance_to(next);
    return;
  }
  close_window();
  if (packets() < expected_) return stand_still();
  finish();
}

void batch::arrived(noc::packet& p) {
  last_arrival_ = p.arrived;
  if (sources_[p.source].left != 0) send_next(p.source);
}

}  // namespace mimd::tb
