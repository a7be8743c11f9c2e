// What the network in packet fidelity is made of. Inside packet_network only, which says how it works.
#ifndef MIMD_NOC_PACKET_NETWORK_PARTS_H
#define MIMD_NOC_PACKET_NETWORK_PARTS_H

#include <array>
#include <cstdint>

#include "noc/packet.h"

namespace mimd::noc {

struct packet_network_parts {
  using tick = std::uint32_t;  // cycles since some cycle of the network's choice
  static constexpr tick never = 0xffffffffu;
  static constexpr std::uint32_t nobody = 0xffffffffu;
  static constexpr tick book_ahead = 11;  // no cycle farther ahead than this is booked

  enum class buffer_state : std::uint8_t {
    idle,
    head,    // an event is due at which its front packet asks for a virtual channel of an output
    parked,  // until one is free
    flows    // it has one
  };

  // One virtual channel at an input of a router, or at a terminal's ejection channel; the stamps of its slots
  // follow it in memory.
  struct alignas(32) buffer {
    packet* front = nullptr;      // ejection: the packet that came last
    tick left_at = 0;             // when the last flit booked leaves
    std::uint32_t remaining = 0;  // flits of the front packet that are not booked
    std::uint16_t read = 0;       // number of the first flit not booked; counted for ever, modulo 2^16
    std::uint16_t write = 0;      // of the next to come
    // Flits not booked. Stamps: the arrival of such a flit, or when the routing unit has done with it; of
    // another: its credit.
    std::uint16_t held = 0;
    std::uint16_t input = 0;   // port
    std::uint8_t channel = 0;  // its number there
    std::uint16_t output = 0;  // port it has, or had last
    std::uint8_t vc = 0;       // of that output
    buffer_state state = buffer_state::idle;
    std::uint8_t flags = 0;
  };
  static_assert(sizeof(buffer) == 32);
  static constexpr std::uint8_t at_head = 1;       // the next flit to book is the head
  static constexpr std::uint8_t wants_flit = 2;    // parked until the next flit is booked to come here
  static constexpr std::uint8_t wants_credit = 4;  // the owner is parked until a flit is booked to leave
  static constexpr std::uint8_t on_hold = 8;       // ejection only
  static constexpr std::uint8_t unrouted = 16;     // the routing unit has not been told of the head

  // Cycles counted from one that is d later: no branch, since d is large where little goes on.
  static std::uint64_t cycles_later(std::uint64_t bits, tick d) {
    return bits >> (d % 64) & (~std::uint64_t{0} + (d >= 64));
  }

  // The cycles of a port that are booked, from `from` on, and the ports on the other side that have them.
  // What is booked beyond 64 is forgotten, who has it beyond 16.
  struct bookings {
    std::uint64_t bits = 0;
    tick from = 0;
    std::uint16_t last = 0;  // the port that had the last one before `from`
    std::array<std::uint16_t, 16> ports{};

    std::uint64_t bit(tick t) const { return t - from < 64 ? std::uint64_t{1} << (t - from) : 0; }
    // Less than 16 ahead.
    void set_port(tick t, std::uint32_t port) { ports[t & 15] = static_cast<std::uint16_t>(port); }
    // The port that has the last cycle before that of `bit`.
    std::uint32_t port_before(std::uint64_t bit) const {
      const std::uint64_t before = bits & (bit - 1);
      return before == 0 ? last : ports[(from + highest(before)) & 15];
    }
    void advance(tick t) {
      const tick d = t - from;
      const std::uint64_t kept = cycles_later(bits, d);
      const std::uint64_t gone = bits ^ kept << (d % 64);
      const std::uint32_t newest = ports[(from + highest(gone | 1)) & 15];
      last = static_cast<std::uint16_t>(last ^ ((last ^ newest) & (0u - (gone != 0))));
      bits = kept;
      from = t;
    }
  };

  struct alignas(64) input_port {
    bookings booked;
    std::uint32_t credit_flight;  // from a flit's leaving to its credit's use
    std::uint32_t upstream;       // router or terminal
    std::uint32_t flows;          // upstream's, of virtual channel 0; nobody: a terminal
    std::uint32_t refused = 0;    // cycles from booked.from on that it was granted and had no use for

    void advance(tick t) {
      const tick d = t - booked.from;
      refused = static_cast<std::uint32_t>(cycles_later(refused, d));
      booked.advance(t);
    }
  };

  struct alignas(64) output_port {
    std::uint64_t claimed = 0;  // virtual channels
    std::uint64_t flits = 0;
    std::uint64_t packets = 0;
    std::uint32_t flows = 0;       // of virtual channel 0
    std::uint32_t first_next = 0;  // buffer of its virtual channel 0 downstream
    std::uint32_t flight = 0;      // from the switch to the arrival downstream
    std::uint32_t router = 0;      // downstream
    tick asked_at = never;         // a channel was claimed last
    bool ejects = false;
    bool awaited = false;      // somebody is parked for one of its channels
    std::uint64_t taken = 0;   // channels claimed then
    std::uint64_t wasted = 0;  // of the cycles booked: those granted to an input that had other things to do
    bookings booked;
    std::uint32_t stamp_flight = 0;  // from the switch to the arrival; ejection: to the use of the credit

    void advance(tick t) {
      const tick d = t - booked.from;
      wasted = cycles_later(wasted, d);
      booked.advance(t);
    }
  };

  // Who has a virtual channel of an output.
  struct alignas(16) flow {
    std::uint32_t owner = 0;  // buffer
    tick first_at = never;    // the first flit that had not left when it was dealt with last leaves
    std::uint8_t priority = 0;
    std::uint8_t lag = 0;              // that was ready so many cycles before, or more
    std::uint16_t previous_owner = 0;  // local number
  };

  // Several times at once.
  static constexpr std::uint32_t lanes = 4;
  typedef tick ticks __attribute__((vector_size(lanes * sizeof(tick))));
  // A bit for each of the times from there on that is not before t.
  static std::uint32_t not_before(const tick* first, tick t) {
    ticks times;
    __builtin_memcpy(&times, first, sizeof times);
    const ticks bits = (times >= t) & ticks{1, 2, 4, 8};
    std::uint64_t halves[2];
    __builtin_memcpy(halves, &bits, sizeof bits);
    const std::uint64_t both = halves[0] | halves[1];
    return static_cast<std::uint32_t>(both | both >> 32);
  }

  // Numbers of a ring from `from` on get successive times, `first` the first. At once in a ring of 8 and
  // less, which has the memory of one of 8.
  static void set_run(tick* ring, std::uint32_t mask, std::uint32_t from, std::uint32_t count, tick first) {
    if (mask > 7) {
      for (std::uint32_t i = 0; i < count; ++i) ring[(from + i) & mask] = first + i;
      return;
    }
    typedef std::int32_t numbers __attribute__((vector_size(sizeof(ticks))));
    numbers slot = numbers{0, 1, 2, 3} - static_cast<std::int32_t>(from);
    for (tick* at = ring; at != ring + 8; at += lanes, slot += static_cast<std::int32_t>(lanes)) {
      const numbers number = slot & static_cast<std::int32_t>(mask);
      const auto chosen = reinterpret_cast<ticks>(number < static_cast<std::int32_t>(count));
      ticks times;
      __builtin_memcpy(&times, at, sizeof times);
      times = (times & ~chosen) | (chosen & (reinterpret_cast<ticks>(number) + first));
      __builtin_memcpy(at, &times, sizeof times);
    }
  }

  // Where the head of a packet goes next, and by which virtual channels.
  struct step {
    std::uint16_t port = 0;
    std::uint8_t first_vc = 0;
    std::uint8_t vcs = 0;  // 0: there are several candidates, to be asked for at the router

    std::uint64_t channels() const {
      return (vcs == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << vcs) - 1) << first_vc;
    }
  };

  struct event {
    std::uint32_t router;  // or at_terminal
    std::uint32_t number;  // of the buffer, terminal or port
    step next;             // of a head; vcs is at_output: a channel of that port may be free; of a
                           // terminal: port is ejection if it is to take packets, else it is to send
  };
  static constexpr std::uint32_t at_terminal = 0xffffffffu;
  static constexpr std::uint8_t at_output = 0xff;
  static constexpr std::uint16_t ejection = 1;
  static constexpr std::uint16_t last_thing = 1;  // of an output: after all heads of the cycle
  static constexpr std::uint32_t horizon = 255;   // cycles ahead that an event may be put

  // An event that may be wanted earlier than it was set: what was set before comes too, and is not heeded.
  struct alarm {
    tick due = never;
    tick event_at = never;
  };

  struct alignas(32) router {
    std::uint32_t inputs;    // ports, those of replicas (multicast.h) after the others
    std::uint32_t replicas;  // ports, of each of the others
    std::uint32_t outputs;
    std::uint32_t first_input;
    std::uint32_t first_output;
    std::uint32_t first_buffer;
    std::uint32_t first_waiting;  // of waiting_: `words` an output
    std::uint32_t words;
  };

  struct fifo {
    packet* first = nullptr;
    packet* last = nullptr;
    void push(packet& p) {
      p.next = nullptr;
      (first == nullptr ? first : last->next) = &p;
      last = &p;
    }
    packet* pop() {
      packet* const p = first;
      first = p->next;
      return p;
    }
  };

  // The packets of a virtual network at a terminal.
  struct source {
    fifo queue;
    fifo arrived;                 // what had to wait, on hold
    packet* current = nullptr;    // being sent
    std::uint32_t remaining = 0;  // its flits
    std::uint32_t buffer = 0;     // where to
    std::uint32_t last_vc = 0;
    bool on_hold = false;
  };
  struct terminal_state {
    alarm wakes;       // to send
    alarm takes;       // what had to wait
    tick free_at = 0;  // its channel is booked before
    std::uint32_t last_sender = 0;
    std::uint32_t router = 0;
    std::uint32_t first_buffer = 0;  // there
    std::uint32_t flight = 0;
    std::uint64_t flits = 0;
    std::uint64_t packets = 0;
  };

  // A flow among those that share an output. Cycles are bits, counted from the present one.
  struct party {
    buffer* x;
    buffer* y;  // downstream
    input_port* in;
    flow* claim;
    std::uint64_t booked;  // the cycles its flits had
    std::uint64_t had;     // of them: not dealt yet
    std::uint64_t due;     // as `had`, but of the first, when it was ready
    std::uint64_t dealt;   // the cycles they got
    std::uint32_t flits;
    std::uint32_t open;   // of them: in `had`
    std::uint32_t input;  // port
    tick ready;           // the first
  };

  // An output whose cycles are to be dealt again, since an input of its had to take one back, or has one to
  // give.
  struct revision {
    std::uint32_t output;  // port
    std::uint32_t from;    // cycles from the present one
    buffer* displaced;     // if any: whose flow another has displaced at its input
    std::uint64_t lost;    // the cycles that it had there
  };

  static std::uint32_t lowest(std::uint64_t bits) {
    return static_cast<std::uint32_t>(__builtin_ctzll(bits));
  }
  static std::uint32_t highest(std::uint64_t bits) {
    return 63u - static_cast<std::uint32_t>(__builtin_clzll(bits));
  }
  static std::uint64_t lowest_bit(std::uint64_t bits) { return bits & (~bits + 1); }
};

}  // namespace mimd::noc

#endif
