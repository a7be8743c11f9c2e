// mimd-uma: a shared-bus multiprocessor with snooping caches.
#include <iostream>

#include "platforms/support/machine_main.h"
#include "platforms/support/run_control.h"
#include "platforms/support/run_outputs.h"
#include "platforms/uma/uma_machine.h"
#include "platforms/uma/uma_summary.h"

namespace mimd {
namespace {

int run_uma(int argc, char** argv) {
  command_line line;
  parameter_set set;
  uma_parameters parameters;
  parameters.declare(set);

  platform_description platform{"mimd-uma", "a shared-bus multiprocessor with snooping caches (UMA)",
                                set,        {},
                                "stream",   uma_presets(),
                                true,       false,
                                {},         {}};
  for (const tb::workload_description& w : uma_machine::workloads())
    platform.workloads.push_back({w.name, w.meaning});
  platform.check = [&](const command_line& l) {
    // A trace has the addresses of its process: unless told otherwise, all of them are memory.
    if (!l.traces.empty() && set.origin("memory.size") == "default") {
      parameters.memory_size.value = uma_machine::device_base;
    }
    parameters.resolve(set, l.timing, l.seed);
  };
  platform.with_statistics = [&](const command_line& l, const std::function<void(const statistics&)>& show) {
    uma_machine machine("uma", parameters, l.timing, l.seed, l.check_coherence);
    statistics all;
    machine.register_statistics(all);
    show(all);
  };
  if (const std::optional<int> status = parse_command_line(argc, argv, platform, line, std::cout))
    return *status;

  uma_machine machine("uma", parameters, line.timing, line.seed, line.check_coherence);
  if (!line.traces.empty()) {
    machine.load_traces(line.traces);
  } else {
    machine.load_workload(line.workload);
  }
  statistics all;
  machine.register_statistics(all);
  run_outputs outputs(line);
  machine.record(outputs.recorder(), outputs.log());
  outputs.start();

  run_control control("mimd-uma", line.max_time.ps, line.progress);
  run_hooks hooks;
  hooks.finished = [&] { return machine.finished() || machine.failed(); };
  hooks.who_waits = [&] { return machine.waiting(); };
  hooks.events = [&] { return machine.accesses(); };
  hooks.share_done = [&]() -> std::optional<double> {
    const double share = machine.share_done();
    return share < 0 ? std::nullopt : std::optional<double>(share);
  };
  hooks.often = [&] { machine.flush_traces(); };
  const run_ending ending = control.run(hooks);
  if (!machine.bad_input().empty()) throw std::runtime_error(machine.bad_input());
  outputs.keep();

  int status = status_of(ending);
  tb::verdict verdict{false, "", {}};
  if (machine.failed()) {
    std::cerr << "mimd-uma: " << machine.failure() << '\n';
    status = exit_status::wrong_result;
  } else if (ending == run_ending::finished) {
    verdict = machine.check();
    if (!verdict.correct) {
      std::cerr << "mimd-uma: wrong result: " << verdict.text << '\n';
      status = exit_status::wrong_result;
    }
  }
  for (const auto& [name, value] : verdict.results) {
    all.add_real(
        "workload." + name, [value = value] { return value; }, "reported by the workload");
  }
  outputs.finish(machine.finish_time());
  write_statistics(line, platform, all, host_now(control, machine.accesses()));
  if (!line.quiet) print_summary(std::cout, line, parameters, all, verdict, control.seconds());
  return status;
}

}  // namespace
}  // namespace mimd

int sc_main(int argc, char** argv) {
  return mimd::run_guarded("mimd-uma", [&] { return mimd::run_uma(argc, argv); });
}
