#include "platforms/coma/coma_summary.h"

#include <iomanip>
#include <ostream>
#include <sstream>

#include "platforms/directory/transaction_table.h"

namespace mimd {

namespace {

std::string coherence(const coma_parameters& p) {
  std::ostringstream text;
  text << p.nodes << " nodes with attraction memories of " << to_string(p.attraction_size) << ", "
       << p.geometry().ways << (p.simple() ? " ways, Simple COMA" : " ways, COMA-F");
  return text.str();
}

void print_attraction(std::ostream& out, const statistics& all) {
  const auto figure = [&](const char* name) { return all.count(std::string("attraction.") + name); };
  const auto real = [&](const char* name) { return static_cast<double>(figure(name)); };
  out << "\nattraction memories: " << std::fixed << std::setprecision(1)
      << percent(real("reads") - real("misses"), real("reads")) << " % of lines found in the own one, "
      << percent(real("lines"), real("masters")) / 100 << " copies of a line; " << figure("masters_replaced")
      << " masters replaced: " << figure("taken_over") << " injected, " << figure("promoted")
      << " passed to a sharer, " << figure("unplaced") << " kept at home\n";
}

}  // namespace

void print_summary(std::ostream& out, const coma_parameters& parameters, const run_report& report) {
  print_heading(out, report, parameters, coherence(parameters));
  print_processors(out, report.all, parameters);
  print_transactions(out, report.all);
  print_attraction(out, report.all);
  print_ending(out, report, parameters, busiest_home(parameters.nodes, report.all));
}

}  // namespace mimd
