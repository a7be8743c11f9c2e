#include "platforms/shared_memory/shared_memory_summary.h"

#include <iomanip>
#include <ostream>

namespace mimd {

namespace {

constexpr unsigned most_shown = 16;  // processors

std::uint64_t references(const statistics& all, const std::string& cpu) {
  return all.count(cpu + ".loads") + all.count(cpu + ".stores") + all.count(cpu + ".atomics");
}

}  // namespace

void print_result(std::ostream& out, const tb::verdict& verdict) {
  if (verdict.text.empty()) return;
  out << "result: " << (verdict.correct ? "correct" : "WRONG") << ", " << verdict.text << '\n';
  if (!verdict.report.empty()) out << '\n' << verdict.report;
}

double percent(double part, double whole) {
  return whole > 0 ? 100 * part / whole : 0;
}

void print_heading(std::ostream& out, const run_report& report, const shared_memory_parameters& parameters,
                   const std::string& coherence) {
  const command_line& line = report.line;
  out << report.machine << ": " << (line.traces.empty() ? line.workload : "trace " + line.traces.front())
      << " on " << parameters.processors.count << " processors, "
      << (parameters.caches.present() ? coherence : "no caches") << ", " << to_string(line.timing) << '\n';
  print_result(out, report.verdict);
}

void print_processors(std::ostream& out, const statistics& all, const shared_memory_parameters& parameters) {
  const std::string l1 = parameters.caches.model.levels.split ? ".l1d" : ".l1";
  const unsigned processors = parameters.processors.count;
  out << '\n' << "processor     loads    stores   atomics      sync    misses  miss %  busy %  stall %\n";
  for (unsigned i = 0; i < processors && i < most_shown; ++i) {
    const std::string p = "cpu_" + std::to_string(i);
    const auto count = [&](const std::string& what) { return all.count(p + what); };
    const auto total = static_cast<double>(count(".total_ps"));
    const std::uint64_t misses = parameters.caches.present() ? count(l1 + ".misses") : 0;
    out << std::left << std::setw(9) << p << std::right << std::setw(10) << count(".loads") << std::setw(10)
        << count(".stores") << std::setw(10) << count(".atomics") << std::setw(10)
        << count(".synchronisation") << std::setw(10) << misses << std::fixed << std::setprecision(2)
        << std::setw(8) << percent(static_cast<double>(misses), static_cast<double>(references(all, p)))
        << std::setprecision(1) << std::setw(8) << percent(static_cast<double>(count(".busy_ps")), total)
        << std::setw(9) << percent(static_cast<double>(count(".stall_ps")), total) << '\n';
  }
  if (processors > most_shown) out << "... and " << processors - most_shown << " more\n";
}

void print_ending(std::ostream& out, const run_report& report, const shared_memory_parameters& parameters,
                  const std::string& more) {
  const statistics& all = report.all;
  out << std::fixed << std::setprecision(3) << "\nsimulated "
      << static_cast<double>(all.count("time_ps")) / 1e6 << " us" << more << ", host " << std::setprecision(2)
      << report.host_seconds << " s";
  if (report.host_seconds > 0) {
    std::uint64_t accesses = 0;
    for (unsigned i = 0; i < parameters.processors.count; ++i) {
      const std::string p = "cpu_" + std::to_string(i);
      accesses += references(all, p) + all.count(p + ".fetches") + all.count(p + ".synchronisation");
    }
    out << ", " << std::setprecision(1) << static_cast<double>(accesses) / report.host_seconds / 1e6
        << " M accesses/s";
  }
  out << '\n';
}

}  // namespace mimd
