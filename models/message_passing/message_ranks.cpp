#include "message_passing/message_ranks.h"

namespace mimd {

using message_passing::message;
using message_passing::operation;
using message_passing::progress;

void message_ranks::post(std::uint32_t rank, const operation& o, time_ps now) {
  ++counts_.operations;
  if (o.what == operation::kind::receive) return post_receive(rank, o);
  message& m = open(rank, o, now);
  numbers_.give(m);
  const bool eager = !m.sender_waits;
  carry(m);
  tell(rank, o.cookie, eager ? progress::completed : progress::started);
}

void message_ranks::received(message& m) {
  if (m.now == message::part::credit) {
    credit_returned(m);
  } else {
    message_protocol::received(m);
  }
}

std::uint64_t message_ranks::unreceived() const {
  std::uint64_t count = 0;
  for (const message_endpoint* e : endpoints_)
    for (const message* m = e->queues().unexpected.first(); m != nullptr; m = m->next) ++count;
  return count;
}

std::string message_ranks::waiting() const {
  constexpr unsigned most = 8;
  std::string text;
  unsigned told = 0;
  for (const message_endpoint* e : endpoints_)
    e->queues().waiting(e->rank(), [&](const std::string& one) {
      if (told++ < most) text += (text.empty() ? "" : "; ") + one;
    });
  if (told > most) text += "; and " + std::to_string(told - most) + " more";
  return text;
}

}  // namespace mimd
