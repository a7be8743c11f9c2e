#include "directory/sparse_directory.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "infrastructure/power_of_two.h"

namespace mimd {

sparse_directory::sparse_directory(const sparse_directory_parameters& parameters, sharer_format& format,
                                   std::uint64_t seed)
    : ways_(parameters.ways),
      sets_(parameters.ways == 0 ? 0 : parameters.entries / parameters.ways),
      replacement_(parameters.replacement),
      format_(format),
      random_(seed) {
  if (ways_ < 1 || ways_ > 64) {
    throw std::invalid_argument("directory.sparse_ways: " + std::to_string(ways_) +
                                ", but 1 to 64 are possible");
  }
  if (parameters.entries % ways_ != 0 || !is_power_of_two(sets_)) {
    throw std::invalid_argument("directory.sparse_entries: " + std::to_string(parameters.entries) +
                                " is not a power of two times " + std::to_string(ways_) + " ways");
  }
  entries_.resize(parameters.entries);
  kept_for_.resize(sets_, no_line);
  sharers_.resize(std::size_t{parameters.entries} * format.words());
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].sharers = &sharers_[i * format.words()];
}

std::uint64_t sparse_directory::total_bits(std::uint64_t blocks) const {
  const std::uint64_t blocks_per_set = (blocks + sets_ - 1) / sets_;
  const unsigned tag = bits_to_number(blocks_per_set + 1);
  return format_.total_bits(entries_.size()) + entries_.size() * tag;
}

sparse_directory::entry* sparse_directory::peek(std::uint64_t line) {
  entry* const set = set_of(line);
  for (unsigned i = 0; i < ways_; ++i) {
    if (set[i].valid && set[i].line == line) return &set[i];
  }
  return nullptr;
}

sparse_directory::entry* sparse_directory::find(std::uint64_t line) {
  entry* const e = peek(line);
  if (e) e->last_use = ++uses_;
  return e;
}

sparse_directory::entry* sparse_directory::allocate(std::uint64_t line) {
  entry* const set = set_of(line);
  const auto is_free = [](const entry& e) { return !e.valid; };
  std::uint64_t& kept = kept_for(line);
  entry* const e = std::find_if(set, set + ways_, is_free);
  if (e == set + ways_) return nullptr;
  if (kept != no_line && kept != line && std::none_of(e + 1, set + ways_, is_free)) return nullptr;
  if (kept == line) kept = no_line;
  e->line = line;
  e->state = {};
  e->last_use = ++uses_;
  e->valid = true;
  format_.open(e->sharers, line);
  ++in_use_;
  return e;
}

void sparse_directory::keep_for(std::uint64_t line) {
  if (kept_for(line) == no_line) kept_for(line) = line;
}

void sparse_directory::release(entry& e) {
  format_.clear(e.sharers);
  e.valid = false;
  --in_use_;
}

}  // namespace mimd
