#include "platforms/shared_memory/shared_memory_main.h"

#include <iostream>

#include "platforms/support/complaint.h"
#include "platforms/support/run_control.h"
#include "platforms/support/run_outputs.h"

namespace mimd {

namespace {

platform_description describe(const shared_memory_platform& platform, parameter_set& set) {
  const shared_memory_title& title = platform.title;
  platform_description description{title.name,    title.meaning,     set,   {}, title.default_workload,
                                   title.presets, title.runs_traces, false, {}, {},
                                   true,          title.is_coherent};
  description.workloads = platform.workloads;
  description.check = [&platform, &set](const command_line& l) {
    // A trace has the addresses of its process: unless the user says otherwise, all of them are memory.
    const bool limited = set.contains("memory.size") && is_users_choice(set, "memory.size");
    if (!l.traces.empty() && !limited) platform.cover_all_addresses();
    platform.resolve(set, l);
  };
  description.with_statistics = [&platform](const command_line& l,
                                            const std::function<void(const statistics&)>& show) {
    const auto machine = platform.build(l);
    statistics all;
    machine->register_statistics(all);
    show(all);
  };
  return description;
}

run_hooks hooks_of(shared_memory_machine& machine) {
  run_hooks hooks;
  hooks.finished = [&] { return machine.finished() || machine.failed() || !machine.bad_input().empty(); };
  hooks.who_waits = [&] {
    machine.account_polls();
    return machine.waiting();
  };
  hooks.events = [&] { return machine.accesses(); };
  hooks.share_done = [&]() -> std::optional<double> {
    const double share = machine.share_done();
    return share < 0 ? std::nullopt : std::optional<double>(share);
  };
  hooks.often = [&] { machine.flush_traces(); };
  return hooks;
}

}  // namespace

int run_shared_memory(int argc, char** argv, const shared_memory_platform& platform) {
  const std::string& name = platform.title.name;
  command_line line;
  parameter_set set;
  platform.declare(set);
  const platform_description description = describe(platform, set);
  if (const std::optional<int> status = parse_command_line(argc, argv, description, line, std::cout))
    return *status;

  const std::unique_ptr<shared_memory_machine> machine = platform.build(line);
  if (!line.traces.empty()) {
    machine->load_traces(line.traces);
  } else {
    machine->load_workload(line.workload);
  }
  statistics all;
  machine->register_statistics(all);
  run_outputs outputs(line);
  machine->record(outputs.recorder(), outputs.log());
  outputs.start();

  run_control control(name, line.max_time.ps, line.progress);
  const run_ending ending = control.run(hooks_of(*machine));
  if (!machine->bad_input().empty()) {
    std::cerr << name << ": " << machine->bad_input() << '\n';
    return exit_status::usage;
  }
  outputs.keep();
  machine->account_polls();

  int status = status_of(ending);
  tb::verdict verdict{false, "", {}};
  if (machine->failed()) {
    std::cerr << name << ": " << machine->failure() << '\n';
    status = exit_status::wrong_result;
  } else if (ending == run_ending::finished) {
    verdict = machine->check();
    if (!verdict.correct) {
      std::cerr << name << ": wrong result: " << verdict.text << '\n';
      status = exit_status::wrong_result;
    }
  }
  for (const auto& [figure, value] : verdict.results) {
    all.add_real(
        "workload." + figure, [value = value] { return value; }, "reported by the workload");
  }
  outputs.finish(machine->finish_time());
  write_statistics(line, description, all, host_now(control, machine->accesses()));
  if (!line.quiet) platform.print_summary(std::cout, {name, line, all, verdict, control.seconds()});
  return status;
}

}  // namespace mimd
