// What requester agents and homes say to each other, and on which virtual network.
//
// A requester agent stands between one coherent port (a cache) and the network; a home is the directory and
// memory of a range of lines. Networks may reorder messages freely unless the protocol says `ordered` of one.
// A class of messages waits only for classes after it: request -> forward -> response -> reply, and agents
// take responses and replies unconditionally; so with a network each, no cycle of full buffers can close.
//
// Not modelled here: bytes and time. A message that carries_data() takes the line's bytes along; the shell
// around the cores moves them.
#ifndef MIMD_DIRECTORY_DIRECTORY_MESSAGE_H
#define MIMD_DIRECTORY_DIRECTORY_MESSAGE_H

#include <cstdint>

namespace mimd {

using node_id = std::uint16_t;                // a coherent port, as the directory numbers it
inline constexpr node_id home_node = 0xffff;  // "the home of the line"
inline constexpr node_id no_node = 0xfffe;

enum class directory_network : std::uint8_t { request, forward, response, reply };
inline constexpr unsigned directory_network_count = 4;

enum class directory_message_type : std::uint8_t {
  // agent to home
  get_s,    // a copy to read
  get_m,    // a copy to write
  upgrade,  // the right to write the copy that the agent has
  put_s,    // replaced: a shared copy,
  put_e,    // an exclusive clean one,
  put_m,    // an owned one, with its data
  // home to agent; "owned": sent while the home knew the agent as owner beside sharers, else as exclusive one
  fwd_get_s,  // send the line to the requester, keep a copy
  fwd_get_m,  // send the line to the requester, keep none
  fwd_get_s_owned,
  fwd_get_m_owned,
  fetch,  // send the line home, keep a copy
  fetch_owned,
  recall,  // send the line home, keep none
  recall_owned,
  // home to attraction memory: be the master of this line, which lost its; alone, or beside sharers
  inject,
  inject_owned,
  invalidate,  // drop the copy, if any, and acknowledge to the requester or to the home
  // to the requester
  data,            // the line, and how many acknowledgements to expect
  data_exclusive,  // the line, for a read, and nobody else has it
  grant,           // write the copy you have; and how many acknowledgements to expect
  put_ack,
  nack,  // the line is busy: ask again
  // to the requester or the home
  ack,  // invalidated
  // to the home, from the owner it asked
  copy_back,     // the line, newer than memory
  clean_ack,     // memory is up to date
  owner_ack,     // served the requester and kept ownership
  owner_data,    // the line for the requester; ownership kept
  transfer_ack,  // sent the line to the requester and dropped it
  replaced_ack,  // had replaced it silently: memory is up to date
  // to the home, from whom it offered a line
  inject_ack,      // taken
  inject_refusal,  // no room, or in the way of a transaction of its own
  // beside the protocol: an access that the home does in its memory, when nobody has the line
  operate,
  result
};
inline constexpr unsigned directory_message_count = 33;

constexpr bool carries_data(directory_message_type type) {
  return type == directory_message_type::put_m || type == directory_message_type::data ||
         type == directory_message_type::data_exclusive || type == directory_message_type::copy_back ||
         type == directory_message_type::owner_data || type == directory_message_type::inject ||
         type == directory_message_type::inject_owned;
}
constexpr bool is_request(directory_message_type type) {
  return type <= directory_message_type::put_m;
}
constexpr bool is_injection(directory_message_type type) {
  return type == directory_message_type::inject || type == directory_message_type::inject_owned;
}
constexpr bool is_forward(directory_message_type type) {
  return type >= directory_message_type::fwd_get_s && type <= directory_message_type::invalidate;
}

const char* to_string(directory_message_type type);  // "GetS", "Inv", ...
const char* to_string(directory_network network);    // "request", ...

}  // namespace mimd

#endif
