#include "platforms/mpp/mpp_summary.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace mimd {

namespace {

std::string fixed(double x, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << x;
  return text.str();
}

// "64x32x32 torus", "LogGOPS"
std::string name_of(const mpp_parameters& p) {
  if (p.model == network_model::loggops) return "LogGOPS";
  std::string text;
  for (const std::uint32_t k : p.network.dims) text += (text.empty() ? "" : "x") + std::to_string(k);
  return text + ' ' + p.network.family + (p.network.fluid ? ", fluid" : "");
}

std::string rate_text(double bytes_per_second) {
  return bytes_per_second >= 1e10 ? fixed(bytes_per_second / 1e9, 2) + " GB/s"
                                  : fixed(bytes_per_second / 1e6, 2) + " MB/s";
}

void print_results(std::ostream& out, const std::vector<mpp_result>& results) {
  std::size_t width = 8;
  bool hops = false;
  bool rates = false;
  for (const mpp_result& r : results) {
    width = std::max(width, r.what.size());
    hops = hops || r.hops != 0;
    rates = rates || r.bytes_per_second > 0;
  }
  out << std::left << std::setw(static_cast<int>(width)) << "measured" << std::right << std::setw(12)
      << "bytes";
  if (hops) out << std::setw(6) << "hops";
  out << std::setw(16) << "time us";
  if (rates) out << std::setw(18) << "bandwidth";
  out << '\n';
  for (const mpp_result& r : results) {
    out << std::left << std::setw(static_cast<int>(width)) << r.what << std::right << std::setw(12)
        << r.bytes;
    if (hops) out << std::setw(6) << (r.hops == 0 ? "" : std::to_string(r.hops));
    out << std::setw(16) << fixed(static_cast<double>(r.time) / 1e6, 6);
    if (rates) out << std::setw(18) << (r.bytes_per_second > 0 ? rate_text(r.bytes_per_second) : "");
    out << '\n';
  }
}

void print_times(std::ostream& out, const mpp_machine& machine) {
  const message_passing::rank_times t = machine.times();
  const double total = static_cast<double>(t.total());
  if (total <= 0) return;
  const auto share = [total](time_ps part) {
    return fixed(100 * static_cast<double>(part) / total, 1) + " %";
  };
  out << "\nranks: compute " << share(t.compute) << ", send overhead " << share(t.send)
      << ", receive overhead " << share(t.receive) << ", wait " << share(t.wait) << '\n';
}

void print_links(std::ostream& out, const mpp_machine& machine) {
  const noc::train_network& n = machine.last()->network();
  const double time = static_cast<double>(machine.last()->engine().finish_time());
  if (n.links() == 0 || time <= 0) return;
  std::uint32_t most = 0;
  for (std::uint32_t l = 1; l < n.links(); ++l)
    if (n.busy(l) > n.busy(most)) most = l;
  out << "links: " << n.hops_made() << " taken, " << fixed(static_cast<double>(n.waited()) / 1e6, 3)
      << " us waited for in all";
  if (n.busy(most) != 0)
    out << "; busiest " << n.link_name(most) << ' '
        << fixed(100 * static_cast<double>(n.busy(most)) / time, 1) << " %";
  out << '\n';
}

}  // namespace

void print_summary(std::ostream& out, const command_line& line, const mpp_parameters& parameters,
                   const mpp_machine& machine, double host_seconds) {
  out << "mimd-mpp: " << (line.traces.empty() ? line.workload : "trace " + line.traces.front()) << " on "
      << machine.ranks() << " ranks, " << name_of(parameters) << "\n\n";
  print_results(out, machine.results());
  if (machine.half_size() > 0) out << "\nn1/2 " << fixed(machine.half_size(), 1) << " bytes\n";
  if (machine.last() != nullptr) {
    print_times(out, machine);
    print_links(out, machine);
  }
  const double messages = static_cast<double>(machine.messages());
  out << "\nsimulated " << fixed(static_cast<double>(machine.finish_time()) / 1e6, 3) << " us, "
      << machine.messages() << " messages, " << machine.operations() << " operations, host "
      << fixed(host_seconds, 2) << " s";
  if (host_seconds > 0)
    out << ", " << fixed(messages / host_seconds / 1e6, 2) << " M messages/s, "
        << fixed(static_cast<double>(machine.operations()) / host_seconds / 1e6, 2) << " M operations/s";
  out << '\n';
}

}  // namespace mimd
