#include "platforms/directory/transaction_table.h"

#include <iomanip>
#include <ostream>
#include <sstream>

#include "platforms/shared_memory/shared_memory_summary.h"

namespace mimd {

void print_transactions(std::ostream& out, const statistics& all) {
  static constexpr const char* rows[][2] = {{"local", "own home"},
                                            {"local_owner", "own home, owner elsewhere"},
                                            {"two_hop", "remote home"},
                                            {"three_hop", "remote home and owner"}};
  const auto sum = [&](const std::string& what) {
    return static_cast<double>(all.count("directory." + what));
  };
  double all_of_them = 0;
  for (const auto& row : rows) all_of_them += sum(std::string("transactions.") + row[0]);
  out << "\ntransactions                     count  share %   mean ns\n";
  for (const auto& row : rows) {
    const double count = sum(std::string("transactions.") + row[0]);
    const double latency = sum(std::string("latency_ps.") + row[0]);
    out << std::left << std::setw(26) << row[1] << std::right << std::fixed << std::setprecision(0)
        << std::setw(12) << count << std::setprecision(1) << std::setw(9) << percent(count, all_of_them)
        << std::setw(10) << (count > 0 ? latency / count / 1000 : 0) << '\n';
  }
}

std::string busiest_home(unsigned nodes, const statistics& all) {
  double busiest = 0;
  for (unsigned n = 0; n < nodes; ++n) {
    const auto busy = static_cast<double>(all.count("node_" + std::to_string(n) + ".directory.busy_ps"));
    busiest = busy > busiest ? busy : busiest;
  }
  std::ostringstream text;
  text << ", busiest home " << std::fixed << std::setprecision(1)
       << percent(busiest, static_cast<double>(all.count("time_ps"))) << " %";
  return text.str();
}

}  // namespace mimd
