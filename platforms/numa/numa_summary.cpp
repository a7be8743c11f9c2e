#include "platforms/numa/numa_summary.h"

#include <ostream>
#include <sstream>

#include "platforms/directory/transaction_table.h"

namespace mimd {

namespace {

std::string coherence(const numa_parameters& p) {
  std::ostringstream text;
  text << p.nodes << " nodes, " << p.fabric.form.name() << ", "
       << sharer_format_names()[static_cast<unsigned>(p.directory.format.kind)];
  return text.str();
}

}  // namespace

void print_summary(std::ostream& out, const numa_parameters& parameters, const run_report& report) {
  print_heading(out, report, parameters, coherence(parameters));
  print_processors(out, report.all, parameters);
  print_transactions(out, report.all);
  print_ending(out, report, parameters, busiest_home(parameters.nodes, report.all));
}

}  // namespace mimd
