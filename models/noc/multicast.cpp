#include "noc/multicast.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mimd::noc {

multicast::multicast(const topology& t, const routing& r, const network_parameters& parameters)
    : routing_(r),
      buffer_flits_(parameters.buffer_flits),
      ordered_(parameters.ordered),
      ways_(static_cast<std::uint32_t>(r.vc_classes().size())) {
  if (!parameters.multicast) return;
  if (!r.deterministic())
    throw std::invalid_argument(
        "multicast needs a deterministic routing: its branches must be those of a tree");
  ordered_.resize(parameters.virtual_networks);
  seen_.resize(t.terminals());
}

void multicast::check(const packet& p) {
  const auto require = [](bool fine, const std::string& complaint) {
    if (!fine) throw std::invalid_argument("a multicast " + complaint);
  };
  require(allowed(), "needs a network with network_parameters::multicast");
  require(!ordered_[p.virtual_network], "on an ordered virtual network");
  require(p.flits <= buffer_flits_, "of " + std::to_string(p.flits) + " flits does not fit a buffer of " +
                                        std::to_string(buffer_flits_));
  ++checks_;
  for (const packet* m = &p; m != nullptr; m = m->companions) {
    require(m->source == p.source && m->flits == p.flits && m->virtual_network == p.virtual_network &&
                m->priority == p.priority,
            "whose packets differ in more than their destinations");
    require(m->destination < seen_.size(),
            "to terminal " + std::to_string(m->destination) + ", of " + std::to_string(seen_.size()));
    require(seen_[m->destination] != checks_, "twice to terminal " + std::to_string(m->destination));
    seen_[m->destination] = checks_;
  }
}

const std::vector<multicast::branch>& multicast::split(route_query query, packet& p) {
  branches_.clear();
  for (packet* m = &p; m != nullptr;) {
    packet* const next = m->companions;
    m->companions = nullptr;
    query.destination = m->destination;
    routing_.candidates(query, m->route, candidates_);
    const route_candidate& c = candidates_[0];
    const auto same = std::find_if(branches_.begin(), branches_.end(), [&](const branch& b) {
      return b.step.output == c.output && b.step.first_vc == c.first_vc && b.step.vcs == c.vcs;
    });
    if (same == branches_.end()) {
      branches_.push_back({m, m, c});
      if (m != &p) {
        m->injected = p.injected;
        m->hops = p.hops;
        // As if its flits had left the source one behind the other.
        m->flit_latencies = nullptr;
        m->flit_cycles = 0;
        for (std::uint32_t i = 0; i < p.flits; ++i) m->flit_cycles -= p.injected + i;
      }
    } else {
      same->last->companions = m;
      same->last = m;
    }
    m = next;
  }
  return branches_;
}

void multicast::join() {
  for (std::size_t i = 1; i < branches_.size(); ++i) branches_[i - 1].last->companions = branches_[i].leader;
}

}  // namespace mimd::noc
