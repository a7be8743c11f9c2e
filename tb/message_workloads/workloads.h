// The workloads for private memories, one function each.
#ifndef MIMD_TB_MESSAGE_WORKLOADS_WORKLOADS_H
#define MIMD_TB_MESSAGE_WORKLOADS_WORKLOADS_H

#include "tb/message_workload.h"

namespace mimd::tb {

// Patterns of communication (pattern_workloads.cpp).
message_workload_description describe_message_ping_pong();
message_workload_description describe_message_bandwidth();
message_workload_description describe_message_bisection();
message_workload_description describe_message_halo();

}  // namespace mimd::tb

#endif
