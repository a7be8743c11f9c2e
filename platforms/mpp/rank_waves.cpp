#include "platforms/mpp/rank_waves.h"

#include <algorithm>

namespace mimd {

using message_passing::message;
using message_passing::rank_activity;

rank_waves::rank_waves(trace_recorder& recorder, const std::string& prefix,
                       const std::vector<std::uint32_t>& ranks)
    : ranks_(ranks.size()) {
  const trace_kind states = trace_kind::words({"wait", "compute", "send", "receive", "finished"});
  const trace_kind number = trace_kind::integer(32, trace_kind::radix::decimal);
  places_.resize(*std::max_element(ranks.begin(), ranks.end()) + std::size_t{1});
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    places_[ranks[i]] = static_cast<std::uint32_t>(i + 1);
    rank& r = ranks_[i];
    const std::string name = prefix + ".rank_" + std::to_string(ranks[i]);
    recorder.declare(r.state, name + ".state", states);
    recorder.declare(r.sent, name + ".sent", number);
    recorder.declare(r.to, name + ".to", number);
    recorder.declare(r.received, name + ".received", number);
    recorder.declare(r.from, name + ".from", number);
  }
}

void rank_waves::begin(time_ps at) {
  base_ = at;
  for (rank& r : ranks_) r.state.set(at, static_cast<std::uint64_t>(rank_activity::wait));
}

void rank_waves::busy(std::uint32_t number, rank_activity a, time_ps from, time_ps to) {
  rank* r = find(number);
  if (r == nullptr || from == to) return;
  r->state.set(base_ + from, static_cast<std::uint64_t>(a));
  r->state.set(base_ + to, static_cast<std::uint64_t>(rank_activity::wait));
}

void rank_waves::sends(const message& m, time_ps at) {
  rank* r = find(m.sender);
  if (r == nullptr) return;
  r->sent.set(base_ + at, ++r->sent_count);
  r->to.set(base_ + at, m.receiver);
}

void rank_waves::receives(const message& m, time_ps at) {
  rank* r = find(m.receiver);
  if (r == nullptr) return;
  r->received.set(base_ + at, ++r->received_count);
  r->from.set(base_ + at, m.sender);
}

void rank_waves::finished(std::uint32_t number, time_ps at) {
  if (rank* r = find(number)) r->state.set(base_ + at, has_finished);
}

}  // namespace mimd
