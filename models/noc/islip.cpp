#include "noc/islip.h"

namespace mimd::noc {

namespace {

constexpr std::uint64_t none = ~std::uint64_t{0};

std::uint32_t steps(std::uint32_t from, std::uint32_t to, std::uint32_t size) {
  return to >= from ? to - from : to + size - from;
}

std::uint64_t order(std::uint8_t priority, std::uint32_t place) {
  return (std::uint64_t{255u - priority} << 32) | place;
}

}  // namespace

islip::islip(std::uint32_t largest_inputs, std::uint32_t largest_outputs, std::uint32_t iterations)
    : iterations_(iterations), inputs_(largest_inputs), outputs_(largest_outputs) {}

void islip::allocate(std::vector<allocation_request>& requests, const pointers& round) {
  if (requests.size() == 1) {
    auto& r = requests.front();
    r.matched = true;
    round.grant[r.output] = r.input + 1 == round.inputs ? 0 : r.input + 1;
    round.accept[r.input] = r.output + 1 == round.outputs ? 0 : r.output + 1;
    return;
  }
  const auto count = static_cast<std::uint32_t>(requests.size());
  for (std::uint32_t iteration = 0; iteration < iterations_; ++iteration) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto& r = requests[i];
      auto& output = outputs_[r.output];
      if (output.matched || inputs_[r.input].matched) continue;
      const auto key = order(r.priority, steps(round.grant[r.output], r.input, round.inputs));
      if (key < output.best) {
        output.best = key;
        output.request = i;
      }
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto& r = requests[i];
      const auto& output = outputs_[r.output];
      if (output.best == none || output.request != i) continue;
      auto& input = inputs_[r.input];
      const auto key = order(r.priority, steps(round.accept[r.input], r.output, round.outputs));
      if (key < input.best) {
        input.best = key;
        input.request = i;
      }
    }
    bool progress = false;
    for (std::uint32_t i = 0; i < count; ++i) {
      auto& r = requests[i];
      auto& input = inputs_[r.input];
      outputs_[r.output].best = none;
      if (input.best == none || input.request != i) continue;
      input.best = none;
      input.matched = true;
      outputs_[r.output].matched = true;
      r.matched = true;
      progress = true;
      if (iteration == 0) {
        round.grant[r.output] = r.input + 1 == round.inputs ? 0 : r.input + 1;
        round.accept[r.input] = r.output + 1 == round.outputs ? 0 : r.output + 1;
      }
    }
    if (!progress) break;
  }
  for (const auto& r : requests) {
    inputs_[r.input].matched = false;
    outputs_[r.output].matched = false;
  }
}

}  // namespace mimd::noc
