// The protocol of ranks that are all real: endpoints of their own, one a node.
//
// Messages are rendezvous by request and clearance (handshake::messages); a sender of a long message goes on
// when its interface has read it. Whatever the protocol decides travels in packets; the records of messages
// are found by the number that packets carry.
#ifndef MIMD_MESSAGE_PASSING_MESSAGE_RANKS_H
#define MIMD_MESSAGE_PASSING_MESSAGE_RANKS_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "message_passing/message_endpoint.h"
#include "message_passing/message_protocol.h"

namespace mimd {

// Numbers by which packets name messages.
class message_numbers {
 public:
  void give(message_passing::message& m) {
    if (m.number != message_passing::no_number) return;  // it keeps it when it is used again
    m.number = static_cast<std::uint32_t>(messages_.size());
    messages_.push_back(&m);
  }
  message_passing::message& operator[](std::uint32_t number) { return *messages_.at(number); }

 private:
  std::vector<message_passing::message*> messages_;
};

class message_ranks final : public message_exchange, public message_passing::message_protocol<message_ranks> {
 public:
  message_ranks(std::uint32_t ranks, const message_passing::protocol_parameters& parameters)
      : message_protocol(parameters), endpoints_(ranks, nullptr) {}

  void attach(message_endpoint& e) { endpoints_[e.rank()] = &e; }
  // Told of every message that a receive has got, and when.
  void observe(std::function<void(const message_passing::message&, time_ps)> observer) {
    observer_ = std::move(observer);
  }
  std::uint64_t unreceived() const;  // messages that nobody has asked for
  std::string waiting() const;       // one line: who waits for whom, messages that nobody receives

  // message_exchange
  std::uint32_t ranks() const override { return static_cast<std::uint32_t>(endpoints_.size()); }
  void post(std::uint32_t rank, const message_passing::operation& o, time_ps now) override;
  message_passing::message& named(std::uint32_t number) override { return numbers_[number]; }
  void received(message_passing::message& m) override;

 private:
  friend class message_passing::message_protocol<message_ranks>;

  message_passing::rank_queues& queues(std::uint32_t rank) { return endpoints_[rank]->queues(); }
  void carry(message_passing::message& m) { endpoints_[m.source]->transmit(m); }
  void answer(message_passing::message& m) { endpoints_[m.source]->transmit(m); }
  void delivered(const message_passing::message& m) {
    endpoints_[m.receiver]->delivered(m);
    if (observer_) observer_(m, endpoints_[m.receiver]->cpu().now());
  }
  void tell(std::uint32_t rank, std::uint32_t cookie, message_passing::progress p) {
    endpoints_[rank]->progressed(cookie, p);
  }

  std::vector<message_endpoint*> endpoints_;
  message_numbers numbers_;
  std::function<void(const message_passing::message&, time_ps)> observer_;
};

}  // namespace mimd

#endif
