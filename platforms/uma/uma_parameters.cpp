#include "platforms/uma/uma_parameters.h"

#include <algorithm>

namespace mimd {

namespace {

const std::vector<std::pair<std::string, replacement_policy>> policies{
    {"lru", replacement_policy::lru},
    {"tree-plru", replacement_policy::tree_plru},
    {"fifo", replacement_policy::fifo},
    {"random", replacement_policy::random},
    {"srrip", replacement_policy::srrip}};

// Longer latencies and slower clocks are mistakes, and a few million of them would leave 64 bits of
// picoseconds.
constexpr duration second{1'000'000'000'000};
const auto latency = between(duration{0}, second);
const auto clock_rate = between(frequency{1e3}, frequency{1e12});
const auto ahead = between(duration{0}, duration{1'000'000'000});
constexpr double slowest_bandwidth = 1e3;

constexpr std::uint64_t largest_caches = std::uint64_t{4} << 30;  // bytes, of all processors together

std::vector<std::string> protocol_names() {
  std::vector<std::string> names;
  for (const snooping_protocol& p : snooping_protocols()) names.push_back(p.name);
  return names;
}

std::vector<std::string> variants() {
  std::vector<std::string> words{""};
  for (const tb::workload_description& w : tb::shared_memory_workloads()) {
    for (const std::string& v : w.variants) {
      if (std::find(words.begin(), words.end(), v) == words.end()) words.push_back(v);
    }
  }
  return words;
}

}  // namespace

void uma_parameters::declare(parameter_set& set) {
  set.add("cpu.count", cpus, between(1, 1024), "processors on the bus");
  set.add("cpu.clock", cpu_clock, clock_rate, "processor clock");
  set.add("cpu.outstanding", cpu.outstanding, between(1, 64), "loads in flight where a program asks for it");
  set.add_choice("cpu.consistency", cpu.consistency,
                 {{"sc", consistency_model::sc}, {"tso", consistency_model::tso}},
                 "memory consistency model: sequential, or total store order with a store buffer");
  set.add("cpu.store_buffer", cpu.store_buffer, between(1, 1024), "entries of the store buffer (tso)");
  set.add("cpu.lt_quantum", lt_quantum, ahead, "how far a processor may run ahead, loosely timed");
  set.add("cpu.at_quantum", at_quantum, ahead,
          "how far a processor may run ahead on hits, approximately timed");

  set.add_choice("coherence.protocol", protocol, protocol_names(),
                 "snooping protocol of the coherent caches");

  set.add("l1.size", l1_size, any, "capacity of the first-level (data) cache; 0: no caches at all");
  set.add("l1.ways", cache.levels.l1.ways, between(1, 64), "associativity");
  set.add("l1.line", cache.levels.l1.line, between(16, 4096).power_of_two(),
          "bytes of a line: the unit of coherence, and of every level but l2 with l2.line");
  set.add_choice("l1.replacement", cache.levels.l1.replacement, policies, "replacement policy");
  set.add("l1.split", cache.levels.split, any, "separate instruction and data caches");
  set.add_choice("l1.write", cache.levels.write_through, {{"back", false}, {"through", true}},
                 "write policy");
  set.add("l1.write_allocate", cache.write_allocate, any, "a store that misses fetches its line");
  set.add("l1.latency", l1_latency, between(1, 1000), "processor cycles of a hit");
  set.add("l1.mshrs", cache.mshrs, between(1, 1024), "lines that may be missing at once");
  set.add("l1.write_back_entries", cache.write_back_entries, between(1, 1024),
          "entries of the write-back buffer");
  set.add("l1i.size", l1i_size, any, "capacity of the instruction cache (l1.split)");
  set.add("l1i.ways", cache.levels.l1i.ways, between(1, 64), "associativity of the instruction cache");
  set.add_choice("l1i.replacement", cache.levels.l1i.replacement, policies,
                 "replacement policy of the instruction cache");
  set.add("l2.size", l2_size, any, "capacity of the private second-level cache; 0: none");
  set.add("l2.ways", cache.levels.l2.ways, between(1, 64), "associativity");
  set.add("l2.line", l2_line, between(0, 4096).power_of_two(),
          "bytes of a block, one or several lines of l1.line; 0: as l1.line");
  set.add_choice("l2.replacement", cache.levels.l2.replacement, policies, "replacement policy");
  set.add("l2.inclusive", cache.levels.inclusive, any, "a line leaves l1 when it leaves l2");
  set.add("l2.latency", l2_latency, between(0, 1000), "processor cycles of a hit, beyond l1's");
  set.add("l1.classify_misses", classify_misses, any,
          "count misses as cold, capacity, conflict, true and false sharing (slow)");

  set.add("bus.clock", bus_clock, clock_rate, "bus clock");
  set.add("bus.asynchronous", bus.asynchronous, any, "phases start at any time, not at clock edges");
  set.add("bus.width", bus.width, between(1, 1024).power_of_two(), "bytes of a data cycle");
  set.add("bus.address_cycles", bus.address_cycles, between(1, 1000), "cycles of address and snoop response");
  set.add("bus.supply_cycles", bus.supply_cycles, between(0, 1000),
          "cycles until another cache supplies data");
  set.add_choice("bus.arbitration", bus.policy,
                 {{"fixed-priority", arbitration::fixed_priority},
                  {"round-robin", arbitration::round_robin},
                  {"fcfs", arbitration::fcfs}},
                 "who of several waiting masters is next");
  set.add("bus.split", bus.split, any, "split transactions: address and data bus apart");
  set.add("bus.outstanding", bus.outstanding, between(1, 256), "split transactions in flight");

  set.add("memory.size", memory_size, between(byte_count{64 * 1024}, byte_count{memory_contents::largest}),
          "bytes of main memory, from address 0; a replayed trace has memory at all its addresses");
  set.add("memory.access_time", access_time, latency, "from request to first data");
  set.add("memory.cycle_time", cycle_time, latency, "for which a bank is busy");
  set.add("memory.banks", memory.timing.banks, between(1, 4096), "interleaved banks");
  set.add("memory.interleave", interleave,
          between(byte_count{16}, byte_count{memory_contents::largest}).power_of_two(),
          "bytes from one bank to the next");
  set.add("memory.bandwidth", bandwidth, any, "limit of the data channel; 0: none");
  set.add("memory.page_mode", memory.timing.page_mode, any,
          "DRAM with open rows, instead of access and cycle time");
  set.add("memory.row_size", row_size,
          between(byte_count{64}, byte_count{memory_contents::largest}).power_of_two(),
          "bytes of a DRAM row");
  set.add("memory.row_access", row_access, latency, "row activation (tRCD)");
  set.add("memory.column_access", column_access, latency, "column access (CL)");
  set.add("memory.precharge", precharge, latency, "closing a row (tRP)");
  set.add("memory.refresh_interval", refresh_interval, latency, "time between refreshes (tREFI); 0: none");
  set.add("memory.refresh_time", refresh_time, latency, "duration of a refresh (tRFC)");

  set.add("disk.present", has_disk, any, "a disk controller on the bus, its interrupt to processor 0");
  mimd::declare(set, disk, "disk");
  set.add("tape.present", has_tape, any, "a tape controller on the bus");
  mimd::declare(set, tape, "tape");
  set.add("dma.present", has_dma, any, "a memory-to-memory DMA engine on the bus");
  mimd::declare(set, dma, "dma");

  set.add("workload.size", workload.size, any, "size of the problem; 0: the workload's default");
  set.add("workload.iterations", workload.iterations, any, "repetitions; 0: the workload's default");
  set.add_choice("workload.variant", workload.variant, variants(),
                 "variant of the workload; \"\": its first");

  set.add("synthetic.think", think, between(duration{0}, duration{1000 * second.ps}),
          "mean time between an answer and the next access (workload synthetic)");
  set.add_choice("synthetic.think_distribution", synthetic.distribution,
                 {{"deterministic", tb::think_distribution::deterministic},
                  {"exponential", tb::think_distribution::exponential},
                  {"uniform", tb::think_distribution::uniform}},
                 "how think times are distributed");
  set.add("synthetic.service", service, latency,
          "time for which each access holds the bus; 0: as bus and memory have it");

  set.add_choice("trace.locks", replay.locks,
                 {{"recorded", tb::lock_order::recorded}, {"free", tb::lock_order::free}},
                 "order in which a replayed trace acquires its locks");
  set.add(
      "trace.clip", clip, any,
      "references of a one-thread trace beyond the length of a line count as that long, as in Cachegrind; "
      "false: they are cut into pieces of at most 64 bytes");
}

void uma_parameters::resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed) {
  cpu.period = cpu_clock.period_ps();
  cpu.quantum = timing == timing_mode::loose ? lt_quantum.ps : at_quantum.ps;

  hierarchy_parameters& levels = cache.levels;
  levels.l1.size = l1_size.value;
  levels.l1i.size = l1i_size.value;
  levels.l1i.line = levels.l1.line;
  levels.l2.line = l2_line != 0 ? l2_line : levels.l1.line;
  levels.l2.size = l2_size.value;
  cache.l1_latency = l1_latency * cpu.period;
  cache.l2_latency = l2_latency * cpu.period;

  bus.period = bus_clock.period_ps();
  bus.line = levels.l1.line;
  bus.service = service.ps;

  memory.size = memory_size.value;
  memory_timing_parameters& m = memory.timing;
  m.access_time = access_time.ps;
  m.cycle_time = cycle_time.ps;
  m.interleave = interleave.value;
  m.bytes_per_second = bandwidth.bytes_per_second;
  m.row_size = row_size.value;
  m.row_access = row_access.ps;
  m.column_access = column_access.ps;
  m.precharge = precharge.ps;
  m.refresh_interval = refresh_interval.ps;
  m.refresh_time = refresh_time.ps;

  workload.processors = cpus;
  workload.seed = seed;
  workload.line = levels.l1.line;
  replay.clip = clip ? levels.l1.line : 0;
  synthetic.think = think.ps;
  synthetic.grid = bus.asynchronous ? 1 : bus.period;
  synthetic.seed = seed;
  synthetic.processors = cpus;
  synthetic.accesses = workload.size;

  // A complaint starts with the parameter it is about: it becomes an error at the place that set it.
  const auto complain = [&set](const std::string& text, const std::string& otherwise) {
    if (text.empty()) return;
    const std::size_t end = text.find_first_of(" :");
    const std::string first = text.substr(0, end);
    if (end != std::string::npos && set.contains(first)) throw set.error(first, text.substr(end + 1));
    // A level of the hierarchy: the first of its parameters that somebody set.
    for (const char* part : {".size", ".ways", ".line", ".replacement"}) {
      const std::string whole = first + part;
      if (set.contains(whole) && set.origin(whole) != "default") throw set.error(whole, text);
    }
    throw set.error(set.contains(first + ".size") ? first + ".size" : otherwise, text);
  };
  complain(cpu.check(), "cpu.clock");
  if (cached()) complain(cache.check(coherence()), "coherence.protocol");
  const std::uint64_t of_each = levels.l1.size + (levels.split ? levels.l1i.size : 0) + levels.l2.size;
  if (cached() && of_each > largest_caches / cpus) {
    throw set.error(levels.l2.size > levels.l1.size ? "l2.size" : "l1.size",
                    "the caches of " + std::to_string(cpus) + " processors must not exceed 4GiB together");
  }
  complain(bus.check(), bus.service ? "synthetic.service" : "bus.clock");
  complain(m.check(), "memory.access_time");
  if (m.bytes_per_second != 0 && static_cast<double>(m.bytes_per_second) < slowest_bandwidth) {
    throw set.error("memory.bandwidth", "must be 0 (no limit) or at least 1kB/s");
  }
  if (memory.size % std::max(bus.line, levels.l2.line) != 0) {
    throw set.error("memory.size", "must be a multiple of the line size");
  }
}

}  // namespace mimd
