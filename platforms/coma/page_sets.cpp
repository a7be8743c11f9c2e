#include "platforms/coma/page_sets.h"

#include <algorithm>
#include <sstream>

namespace mimd {

std::string page_sets::one_too_many(address_t address) const {
  const coma_parameters& p = parameters_;
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

std::string page_sets::touch(address_t address) {
  const std::uint64_t page_bytes = parameters_.page.value;
  const address_t page = address / page_bytes;
  const std::uint64_t round = parameters_.bytes_of_set_round();
  if (!places() || !pages_.insert(page).second) return {};
  std::uint64_t& lines = lines_in_sets_[page * page_bytes % round];
  lines += std::max<std::uint64_t>(1, page_bytes / round);
  return lines > parameters_.lines_of_global_set() ? "attraction.pressure: " + one_too_many(address) : "";
}

page_swapper::policy page_sets::swap_policy(std::function<void(const std::string& reason)> refuse) {
  return [this, refuse = std::move(refuse)](address_t page, const std::function<bool(address_t)>& may_go) {
    const std::uint64_t bytes = parameters_.page.value;
    swap_decision decision =
        swapping_.fault(page / bytes, [&](std::uint64_t number) { return may_go(number * bytes); });
    decision.out *= bytes;
    if (decision.what == swap_decision::action::refuse) refuse(disk_full(page));
    return decision;
  };
}

std::string page_sets::disk_full(address_t address) const {
  return "attraction.swap: " + one_too_many(address) + ", and there is no room on disk";
}

std::string page_sets::too_small(std::uint64_t bytes, std::uint64_t allocated) const {
  const std::uint64_t size = parameters_.memory.model.size;
  const std::string where =
      parameters_.swaps() ? disk_full(size) : "attraction.pressure: " + one_too_many(size);
  return where + ": the program asks for " + std::to_string(bytes) + " bytes, " + std::to_string(allocated) +
         " of " + std::to_string(size) + " are in use";
}

}  // namespace mimd
