#include "cache/cache_array.h"

#include <stdexcept>

#include "infrastructure/copy_bytes.h"
#include "infrastructure/power_of_two.h"

namespace mimd {

namespace {

const cache_geometry& checked(const cache_geometry& geometry) {
  const std::string complaint = geometry.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return geometry;
}

}  // namespace

std::string cache_geometry::check() const {
  if (!is_power_of_two(line) || line < 16 || line > 4096) {
    return "line size " + std::to_string(line) + " B must be a power of two from 16 B to 4 KiB";
  }
  if (ways < 1 || ways > 64) return std::to_string(ways) + " ways: must be 1 to 64";
  if (replacement == replacement_policy::tree_plru && !is_power_of_two(ways)) {
    return std::to_string(ways) + " ways: tree-plru needs a power of two";
  }
  const std::uint64_t set_bytes = std::uint64_t{ways} * line;
  if (size == 0 || size % set_bytes != 0 || !is_power_of_two(size / set_bytes)) {
    return "size " + std::to_string(size) + " B with " + std::to_string(ways) + " ways of " +
           std::to_string(line) + " B gives no power-of-two number of sets";
  }
  if (size > std::uint64_t{1} << 32) return "size " + std::to_string(size) + " B: must not exceed 4 GiB";
  return {};
}

cache_array::cache_array(const cache_geometry& geometry, std::uint64_t seed)
    : line_(checked(geometry).line),
      line_shift_(static_cast<unsigned>(__builtin_ctz(line_))),
      ways_(geometry.ways),
      set_mask_(geometry.sets() - 1),
      tag_shift_(line_shift_ + static_cast<unsigned>(__builtin_ctz(geometry.sets()))),
      padded_ways_((ways_ + 7) / 8 * 8),
      entries_(static_cast<std::size_t>(geometry.sets()) * ways_, 0),
      partial_(static_cast<std::size_t>(geometry.sets()) * padded_ways_, unfilled),
      recent_(geometry.sets(), 0),
      data_(geometry.size, 0),
      replacement_(geometry.replacement, geometry.sets(), ways_, seed) {
  repeat_is_idle_ = replacement_.repeat_is_idle();
}

void cache_array::fill(slot s, address_t line, coherence_state state, const std::uint8_t* data) {
  const unsigned set = set_of(line);
  const auto way = static_cast<unsigned>(s - static_cast<slot>(set) * ways_);
  if (holes_ != 0 && entries_[s] != 0) --holes_;
  entries_[s] = line | state;
  partial_[static_cast<std::size_t>(set) * padded_ways_ + way] = partial_of(line);
  exact_ = exact_ && line >> tag_shift_ < unfilled;
  recent_[set] = static_cast<std::uint8_t>(way);
  replacement_.filled(set, way);
  copy_line(&data_[s * line_], data, line_);
}

}  // namespace mimd
