#include "platforms/noc/noc_waves.h"

#include <algorithm>

namespace mimd {

noc_waves::noc_waves(trace_recorder& recorder, const noc::topology& shape, time_ps period)
    : recorder_(recorder), period_(period), terminals_(shape.terminals()), on_the_way_(shape.terminals()) {
  links_.reserve(shape.channels().size());
  const trace_kind flag = trace_kind::flag();
  for (std::uint32_t c = 0; c < shape.channels().size(); ++c) {
    link_wave w;
    w.channel = c;
    links_.push_back(std::move(w));
    const std::string name = "noc.link." + shape.name(shape.channels()[c]) + ".busy";
    if (!recorder.declare(links_.back().busy, name, flag)) links_.pop_back();
  }
  const trace_kind number = trace_kind::integer(32, trace_kind::radix::decimal);
  for (std::uint32_t t = 0; t < shape.terminals(); ++t) {
    recorder.declare(terminals_[t], "noc.terminal." + shape.name(noc::endpoint{true, t, 0}) + ".packets",
                     number);
  }
}

void noc_waves::follow(const noc::network& network, noc::cycle base) {
  network_ = &network;
  base_ = base;
  for (link_wave& w : links_) {
    w.flits = 0;
    w.busy_until = 0;
  }
  for (std::uint32_t t = 0; t < on_the_way_.size(); ++t) {
    on_the_way_[t] = 0;
    terminals_[t].set(time(0), 0);
  }
}

void noc_waves::count(std::uint32_t terminal, noc::cycle c, int change) {
  on_the_way_[terminal] += static_cast<std::uint64_t>(std::int64_t{change});
  terminals_[terminal].set(time(c), on_the_way_[terminal]);
}

void noc_waves::cycle_done(noc::cycle c) {
  for (link_wave& w : links_) {
    const std::uint64_t flits = network_->load(w.channel).flits;
    if (flits == w.flits) continue;
    // The end may be taken back by flits that follow at once: of two changes at one time the last counts.
    const noc::cycle from = std::max(c, w.busy_until);
    w.busy_until = from + (flits - w.flits);
    w.flits = flits;
    w.busy.set(time(from), 1);
    w.busy.set(time(w.busy_until), 0);
  }
  recorder_.advance(time(c));
}

}  // namespace mimd
