#include "tb/message_workload.h"

#include <algorithm>

#include "tb/message_workloads/workloads.h"

namespace mimd::tb {

const std::vector<message_workload_description>& message_workloads() {
  static const std::vector<message_workload_description> all = [] {
    std::vector<message_workload_description> w = describe_message_collectives();
    w.insert(w.end(), {describe_message_bfs(), describe_message_fft(), describe_message_gups(),
                       describe_message_histogram(), describe_message_lu(), describe_message_matmul(),
                       describe_message_n_body(), describe_message_radix_sort(), describe_message_stencil(),
                       describe_message_ping_pong(), describe_message_ring(), describe_message_bandwidth(),
                       describe_message_bisection(), describe_message_halo()});
    std::sort(w.begin(), w.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return w;
  }();
  return all;
}

}  // namespace mimd::tb
