// Waves of chosen ranks of a massively parallel machine: what each processor does, and its messages. Ranks
// that were not chosen cost a look at a table.
#ifndef MIMD_PLATFORMS_MPP_RANK_WAVES_H
#define MIMD_PLATFORMS_MPP_RANK_WAVES_H

#include <string>
#include <vector>

#include "infrastructure/trace.h"
#include "message_passing/message_engine.h"

namespace mimd {

class rank_waves final : public message_passing::rank_observer {
 public:
  // prefix.rank_N.state, sent, to, received, from, for each of these ranks.
  rank_waves(trace_recorder& recorder, const std::string& prefix, const std::vector<std::uint32_t>& ranks);

  // Another measurement, which begins at that time.
  void begin(time_ps at);

  // rank_observer
  void busy(std::uint32_t rank, message_passing::rank_activity a, time_ps from, time_ps to) override;
  void sends(const message_passing::message& m, time_ps at) override;
  void receives(const message_passing::message& m, time_ps at) override;
  void finished(std::uint32_t rank, time_ps at) override;

 private:
  static constexpr std::uint64_t has_finished = 4;  // after the activities
  struct rank {
    trace_signal state;
    trace_signal sent;  // messages
    trace_signal to;    // of the last one
    trace_signal received;
    trace_signal from;
    std::uint64_t sent_count = 0;
    std::uint64_t received_count = 0;
  };
  rank* find(std::uint32_t number) {
    const std::uint32_t place = number < places_.size() ? places_[number] : 0;
    return place == 0 ? nullptr : &ranks_[place - 1];
  }

  std::vector<std::uint32_t> places_;  // by rank: one more than its place among those chosen; 0: not chosen
  std::vector<rank> ranks_;
  time_ps base_ = 0;
};

}  // namespace mimd

#endif
