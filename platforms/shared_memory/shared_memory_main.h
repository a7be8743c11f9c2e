// The main() of a shared-memory machine:
//
//   int sc_main(int argc, char** argv) {
//     return mimd::shared_memory_main<mimd::uma_machine, mimd::uma_parameters>(
//         argc, argv, {"mimd-uma", "a shared-bus ...", "uma", mimd::uma_presets()}, mimd::print_summary);
//   }
//
// Machine: a shared_memory_machine with the constructor (name, Parameters, timing, seed, check_coherence) and
// a static workloads(). Parameters: see shared_memory_parameters.h.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_MAIN_H
#define MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_MAIN_H

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "platforms/shared_memory/shared_memory_machine.h"
#include "platforms/shared_memory/shared_memory_summary.h"
#include "platforms/support/machine_main.h"

namespace mimd {

struct shared_memory_title {
  std::string name;     // of the program: "mimd-uma"
  std::string meaning;  // one line
  std::string module;   // the machine's SystemC name: "uma"
  std::vector<preset> presets;
  std::string default_workload = "stream";
  bool runs_traces = true;
  bool is_coherent = true;  // --check-coherence
};

// A machine as run_shared_memory() needs it: its title, its parameters and how to build it of them.
struct shared_memory_platform {
  const shared_memory_title& title;
  std::vector<workload_name> workloads;
  std::function<void(parameter_set&)> declare;
  std::function<void(const parameter_set&, const command_line&)> resolve;
  std::function<void()> cover_all_addresses;  // a trace will run, and memory.size was left alone
  std::function<std::unique_ptr<shared_memory_machine>(const command_line&)> build;
  std::function<void(std::ostream&, const run_report&)> print_summary;
};

// Reads the command line, runs the machine, writes everything that was asked for; gives the exit status.
int run_shared_memory(int argc, char** argv, const shared_memory_platform& platform);

template <class Descriptions>
std::vector<workload_name> names_of(const Descriptions& workloads) {
  std::vector<workload_name> names;
  for (const auto& w : workloads) names.push_back({w.name, w.meaning});
  return names;
}

template <class Machine, class Parameters>
std::unique_ptr<shared_memory_machine> build_machine(const char* name, const Parameters& p,
                                                     const command_line& l) {
  return std::make_unique<Machine>(name, p, p.timing_of(l.timing), l.seed, l.check_coherence);
}

// build: where the parameters say which machine it is.
template <class Machine, class Parameters>
int shared_memory_main(int argc, char** argv, const shared_memory_title& title,
                       void (*print_summary)(std::ostream&, const Parameters&, const run_report&),
                       std::unique_ptr<shared_memory_machine> (*build)(
                           const char*, const Parameters&, const command_line&) = build_machine<Machine>) {
  return run_guarded(title.name, [&] {
    Parameters p;
    return run_shared_memory(
        argc, argv,
        {title, names_of(Machine::workloads()), [&p](parameter_set& set) { p.declare(set); },
         [&p](const parameter_set& set, const command_line& l) {
           p.resolve(set, p.timing_of(l.timing), l.seed);
         },
         [&p] { p.memory.cover_all_addresses(); },
         [&](const command_line& l) { return build(title.module.c_str(), p, l); },
         [&](std::ostream& out, const run_report& report) { print_summary(out, p, report); }});
  });
}

}  // namespace mimd

#endif
