// Reliable delivery over a network that damages trains: checksum, acknowledgement, retransmission.
//
// Each message gets a sequence number of its sender and receiver and travels as a frame. The receiver's
// interface throws a damaged frame away, answers every other with an acknowledgement of its number, passes
// messages on in order, each once, and keeps those that come early. A frame that is not acknowledged within
// timeout + 2·(its and the acknowledgement's time on a link) is sent again, and the time doubles (up to 64
// times). It is the interfaces that do this: no processor spends time on it.
//
// The only limit on frames that wait for acknowledgement is what the program sends. Acknowledgements are
// frames of ack_bytes and can be damaged as well.
#ifndef MIMD_MESSAGE_PASSING_RELIABLE_NETWORK_H
#define MIMD_MESSAGE_PASSING_RELIABLE_NETWORK_H

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>

#include "infrastructure/object_pool.h"
#include "noc/train_network.h"

namespace mimd::message_passing {

struct reliability_parameters {
  time_ps timeout = 100'000'000;
  std::uint64_t ack_bytes = 32;
  double ps_per_byte = 1000;  // of a link, for the timeout
};

struct reliability_counts {
  std::uint64_t damaged = 0;     // frames thrown away
  std::uint64_t resent = 0;      // frames sent again
  std::uint64_t duplicates = 0;  // frames of messages that had come already
  std::uint64_t early = 0;       // messages kept until those before them came
};

class reliable_network final : public noc::train_layer, private noc::train_receiver {
 public:
  reliable_network(timing_wheel& wheel, std::unique_ptr<noc::train_network> network,
                   const reliability_parameters& parameters);

  void send(noc::train& t, time_ps at) override;
  void move(noc::train& t) override { arrived(t); }  // a message, in its turn
  const reliability_counts& counts() const { return counts_; }

 private:
  // A message until it is acknowledged. Its event is the timeout.
  struct record final : timed_event {
    void fire() override { owner->timed_out(*this); }

    reliable_network* owner = nullptr;
    record* next = nullptr;
    noc::train* message = nullptr;  // the sender's, until it has been passed on
    std::uint64_t number = 0;
    std::uint64_t bytes = 0;
    std::uint32_t source = 0;
    std::uint32_t destination = 0;
    unsigned attempts = 0;
  };
  struct frame : noc::train {
    frame* next = nullptr;
    std::uint64_t number = 0;
    record* of = nullptr;  // nullptr: an acknowledgement
  };
  struct way {
    std::uint64_t sent = 0;                              // messages
    std::uint64_t passed_on = 0;                         // likewise
    std::unordered_map<std::uint64_t, record*> waiting;  // for acknowledgement, by number
    std::map<std::uint64_t, noc::train*> early;          // by number
  };

  way& way_of(std::uint32_t source, std::uint32_t destination) {
    return ways_[std::uint64_t{source} << 32 | destination];
  }
  void transmit(record& r, time_ps at);
  void timed_out(record& r);
  void train_arrived(noc::train& t) override;
  void data_arrived(const frame& f);
  void acknowledged(const frame& f);
  void pass_on(noc::train& message, time_ps at);

  reliability_parameters parameters_;
  object_pool<record> records_;
  object_pool<frame> frames_;
  std::unordered_map<std::uint64_t, way> ways_;
  reliability_counts counts_;
};

}  // namespace mimd::message_passing

#endif
