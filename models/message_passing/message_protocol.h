// What becomes of a message, whoever carries it: matching, eager or rendezvous, credits, completion.
//
// The same protocol serves abstract ranks (message_engine) and processors with network interfaces
// (message_endpoint). Ranks, the class that derives, says how things are done:
//   rank_queues& queues(rank)                  what waits at a rank
//   void carry(message&)                       its train, message::now, leaves m.source with bytes_of(m)
//   void answer(message&)                      m.source must send m: a clearance, or the data after one
//   void delivered(const message&)             a receive has its data; its program is not told yet
//   void tell(rank, cookie, progress)
// It calls open() for a message to be sent, received() for one that has come, post_receive() for a receive.
//
// Matching: source and tag, or any; the receive posted first, the message that came first. A message whose
// `partial` is set is matched when its first bytes are there; whoever clears it calls received() again.
#ifndef MIMD_MESSAGE_PASSING_MESSAGE_PROTOCOL_H
#define MIMD_MESSAGE_PASSING_MESSAGE_PROTOCOL_H

#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include "infrastructure/object_pool.h"
#include "message_passing/message.h"

namespace mimd::message_passing {

struct program_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class handshake : std::uint8_t { synchronous, instant, messages };

struct protocol_parameters {
  std::uint64_t eager_limit = std::numeric_limits<std::uint64_t>::max();  // S
  handshake rendezvous = handshake::synchronous;
  std::uint64_t control_bytes = 0;
  std::uint32_t eager_credits = 0;  // 0: no limit
};

struct operation {
  enum class kind : std::uint8_t { compute, send, receive };

  kind what = kind::compute;
  std::uint32_t peer = any_source;
  std::uint32_t tag = any_tag;
  std::uint32_t cookie = 0;  // the program's name for it
  std::uint64_t amount = 0;  // bytes, of a receive at most; picoseconds of computing
};

enum class progress : std::uint8_t {
  started,   // sent or posted: the rank may do the next thing
  done,      // the operation is complete
  completed  // both at once
};

inline bool has_begun(progress p) {
  return p != progress::done;
}
inline bool has_ended(progress p) {
  return p != progress::started;
}

struct message_counts {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unexpected = 0;  // arrived before a receive for them
  std::uint64_t rendezvous = 0;  // of long messages, or for want of credit
  std::uint64_t operations = 0;  // computing, sends and receives
  std::uint64_t lost = 0;        // damaged on the way, and nobody sent them again
};

struct rank_queues {
  linked_queue<posted_receive> posted;
  linked_queue<message> unexpected;

  // One line for each receive that waits for its message and each message that waits for its receive.
  void waiting(std::uint32_t rank, const std::function<void(const std::string&)>& tell) const;
};

template <class Ranks>
class message_protocol {
 public:
  const message_counts& counts() const { return counts_; }

 protected:
  explicit message_protocol(const protocol_parameters& p) : protocol_(p) {}

  // A message of a send; its first train is to be carried next, unless the handshake is instant.
  message& open(std::uint32_t rank, const operation& o, time_ps now) {
    message& m = messages_.take();
    m.order = ++order_;
    m.size = o.amount;
    m.sent = now;
    m.sender = m.source = rank;
    m.receiver = m.destination = o.peer;
    m.tag = o.tag;
    m.send_cookie = o.cookie;
    m.matched = false;
    m.partial = false;
    ++counts_.messages;
    counts_.bytes += o.amount;
    const bool eager = o.amount <= protocol_.eager_limit && take_credit(rank, o.peer);
    m.has_credit = eager && protocol_.eager_credits != 0;
    if (!eager) ++counts_.rendezvous;
    m.sender_waits = !eager;
    m.now = eager || protocol_.rendezvous == handshake::synchronous ? message::part::data
                                                                    : message::part::request;
    return m;
  }
  std::uint64_t bytes_of(const message& m) const {
    return m.now == message::part::data ? m.size : protocol_.control_bytes;
  }
  void lose(message& m) {
    ++counts_.lost;
    messages_.give_back(m);
  }
  void credit_returned(message& m) {
    --credits_taken_[way_of(m)];
    messages_.give_back(m);
  }

  void received(message& m) {
    if (m.now == message::part::clear) {
      std::swap(m.source, m.destination);
      m.now = message::part::data;
      ranks().answer(m);
    } else if (m.matched) {
      complete(m);
    } else {
      match(m);
    }
  }

  void post_receive(std::uint32_t rank, const operation& o) {
    rank_queues& q = ranks().queues(rank);
    message* m = q.unexpected.extract([&o](const message& x) { return matches(o.peer, o.tag, x); });
    posted_receive r;
    r.size = o.amount;
    r.source = o.peer;
    r.tag = o.tag;
    r.cookie = o.cookie;
    if (m == nullptr) {
      posted_receive& kept = receives_.take();
      kept = r;
      q.posted.push(kept);
    }
    const bool here = m != nullptr && accept(*m, r);
    ranks().tell(rank, o.cookie, progress::started);
    if (here) complete(*m);
  }

  std::uint64_t next_order() { return ++order_; }
  const protocol_parameters& protocol() const { return protocol_; }

  message_counts counts_;

 private:
  Ranks& ranks() { return static_cast<Ranks&>(*this); }
  static std::uint64_t way_of(const message& m) { return std::uint64_t{m.sender} << 32 | m.receiver; }

  void match(message& m) {
    rank_queues& q = ranks().queues(m.receiver);
    posted_receive* r =
        q.posted.extract([&m](const posted_receive& x) { return matches(x.source, x.tag, m); });
    if (r == nullptr) {
      ++counts_.unexpected;
      q.unexpected.push(m);
      return;
    }
    const posted_receive taken = *r;
    receives_.give_back(*r);
    if (accept(m, taken)) complete(m);
  }

  // The receive is for this message. True if its data are here; else they are asked for, or on their way.
  bool accept(message& m, const posted_receive& r) {
    if (m.size > r.size) {
      throw program_error("a message of " + std::to_string(m.size) + " bytes from rank " +
                          std::to_string(m.sender) + ", tag " + std::to_string(m.tag & ~collective_tag) +
                          ", is too long for the receive of " + std::to_string(r.size) + " bytes of rank " +
                          std::to_string(m.receiver));
    }
    m.matched = true;
    m.receive_cookie = r.cookie;
    if (m.now == message::part::data) return !m.partial;
    if (protocol_.rendezvous == handshake::instant) {
      m.now = message::part::data;
      ranks().carry(m);
    } else {
      m.now = message::part::clear;
      std::swap(m.source, m.destination);
      ranks().answer(m);
    }
    return false;
  }

  bool take_credit(std::uint32_t sender, std::uint32_t receiver) {
    if (protocol_.eager_credits == 0) return true;
    std::uint32_t& taken = credits_taken_[std::uint64_t{sender} << 32 | receiver];
    if (taken == protocol_.eager_credits) return false;
    ++taken;
    return true;
  }

  void give_credit_back(message& m) {
    m.now = message::part::credit;
    m.source = m.receiver;
    m.destination = m.sender;
    ranks().carry(m);
  }

  void complete(message& m) {
    ranks().delivered(m);
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
    if (sender_waits) ranks().tell(sender, send_cookie, progress::done);
    ranks().tell(receiver, receive_cookie, progress::done);
  }

  protocol_parameters protocol_;
  object_pool<message> messages_;
  object_pool<posted_receive> receives_;
  std::uint64_t order_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> credits_taken_;  // by sender and receiver
};

}  // namespace mimd::message_passing

#endif
