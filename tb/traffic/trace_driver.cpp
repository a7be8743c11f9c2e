#include "tb/traffic/trace_driver.h"

#include <algorithm>
#include <functional>

namespace mimd::tb {

trace_driver::trace_driver(noc::network& n, const noc::topology& topology, const packet_trace& trace)
    : traffic_driver(n, topology, trace.classes()), trace_(trace), start_(n.now()) {
  const std::vector<traced_packet>& packets = trace.packets();
  waiting_.reserve(packets.size());
  for (std::uint32_t i = 0; i < packets.size(); ++i) {
    waiting_.push_back({packets[i].waits_for, start_ + packets[i].not_before});
    if (packets[i].waits_for == 0) free_.push_back(i);
  }
  std::stable_sort(free_.begin(), free_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return packets[a].not_before < packets[b].not_before;
  });
}

double trace_driver::share_done() const {
  return static_cast<double>(packets()) / static_cast<double>(trace_.packets().size());
}

std::string trace_driver::who_waits() const {
  return std::to_string(network().packets_inside()) + " packets are on the way";
}

void trace_driver::push(noc::cycle c, std::uint32_t number) {
  ready_.emplace_back(c, number);
  std::push_heap(ready_.begin(), ready_.end(), std::greater<>());
}

noc::cycle trace_driver::next_ready() const {
  noc::cycle c = noc::no_cycle;
  if (next_free_ != free_.size()) c = waiting_[free_[next_free_]].not_before;
  if (!ready_.empty()) c = std::min(c, ready_.front().first);
  return c;
}

void trace_driver::step() {
  if (!started_) {
    started_ = true;
    open_window(start_);
  }
  const noc::cycle ready = next_ready();
  // An arrival may make something ready that is earlier than what is known now.
  const noc::cycle next = std::min(ready, network().next_activity());
  if (next == noc::no_cycle) {
    close_window();
    if (packets() < trace_.packets().size()) return stand_still();
    return finish();
  }
  if (!advance_to(next)) return;
  const noc::cycle now = network().now();
  while (next_free_ != free_.size() && waiting_[free_[next_free_]].not_before <= now)
    send_traced(free_[next_free_++]);
  while (!ready_.empty() && ready_.front().first <= now) {
    const std::uint32_t number = ready_.front().second;
    std::pop_heap(ready_.begin(), ready_.end(), std::greater<>());
    ready_.pop_back();
    send_traced(number);
  }
}

void trace_driver::send_traced(std::uint32_t number) {
  const traced_packet& t = trace_.packets()[number];
  noc::packet& p = new_packet();
  p.source = t.source;
  p.destination = t.destination;
  p.flits = t.flits;
  p.virtual_network = t.virtual_network;
  p.priority = t.priority;
  p.traffic_class = t.traffic_class;
  p.id = number;
  send(p);
}

void trace_driver::arrived(noc::packet& p) {
  last_arrival_ = p.arrived;
  const auto number = static_cast<std::uint32_t>(p.id);
  const std::uint32_t* const end = trace_.followers_end(number);
  for (const std::uint32_t* f = trace_.followers_begin(number); f != end; ++f) {
    waiting& w = waiting_[*f];
    w.not_before = std::max(w.not_before, p.arrived + trace_.packets()[*f].delay);
    if (--w.left == 0) push(w.not_before, *f);
  }
}

}  // namespace mimd::tb
