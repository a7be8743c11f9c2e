#include "tb/message_workload.h"

#include "tb/message_workloads/workloads.h"

namespace mimd::tb {

const std::vector<message_workload_description>& message_workloads() {
  static const std::vector<message_workload_description> all = {
      describe_message_ping_pong(),
      describe_message_bandwidth(),
      describe_message_bisection(),
      describe_message_halo(),
  };
  return all;
}

}  // namespace mimd::tb
