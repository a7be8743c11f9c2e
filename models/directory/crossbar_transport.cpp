#include "directory/crossbar_transport.h"

#include <stdexcept>

#include "infrastructure/kernel_time.h"

namespace mimd {

crossbar_transport::crossbar_transport(const crossbar_parameters& parameters, unsigned nodes, unsigned line)
    : latency_(parameters.latency), nodes_(nodes) {
  if (latency_.size() != std::size_t{nodes} * nodes) {
    throw std::invalid_argument("crossbar: " + std::to_string(latency_.size()) + " latencies, but " +
                                std::to_string(nodes) + " nodes need their square");
  }
  if (!(parameters.bytes_per_second > 0)) return;
  const auto time_of = [&](unsigned bytes) {
    return static_cast<time_ps>(1e12 * bytes / parameters.bytes_per_second + 0.5);
  };
  short_time_ = time_of(parameters.header);
  long_time_ = time_of(parameters.header + line);
  out_.resize(nodes);
  in_.resize(nodes);
}

time_ps crossbar_transport::travel(directory_packet& p, time_ps at) {
  const time_ps flight = latency_[std::size_t{p.from} * nodes_ + p.to];
  if (out_.empty()) return at + flight;
  const time_ps length = carries_data(p.type) ? long_time_ : short_time_;
  const time_ps now = now_ps();
  out_[p.from].forget_before(now);
  in_[p.to].forget_before(now);
  const time_ps left = out_[p.from].reserve(at, length);
  return in_[p.to].reserve(left + flight, length) + length;
}

}  // namespace mimd
