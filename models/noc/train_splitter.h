// Splits messages into trains of limited length, in front of a network that moves trains: the next one of a
// message enters the queue for its first link when the one before has left it. A message that follows a
// longer one to the same destination waits for its last train, so that they do not overtake each other.
#ifndef MIMD_NOC_TRAIN_SPLITTER_H
#define MIMD_NOC_TRAIN_SPLITTER_H

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "infrastructure/object_pool.h"
#include "noc/train_network.h"

namespace mimd::noc {

class train_splitter final : public train_layer, private train_receiver {
 public:
  train_splitter(timing_wheel& wheel, std::unique_ptr<train_network> network, std::uint64_t train_bytes)
      : train_layer(wheel, std::move(network)), train_bytes_(train_bytes) {
    below().set_receiver(*this);
  }

  void send(train& t, time_ps at) override {
    t.link = nullptr;
    t.damaged = false;
    if (t.source == t.destination) return below().send(t, at);
    const auto busy = leaving_.find(way_of(t));
    if (busy != leaving_.end()) {
      busy->second.push_back(&t);
    } else if (t.bytes <= train_bytes_) {
      below().send(t, at);
    } else {
      leaving_[way_of(t)];
      send_part(t, t.bytes, at);
    }
  }
  // The first hop of a part, or the end of a message.
  void move(train& t) override {
    if (t.link == nullptr) return arrived(t);
    auto& p = static_cast<part&>(t);
    p.mover = &below();
    below().move(p);
    if (p.left != 0) return send_part(*p.link, p.left, last_free());
    send_next(way_of(p), last_free());
  }

 private:
  struct part : train {
    part* next = nullptr;
    std::uint64_t left = 0;  // bytes of the message after this part
  };

  void send_part(train& whole, std::uint64_t left, time_ps at) {
    part& p = parts_.take();
    p.link = &whole;
    p.source = whole.source;
    p.destination = whole.destination;
    p.bytes = std::min(left, train_bytes_);
    p.left = left - p.bytes;
    below().send(p, at);
    p.mover = this;
  }
  static std::uint64_t way_of(const train& t) { return std::uint64_t{t.source} << 32 | t.destination; }
  // The last part of a long message has left: what waits behind it follows, up to the next long one.
  void send_next(std::uint64_t way, time_ps at) {
    auto& waiting = leaving_[way];
    while (!waiting.empty()) {
      train& t = *waiting.front();
      waiting.pop_front();
      if (t.bytes > train_bytes_) return send_part(t, t.bytes, at);
      below().send(t, at);
    }
    leaving_.erase(way);
  }
  void train_arrived(train& t) override {
    if (t.link == nullptr) return arrived(t);
    auto& p = static_cast<part&>(t);
    train& whole = *p.link;
    whole.damaged = whole.damaged || p.damaged;
    if (p.left == 0) {
      whole.mover = this;
      wheel_.schedule(whole, p.time());
    }
    parts_.give_back(p);
  }

  std::uint64_t train_bytes_;
  object_pool<part> parts_;
  std::unordered_map<std::uint64_t, std::deque<train*>>
      leaving_;  // behind a long message, by source and destination
};

}  // namespace mimd::noc

#endif
