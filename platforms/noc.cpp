// mimd-noc: a network alone, under synthetic or traced traffic.
#include <iostream>

#include "platforms/noc/noc_machine.h"
#include "platforms/noc/noc_parameters.h"
#include "platforms/noc/noc_summary.h"
#include "platforms/support/machine_main.h"
#include "platforms/support/run_control.h"
#include "platforms/support/run_outputs.h"

namespace mimd {
namespace {

int run_noc(int argc, char** argv) {
  command_line line;
  parameter_set set;
  noc_parameters parameters;
  parameters.declare(set);

  platform_description platform{"mimd-noc",  "a network of routers under synthetic or traced traffic",
                                set,         {},
                                "open-loop", {},
                                true,        false,
                                {},          {},
                                false,       false};
  platform.workloads = {
      {"open-loop", "sources create packets at their own pace: latency and throughput at one load"},
      {"sweep", "the saturation load, then open-loop at each of several loads"},
      {"saturation", "the saturation load alone, by bisection"},
      {"batch", "every terminal sends a number of packets, a window of them at a time: time to finish"}};
  platform.presets = noc_presets();
  platform.check = [&](const command_line& l) {
    if (l.traces.size() > 1)
      throw set.error("run.trace", "but mimd-noc replays one trace of packets at a time");
    parameters.resolve(set, l.seed);
    parameters.chooses_loads = l.traces.empty() && l.workload != "open-loop";
    parameters.refuse_what_has_no_effect(set, l.workload, !l.traces.empty());
  };
  platform.with_statistics = [&](const command_line& l, const std::function<void(const statistics&)>& show) {
    const noc_structure structure = parameters.build(set);
    noc_machine machine("noc", parameters, structure);
    if (l.traces.empty()) machine.load_workload(l.workload);
    statistics all;
    machine.register_statistics(all);
    show(all);
  };
  if (const std::optional<int> status = parse_command_line(argc, argv, platform, line, std::cout))
    return *status;

  const noc_structure structure = parameters.build(set);
  noc_machine machine("noc", parameters, structure);
  if (!line.traces.empty()) {
    machine.load_trace(line.traces.front());
  } else {
    machine.load_workload(line.workload);
  }
  machine.limit_time(line.max_time.ps);
  statistics all;
  machine.register_statistics(all);
  run_outputs outputs(line);
  machine.record(outputs.recorder(), outputs.log());
  outputs.start();

  run_control control("mimd-noc", line.max_time.ps, line.progress);
  run_hooks hooks;
  hooks.finished = [&] { return machine.finished(); };
  hooks.who_waits = [&] { return machine.waiting(); };
  hooks.events = [&] { return machine.packets(); };
  hooks.share_done = [&]() -> std::optional<double> {
    const double share = machine.share_done();
    return share < 0 ? std::nullopt : std::optional<double>(share);
  };
  const run_ending ending = control.run(hooks);
  outputs.keep();
  if (ending != run_ending::finished) machine.stop();
  machine.register_points(all);
  outputs.finish(machine.finish_time());
  write_statistics(line, platform, all, host_now(control, machine.packets()));
  if (!line.quiet) print_summary(std::cout, line, parameters, structure, machine, control.seconds());
  return status_of(ending);
}

}  // namespace
}  // namespace mimd

int sc_main(int argc, char** argv) {
  return mimd::run_guarded("mimd-noc", [&] { return mimd::run_noc(argc, argv); });
}
