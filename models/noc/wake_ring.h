// Who has something to do when: for each of the coming 64 slots of time, one bit for each sleeper.
//
// Waking somebody twice in a slot wakes him once. The sleepers of a slot come in the order of their numbers.
// A wake-up more than 63 slots ahead comes early, after 63: the sleeper looks again and sets another. Slots
// without sleepers cost nothing.
#ifndef MIMD_NOC_WAKE_RING_H
#define MIMD_NOC_WAKE_RING_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mimd::noc {

class wake_ring {
 public:
  static constexpr std::uint32_t slots = 64;
  static constexpr std::uint32_t nothing = 0xffffffffu;

  explicit wake_ring(std::uint32_t sleepers) : words_((sleepers + 63) / 64), bits_(words_ * slots) {}

  // slot >= now, now being a slot none of whose predecessors holds anything.
  void wake(std::uint32_t sleeper, std::uint32_t slot, std::uint32_t now) {
    if (slot - now >= slots) slot = now + slots - 1;
    busy_ |= std::uint64_t{1} << (slot % slots);
    bits_[std::size_t{slot % slots} * words_ + sleeper / 64] |= std::uint64_t{1} << (sleeper % 64);
  }

  // The first slot from `now` on in which somebody wakes.
  std::uint32_t next(std::uint32_t now) const {
    if (busy_ == 0) return nothing;
    const std::uint32_t turn = now % slots;
    const std::uint64_t ahead = turn == 0 ? busy_ : (busy_ >> turn) | (busy_ << (slots - turn));
    return now + static_cast<std::uint32_t>(__builtin_ctzll(ahead));
  }

  // Calls f(sleeper) for each that wakes in `slot`; f may wake sleepers, but not in this slot.
  template <typename F>
  void take(std::uint32_t slot, F&& f) {
    const std::uint64_t bit = std::uint64_t{1} << (slot % slots);
    if ((busy_ & bit) == 0) return;
    busy_ &= ~bit;
    std::uint64_t* const words = &bits_[std::size_t{slot % slots} * words_];
    for (std::uint32_t w = 0; w < words_; ++w) {
      std::uint64_t left = words[w];
      words[w] = 0;
      for (; left != 0; left &= left - 1) f(w * 64 + static_cast<std::uint32_t>(__builtin_ctzll(left)));
    }
  }

 private:
  std::size_t words_;
  std::uint64_t busy_ = 0;  // one bit a slot
  std::vector<std::uint64_t> bits_;
};

}  // namespace mimd::noc

#endif
