#include "platforms/numa/numa_summary.h"

namespace mimd {

std::vector<preset> numa_presets() {
  return {
      {"dash", "Stanford DASH: 16 clusters of four 33 MHz processors, full-map directory, two meshes",
       "Lenoski et al., The Stanford DASH multiprocessor, IEEE Computer 25(3) 1992, section 4 and figure 9",
       R"(# 1 processor clock = 30.303 ns. Of figure 9: processor overhead 7.5 clocks at each end (l1 + l2 = 15),
# local bus 10.3, network entry 5.0, network 10.9 a traversal, exit at home 5.0, home bus 11.0, exit of the
# reply 16.1, final bus 10.9. The local transaction of 14 clocks is calibrated: 1.5 + 11.0 + 1.5. The bus of
# the third cluster is taken to be as long as the home's.
[node]
count = 16
local_time = 45455ps
request_time = 312121ps
entry_time = 151515ps
exit_time = 151515ps
reply_exit_time = 487879ps
fill_time = 330303ps
[cpu]
count = 64
clock = 33MHz
consistency = tso
store_buffer = 4
[coherence]
protocol = msi
[directory]
format = full-map
busy = nack
access_time = 333333ps
occupancy = 240000ps
snoop_time = 333333ps
[l1]
size = 64KiB
ways = 1
line = 16
write = through
latency = 1
[l2]
size = 256KiB
ways = 1
latency = 14
[noc]
fidelity = fixed
latency = 330303ps
[memory]
size = 256MiB
access_time = 240ns
cycle_time = 240ns
banks = 1
)"},
      {"xeon-skylake-2s", "two-socket Xeon Skylake server (FD.io), a node a socket",
       "idle latencies and bandwidth measured with Intel MLC, FD.io CSIT; one local and one hop latency set "
       "from "
       "them",
       R"([node]
count = 2
local_time = 10ns
entry_time = 5ns
exit_time = 5ns
reply_exit_time = 5ns
[cpu]
count = 56
clock = 2.5GHz
outstanding = 17
[coherence]
protocol = mesi
[directory]
access_time = 10ns
occupancy = 100ps
snoop_time = 10ns
[l1]
size = 32KiB
ways = 8
latency = 4
mshrs = 17
write_back_entries = 16
[l2]
size = 1MiB
ways = 16
latency = 10
[noc]
fidelity = fixed
latency = 25ns
[placement]
policy = first-touch
[memory]
size = 1GiB
access_time = 56ns
cycle_time = 1ns
banks = 64
bandwidth = 108GB/s
)"},
  };
}

}  // namespace mimd
