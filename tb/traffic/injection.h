// When a source creates its packets.
//
//   bernoulli  in each cycle with the same probability, load / mean flits of a packet
//   periodic   at equal distances (to the cycle); each source starts at a random place of its period
//   bursty     on and off (Markov): in a burst packets come at `burst_rate` flits a cycle, between bursts
//              none. A burst lasts burst_cycles in the mean (geometric), pauses as long as the load demands.
//
// A source creates at most one packet a cycle. Gaps are drawn, not cycles: a source costs nothing between its
// packets.
#ifndef MIMD_TB_TRAFFIC_INJECTION_H
#define MIMD_TB_TRAFFIC_INJECTION_H

#include <cstdint>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "noc/packet.h"

namespace mimd::tb {

enum class injection_process { bernoulli, periodic, bursty };

struct injection_parameters {
  injection_process process = injection_process::bernoulli;
  double load = 0.1;          // flits a terminal and cycle
  double burst_cycles = 100;  // bursty: mean length of a burst, at least 1
  double burst_rate = 1;      // bursty: flits a cycle within a burst; load … mean flits
};

// The highest load that a source can offer: a packet a cycle, or bursts one after the other.
double highest_load(const injection_parameters& parameters, double mean_flits);

// The number of trials up to and including the first success, of probability p (0 < p <= 1).
class geometric_gaps {
 public:
  explicit geometric_gaps(double p);
  noc::cycle draw(random_generator& random) const;

 private:
  noc::cycle of(double uniform) const;

  double scale_;  // 1 / log(1 - p); 0 if every trial succeeds
  // Of equal parts of [0, 1): the gap, where all that may be drawn of the part gives the same; else 0.
  std::vector<std::uint16_t> gap_of_part_;
};

class injection_schedule {
 public:
  // Throws std::invalid_argument with one line: no load, more than one packet a cycle, …
  injection_schedule(const injection_parameters& parameters, double mean_flits, std::uint32_t sources);

  double packets_per_cycle() const { return rate_; }  // of a source, in the mean

  // The first cycle >= start in which `source` creates a packet; then the next after `now`, in which it did.
  noc::cycle first(std::uint32_t source, noc::cycle start, random_generator& random);
  noc::cycle next(std::uint32_t source, noc::cycle now, random_generator& random);

 private:
  noc::cycle next_in_bursts(noc::cycle now, bool on, random_generator& random) const;

  injection_process process_;
  double rate_;
  double in_burst_ = 1;    // probability of a packet in a cycle of a burst
  double ends_ = 1;        // probability that a burst ends in a cycle
  double event_ends_ = 1;  // of the cycles of a burst in which something happens: it ends
  geometric_gaps packet_;
  geometric_gaps event_;
  geometric_gaps pause_;
  std::vector<double> phase_;         // periodic: the place of the first packet, in periods
  std::vector<std::uint64_t> count_;  // periodic: packets so far
  noc::cycle start_ = 0;
};

}  // namespace mimd::tb

#endif
