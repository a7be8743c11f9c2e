// mimd-mpp: a massively parallel machine of passive nodes that exchange messages.
#include <iostream>

#include "platforms/mpp/mpp_machine.h"
#include "platforms/mpp/mpp_parameters.h"
#include "platforms/mpp/mpp_summary.h"
#include "platforms/support/machine_main.h"
#include "platforms/support/run_control.h"
#include "platforms/support/run_outputs.h"

namespace mimd {
namespace {

int run_mpp(int argc, char** argv) {
  command_line line;
  parameter_set set;
  mpp_parameters parameters;
  parameters.declare(set);

  platform_description platform{
      "mimd-mpp", "massively parallel: up to millions of nodes that exchange messages",
      set,        mpp_machine::workloads(),
      "survey",   mpp_presets(),
      true,       false,
      {},         {},
      false,      false};
  platform.check = [&](const command_line& l) {
    if (l.traces.size() > 1) throw set.error("run.trace", "but mimd-mpp replays one trace at a time");
    parameters.resolve(set, l);
    if (!l.vcd.empty() && !parameters.is_zoomed && parameters.waves.empty())
      throw usage_error(
          "--vcd: mimd-mpp has waves of chosen ranks (report.waves) and of a node that is zoomed (mpp.zoom); "
          "none is named");
  };
  platform.with_statistics = [&](const command_line& l, const std::function<void(const statistics&)>& show) {
    mpp_machine machine("mpp", parameters, l.seed);
    statistics all;
    machine.register_statistics(all);
    show(all);
  };
  if (const std::optional<int> status = parse_command_line(argc, argv, platform, line, std::cout))
    return *status;

  mpp_machine machine("mpp", parameters, line.seed);
  if (line.traces.empty()) {
    machine.load_workload(line.workload);
  } else {
    machine.load_trace(line.traces.front());
  }
  machine.limit_time(line.max_time.ps);
  statistics all;
  machine.register_statistics(all);
  run_outputs outputs(line);
  machine.record(outputs.recorder(), outputs.log());
  outputs.start();

  run_control control("mimd-mpp", line.max_time.ps, line.progress);
  run_hooks hooks;
  hooks.finished = [&] { return machine.finished(); };
  hooks.who_waits = [&] { return machine.waiting(); };
  hooks.why_stopped = [&] { return machine.failure(); };
  hooks.events = [&] { return machine.events(); };
  hooks.share_done = [&]() -> std::optional<double> { return machine.share_done(); };
  hooks.often = [&] { machine.flush_traces(); };
  const run_ending ending = control.run(hooks);
  outputs.keep();
  outputs.finish(machine.finish_time());
  write_statistics(line, platform, all, host_now(control, machine.events()));
  if (!line.quiet) print_summary(std::cout, line, parameters, machine, control.seconds());
  return status_of(ending);
}

}  // namespace
}  // namespace mimd

int sc_main(int argc, char** argv) {
  return mimd::run_guarded("mimd-mpp", [&] { return mimd::run_mpp(argc, argv); });
}
