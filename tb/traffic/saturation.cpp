#include "tb/traffic/saturation.h"

#include <cmath>
#include <stdexcept>

namespace mimd::tb {

namespace {

class lonely_packets final : public noc::packet_receiver {
 public:
  void packet_arrived(noc::packet& p) override {
    sum += p.arrived - p.created;
    ++count;
  }
  std::uint64_t sum = 0;
  std::uint64_t count = 0;
};

}  // namespace

double zero_load_latency(noc::network& network, const traffic_pattern& pattern, const packet_mix& mix,
                         std::uint64_t seed, std::uint32_t each) {
  random_generator random(seed, 0x7a65726f);
  lonely_packets receiver;
  network.set_receiver(receiver);
  noc::packet p;
  for (std::uint32_t source = 0; source < pattern.terminals(); ++source) {
    if (!pattern.sends(source)) continue;
    for (std::uint32_t i = 0; i < each; ++i) {
      p = noc::packet{};
      p.source = source;
      p.destination = pattern.destination(source, random);
      mix.draw(p, random);
      network.send(p);
      for (noc::cycle c = network.next_activity(); c != noc::no_cycle; c = network.next_activity())
        network.advance_to(c);
      if (pattern.fixed() && mix.kinds().size() == 1) break;
    }
  }
  if (receiver.count == 0) throw std::invalid_argument("in this pattern nobody sends");
  return static_cast<double>(receiver.sum) / static_cast<double>(receiver.count);
}

bool is_saturated(const saturation_rule& rule, const traffic_results& r, double zero_load) {
  if (r.overloaded || r.missing() != 0 || r.all.packet.mean() > rule.latency_factor * zero_load) return true;
  if (r.created_packets == 0) return false;
  const auto packets = static_cast<double>(r.created_packets);
  const auto flits = static_cast<double>(r.created_flits);
  // Little's law; the numbers at both ends are about Poisson and independent.
  const double on_the_way = packets / static_cast<double>(r.cycles) * r.all.packet.mean();
  const double noise = 3 * std::sqrt(2 * on_the_way) * flits / packets;
  return static_cast<double>(r.accepted_flits) < rule.accepted_share * flits - noise;
}

double find_saturation(const saturation_rule& rule, const std::function<bool(double load)>& saturated) {
  // In steps of the resolution: below `good` not saturated, from `bad` on saturated.
  const auto step = [&](double load) {
    return static_cast<std::int64_t>(std::floor(load / rule.resolution + 1e-9));
  };
  std::int64_t good = step(rule.lowest);
  std::int64_t bad = step(rule.highest) + 1;
  const auto test = [&](std::int64_t n) { return saturated(static_cast<double>(n) * rule.resolution); };
  if (good >= bad) throw std::invalid_argument("the highest load is below the lowest");
  if (good == 0) good = 1;
  if (test(good)) return 0;
  while (bad - good > 1) {
    const std::int64_t middle = good + (bad - good) / 2;
    (test(middle) ? bad : good) = middle;
  }
  return static_cast<double>(good) * rule.resolution;
}

}  // namespace mimd::tb
