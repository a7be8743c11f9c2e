// Messages: sending, rendezvous, matching.
#include <utility>

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
  const std::uint64_t travels = reply == nullptr                     ? o.amount
                                : reply->now == message::part::clear ? costs_.control_bytes
                                                                     : reply->size;
  p.send_gap = now_ + costs_.gap + for_bytes(costs_.gap_per_byte, travels);
  occupy(p, costs_.overhead + for_bytes(costs_.overhead_per_byte, travels), p.times.send);
  if (reply != nullptr) return launch(*reply, travels, leaves);

  message& m = messages_.take();
  m.order = ++order_;
  m.size = o.amount;
  m.sent = now_;
  m.sender = m.source = rank;
  m.receiver = m.destination = o.peer;
  m.tag = o.tag;
  m.send_cookie = o.cookie;
  m.matched = false;
  ++counts_.messages;
  counts_.bytes += o.amount;
  const bool eager = o.amount <= costs_.eager_limit && take_credit(rank, o.peer);
  m.has_credit = eager && costs_.eager_credits != 0;
  if (!eager) ++counts_.rendezvous;
  m.sender_waits = !eager;
  if (costs_.rendezvous == handshake::instant) {
    m.now = message::part::request;
    m.mover = this;
    wheel_.schedule(m, leaves);
  } else if (eager || costs_.rendezvous == handshake::synchronous) {
    m.now = message::part::data;
    launch(m, o.amount, leaves);
  } else {
    m.now = message::part::request;
    launch(m, costs_.control_bytes, leaves);
  }
  program_->progressed(rank, o.cookie, eager ? progress::completed : progress::started);
}

void message_engine::launch(message& m, std::uint64_t bytes, time_ps at) {
  m.bytes = bytes;
  network_.send(m, at);
}

// A request that costs nothing has come.
void message_engine::move(noc::train& t) {
  now_ = t.time();
  match(static_cast<message&>(t));
}

void message_engine::train_arrived(noc::train& t) {
  now_ = t.time();
  auto& m = static_cast<message&>(t);
  if (m.damaged) {
    ++counts_.lost;
    return messages_.give_back(m);
  }
  if (m.now == message::part::credit) {
    --credits_taken_[std::uint64_t{m.sender} << 32 | m.receiver];
    return messages_.give_back(m);
  }
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
  occupy(p, costs_.overhead + per_bytes, p.times.receive);
  const time_ps until_last_byte = for_bytes(costs_.gap_per_byte, m.bytes);
  if (until_last_byte > per_bytes) occupy(p, until_last_byte - per_bytes, p.times.wait);
  received(m);
}

void message_engine::received(message& m) {
  if (m.now == message::part::clear) {
    std::swap(m.source, m.destination);
    m.now = message::part::data;
    enqueue_reply(m, m.sender);
  } else if (m.matched) {
    complete(m);
  } else {
    match(m);
  }
}

void message_engine::enqueue_reply(message& m, std::uint32_t rank) {
  processor& p = ranks_[rank];
  task& t = tasks_.take();
  t.order = ++order_;
  t.reply = &m;
  p.sending.push(t);
  if (!p.serving) serve(p);
}

void message_engine::match(message& m) {
  processor& p = ranks_[m.receiver];
  posted_receive* r = p.posted.extract([&m](const posted_receive& x) { return matches(x.source, x.tag, m); });
  if (r == nullptr) {
    ++counts_.unexpected;
    p.unexpected.push(m);
    return;
  }
  const posted_receive taken = *r;
  receives_.give_back(*r);
  if (accept(m, taken)) complete(m);
}

void message_engine::post_receive(processor& p) {
  task& t = p.posting.pop();
  const operation o = t.what;
  tasks_.give_back(t);
  const std::uint32_t rank = rank_of(p);
  message* m = p.unexpected.extract([&o](const message& x) { return matches(o.peer, o.tag, x); });
  posted_receive r;
  r.size = o.amount;
  r.source = o.peer;
  r.tag = o.tag;
  r.cookie = o.cookie;
  if (m == nullptr) {
    posted_receive& kept = receives_.take();
    kept = r;
    p.posted.push(kept);
  }
  const bool here = m != nullptr && accept(*m, r);
  program_->progressed(rank, o.cookie, progress::started);
  if (here) complete(*m);
}

// The receive is for this message. True if its data are here; else they are asked for.
bool message_engine::accept(message& m, const posted_receive& r) {
  if (m.size > r.size) {
    throw program_error("a message of " + std::to_string(m.size) + " bytes from rank " +
                        std::to_string(m.sender) + ", tag " + std::to_string(m.tag & ~collective_tag) +
                        ", is too long for the receive of " + std::to_string(r.size) + " bytes of rank " +
                        std::to_string(m.receiver));
  }
  m.matched = true;
  m.receive_cookie = r.cookie;
  if (m.now == message::part::data) return true;
  if (costs_.rendezvous == handshake::instant) {
    m.now = message::part::data;
    launch(m, m.size, now_);
  } else {
    m.now = message::part::clear;
    std::swap(m.source, m.destination);
    enqueue_reply(m, m.receiver);
  }
  return false;
}

bool message_engine::take_credit(std::uint32_t sender, std::uint32_t receiver) {
  if (costs_.eager_credits == 0) return true;
  std::uint32_t& taken = credits_taken_[std::uint64_t{sender} << 32 | receiver];
  if (taken == costs_.eager_credits) return false;
  ++taken;
  return true;
}

void message_engine::give_credit_back(message& m) {
  m.now = message::part::credit;
  m.source = m.receiver;
  m.destination = m.sender;
  launch(m, costs_.control_bytes, now_);
}

void message_engine::complete(message& m) {
  if (observer_ != nullptr) observer_->delivered(m, free_at(m.receiver));
  const std::uint32_t sender = m.sender;
  const std::uint32_t receiver = m.receiver;
  const std::uint32_t send_cookie = m.send_cookie;
  const bool sender_waits = m.sender_waits;
  const std::uint32_t receive_cookie = m.receive_cookie;
  if (m.has_credit) {
    give_credit_back(m);
  } else {
    messages_.give_back(m);
  }
  if (sender_waits) program_->progressed(sender, send_cookie, progress::done);
  program_->progressed(receiver, receive_cookie, progress::done);
}

}  // namespace mimd::message_passing
