#include "platforms/coma/coma_machine.h"

#include <sstream>

#include "platforms/shared_memory/component_statistics.h"

namespace mimd {

coma_machine::coma_machine(const sc_core::sc_module_name& name, const coma_parameters& parameters,
                           timing_mode timing, std::uint64_t seed, bool check_coherence)
    : directory_machine(
          name, parameters, [this](address_t unit, unsigned) { return placed(unit); }, timing, seed,
          check_coherence),
      parameters_(parameters) {
  allocate_from(parameters.geometry().block);  // attraction memories may be smaller than 4 KiB
}

namespace {

std::string page_in_sets(const coma_parameters& p, address_t address) {
  const std::uint64_t page = address / p.page.value * p.page.value;
  const std::uint64_t first = p.geometry().set_of(page);
  const std::uint64_t count = std::min<std::uint64_t>(p.page.value / p.geometry().block, p.geometry().sets);
  std::ostringstream text;
  text << "page 0x" << std::hex << page << std::dec << " would be one too many in sets " << first << " to "
       << first + count - 1 << ", which hold at most " << p.lines_of_global_set()
       << (p.simple() ? " pages each (" : " lines each (") << p.nodes << " nodes of " << p.geometry().ways
       << " ways)";
  return text.str();
}

}  // namespace

// The operating system's part: a page comes into its sets if they have room.
unsigned coma_machine::placed(address_t unit) {
  const std::uint64_t page_bytes = parameters_.page.value;
  const address_t page = unit / page_bytes;
  const std::uint64_t round = parameters_.bytes_of_set_round();
  if (parameters_.memory.model.size == memory_contents::largest && pages_.insert(page).second) {
    std::uint64_t& lines = lines_in_sets_[page * page_bytes % round];
    lines += std::max<std::uint64_t>(1, page_bytes / round);
    if (lines > parameters_.lines_of_global_set()) {
      refuse("attraction.pressure: " + page_in_sets(parameters_, unit));
    }
  }
  return parameters_.home_of(unit);
}

std::string coma_machine::too_small(std::uint64_t bytes) const {
  return "attraction.pressure: " + page_in_sets(parameters_, size()) + ": the program asks for " +
         std::to_string(bytes) + " bytes, " + std::to_string(allocated()) + " of " + std::to_string(size()) +
         " are in use";
}

std::string coma_machine::lost() const {
  const std::optional<address_t> line = fabric().lost_line();
  if (!line) return {};
  std::ostringstream text;
  text << "line 0x" << std::hex << *line
       << " is lost: its master is in no attraction memory, nor is it at home";
  return text.str();
}

}  // namespace mimd
