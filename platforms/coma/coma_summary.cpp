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
       << p.geometry().ways << " ways, ";
  if (!p.hierarchical()) {
    text << (p.simple() ? "Simple COMA" : "COMA-F");
  } else {
    const bool ring = p.hierarchy.fabric.medium == hierarchical_fabric_parameters::medium_kind::ring;
    text << "DDM, " << (ring ? "rings" : "buses") << " of " << p.hierarchy.fabric.arity;
  }
  return text.str();
}

void print_levels(std::ostream& out, const statistics& all, unsigned levels) {
  out << "\nserved by                        count  share %   mean ns\n";
  const auto of_level = [&](const char* what, unsigned level) {
    return static_cast<double>(all.count(std::string("hierarchy.") + what + std::to_string(level)));
  };
  double sum = 0;
  for (unsigned level = 0; level < levels; ++level) sum += of_level("transactions.level_", level);
  for (unsigned level = 0; level < levels; ++level) {
    const double count = of_level("transactions.level_", level);
    const double latency = of_level("latency_ps.level_", level);
    out << std::left << std::setw(26) << (level == 0 ? "own group" : "level " + std::to_string(level))
        << std::right << std::fixed << std::setprecision(0) << std::setw(12) << count << std::setprecision(1)
        << std::setw(9) << percent(count, sum) << std::setw(10) << (count > 0 ? latency / count / 1000 : 0)
        << '\n';
  }
  out << all.count("hierarchy.combined_reads") << " reads took the data of another one, "
      << all.count("hierarchy.from_slots") << " lines came out of slots\n";
}

void print_swapping(std::ostream& out, const statistics& all) {
  const auto figure = [&](const char* name) { return all.count(std::string("attraction.") + name); };
  out << "disk: " << figure("swapped_out") << " pages swapped out, " << figure("swapped_in")
      << " in; pages were waited for " << static_cast<double>(figure("swap_unavailable_ps")) / 1e6 << " us\n";
}

void print_attraction(std::ostream& out, const statistics& all, bool hierarchical) {
  const auto figure = [&](const char* name) { return all.count(std::string("attraction.") + name); };
  const auto real = [&](const char* name) { return static_cast<double>(figure(name)); };
  out << "\nattraction memories: " << std::fixed << std::setprecision(1)
      << percent(real("reads") - real("misses"), real("reads")) << " % of lines found in the own one, "
      << percent(real("lines"), real("masters")) / 100 << " copies of a line; " << figure("masters_replaced")
      << " masters replaced: " << figure("taken_over") << " injected, " << figure("promoted")
      << " passed to a sharer, " << figure("unplaced")
      << (hierarchical ? " kept in slots\n" : " kept at home\n");
}

}  // namespace

void print_summary(std::ostream& out, const coma_parameters& parameters, const run_report& report) {
  print_heading(out, report, parameters, coherence(parameters));
  print_processors(out, report.all, parameters);
  if (parameters.hierarchical()) {
    print_levels(out, report.all, parameters.hierarchy.fabric.levels());
  } else {
    print_transactions(out, report.all);
  }
  print_attraction(out, report.all, parameters.hierarchical());
  if (parameters.swaps()) print_swapping(out, report.all);
  print_ending(out, report, parameters,
               parameters.hierarchical() ? "" : busiest_home(parameters.nodes, report.all));
}

}  // namespace mimd
