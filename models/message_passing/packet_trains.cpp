#include "message_passing/packet_trains.h"

namespace mimd::message_passing {

packet_trains::packet_trains(timing_wheel& wheel, noc::message_network& network, std::uint32_t nodes,
                             timing_mode timing, double damage_rate, std::uint64_t seed)
    : train_network(wheel),
      network_(network),
      nodes_(nodes),
      timing_(timing),
      damage_rate_(damage_rate),
      random_(seed) {
  for (std::uint32_t n = 0; n < nodes; ++n) network.attach(n, *this);
}

void packet_trains::send(noc::train& t, time_ps at) {
  t.mover = this;
  t.damaged = false;
  carried& c = packets_.take();
  c.train = &t;
  c.travel.source = t.source;
  c.travel.destination = t.destination;
  c.travel.flits = network_.flits(static_cast<std::uint32_t>(t.bytes));
  c.travel.content = &c;
  if (timing_ == timing_mode::loose) {
    leave(c, network_.deliver(c.travel, at));
  } else {
    network_.send(c.travel, at);
  }
}

void packet_trains::message_arrived(noc::packet& p) {
  leave(*static_cast<carried*>(p.content), now_ps());
}

// The train is at its destination at that time.
void packet_trains::leave(carried& c, time_ps at) {
  noc::train& t = *c.train;
  for (std::uint32_t link = 0; damage_rate_ > 0 && link <= c.travel.hops; ++link)
    if (random_.uniform() < damage_rate_) t.damaged = true;
  packets_.give_back(c);
  wheel_.schedule(t, at);
}

}  // namespace mimd::message_passing
