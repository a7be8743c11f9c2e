#include "platforms/uma/uma_summary.h"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace mimd {

namespace {

void print_bus(std::ostream& out, const statistics& all) {
  out << '\n' << "bus         count   wait ns  service ns   (means, synchronisation apart)\n";
  for (unsigned t = 1; t < bus_transaction_count; ++t) {
    const std::string type = to_string(static_cast<bus_transaction>(t));
    const std::uint64_t count = all.count("bus.transactions." + type);
    const std::uint64_t sync = all.count("bus.synchronisation.transactions." + type);
    if (count == 0 && sync == 0) continue;
    const auto mean_ns = [&](const std::string& what) {
      if (count == 0) return 0.0;
      return static_cast<double>(all.count("bus." + what + "_ps." + type)) / static_cast<double>(count) /
             1000;
    };
    out << std::left << std::setw(8) << type << std::right << std::setw(9) << count << std::fixed
        << std::setprecision(1) << std::setw(10) << mean_ns("wait") << std::setw(12) << mean_ns("service");
    if (sync) out << "   + " << sync;
    out << '\n';
  }
}

void print_coverage(std::ostream& out, const statistics& all) {
  out << "\nprotocol: " << all.count("coherence.rows_exercised") << " of "
      << all.count("coherence.rows_reachable") << " reachable rows exercised\n";
}

std::string bus_busy(const statistics& all) {
  std::ostringstream text;
  text << ", bus busy " << std::fixed << std::setprecision(1)
       << percent(static_cast<double>(all.count("bus.busy_ps")), static_cast<double>(all.count("time_ps")))
       << " %";
  return text.str();
}

}  // namespace

void print_summary(std::ostream& out, const uma_parameters& parameters, const run_report& report) {
  std::string coherence = parameters.coherence().title;
  const timing_mode asked = report.line.timing;
  if (parameters.timing_of(asked) != asked) coherence += " (its reads take lines: run approximately timed)";
  print_heading(out, report, parameters, coherence);
  print_processors(out, report.all, parameters);
  print_bus(out, report.all);
  if (report.line.check_coherence && parameters.caches.present()) print_coverage(out, report.all);
  print_ending(out, report, parameters, bus_busy(report.all));
}

std::vector<preset> uma_presets() {
  return {};
}

}  // namespace mimd
