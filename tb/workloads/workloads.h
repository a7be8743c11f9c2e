// The workloads for shared memory, one function a file of this folder.
#ifndef MIMD_TB_WORKLOADS_WORKLOADS_H
#define MIMD_TB_WORKLOADS_WORKLOADS_H

#include "tb/workload.h"

namespace mimd::tb {

workload_description describe_bfs();
workload_description describe_core_to_core();
workload_description describe_false_sharing();
workload_description describe_fft();
workload_description describe_histogram();
workload_description describe_latency_matrix();
workload_description describe_loaded_latency();
workload_description describe_lock_contention();
workload_description describe_lu();
workload_description describe_matmul();
workload_description describe_n_body();
workload_description describe_pointer_chase();
workload_description describe_producer_consumer();
workload_description describe_radix_sort();
workload_description describe_random_test();
workload_description describe_stencil();
workload_description describe_stream();

}  // namespace mimd::tb

#endif
