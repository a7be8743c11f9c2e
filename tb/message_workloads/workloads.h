// The workloads for private memories, one function each.
#ifndef MIMD_TB_MESSAGE_WORKLOADS_WORKLOADS_H
#define MIMD_TB_MESSAGE_WORKLOADS_WORKLOADS_H

#include "tb/message_workload.h"

namespace mimd::tb {

// Patterns of communication (pattern_workloads.cpp).
message_workload_description describe_message_ping_pong();
message_workload_description describe_message_ring();
message_workload_description describe_message_bandwidth();
message_workload_description describe_message_bisection();
message_workload_description describe_message_halo();
std::vector<message_workload_description> describe_message_collectives();

message_workload_description describe_message_bfs();
message_workload_description describe_message_fft();
message_workload_description describe_message_gups();
message_workload_description describe_message_histogram();
message_workload_description describe_message_lu();
message_workload_description describe_message_matmul();
message_workload_description describe_message_n_body();
message_workload_description describe_message_radix_sort();
message_workload_description describe_message_stencil();

}  // namespace mimd::tb

#endif
