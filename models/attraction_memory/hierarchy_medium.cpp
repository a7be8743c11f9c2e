#include "attraction_memory/hierarchy_medium.h"

#include <stdexcept>

namespace mimd {

slotted_ring::slotted_ring(const slotted_ring_parameters& parameters)
    : parameters_(parameters), spacing_(0), slots_(parameters.slots) {
  if (parameters.positions == 0 || parameters.slots == 0 || parameters.revolution < parameters.slots ||
      parameters.revolution < parameters.positions) {
    throw std::invalid_argument("a ring needs positions, slots, and time to go round");
  }
  spacing_ = parameters.revolution / parameters.slots;
  // All slots are equally long; what is left over by rounding would be a gap.
  parameters_.revolution = spacing_ * parameters.slots;
  for (unsigned i = 0; i <= parameters.positions; ++i) {
    way_.push_back(parameters_.revolution * i / parameters.positions);
  }
}

time_ps slotted_ring::send(unsigned from, bool, time_ps ready) {
  // Slot 0 passes position 0 at time 0. `passage` counts the slots that have passed this position.
  const time_ps offset = way_[from];
  const time_ps first = ready > offset ? (ready - offset + spacing_ - 1) / spacing_ : 0;
  std::size_t number = first % slots_.size();
  for (time_ps at = offset + first * spacing_;; at += spacing_) {
    timeline& slot = slots_[number];
    if (++number == slots_.size()) number = 0;
    if (!slot.is_free(at, parameters_.revolution)) continue;
    slot.forget_before(now_);
    slot.take(at, parameters_.revolution);
    ++counters_.messages;
    counters_.busy_ps += parameters_.revolution;
    counters_.wait_ps += at - ready;
    return at;
  }
}

}  // namespace mimd
