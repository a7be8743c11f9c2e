#include "platforms/shared_memory/processor_parameters.h"

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

void processor_parameters::declare(parameter_set& set, const std::string& count_meaning) {
  set.add("cpu.count", count, between(1, 1024), count_meaning);
  declare_processor(set);
}

void processor_parameters::declare_processor(parameter_set& set) {
  const auto ahead = between(duration{0}, duration{1'000'000'000});
  set.add("cpu.clock", clock, ranges::clock_rate, "processor clock");
  set.add("cpu.outstanding", model.outstanding, between(1, 64),
          "loads in flight where a program asks for it");
  set.add_choice("cpu.consistency", model.consistency,
                 {{"sc", consistency_model::sc}, {"tso", consistency_model::tso}},
                 "memory consistency model: sequential, or total store order with a store buffer");
  set.add("cpu.store_buffer", model.store_buffer, between(1, 1024), "entries of the store buffer (tso)");
  set.add("cpu.lt_quantum", lt_quantum, ahead, "how far a processor may run ahead, loosely timed");
  set.add("cpu.at_quantum", at_quantum, ahead,
          "how far a processor may run ahead on hits, approximately timed");
}

void processor_parameters::resolve(const parameter_set& set, timing_mode timing) {
  model.period = clock.period_ps();
  model.quantum = timing == timing_mode::loose ? lt_quantum.ps : at_quantum.ps;
  complain(set, model.check(), "cpu.clock");
  if (model.consistency == consistency_model::sc) {
    refuse_without_effect(set, {"cpu.store_buffer"}, "cpu.consistency is sc");
  }
}

}  // namespace mimd
