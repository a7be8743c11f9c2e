#include "tb/traffic/open_loop.h"

#include <algorithm>

namespace mimd::tb {

open_loop::open_loop(noc::network& n, const noc::topology& topology, const traffic_pattern& pattern,
                     const packet_mix& mix, const open_loop_parameters& parameters)
    : traffic_driver(n, topology, mix.kinds().size()),
      pattern_(pattern),
      mix_(mix),
      parameters_(parameters),
      random_(parameters.seed, 0x74726166),
      schedule_(parameters.injection, mix.mean_flits(), topology.terminals()),
      calendar_(topology.terminals(), 1 / schedule_.packets_per_cycle()),
      start_(n.now()),
      boundary_(start_ + parameters.warm_up) {
  for (std::uint32_t source = 0; source < topology.terminals(); ++source) {
    if (pattern_.sends(source)) calendar_.enter(source, schedule_.first(source, start_ + 1, random_));
  }
}

double open_loop::share_done() const {
  const double whole = static_cast<double>(parameters_.warm_up + parameters_.measure);
  return std::min(1.0, static_cast<double>(network().now() - start_) / whole);
}

void open_loop::step() {
  const noc::cycle c = std::min(calendar_.next(), boundary_);
  if (!advance_to(c)) return;
  if (c == calendar_.next()) inject(c);
  if (phase_ == phase::drain) judge_drain();
  if (c == boundary_) next_phase();
}

void open_loop::inject(noc::cycle c) {
  for (std::uint32_t source = calendar_.take(); source != injection_calendar::nobody;
       source = calendar_.take()) {
    noc::packet& p = new_packet();
    p.source = source;
    p.destination = pattern_.destination(source, random_);
    mix_.draw(p, random_);
    send(p);
    calendar_.enter(source, schedule_.next(source, c, random_));
  }
}

void open_loop::next_phase() {
  switch (phase_) {
    case phase::warm_up:
      phase_ = phase::measure;
      boundary_ += parameters_.measure;
      open_window(network().now() + 1);
      if (is_hopeless()) {
        set_overloaded();
        close_window();
        finish();
      }
      break;
    case phase::measure:
      phase_ = phase::drain;
      boundary_ += parameters_.drain_limit;
      close_window();
      judge_drain();
      break;
    case phase::drain:
      finish();
      break;
  }
}

bool open_loop::is_hopeless() const {
  const double flits = static_cast<double>(network().packets_inside()) * mix_.mean_flits();
  return flits > parameters_.backlog_limit * static_cast<double>(pattern_.terminals());
}

// Those who have not arrived yet are at least as late as they have been since the end of the window.
void open_loop::judge_drain() {
  const traffic_results& r = results();
  if (r.missing() == 0) return finish();
  const double waited = static_cast<double>(network().now() + parameters_.drain_limit - boundary_);
  const double least = static_cast<double>(r.all.packet.sum()) + static_cast<double>(r.missing()) * waited;
  if (least > parameters_.latency_limit * static_cast<double>(r.created_packets)) finish();
}

}  // namespace mimd::tb
