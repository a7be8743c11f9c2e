#include "tb/traffic/injection.h"

#include <algorithm>
#include <stdexcept>

#include "infrastructure/exact_log.h"

namespace mimd::tb {

namespace {

double packet_rate(const injection_parameters& p, double mean_flits) {
  if (!(p.load > 0)) throw std::invalid_argument("a load must be more than 0");
  const double rate = p.load / mean_flits;
  if (rate > 1) throw std::invalid_argument("a source creates at most one packet a cycle: a smaller load");
  return rate;
}

// The probability that a burst ends, that it begins, and that something happens within it.
double burst_end(const injection_parameters& p) {
  if (p.process != injection_process::bursty) return 1;
  if (!(p.burst_cycles >= 1)) throw std::invalid_argument("a burst has at least 1 cycle");
  return 1 / p.burst_cycles;
}

double burst_rate(const injection_parameters& p, double mean_flits) {
  if (p.process != injection_process::bursty) return 1;
  const double rate = p.burst_rate / mean_flits;
  if (!(rate <= 1))
    throw std::invalid_argument("a source creates at most one packet a cycle: a smaller burst rate");
  if (!(p.load < p.burst_rate))
    throw std::invalid_argument("the load must be less than the rate within a burst");
  return rate;
}

// In the steady state load / burst rate = begin / (begin + end).
double burst_begin(const injection_parameters& p) {
  if (p.process != injection_process::bursty) return 1;
  const double begin = burst_end(p) * p.load / (p.burst_rate - p.load);
  if (begin > 1 + 1e-9)
    throw std::invalid_argument(
        "bursts of this length and rate cannot follow each other so closely: longer "
        "bursts or a smaller load");
  return std::min(begin, 1.0);
}

}  // namespace

double highest_load(const injection_parameters& p, double mean_flits) {
  return p.process != injection_process::bursty ? mean_flits
                                                : p.burst_rate * p.burst_cycles / (1 + p.burst_cycles);
}

// Short gaps are mostly known from the first bits of what is drawn.
geometric_gaps::geometric_gaps(double p) : scale_(p < 1 ? 1 / log_of_rest(p) : 0), gap_of_part_(1024) {
  const double part = 1 / static_cast<double>(gap_of_part_.size());
  for (std::size_t i = 0; scale_ != 0 && i < gap_of_part_.size(); ++i) {
    const double from = static_cast<double>(i) * part;
    const noc::cycle shortest = of(from);
    if (shortest == of(from + part - 0x1p-53) && shortest <= 0xffff)
      gap_of_part_[i] = static_cast<std::uint16_t>(shortest);
  }
}

noc::cycle geometric_gaps::draw(random_generator& random) const {
  if (scale_ == 0) return 1;
  const double u = random.uniform();
  const std::uint16_t known =
      gap_of_part_[static_cast<std::size_t>(u * static_cast<double>(gap_of_part_.size()))];
  return known != 0 ? known : of(u);
}

noc::cycle geometric_gaps::of(double uniform) const {
  constexpr double longest = 1e18;
  const double gap = log_of_rest(uniform) * scale_;
  return 1 + static_cast<noc::cycle>(gap < longest ? gap : longest);
}

injection_schedule::injection_schedule(const injection_parameters& p, double mean_flits,
                                       std::uint32_t sources)
    : process_(p.process),
      rate_(packet_rate(p, mean_flits)),
      in_burst_(burst_rate(p, mean_flits)),
      ends_(burst_end(p)),
      event_ends_(ends_ / (ends_ + (1 - ends_) * in_burst_)),
      packet_(rate_),
      event_(ends_ + (1 - ends_) * in_burst_),
      pause_(burst_begin(p)) {
  if (process_ == injection_process::periodic) {
    phase_.resize(sources);
    count_.resize(sources);
  }
}

noc::cycle injection_schedule::first(std::uint32_t source, noc::cycle start, random_generator& random) {
  if (process_ == injection_process::periodic) {
    start_ = start;
    phase_[source] = random.uniform();
    count_[source] = 0;
    return start_ + static_cast<noc::cycle>(phase_[source] / rate_);
  }
  // As if the source had been looked at in the cycle before, which may be before the beginning of time.
  const auto begin = process_ == injection_process::bernoulli
                         ? start + packet_.draw(random)
                         : next_in_bursts(start, random.uniform() < rate_ / in_burst_, random);
  return begin - 1;
}

noc::cycle injection_schedule::next(std::uint32_t source, noc::cycle now, random_generator& random) {
  switch (process_) {
    case injection_process::bernoulli:
      return now + packet_.draw(random);
    case injection_process::bursty:
      return next_in_bursts(now, true, random);
    case injection_process::periodic:
      break;
  }
  // From the start each time: no error adds up.
  const double periods = static_cast<double>(++count_[source]) + phase_[source];
  return start_ + static_cast<noc::cycle>(periods / rate_);
}

// In each cycle first the state changes, then a packet is created if it is on.
noc::cycle injection_schedule::next_in_bursts(noc::cycle now, bool on, random_generator& random) const {
  for (;;) {
    if (!on) {
      now += pause_.draw(random);
      if (random.uniform() < in_burst_) return now;
    }
    now += event_.draw(random);
    on = random.uniform() >= event_ends_;
    if (on) return now;
  }
}

}  // namespace mimd::tb
