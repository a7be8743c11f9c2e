// The workloads for shared memory, one function a file of this folder.
#ifndef MIMD_TB_WORKLOADS_WORKLOADS_H
#define MIMD_TB_WORKLOADS_WORKLOADS_H

#include "tb/workload.h"

namespace mimd::tb {

workload_description describe_stream();
workload_description describe_matmul();
workload_description describe_false_sharing();
workload_description describe_random_test();

}  // namespace mimd::tb

#endif
