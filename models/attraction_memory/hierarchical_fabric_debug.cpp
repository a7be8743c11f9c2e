// Debug accesses of a hierarchical fabric, and what is asked of it when it is quiet.
#include <algorithm>
#include <cstring>

#include "attraction_memory/hierarchical_fabric_parts.h"
#include "coherence/coherence_observer.h"

namespace mimd {

// --- when quiet

const group_line* hierarchical_fabric::find(unsigned number, address_t line) const {
  const touched_lines* const block = blocks_.find(line);
  const group_line* const lines = block ? block->of_group(number) : nullptr;
  return lines ? lines + blocks_.index_of(line) : nullptr;
}

unsigned hierarchical_fabric::masters_of(unsigned number, address_t line) const {
  const group& g = *groups_[number];
  const group_line* const known = find(number, line);
  unsigned masters = 0;
  for (member_set copies = known ? known->copies : 0; copies != 0; copies &= copies - 1) {
    const unsigned member = g.first_member + static_cast<unsigned>(__builtin_ctzll(copies));
    masters += g.level != 0 ? masters_of(member, line)
                            : description_.memory_states[agents_[member]->state_of(line)].owner;
  }
  return masters;
}

std::optional<address_t> hierarchical_fabric::lost_line() const {
  std::optional<address_t> lost;
  blocks_.for_each([&](touched_lines& block) {
    const group_line* const lines = block.of_group(0);
    for (unsigned i = 0; lines && !lost && i < line_blocks<touched_lines>::block_lines; ++i) {
      const address_t line = block.first() + std::uint64_t{i} * parameters_.line;
      const unsigned masters = masters_of(0, line);
      if (masters != (lines[i].state == 0 ? 0u : 1u)) lost = line;
    }
  });
  return lost;
}

std::uint64_t hierarchical_fabric::lines_with_master() const {
  std::uint64_t count = 0;
  blocks_.for_each([&](touched_lines& block) {
    const group_line* const lines = block.of_group(0);
    for (unsigned i = 0; lines && i < line_blocks<touched_lines>::block_lines; ++i)
      count += lines[i].state != 0;
  });
  return count;
}

// --- debug

const std::uint8_t* hierarchical_fabric::copy_below(unsigned number, address_t line) const {
  const group& g = *groups_[number];
  const group_line* const known = find(number, line);
  for (member_set copies = known ? known->copies : 0; copies != 0; copies &= copies - 1) {
    const unsigned member = g.first_member + static_cast<unsigned>(__builtin_ctzll(copies));
    const std::uint8_t* const copy = g.level != 0 ? copy_below(member, line) : agents_[member]->copy_of(line);
    if (copy) return copy;
  }
  return nullptr;
}

// Where it is: in an attraction memory; on its way; in its slot.
const std::uint8_t* hierarchical_fabric::newest(address_t line) const {
  if (const std::uint8_t* const copy = copy_below(0, line)) return copy;
  for (const auto& g : groups_) {
    const group_line* const l = find(g->number, line);
    if (!l) continue;
    if (l->own.has_data && l->own_data) return l->own_data;
    if (l->above.has_data && l->above_data) return l->above_data;
  }
  return nullptr;
}

void hierarchical_fabric::update_all(address_t line, unsigned offset, const std::uint8_t* data,
                                     unsigned size) {
  slots_.for_each_piece(line + offset, size, [&](std::uint8_t* host, unsigned done, unsigned count) {
    std::memcpy(host, data + done, count);
  });
  for (const auto& g : groups_) {
    const group_line* const l = find(g->number, line);
    if (!l) continue;
    for (member_set copies = g->level == 0 ? l->copies : 0; copies != 0; copies &= copies - 1) {
      const unsigned member = static_cast<unsigned>(__builtin_ctzll(copies));
      agents_[g->first_member + member]->debug_update(line, offset, data, size);
    }
    for (std::uint8_t* const bytes : {l->own_data, l->above_data}) {
      if (bytes) std::memcpy(bytes + offset, data, size);
    }
  }
}

unsigned hierarchical_fabric::debug(address_t address, std::uint8_t* data, unsigned size, bool write) {
  unsigned done = 0;
  while (done < size && address + done < parameters_.memory_size) {
    const address_t at = address + done;
    const address_t line = at & ~static_cast<address_t>(parameters_.line - 1);
    const auto offset = static_cast<unsigned>(at - line);
    const unsigned count = std::min(size - done, parameters_.line - offset);
    if (write) {
      update_all(line, offset, data + done, count);
      if (observer_) observer_->debug_written(at, data + done, count);
    } else if (const std::uint8_t* const copy = newest(line)) {
      std::memcpy(data + done, copy + offset, count);
    } else {
      slots_.for_each_piece(at, count, [&](std::uint8_t* host, unsigned from, unsigned n) {
        std::memcpy(data + done + from, host, n);
      });
    }
    done += count;
  }
  return done;
}

// --- waves

void hierarchical_fabric::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  for (unsigned n = 0; n < agents_.size(); ++n) {
    agents_[n]->declare_traces(recorder, prefix + "." + node_names_[n] + ".agent");
  }
}

}  // namespace mimd
