#include "tb/traffic/traffic_driver.h"

namespace mimd::tb {

traffic_driver::traffic_driver(noc::network& network, const noc::topology& topology, std::size_t classes)
    : network_(network), topology_(topology) {
  network_.set_receiver(*this);
  results_.terminals = topology.terminals();
  if (classes > 1) results_.classes.resize(classes);
}

bool traffic_driver::work(std::uint64_t steps) {
  const auto ended = [this] { return finished_ || stuck_ || out_of_time_; };
  while (steps-- != 0 && !ended()) step();
  return ended();
}

void traffic_driver::drain() {
  for (noc::cycle c = network_.next_activity(); c != noc::no_cycle; c = network_.next_activity())
    network_.advance_to(c);
}

void traffic_driver::send(noc::packet& p) {
  if (window_open_) {
    ++results_.created_packets;
    results_.created_flits += p.flits;
  }
  network_.send(p);
  for (packet_observer* o : observers_) o->packet_sent(p);
}

void traffic_driver::show_cycles(noc::cycle last) {
  for (noc::cycle c = network_.next_activity(); c <= last; c = network_.next_activity()) {
    if (c == noc::no_cycle) return;
    network_.advance_to(c);
    cycle_observer_->cycle_done(c);
  }
}

std::vector<noc::channel_load> traffic_driver::loads() const {
  std::vector<noc::channel_load> result(topology_.channels().size());
  for (std::uint32_t c = 0; c < result.size(); ++c) result[c] = network_.load(c);
  return result;
}

void traffic_driver::open_window(noc::cycle first) {
  window_open_ = true;
  begin_ = first;
  results_.loads = loads();
}

void traffic_driver::close_window() {
  if (!window_open_) return;
  window_open_ = false;
  end_ = network_.now() + 1;
  results_.cycles = end_ - begin_;
  const std::vector<noc::channel_load> after = loads();
  for (std::size_t c = 0; c < after.size(); ++c) {
    results_.loads[c].flits = after[c].flits - results_.loads[c].flits;
    results_.loads[c].packets = after[c].packets - results_.loads[c].packets;
  }
}

void traffic_driver::packet_arrived(noc::packet& p) {
  ++packets_;
  if (window_open_) {
    ++results_.accepted_packets;
    results_.accepted_flits += p.flits;
  }
  if (p.created - begin_ < end_ - begin_) {
    results_.all.add(p);
    if (!results_.classes.empty()) results_.classes[p.traffic_class].add(p);
  }
  for (packet_observer* o : observers_) o->packet_done(p);
  arrived(p);
  pool_.give_back(p);
}

}  // namespace mimd::tb
