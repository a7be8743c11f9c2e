// A message between ranks: identity, protocol, and the train that carries it.
#ifndef MIMD_MESSAGE_PASSING_MESSAGE_H
#define MIMD_MESSAGE_PASSING_MESSAGE_H

#include <cstdint>

#include "noc/train_network.h"

namespace mimd::message_passing {

inline constexpr std::uint32_t no_number = 0xffffffffu;
inline constexpr std::uint32_t any_source = 0xffffffffu;
inline constexpr std::uint32_t any_tag = 0xffffffffu;
// Messages of collective operations have tags of their own, which any_tag does not match.
inline constexpr std::uint32_t collective_tag = 0x80000000u;

struct message : noc::train {
  // What the train is at present.
  enum class part : std::uint8_t {
    data,
    request,  // of a rendezvous: asks whether the receiver is ready
    clear,    // it is: the way back
    credit,   // the way back of an eager message that has been received
  };

  message* next = nullptr;  // of the queue it is in
  std::uint64_t order = 0;  // of sending, over all messages
  std::uint64_t size = 0;   // of the message; train::bytes is what travels at present
  time_ps sent = 0;         // when its sender began with it
  std::uint32_t sender = 0;
  std::uint32_t receiver = 0;
  std::uint32_t tag = 0;
  std::uint32_t send_cookie = 0;
  std::uint32_t receive_cookie = 0;   // once matched
  std::uint32_t number = no_number;   // by which packets name it, if anybody gave it one
  std::uint32_t landing = no_number;  // the receiver's name for where its data are
  part now = part::data;
  bool matched = false;
  bool partial = false;       // data that are still coming in
  bool has_credit = false;    // to give back
  bool sender_waits = false;  // for the receiver
};

// A receive that waits for its message.
struct posted_receive {
  posted_receive* next = nullptr;
  std::uint64_t size = 0;  // at most
  std::uint32_t source = any_source;
  std::uint32_t tag = any_tag;
  std::uint32_t cookie = 0;
};

inline bool matches(std::uint32_t source, std::uint32_t tag, const message& m) {
  return (source == any_source || source == m.sender) &&
         (tag == m.tag || (tag == any_tag && (m.tag & collective_tag) == 0));
}

}  // namespace mimd::message_passing

#endif
