// Which lines a coherent agent may hold: a small table of counts by a hash of the line, in which a zero is a
// promise.
//
// The agent adds each copy when it makes it (cached, on its way out, reserved) and removes it when it drops
// it. An interconnect that finds may_hold() false need not snoop the agent, which would answer that it has
// nothing. True says nothing, since lines share counts. A count that has reached its maximum stays there.
// Plain C++.
#ifndef MIMD_COHERENCE_PRESENCE_FILTER_H
#define MIMD_COHERENCE_PRESENCE_FILTER_H

#include <cstdint>
#include <vector>

namespace mimd {

using address_t = std::uint64_t;

// What an interconnect keeps of an agent's filter. A default view stands for an agent without one, which may
// hold anything. Valid as long as the filter.
class presence_view {
 public:
  presence_view() = default;

  // To be computed once for all agents that are asked about a line (Knuth's multiplicative hashing).
  static std::uint64_t hash(address_t line) { return line * 0x9e3779b97f4a7c15u; }

  bool may_hold(std::uint64_t hashed) const { return !counts_ || counts_[hashed >> shift_] != 0; }

 private:
  friend class presence_filter;
  presence_view(const std::uint8_t* counts, unsigned shift) : counts_(counts), shift_(shift) {}

  const std::uint8_t* counts_ = nullptr;
  unsigned shift_ = 0;
};

class presence_filter {
 public:
  // Eight counts a line that the agent has room for, within limits that keep the table in a host's cache.
  explicit presence_filter(std::uint64_t lines) {
    unsigned bits = 6;
    while (bits < 17 && (std::uint64_t{1} << bits) < 8 * lines) ++bits;
    shift_ = 64 - bits;
    counts_.assign(std::size_t{1} << bits, 0);
  }
  presence_filter(const presence_filter&) = delete;
  presence_filter& operator=(const presence_filter&) = delete;

  presence_view view() const { return {counts_.data(), shift_}; }
  bool may_hold(address_t line) const { return counts_[presence_view::hash(line) >> shift_] != 0; }

  void add(address_t line) {
    std::uint8_t& count = counts_[presence_view::hash(line) >> shift_];
    count = static_cast<std::uint8_t>(count + (count != full));
  }
  void remove(address_t line) {
    std::uint8_t& count = counts_[presence_view::hash(line) >> shift_];
    count = static_cast<std::uint8_t>(count - (count != full));
  }

 private:
  static constexpr std::uint8_t full = 0xff;

  unsigned shift_;
  std::vector<std::uint8_t> counts_;
};

// The line that an agent's load_reserved has marked. It counts as present, so that its snoops come even when
// the line itself is gone.
class line_reservation {
 public:
  explicit line_reservation(presence_filter& presence) : presence_(presence) {}
  line_reservation(const line_reservation&) = delete;
  line_reservation& operator=(const line_reservation&) = delete;

  bool on(address_t line) const { return held_ && line_ == line; }
  void take(address_t line) {
    drop();
    held_ = true;
    line_ = line;
    presence_.add(line);
  }
  void drop() {
    if (held_) presence_.remove(line_);
    held_ = false;
  }

 private:
  presence_filter& presence_;
  address_t line_ = 0;
  bool held_ = false;
};

}  // namespace mimd

#endif
