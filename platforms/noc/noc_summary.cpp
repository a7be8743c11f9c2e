#include "platforms/noc/noc_summary.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace mimd {

namespace {

// "8x8 mesh", "2x2x2 torus of 4 terminals a router", "net.txt"
std::string name_of(const noc_parameters& p, const noc_structure& s) {
  if (p.shape.family == "file") return "the graph of " + p.shape.file;
  std::string text;
  for (const std::uint32_t k : s.shape->form().dims) text += (text.empty() ? "" : "x") + std::to_string(k);
  return text + ' ' + p.shape.family;
}

std::string fixed(double x, int digits) {
  if (x != x) return "-";
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << x;
  return text.str();
}

void print_points(std::ostream& out, const std::vector<measured_point>& points, bool loads) {
  const auto cell = [&out](const std::string& text, int width) {
    out << ' ' << std::setw(width - 1) << text;  // one too wide moves the others and touches none
  };
  if (loads) cell("load", 8);
  out << " offered accepted    packets     mean    p50    p99     max  network    flit   hops\n";
  for (const measured_point& m : points) {
    if (loads) cell(fixed(m.load, 4), 8);
    cell(fixed(m.offered, 4), 8);
    cell(fixed(m.accepted, 4), 9);
    cell(std::to_string(m.packets), 11);
    cell(fixed(m.packet_mean, 2), 9);
    const auto if_any = [&m](std::uint64_t x) { return m.packets == 0 ? "-" : std::to_string(x); };
    cell(if_any(m.packet_p50), 7);
    cell(if_any(m.packet_p99), 7);
    cell(if_any(m.packet_max), 8);
    cell(fixed(m.network_mean, 2), 9);
    cell(fixed(m.flit_mean, 2), 8);
    cell(fixed(m.hops_mean, 2), 7);
    out << (m.saturated ? "  saturated" : m.partial ? "  interrupted" : "") << '\n';
  }
}

void print_busiest_links(std::ostream& out, const noc::topology& shape, const tb::traffic_results& r) {
  if (r.cycles == 0) return;
  std::vector<std::uint32_t> links;
  double sum = 0;
  for (std::uint32_t c = 0; c < r.loads.size(); ++c) {
    const noc::channel& channel = shape.channels()[c];
    if (channel.from.is_terminal || channel.to.is_terminal) continue;
    links.push_back(c);
    sum += static_cast<double>(r.loads[c].flits);
  }
  if (links.empty()) return;
  const std::size_t shown = std::min<std::size_t>(4, links.size());
  std::partial_sort(links.begin(), links.begin() + static_cast<std::ptrdiff_t>(shown), links.end(),
                    [&r](std::uint32_t a, std::uint32_t b) {
                      return r.loads[a].flits != r.loads[b].flits ? r.loads[a].flits > r.loads[b].flits
                                                                  : a < b;
                    });
  const double cycles = static_cast<double>(r.cycles);
  out << "\nlinks between routers busy " << fixed(100 * sum / cycles / static_cast<double>(links.size()), 1)
      << " % in the mean; most:";
  for (std::size_t i = 0; i < shown; ++i) {
    out << (i == 0 ? " " : ", ") << shape.name(shape.channels()[links[i]]) << ' '
        << fixed(100 * static_cast<double>(r.loads[links[i]].flits) / cycles, 1) << " %";
  }
  out << '\n';
}

}  // namespace

void print_summary(std::ostream& out, const command_line& line, const noc_parameters& parameters,
                   const noc_structure& structure, const noc_machine& machine, double host_seconds) {
  const noc::topology& shape = *structure.shape;
  const bool trace = !line.traces.empty();
  out << "mimd-noc: "
      << (trace ? "trace " + line.traces.front() : line.workload + ", " + parameters.pattern.name) << " on "
      << name_of(parameters, structure) << " (" << shape.routers() << " routers, " << shape.terminals()
      << " terminals), " << structure.routing_name << ", "
      << (parameters.fidelity == noc::fidelity::packet ? "packet" : "flit") << " fidelity\n\n";
  const bool many = line.workload == "sweep" || line.workload == "saturation";
  print_points(out, machine.points(), many);
  if (!machine.points().empty() && many && machine.saturation() == machine.saturation()) {
    out << "\nsaturation load " << fixed(machine.saturation(), 4)
        << " flits/terminal/cycle, zero-load latency " << fixed(machine.zero_load(), 2) << " cycles\n";
  }
  if (machine.finished() && (trace || line.workload == "batch"))
    out << "\nlast packet arrived in cycle " << machine.finish_cycle() << '\n';
  print_busiest_links(out, shape, machine.results());
  const double cycles = static_cast<double>(machine.cycles());
  out << "\nsimulated " << machine.cycles() << " cycles, "
      << fixed(static_cast<double>(machine.finish_time()) / 1e6, 3) << " us, host " << fixed(host_seconds, 2)
      << " s";
  if (host_seconds > 0) out << ", " << fixed(cycles / host_seconds / 1e3, 1) << " k cycles/s";
  out << '\n';
}

}  // namespace mimd
