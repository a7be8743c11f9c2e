// Ranks: who has the processor, and for how long.
#include "message_passing/message_engine.h"

#include <algorithm>
#include <cmath>

#include "infrastructure/random.h"

namespace mimd::message_passing {

message_engine::message_engine(timing_wheel& wheel, noc::train_network& network, std::uint32_t ranks,
                               const message_costs& costs)
    : message_protocol(costs),
      wheel_(wheel),
      network_(network),
      costs_(costs),
      receiving_is_free_(costs.overhead == 0 && costs.gap == 0 && costs.gap_per_byte <= 0 &&
                         costs.overhead_per_byte <= 0),
      ranks_(ranks) {
  if (ranks > network.nodes())
    throw std::invalid_argument("the network has " + std::to_string(network.nodes()) + " nodes, " +
                                std::to_string(ranks) + " ranks need more");
  network_.set_receiver(*this);
}

void message_engine::start(rank_program& program, time_ps jitter, std::uint64_t seed) {
  program_ = &program;
  random_generator random(seed);
  for (processor& p : ranks_) {
    p.engine = this;
    if (rank_of(p) == external_rank_) continue;
    wheel_.schedule(p, jitter == 0 ? 0 : random.below(jitter + 1));
  }
}

void message_engine::replace(std::uint32_t rank, external_rank& by) {
  external_rank_ = rank;
  external_ = &by;
  wheel_.cancel(ranks_[rank]);
}

void message_engine::external_finish(const rank_times& times) {
  processor& p = ranks_[external_rank_];
  p.times = times;
  p.free = times.total();
  p.finished = true;
  ++finished_;
  finish_time_ = std::max(finish_time_, p.free);
}

time_ps message_engine::free_at(std::uint32_t rank) const {
  return std::max(now_, ranks_[rank].free);
}

time_ps message_engine::for_bytes(double ps, std::uint64_t size) const {
  return size <= 1 ? 0 : static_cast<time_ps>(std::llround(static_cast<double>(size - 1) * ps));
}

void message_engine::wait_until_now(processor& p) {
  if (p.free >= now_) return;
  p.times.wait += now_ - p.free;
  p.free = now_;
}

void message_engine::occupy(processor& p, time_ps duration, rank_activity a) {
  wait_until_now(p);
  if (watcher_ != nullptr) watcher_->busy(rank_of(p), a, p.free, p.free + duration);
  p.free += duration;
  p.times.of(a) += duration;
}

void message_engine::post(std::uint32_t rank, const operation& o) {
  processor& p = ranks_[rank];
  task& t = tasks_.take();
  t.order = next_order();
  t.ready = free_at(rank);
  t.reply = nullptr;
  t.what = o;
  ++counts_.operations;
  (o.what == operation::kind::compute ? p.computing
   : o.what == operation::kind::send  ? p.sending
                                      : p.posting)
      .push(t);
  if (!p.serving) serve(p);
}

void message_engine::finish(std::uint32_t rank) {
  processor& p = ranks_[rank];
  wait_until_now(p);
  p.finished = true;
  ++finished_;
  finish_time_ = std::max(finish_time_, p.free);
  if (watcher_ != nullptr) watcher_->finished(rank, p.free);
}

void message_engine::woken(processor& p) {
  now_ = p.time();
  if (!p.begun) {
    p.begun = true;
    p.serving = true;
    program_->begin(rank_of(p));
    p.serving = false;
  }
  serve(p);
}

// What the processor can do now and was asked for first; if nothing, it is woken when it can.
message_engine::turn message_engine::next_turn(processor& p) {
  turn best = turn::nothing;
  std::uint64_t first = ~std::uint64_t{0};
  time_ps wake = never;
  const auto consider = [&](turn t, std::uint64_t order, time_ps possible) {
    if (possible > now_) {
      wake = std::min(wake, possible);
    } else if (order < first) {
      first = order;
      best = t;
    }
  };
  if (!p.computing.empty()) consider(turn::computing, p.computing.first()->order, p.free);
  if (!p.sending.empty()) consider(turn::sending, p.sending.first()->order, std::max(p.free, p.send_gap));
  if (!p.posting.empty()) consider(turn::posting, p.posting.first()->order, p.posting.first()->ready);
  if (!p.arriving.empty())
    consider(turn::arriving, p.arriving.first()->order, std::max(p.free, p.receive_gap));
  if (best == turn::nothing && wake != never) wheel_.schedule(p, wake);
  return best;
}

void message_engine::serve(processor& p) {
  p.serving = true;
  for (turn t = next_turn(p); t != turn::nothing; t = next_turn(p)) {
    switch (t) {
      case turn::computing:
        compute(p);
        break;
      case turn::sending:
        send(p);
        break;
      case turn::posting:
        post_receive(p);
        break;
      case turn::arriving:
        take_in(p);
        break;
      case turn::nothing:
        break;
    }
  }
  p.serving = false;
}

void message_engine::compute(processor& p) {
  task& t = p.computing.pop();
  const std::uint32_t cookie = t.what.cookie;
  occupy(p, t.what.amount, rank_activity::compute);
  tasks_.give_back(t);
  program_->progressed(rank_of(p), cookie, progress::completed);
}

void message_engine::enter(std::uint32_t rank, network_operation n, std::uint64_t bytes,
                           std::uint32_t cookie) {
  if (entered_count_ == 0) {
    entered_ = n;
    entered_bytes_ = bytes;
    entered_last_ = 0;
    entered_cookies_.resize(ranks_.size());
  } else if (n != entered_ || bytes != entered_bytes_) {
    throw program_error("rank " + std::to_string(rank) +
                        " enters another operation of the collective network than the ranks before it");
  }
  entered_cookies_[rank] = cookie;
  entered_last_ = std::max(entered_last_, free_at(rank));
  if (++entered_count_ < ranks_.size()) return;
  time_ps duration = costs_.barrier_latency;
  if (n != network_operation::barrier) {
    const unsigned traversals = n == network_operation::allreduce ? 2 : 1;
    duration = traversals * costs_.tree_latency +
               static_cast<time_ps>(std::llround(static_cast<double>(bytes) * costs_.tree_ps_per_byte));
  }
  wheel_.schedule(leave_, entered_last_ + duration);
}

void message_engine::leave_network_operation() {
  now_ = leave_.time();
  entered_count_ = 0;
  std::vector<std::uint32_t> cookies;  // who goes on may enter the next one
  cookies.swap(entered_cookies_);
  for (std::uint32_t r = 0; r < cookies.size(); ++r) program_->progressed(r, cookies[r], progress::done);
}

}  // namespace mimd::message_passing
