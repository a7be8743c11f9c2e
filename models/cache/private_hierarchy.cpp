#include "cache/private_hierarchy.h"

#include <cstring>
#include <stdexcept>

namespace mimd {

namespace {

const hierarchy_parameters& checked(const hierarchy_parameters& p, const snooping_protocol& protocol) {
  const std::string complaint = p.check(protocol);
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

std::string hierarchy_parameters::check(const snooping_protocol& protocol) const {
  if (const std::string s = l1.check(); !s.empty()) return "l1: " + s;
  if (split) {
    if (const std::string s = l1i.check(); !s.empty()) return "l1i: " + s;
    if (l1i.line != l1.line) return "l1i: line size differs from l1's";
  }
  const bool l2_present = l2.size != 0;
  if (l2_present) {
    if (const std::string s = l2.check(); !s.empty()) return "l2: " + s;
    if (l2.line < l1.line) return "l2.line must not be below l1.line";
    if (protocol.write_through) {
      return "coherence.protocol " + protocol.name + " is for a write-through l1 without l2";
    }
    if (write_through && !inclusive) return "l1.write through needs an inclusive l2";
  } else if (write_through != protocol.write_through) {
    return write_through ? "l1.write through without l2 needs coherence.protocol vi, not " + protocol.name
                         : "coherence.protocol " + protocol.name + " needs l1.write through";
  }
  return {};
}

namespace {

std::uint64_t lines_of(const hierarchy_parameters& p) {
  const std::uint64_t bytes = p.l1.size + (p.split ? p.l1i.size : 0) + p.l2.size;
  return bytes / p.l1.line;
}

}  // namespace

private_hierarchy::private_hierarchy(const hierarchy_parameters& p, const snooping_protocol& protocol,
                                     std::uint64_t seed, eviction_sink& sink)
    : protocol_(protocol),
      sink_(sink),
      write_through_(p.write_through),
      inclusive_(p.inclusive),
      data_(checked(p, protocol).l1, seed),
      instruction_(p.split ? std::make_unique<cache_array>(p.l1i, seed + 1) : nullptr),
      l2_(p.l2.size ? std::make_unique<sectored_array>(p.l2, p.l1.line, seed + 2) : nullptr),
      presence_(lines_of(p)) {}

template <typename Visit>
void private_hierarchy::for_each_copy(address_t line, Visit visit) {
  const auto visit_in = [line, &visit](auto& array) {
    const std::size_t s = array.find(line);
    if (s != cache_array::none) visit(array, s);
  };
  visit_in(data_);
  if (instruction_) visit_in(*instruction_);
  if (l2_) visit_in(*l2_);
}

coherence_state private_hierarchy::state_elsewhere(address_t line) const {
  cache_array::slot s = cache_array::none;
  if (instruction_ && (s = instruction_->find(line)) != cache_array::none) return instruction_->state(s);
  if (l2_ && (s = l2_->find(line)) != cache_array::none) return l2_->state(s);
  return invalid_state;
}

const std::uint8_t* private_hierarchy::bytes(address_t line) const {
  if (!presence_.may_hold(line)) return nullptr;
  cache_array::slot s = data_.find(line);
  if (s != cache_array::none) return data_.data(s);
  if (instruction_ && (s = instruction_->find(line)) != cache_array::none) return instruction_->data(s);
  if (l2_ && (s = l2_->find(line)) != cache_array::none) return l2_->data(s);
  return nullptr;
}

private_hierarchy::found private_hierarchy::bring(address_t line, port p) {
  if (!presence_.may_hold(line)) return found::nowhere;
  if (l1(p).find_and_touch(line) != cache_array::none) return found::l1;
  if (instruction_) {  // the other L1 may hold a newer copy than L2
    cache_array& other = p == port::data ? *instruction_ : data_;
    const cache_array::slot s = other.find(line);
    if (s != cache_array::none) {
      const bool in_l2 = l2_ && l2_->find_and_touch(line) != cache_array::none;
      const coherence_state state = other.state(s);
      const bool written = other.modified(s);
      const std::vector<std::uint8_t> copy(other.data(s), other.data(s) + line_size());
      if (l2_ && !in_l2) place_in_l2(line, state, copy.data());
      place_in_l1(line, state, copy.data(), p);
      if (written) instruction_->set_written(instruction_->find(line), state);
      return in_l2 ? found::l2 : found::other_l1;
    }
  }
  if (l2_) {
    const cache_array::slot s = l2_->find_and_touch(line);
    if (s != cache_array::none) {
      place_in_l1(line, l2_->state(s), l2_->data(s), p);
      return found::l2;
    }
  }
  return found::nowhere;
}

bool private_hierarchy::touch_l2(address_t line, port p) {
  if (l2_->find_and_touch(line) != cache_array::none) return true;
  cache_array& upper = l1(p);
  const cache_array::slot s = upper.find(line);
  if (s != cache_array::none) {
    const std::vector<std::uint8_t> copy(upper.data(s), upper.data(s) + line_size());
    place_in_l2(line, upper.state(s), copy.data());
  }
  return false;
}

cache_array::slot private_hierarchy::place_in_l1(address_t line, coherence_state state,
                                                 const std::uint8_t* data, port p) {
  cache_array& array = l1(p);
  const cache_array::slot s = array.choose(line);
  if (array.valid(s)) {
    if (&array == &data_) {
      replace_in_data(s);
    } else {
      replace_in_instruction(s);
    }
  }
  array.fill(s, line, state, data);
  presence_.add(line);
  return s;
}

void private_hierarchy::place_in_l2(address_t line, coherence_state state, const std::uint8_t* data) {
  const sectored_array::slot s = l2_->choose(line);
  const unsigned lines = l2_->lines_in_block();
  if (!l2_->has_block(line)) {
    const sectored_array::slot first = l2_->first_of_block(s);
    for (sectored_array::slot old = first; old < first + lines; ++old) {
      if (l2_->valid(old)) replace_in_l2(old);
    }
    for (unsigned i = 0; lines > 1 && i < lines; ++i)
      wanted_.push_back(l2_->block_of(line) + i * line_size());
  }
  l2_->fill(s, line, state, data);
  presence_.add(line);
}

bool private_hierarchy::wanted(address_t& line) {
  while (!wanted_.empty()) {
    line = wanted_.back();
    wanted_.pop_back();
    if (!l2_->has_block(line) || present_in_l2(line)) continue;
    const coherence_state held = state(line);
    if (held == invalid_state) return true;
    const std::vector<std::uint8_t> copy(bytes(line), bytes(line) + line_size());
    place_in_l2(line, held, copy.data());
  }
  return false;
}

void private_hierarchy::install_in_l2(address_t line, coherence_state held, coherence_state state,
                                      const std::uint8_t* data) {
  if (state == invalid_state) return;
  if (held != invalid_state) {
    set_state(line, state);
    overwrite(line, 0, data, line_size());
  }
  if (present_in_l2(line)) return;
  if (l2_->has_block(line)) {
    place_in_l2(line, state, data);
  } else if (this->state(line) == invalid_state) {  // another block has taken its block's place meanwhile
    leave(line, state, data);
  }
}

// Where there may be other copies.
void private_hierarchy::install_beside(address_t line, coherence_state held, coherence_state state,
                                       const std::uint8_t* data, port p, bool written) {
  if (state == invalid_state) return;
  const bool present = held != invalid_state;
  if (present) {
    set_state(line, state);
    overwrite(line, 0, data, line_size());
  }
  if (l2_ && (!present || l2_->find(line) == cache_array::none)) place_in_l2(line, state, data);
  if (!(write_through_ && written) && (!present || l1(p).find(line) == cache_array::none))
    place_in_l1(line, state, data, p);
  if (written) write(line, state, 0, data, line_size());
}

void private_hierarchy::write(address_t line, coherence_state next, unsigned offset,
                              const std::uint8_t* bytes, unsigned size) {
  cache_array::slot s = data_.find(line);
  if (write_through_) {
    if (s != cache_array::none) {
      std::memcpy(data_.data(s) + offset, bytes, size);
      data_.set_state(s, next);
    }
    if (l2_ && (s = l2_->find(line)) != cache_array::none) {
      std::memcpy(l2_->data(s) + offset, bytes, size);
      l2_->set_written(s, next);
    }
  } else if (s != cache_array::none) {
    std::memcpy(data_.data(s) + offset, bytes, size);
    data_.set_written(s, next);
  }
  if (instruction_ && (s = instruction_->find(line)) != cache_array::none) {
    std::memcpy(instruction_->data(s) + offset, bytes, size);
    instruction_->set_written(s, next);
  }
}

void private_hierarchy::set_state(address_t line, coherence_state state) {
  for_each_copy(line, [this, line, state](auto& a, std::size_t s) {
    if (state == invalid_state) {
      drop(a, s, line);
    } else {
      a.set_state(s, state);
    }
  });
}

void private_hierarchy::overwrite(address_t line, unsigned offset, const std::uint8_t* bytes, unsigned size) {
  for_each_copy(line, [=](auto& a, std::size_t s) { std::memcpy(a.data(s) + offset, bytes, size); });
}

void private_hierarchy::leave(address_t line, coherence_state state, const std::uint8_t* data) {
  if (protocol_.local[state][static_cast<unsigned>(processor_event::evict)].operation !=
      bus_operation::none) {
    sink_.evicted(line, state, data);
  } else if (coverage_) {
    coverage_->local(state, processor_event::evict, false);
  }
  sink_.left(line);
}

void private_hierarchy::replace_in_data(cache_array::slot s) {
  const address_t line = data_.address(s);
  const coherence_state state = data_.state(s);
  ++dcounters_.evictions;
  dcounters_.write_backs += data_.modified(s);
  const bool kept = (instruction_ || l2_) && keep_below(s, line);
  drop(data_, s, line);
  if (!kept) leave(line, state, data_.data(s));
}

// Gives the data cache's copy to those that this agent has elsewhere; false: there is none.
bool private_hierarchy::keep_below(cache_array::slot s, address_t line) {
  const coherence_state state = data_.state(s);
  bool kept = false;
  if (instruction_) {
    const cache_array::slot other = instruction_->find(line);
    if (other != cache_array::none) {
      std::memcpy(instruction_->data(other), data_.data(s), line_size());
      instruction_->set_state(other, state);
      instruction_->clear_modified(other);
      kept = true;
    }
  }
  if (l2_) {
    const cache_array::slot below = l2_->find(line);
    if (below != cache_array::none) {
      if (data_.modified(s)) {
        std::memcpy(l2_->data(below), data_.data(s), line_size());
        l2_->set_written(below, state);
      } else {
        l2_->set_state(below, state);
      }
      kept = true;
    }
  }
  return kept;
}

void private_hierarchy::replace_in_instruction(cache_array::slot s) {
  const address_t line = instruction_->address(s);
  const coherence_state state = instruction_->state(s);
  ++icounters_.evictions;
  drop(*instruction_, s, line);
  if (data_.find(line) == cache_array::none && !present_in_l2(line))
    leave(line, state, instruction_->data(s));
}

void private_hierarchy::replace_in_l2(cache_array::slot s) {
  const address_t line = l2_->address(s);
  coherence_state state = l2_->state(s);
  ++l2_counters_.evictions;
  bool modified = l2_->modified(s);
  const std::uint8_t* newest = l2_->data(s);
  drop(*l2_, s, line);
  const cache_array::slot d = data_.find(line);
  const cache_array::slot i = instruction_ ? instruction_->find(line) : cache_array::none;
  if (inclusive_) {
    if (d != cache_array::none) {
      state = data_.state(d);
      modified |= data_.modified(d);
      newest = data_.data(d);
      drop(data_, d, line);
    }
    if (i != cache_array::none) drop(*instruction_, i, line);
  } else if (d != cache_array::none || i != cache_array::none) {
    return;  // L1 keeps the line, with the state and bytes it has
  }
  l2_counters_.write_backs += modified;
  leave(line, state, newest);
}

}  // namespace mimd
