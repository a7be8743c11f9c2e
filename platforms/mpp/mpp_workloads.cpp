// What the workloads measure.
#include <algorithm>
#include <cmath>
#include <map>

#include "platforms/mpp/mpp_machine.h"

namespace mimd {

using message_passing::collective;

namespace {

constexpr std::uint64_t longest_of_sweep = 4 << 20;
constexpr std::uint64_t long_message = 1 << 20;

const std::map<std::string, collective>& collectives() {
  static const std::map<std::string, collective> names{{"barrier", collective::barrier},
                                                       {"broadcast", collective::broadcast},
                                                       {"reduce", collective::reduce},
                                                       {"allreduce", collective::allreduce},
                                                       {"gather", collective::gather},
                                                       {"scatter", collective::scatter},
                                                       {"allgather", collective::allgather},
                                                       {"all-to-all", collective::all_to_all},
                                                       {"scan", collective::scan}};
  return names;
}

double rate_of(double bytes, time_ps time) {
  return time == 0 ? 0 : bytes * 1e12 / static_cast<double>(time);
}

}  // namespace

std::vector<workload_name> mpp_machine::workloads() {
  return {{"survey", "latency near and far, link and bisection bandwidth, barrier, allreduce"},
          {"ping-pong", "half a round trip between rank 0 and workload.peer"},
          {"bandwidth", "latency and bandwidth to the nearest rank by message size, and n1/2"},
          {"distance-map", "half a round trip from rank 0 to a rank at each distance"},
          {"ring", "a message that goes round all ranks"},
          {"barrier", "all ranks wait for each other"},
          {"broadcast", "rank 0 to all"},
          {"reduce", "all to rank 0, combined"},
          {"allreduce", "all to all, combined"},
          {"gather", "each rank's part to rank 0"},
          {"scatter", "each rank its part from rank 0"},
          {"allgather", "each rank's part to all"},
          {"all-to-all", "from each rank a part of its own for each other"},
          {"scan", "each rank the combination of all up to it"},
          {"scaling", "barrier and allreduce on 2, 4, 8, ... ranks"},
          {"halo", "exchange of faces with the neighbours in each dimension"},
          {"gups", "updates to random ranks"},
          {"bisection", "all ranks exchange with ranks in the other half"}};
}

void mpp_machine::load_workload(const std::string& workload) {
  const bool pairs = workload == "survey" || workload == "ping-pong" || workload == "bandwidth";
  if (ranks_ < 2 && pairs)
    throw std::invalid_argument("--workload " + workload +
                                ": needs two ranks, but node.count or noc.dims say one");
  const std::uint64_t size = parameters_.size.value;
  const auto c = collectives().find(workload);
  if (c != collectives().end()) {
    plan_ = [this, name = c->first, which = c->second] { collective(name, which); };
  } else if (workload == "ping-pong") {
    plan_ = [this] { ping_pong(); };
  } else if (workload == "ring") {
    plan_ = [this] { ring(); };
  } else if (workload == "bandwidth") {
    plan_ = [this] { bandwidth(); };
  } else if (workload == "distance-map") {
    plan_ = [this] { distance_map(); };
  } else if (workload == "scaling") {
    plan_ = [this] { scaling(); };
  } else if (workload == "halo") {
    plan_ = [this] { halo(); };
  } else if (workload == "gups") {
    plan_ = [this] { random_updates(); };
  } else if (workload == "bisection") {
    plan_ = [this, size] { bisection(parameters_.is_size_default() ? long_message : size); };
  } else {
    plan_ = [this] { survey(); };
  }
}

std::uint32_t mpp_machine::nearest() const {
  std::uint32_t best = ranks_ - 1;
  for (std::uint32_t r = best; r >= 1; --r)
    if (shape().hops(0, r) <= shape().hops(0, best)) best = r;
  return best;
}

std::uint32_t mpp_machine::farthest() const {
  std::uint32_t best = 0;
  for (std::uint32_t r = 1; r < ranks_; ++r)
    if (shape().hops(0, r) > shape().hops(0, best)) best = r;
  return best;
}

time_ps mpp_machine::half_round_trip(std::uint32_t peer, std::uint64_t bytes) {
  return measure(std::make_unique<tb::ping_pong>(ranks_, 0, peer, bytes, parameters_.iterations)) /
         (2 * parameters_.iterations);
}

void mpp_machine::ping_pong() {
  const std::uint32_t peer = parameters_.peer == 0 ? farthest() : parameters_.peer;
  const std::uint64_t bytes = parameters_.size.value;
  const time_ps time = half_round_trip(peer, bytes);
  add("rank " + std::to_string(peer), bytes, time, rate_of(static_cast<double>(bytes), time),
      shape().hops(0, peer));
}

void mpp_machine::ring() {
  const std::uint64_t bytes = parameters_.size.value;
  const time_ps time = measure(std::make_unique<tb::token_ring>(ranks_, bytes, parameters_.iterations));
  add("hop", bytes, time / ranks_ / parameters_.iterations);
}

// n½ is the size that reaches half of the largest bandwidth of a ping-pong, on a straight line between the
// sizes measured.
void mpp_machine::bandwidth() {
  const std::uint32_t peer = nearest();
  const std::uint64_t longest = parameters_.is_size_default() ? longest_of_sweep : parameters_.size.value;
  const std::uint32_t hops = shape().hops(0, peer);
  struct point {
    double bytes;
    double ps;
  };
  std::vector<point> points;
  for (std::uint64_t bytes = 1; bytes <= longest; bytes *= 4) {
    const time_ps time = half_round_trip(peer, bytes);
    points.push_back({static_cast<double>(bytes), static_cast<double>(time)});
    add("half round trip", bytes, time, rate_of(points.back().bytes, time), hops);
  }
  for (std::uint64_t bytes = 1; bytes <= longest; bytes *= 4) {
    const time_ps time = measure(std::make_unique<tb::message_windows>(
        ranks_, 0, peer, bytes, parameters_.window, parameters_.iterations));
    const double messages = static_cast<double>(parameters_.window) * parameters_.iterations;
    add("window of " + std::to_string(parameters_.window), bytes,
        static_cast<time_ps>(std::llround(static_cast<double>(time) / messages)),
        rate_of(static_cast<double>(bytes) * messages, time), hops);
  }
  double best = 0;
  for (const point& p : points) best = std::max(best, p.bytes / p.ps);
  for (std::size_t i = 1; i < points.size() && half_size_ <= 0; ++i) {
    const point& a = points[i - 1];
    const point& b = points[i];
    if (b.bytes / b.ps < best / 2) continue;
    // bytes / (ps at bytes) = best / 2, both straight between a and b.
    const double slope = (b.ps - a.ps) / (b.bytes - a.bytes);
    half_size_ = (a.ps - a.bytes * slope) / (2 / best - slope);
  }
}

void mpp_machine::distance_map() {
  std::map<std::uint32_t, std::uint32_t> first;  // by hops
  for (std::uint32_t r = 1; r < ranks_; ++r) first.emplace(shape().hops(0, r), r);
  const std::uint64_t bytes = parameters_.size.value;
  for (const auto& [hops, rank] : first)
    add("rank " + std::to_string(rank), bytes, half_round_trip(rank, bytes), 0, hops);
}

void mpp_machine::collective(const std::string& name, message_passing::collective c) {
  const std::uint64_t bytes = c == collective::barrier ? 0 : parameters_.size.value;
  const time_ps time =
      measure(std::make_unique<tb::repeated_collective>(ranks_, c, bytes, parameters_.iterations));
  add(name, bytes, time / parameters_.iterations);
}

void mpp_machine::scaling() {
  for (const auto c : {collective::barrier, collective::allreduce}) {
    const std::uint64_t bytes = c == collective::barrier ? 0 : parameters_.size.value;
    for (std::uint64_t n = 2; n / 2 < ranks_; n *= 2) {
      const auto ranks = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, ranks_));
      const time_ps time =
          measure(std::make_unique<tb::repeated_collective>(ranks, c, bytes, parameters_.iterations), ranks,
                  parameters_);
      add((c == collective::barrier ? "barrier of " : "allreduce of ") + std::to_string(ranks), bytes,
          time / parameters_.iterations);
    }
  }
}

void mpp_machine::halo() {
  const time_ps time = measure(std::make_unique<tb::halo_exchange>(
      parameters_.grid, parameters_.size.value, parameters_.iterations, parameters_.compute.ps));
  add("halo", parameters_.size.value, time / parameters_.iterations);
}

void mpp_machine::random_updates() {
  const time_ps time = measure(
      std::make_unique<tb::random_access>(ranks_, parameters_.size.value, parameters_.updates, seed_));
  const double updates = static_cast<double>(parameters_.updates) * ranks_;
  add("updates", parameters_.size.value,
      static_cast<time_ps>(std::llround(static_cast<double>(time) / updates)),
      rate_of(updates * static_cast<double>(parameters_.size.value), time));
}

// Across the middle of the longest dimension; the rate is that in one direction.
void mpp_machine::bisection(std::uint64_t bytes) {
  std::uint32_t radix = ranks_;
  std::uint32_t stride = 1;
  const auto& p = parameters_.network;
  const bool grid = p.family == "torus" || p.family == "mesh";
  if (parameters_.model != network_model::loggops && grid && ranks_ == shape().nodes()) {
    std::uint32_t below = 1;
    radix = 0;
    for (const std::uint32_t k : p.dims) {
      if (k > radix) {
        radix = k;
        stride = below;
      }
      below *= k;
    }
  }
  const time_ps time =
      measure(std::make_unique<tb::bisection_exchange>(ranks_, radix, stride, bytes, parameters_.iterations));
  const double pairs = static_cast<double>(ranks_) / radix * (radix / 2);
  add("bisection, one direction", bytes, time / parameters_.iterations,
      rate_of(pairs * parameters_.iterations * static_cast<double>(bytes), time));
}

// What one node can send another.
void mpp_machine::link(const std::string& what, std::uint32_t peer, const mpp_parameters& machine) {
  const time_ps time =
      measure(std::make_unique<tb::message_windows>(ranks_, 0, peer, long_message, parameters_.window, 1),
              ranks_, machine);
  add(what, long_message, time / parameters_.window,
      rate_of(static_cast<double>(long_message) * parameters_.window, time), shape().hops(0, peer));
}

void mpp_machine::survey() {
  const std::uint64_t bytes = parameters_.size.value;
  const std::uint32_t near = nearest();
  const std::uint32_t far = farthest();
  add("nearest rank", bytes, half_round_trip(near, bytes), 0, shape().hops(0, near));
  add("farthest rank", bytes, half_round_trip(far, bytes), 0, shape().hops(0, far));
  if (parameters_.network.injection_bandwidth > 0) link("interface", near, parameters_);
  mpp_parameters without_interfaces = parameters_;
  without_interfaces.network.injection_bandwidth = 0;
  link("link", near, without_interfaces);
  bisection(long_message);
  collective("barrier", collective::barrier);
  collective("allreduce", collective::allreduce);
}

}  // namespace mimd
