#include "memory/page_placement.h"

#include <limits>
#include <stdexcept>

#include "infrastructure/power_of_two.h"
#include "memory/node_distances.h"

namespace mimd {

namespace {

constexpr std::uint64_t largest = std::uint64_t{1} << 48;
constexpr std::uint64_t smallest_page = 1024;
constexpr std::uint64_t largest_page = std::uint64_t{1} << 30;
constexpr std::uint64_t smallest_interleave = 16;

unsigned log2(std::uint64_t power) {
  unsigned bits = 0;
  while ((power >> bits) > 1) ++bits;
  return bits;
}

const page_placement_parameters& checked(const page_placement_parameters& p) {
  const std::string complaint = p.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

std::string page_placement_parameters::check() const {
  if (nodes < 1 || nodes > most_memory_nodes)
    return "nodes must be 1 ... " + std::to_string(most_memory_nodes);
  if (!is_power_of_two(page) || page < smallest_page || page > largest_page) {
    return "the page size must be a power of two, 1KiB ... 1GiB";
  }
  if (size == 0 || size > largest || size % page != 0) {
    return "memory must be whole pages of " + std::to_string(page) + " bytes, up to 2^48 bytes";
  }
  if (!is_power_of_two(interleave) || interleave < smallest_interleave || interleave > page) {
    return "interleaving must be by a power of two of bytes, 16 ... a page of " + std::to_string(page);
  }
  if (node >= nodes) return "there is no node " + std::to_string(node) + " to place pages on";
  return {};
}

page_placement::page_placement(const page_placement_parameters& parameters)
    : parameters_(checked(parameters)),
      page_bits_(log2(parameters.page)),
      interleave_bits_(log2(parameters.interleave)),
      pages_(parameters.size >> page_bits_),
      block_((pages_ + parameters.nodes - 1) / parameters.nodes),
      capacity_(parameters.pages_per_node != 0 ? parameters.pages_per_node
                                               : std::numeric_limits<std::uint64_t>::max()),
      homes_(pages_, unassigned),
      used_(parameters.nodes, 0) {}

bool page_placement::touch_decides() const {
  return parameters_.policy != placement_policy::interleaved &&
         parameters_.policy != placement_policy::blocked;
}

unsigned page_placement::divided(std::uint64_t address) const {
  const std::uint64_t node = parameters_.policy == placement_policy::blocked
                                 ? (address >> page_bits_) / block_
                                 : (address >> interleave_bits_) % parameters_.nodes;
  return static_cast<unsigned>(node);
}

std::optional<unsigned> page_placement::present_home_of(std::uint64_t address) const {
  const entry home = homes_[address >> page_bits_] & unassigned;
  if (home != unassigned) return home;
  if (touch_decides()) return std::nullopt;
  return divided(address);
}

unsigned page_placement::resolve(std::uint64_t address, unsigned toucher) {
  const std::uint64_t page = address >> page_bits_;
  const entry found = homes_[page];
  const entry home = found & unassigned;
  if ((found & marked) != 0) {
    homes_.set(page, home);
    if (toucher != home && !full(toucher)) {
      assign(page, toucher);
      ++counters_.retouched;
      return toucher;
    }
    return home_of(address, toucher);
  }
  if (!touch_decides()) return divided(address);
  const unsigned wanted = parameters_.policy == placement_policy::node ? parameters_.node : toucher;
  const unsigned node = first_free(wanted);
  assign(page, node);
  ++counters_.touched;
  if (node != wanted) ++counters_.overflows;
  return node;
}

unsigned page_placement::first_free(unsigned from) const {
  for (unsigned i = 0; i < parameters_.nodes; ++i) {
    const unsigned node = (from + i) % parameters_.nodes;
    if (!full(node)) return node;
  }
  throw std::runtime_error("memory.size: no node has a free page: " + std::to_string(parameters_.nodes) +
                           " nodes of " + std::to_string(capacity_) + " pages of " +
                           std::to_string(parameters_.page) + " bytes are full");
}

void page_placement::assign(std::uint64_t page, unsigned node) {
  const entry before = homes_[page] & unassigned;
  if (before != unassigned) --used_[before];
  homes_.set(page, static_cast<entry>(node));
  ++used_[node];
}

page_placement::range page_placement::pages(std::uint64_t first, std::uint64_t bytes) const {
  if (first > parameters_.size || bytes > parameters_.size - first) {
    throw std::invalid_argument("no memory for " + std::to_string(bytes) + " bytes at " +
                                std::to_string(first));
  }
  if (bytes == 0) return {0, 0};
  return {first >> page_bits_, ((first + bytes - 1) >> page_bits_) + 1};
}

void page_placement::check_node(unsigned node) const {
  if (node >= parameters_.nodes) {
    throw std::invalid_argument("there is no node " + std::to_string(node) +
                                " to place pages on, the last is " + std::to_string(parameters_.nodes - 1));
  }
}

void page_placement::place(std::uint64_t first, std::uint64_t bytes, unsigned node) {
  check_node(node);
  const range all = pages(first, bytes);
  std::uint64_t more = 0;
  for (std::uint64_t page = all.begin; page < all.end; ++page) more += (homes_[page] & unassigned) != node;
  if (more > capacity_ - used_[node]) {
    throw std::runtime_error("memory.size: node " + std::to_string(node) + " has " +
                             std::to_string(capacity_ - used_[node]) + " free pages, but " +
                             std::to_string(more) + " are to be placed on it");
  }
  for (std::uint64_t page = all.begin; page < all.end; ++page) assign(page, node);
  counters_.placed += all.end - all.begin;
}

void page_placement::mark(std::uint64_t first, std::uint64_t bytes) {
  const range all = pages(first, bytes);
  for (std::uint64_t page = all.begin; page < all.end; ++page) {
    const entry found = homes_[page];
    // A page that waits for its first touch needs no mark.
    if (found != unassigned || !touch_decides()) homes_.set(page, found | marked);
  }
}

bool page_placement::move(std::uint64_t page, unsigned node) {
  check_node(node);
  if (page >= pages_) throw std::invalid_argument("there is no page " + std::to_string(page) + " to move");
  if ((homes_[page] & unassigned) == node) return true;
  if (full(node)) return false;
  assign(page, node);
  ++counters_.moved;
  return true;
}

}  // namespace mimd
