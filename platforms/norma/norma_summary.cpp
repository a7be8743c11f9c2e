#include "platforms/norma/norma_summary.h"

#include <iomanip>
#include <ostream>
#include <sstream>

namespace mimd {

namespace {

constexpr unsigned most_shown = 16;  // nodes
constexpr const char* parts[] = {"program",      "send",      "send_copy",   "receive",
                                 "receive_copy", "interrupt", "system_call", "wait"};

std::string driven(const driver_parameters& d) {
  return std::string(d.transfer == transfer_by::dma ? "dma" : "programmed") +
         (d.notice == notice_by::polling ? ", polling" : ", interrupts") +
         (d.access == access_from::user ? ", user level" : ", kernel level");
}

void print_nodes(std::ostream& out, const statistics& all, unsigned nodes) {
  out << "\nnode        program    send    copy receive    copy interrupt  kernel    wait  packets\n";
  for (unsigned n = 0; n < nodes && n < most_shown; ++n) {
    const std::string node = "node_" + std::to_string(n);
    const auto total = static_cast<double>(all.count(node + ".time.total_ps"));
    out << std::left << std::setw(10) << node << std::right << std::fixed << std::setprecision(1);
    int width = 9;
    for (const char* part : parts) {
      const auto time = static_cast<double>(all.count(node + ".time." + part + "_ps"));
      if (std::string(part) == "interrupt") width = 10;
      out << std::setw(width) << percent(time, total);
      width = 8;
    }
    out << std::setw(9) << all.count(node + ".mpi.packets_sent") << '\n';
  }
  if (nodes > most_shown) out << "... and " << nodes - most_shown << " more\n";
}

}  // namespace

void print_summary(std::ostream& out, const norma_parameters& parameters, const run_report& report) {
  out << report.machine << ": " << report.line.workload << " on " << parameters.nodes() << " nodes, "
      << parameters.network.shape.family << ", " << driven(parameters.node.driver) << ", "
      << to_string(report.line.timing) << '\n';
  print_result(out, report.verdict);
  for (const auto& [figure, value] : report.verdict.results) {
    if (figure == "digest") continue;
    out << figure << ' ' << std::fixed << std::setprecision(1) << value << '\n';
  }
  print_nodes(out, report.all, parameters.nodes());
  std::ostringstream more;
  more << ", " << report.all.count("mpi.messages") << " messages, " << report.all.count("noc.packets")
       << " packets";
  print_ending(out, report, parameters, more.str());
}

std::vector<preset> norma_presets() {
  return {};
}

}  // namespace mimd
