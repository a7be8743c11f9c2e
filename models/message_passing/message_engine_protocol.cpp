// Messages: sending, rendezvous, matching.
#include "message_passing/message_engine.h"

namespace mimd::message_passing {

void message_engine::send(processor& p) {
  task& t = p.sending.pop();
  const operation o = t.what;
  message* reply = t.reply;
  tasks_.give_back(t);
  const std::uint32_t rank = rank_of(p);

  wait_until_now(p);
  const time_ps leaves = now_ + costs_.overhead;
  const std::uint64_t travels = reply == nullptr ? o.amount : bytes_of(*reply);
  p.send_gap = now_ + costs_.gap + for_bytes(costs_.gap_per_byte, travels);
  occupy(p, costs_.overhead + for_bytes(costs_.overhead_per_byte, travels), rank_activity::send);
  if (reply != nullptr) return launch(*reply, leaves);

  message& m = open(rank, o, now_);
  if (watcher_ != nullptr) watcher_->sends(m, now_);
  const bool eager = !m.sender_waits;
  if (costs_.rendezvous == handshake::instant) {
    m.now = message::part::request;
    m.mover = this;
    wheel_.schedule(m, leaves);
  } else {
    launch(m, leaves);
  }
  program_->progressed(rank, o.cookie, eager ? progress::completed : progress::started);
}

void message_engine::launch(message& m, time_ps at) {
  m.bytes = bytes_of(m);
  network_.send(m, at);
}

// A request that costs nothing has come.
void message_engine::move(noc::train& t) {
  now_ = t.time();
  received(static_cast<message&>(t));
}

void message_engine::train_arrived(noc::train& t) {
  now_ = t.time();
  auto& m = static_cast<message&>(t);
  if (m.damaged) return lose(m);
  if (m.now == message::part::credit) return credit_returned(m);
  if (m.destination == external_rank_) return external_->arrived(m);
  processor& p = ranks_[m.destination];
  if (receiving_is_free_ || p.finished) return received(m);
  p.arriving.push_in_order(m);
  if (!p.serving) serve(p);
}

// Into the host's cache.
void message_engine::train_expected(const noc::train& t) const {
  ranks_[t.destination].fetch();
}

// A train has come and costs the processor its time.
void message_engine::take_in(processor& p) {
  message& m = p.arriving.pop();
  wait_until_now(p);
  p.receive_gap = now_ + costs_.gap + for_bytes(costs_.gap_per_byte, m.bytes);
  const time_ps per_bytes = for_bytes(costs_.overhead_per_byte, m.bytes);
  occupy(p, costs_.overhead + per_bytes, rank_activity::receive);
  const time_ps until_last_byte = for_bytes(costs_.gap_per_byte, m.bytes);
  if (until_last_byte > per_bytes) occupy(p, until_last_byte - per_bytes, rank_activity::wait);
  received(m);
}

void message_engine::carry(message& m) {
  if (m.source == external_rank_) return external_->transmit(m);
  launch(m, now_);
}

void message_engine::answer(message& m) {
  if (m.source == external_rank_) return external_->transmit(m);
  processor& p = ranks_[m.source];
  task& t = tasks_.take();
  t.order = next_order();
  t.reply = &m;
  p.sending.push(t);
  if (!p.serving) serve(p);
}

void message_engine::post_receive(processor& p) {
  task& t = p.posting.pop();
  const operation o = t.what;
  tasks_.give_back(t);
  message_protocol::post_receive(rank_of(p), o);
}

// --- for the rank that is somebody else's

void message_engine::external_post(const operation& o, time_ps now) {
  now_ = now;
  ++counts_.operations;
  if (o.what == operation::kind::receive) return message_protocol::post_receive(external_rank_, o);
  message& m = open(external_rank_, o, now);
  const bool eager = !m.sender_waits;
  carry(m);
  external_->progressed(o.cookie, eager ? progress::completed : progress::started);
}

void message_engine::external_launch(message& m, time_ps at) {
  launch(m, at);
}

void message_engine::external_received(message& m, time_ps now) {
  now_ = now;
  received(m);
}

void message_engine::delivered(const message& m) {
  if (m.receiver == external_rank_) {
    external_->delivered(m);
  } else if (watcher_ != nullptr) {
    watcher_->receives(m, free_at(m.receiver));
  }
  if (observer_ != nullptr) observer_->delivered(m, free_at(m.receiver));
}

}  // namespace mimd::message_passing
