// What can be configured about the shared-bus machine: the models' own structs, their names on the command
// line, and the rules that tie them together.
#ifndef MIMD_PLATFORMS_UMA_UMA_PARAMETERS_H
#define MIMD_PLATFORMS_UMA_UMA_PARAMETERS_H

#include <string>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "cpu/cpu.h"
#include "infrastructure/parameters.h"
#include "io/disk.h"
#include "io/dma_engine.h"
#include "io/tape.h"
#include "memory/memory.h"
#include "tb/synthetic.h"
#include "tb/traces/replay.h"
#include "tb/workload.h"

namespace mimd {

struct uma_parameters {
  unsigned cpus = 4;
  frequency cpu_clock{1e9};
  cpu_parameters cpu;
  duration lt_quantum{100'000};
  duration at_quantum{0};

  std::string protocol = "mesi";
  cache_parameters cache;
  byte_count l1_size{32 * 1024};
  unsigned l1_latency = 1;  // processor cycles
  byte_count l1i_size{32 * 1024};
  byte_count l2_size{0};
  unsigned l2_line = 0;  // 0: as l1
  unsigned l2_latency = 10;
  bool classify_misses = false;

  frequency bus_clock{100e6};
  bus_parameters bus;

  byte_count memory_size{std::uint64_t{64} << 20};
  memory_parameters memory;
  duration access_time{60'000};
  duration cycle_time{100'000};
  byte_count interleave{64};
  data_rate bandwidth{0};
  byte_count row_size{2048};
  duration row_access{15'000};
  duration column_access{15'000};
  duration precharge{15'000};
  duration refresh_interval{7'800'000};
  duration refresh_time{350'000};

  bool has_disk = false;
  disk_parameters disk;
  bool has_tape = false;
  tape_parameters tape;
  bool has_dma = false;
  io_device_parameters dma;

  tb::workload_parameters workload;
  tb::synthetic_parameters synthetic;
  duration think{1'000'000};
  duration service{0};
  tb::replay_parameters replay;
  bool clip = true;

  void declare(parameter_set& set);
  // Brings the models' structs up to date with what was set, and checks the whole; throws set.error(...).
  void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);

  bool cached() const { return l1_size.value != 0; }
  const snooping_protocol& coherence() const { return *find_snooping_protocol(protocol); }
};

}  // namespace mimd

#endif
