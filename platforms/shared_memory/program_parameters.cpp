#include "platforms/shared_memory/program_parameters.h"

#include <algorithm>

#include "platforms/shared_memory/parameter_ranges.h"

namespace mimd {

namespace {

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

void program_parameters::declare_workloads(parameter_set& set) {
  set.add("workload.size", workload.size, any, "size of the problem; 0: the workload's default");
  set.add("workload.iterations", workload.iterations, any, "repetitions; 0: the workload's default");
  set.add_choice("workload.variant", workload.variant, variants(),
                 "variant of the workload; \"\": its first");

  set.add("synthetic.think", think, between(duration{0}, duration{1000 * ranges::second.ps}),
          "mean time between an answer and the next access (workload synthetic)");
  set.add_choice("synthetic.think_distribution", synthetic.distribution,
                 {{"deterministic", tb::think_distribution::deterministic},
                  {"exponential", tb::think_distribution::exponential},
                  {"uniform", tb::think_distribution::uniform}},
                 "how think times are distributed");
}

void program_parameters::declare_traces(parameter_set& set) {
  set.add_choice("trace.locks", replay.locks,
                 {{"recorded", tb::lock_order::recorded}, {"free", tb::lock_order::free}},
                 "order in which a replayed trace acquires its locks");
  set.add(
      "trace.clip", clip, any,
      "references of a one-thread trace beyond the length of a line count as that long, as in Cachegrind; "
      "false: they are cut into pieces of at most 64 bytes");
}

void program_parameters::resolve(const processor_parameters& processors,
                                 const private_cache_parameters& caches, std::uint64_t seed, time_ps grid) {
  const unsigned line = caches.line();
  workload.processors = processors.count;
  workload.seed = seed;
  workload.line = line;
  workload.cache = caches.present() ? caches.l1_size.value + caches.l2_size.value : 0;
  replay.clip = clip ? line : 0;
  synthetic.think = think.ps;
  synthetic.grid = grid;
  synthetic.seed = seed;
  synthetic.processors = processors.count;
  synthetic.accesses = workload.size;
}

}  // namespace mimd
