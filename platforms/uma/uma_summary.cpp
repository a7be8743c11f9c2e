#include "platforms/uma/uma_summary.h"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace mimd {

namespace {

double share(double part, double whole) {
  return whole > 0 ? 100 * part / whole : 0;
}

}  // namespace

void print_summary(std::ostream& out, const command_line& line, const uma_parameters& parameters,
                   const statistics& all, const tb::verdict& verdict, double host_seconds) {
  const auto count = [&all](const std::string& name) { return all.count(name); };
  const std::uint64_t time = count("time_ps");
  const bool cached = parameters.cached();
  const std::string l1 = parameters.cache.levels.split ? ".l1d" : ".l1";
  out << "mimd-uma: " << (line.traces.empty() ? line.workload : "trace " + line.traces.front()) << " on "
      << parameters.cpus << " processors, " << (cached ? parameters.coherence().title : "no caches") << ", "
      << to_string(line.timing) << '\n';
  if (!verdict.text.empty())
    out << "result: " << (verdict.correct ? "correct" : "WRONG") << ", " << verdict.text << '\n';
  out << '\n' << "processor     loads    stores   atomics      sync    misses  miss %  busy %  stall %\n";
  std::uint64_t accesses = 0;
  for (unsigned i = 0; i < parameters.cpus; ++i) {
    const std::string p = "cpu_" + std::to_string(i);
    const double total = static_cast<double>(count(p + ".total_ps"));
    const std::uint64_t mine = count(p + ".loads") + count(p + ".stores") + count(p + ".atomics");
    accesses += mine + count(p + ".fetches") + count(p + ".synchronisation");
    if (i >= 16) continue;
    const std::uint64_t misses = cached ? count(p + l1 + ".misses") : 0;
    out << std::left << std::setw(9) << p << std::right << std::setw(10) << count(p + ".loads")
        << std::setw(10) << count(p + ".stores") << std::setw(10) << count(p + ".atomics") << std::setw(10)
        << count(p + ".synchronisation") << std::setw(10) << misses << std::fixed << std::setprecision(2)
        << std::setw(8) << share(static_cast<double>(misses), static_cast<double>(mine))
        << std::setprecision(1) << std::setw(8) << share(static_cast<double>(count(p + ".busy_ps")), total)
        << std::setw(9) << share(static_cast<double>(count(p + ".stall_ps")), total) << '\n';
  }
  if (parameters.cpus > 16) out << "... and " << parameters.cpus - 16 << " more\n";
  out << '\n' << "bus         count   wait ns  service ns   (means, synchronisation apart)\n";
  for (unsigned t = 1; t < bus_transaction_count; ++t) {
    const std::string type = to_string(static_cast<bus_transaction>(t));
    const auto n = static_cast<double>(count("bus.transactions." + type));
    const std::uint64_t sync = count("bus.synchronisation.transactions." + type);
    if (n == 0 && sync == 0) continue;
    out << std::left << std::setw(8) << type << std::right << std::setw(9)
        << count("bus.transactions." + type) << std::setprecision(1) << std::setw(10)
        << (n > 0 ? static_cast<double>(count("bus.wait_ps." + type)) / n / 1000 : 0) << std::setw(12)
        << (n > 0 ? static_cast<double>(count("bus.service_ps." + type)) / n / 1000 : 0);
    if (sync) out << "   + " << sync;
    out << '\n';
  }
  out << std::setprecision(3) << "\nsimulated " << static_cast<double>(time) / 1e6 << " us, bus busy "
      << std::setprecision(1) << share(static_cast<double>(count("bus.busy_ps")), static_cast<double>(time))
      << " %, host " << std::setprecision(2) << host_seconds << " s";
  if (host_seconds > 0) {
    out << ", " << std::setprecision(1) << static_cast<double>(accesses) / host_seconds / 1e6
        << " M accesses/s";
  }
  out << '\n';
}

std::vector<preset> uma_presets() {
  return {};
}

}  // namespace mimd
