// Directory coherence protocols as data.
//
// A protocol is two tables. The *agent* table is what the requester agent of a coherent port does with a
// line: the cache behind it holds stable states only, the agent owns the transient ones. The *home* table is
// what the directory does. A row says: in `state`, on `event`, do `actions` in order, then go to `next`. The
// SystemC agents and homes, the model checker in tb/model_checker and the documentation all read these rows.
//
// One master table holds every form; a row says in which forms it exists (`when`), and directory_protocol_of
// selects. The forms: MSI, MESI, MOESI; replies and acknowledgements in three hops (owner to requester,
// acknowledgements counted at the requester) or via the home; clean copies, shared or exclusive, replaced
// silently or notified (those newer than memory always are); requests that find the line busy wait at the
// home, or are refused (Nack) and sent again.
//
// What makes the races harmless, on networks that keep no order:
//  * A home is busy from forwarding a request (or recalling a line) until who was asked has answered: at most
//    one forward a line is on its way. Nobody waits at the home for a read that memory can answer, nor, in
//    three hops, for invalidations; the next request is forwarded to the new owner, whose agent holds it
//    until its own transaction is complete. An agent holds at most one forward a line.
//  * An invalidation is acknowledged at once in every state: the agent cannot know whether it overtook the
//    data of its read (then the data is good for one use, IS_DI) or was meant for an earlier copy. Nobody
//    becomes owner before all are acknowledged, so none is left behind when the line comes back.
//  * "owned" forwards tell an owner that upgrades which of the two the home served first.
//  * Nobody starves. Requests that wait at the home are served in their order. One that is refused has the
//    line reserved for it, unless an older one has; until it comes again, others are refused. For want of an
//    entry of a sparse directory: the first that is refused has the next free entry of its set, then another.
//  * An agent that replaces a line answers for it until PutAck; the home acknowledges an outrun replacement.
//  * The only owner of a line may have replaced a clean copy silently. When it asks again, the home serves it
//    at once. A forward finds it without copy: it says so (ReplacedAck), and memory serves the request. An
//    owner that has asked again cannot tell whether a forward is for the copy that it had or has overtaken
//    the data that it awaits, and holds it. But a busy home refuses requests of owners without copy, in all
//    forms; who is refused while it holds a forward knows that no data is on its way, and answers it. A
//    request that has overtaken the answer to the forward is not refused: it says that there is one.
//
// Flat COMA (COMA-F) is a form too: MOESI's three hops between attraction memories, and no memory behind the
// home. O is the master of a line that others share, M a line's only copy. A master that is replaced brings
// its line to the home, which keeps it in a slot and offers it to one node after another, each at most once,
// until one takes it as its master: a sharer is promoted, another needs room. If all refuse, the slot keeps
// the line, from which it is served as if memory were there. A node refuses a line on which it has a
// transaction of its own under way. Nobody has a line that was never touched: it comes out of the home. Where
// pages are swapped, the home asks for their lines back, into its slots.
//
// Sources: Sorin, Hill & Wood, A Primer on Memory Consistency and Cache Coherence, 2011, chapter 8 (names of
// transient states, acknowledgements at the requester); Lenoski et al., The directory-based cache coherence
// protocol for the DASH multiprocessor, ISCA 1990 (three-hop replies, refusal and retry); Laudon & Lenoski,
// The SGI Origin: a ccNUMA highly scalable server, ISCA 1997 (unordered network, busy states, write-back
// races, silent replacement of clean copies, owners that ask again); Stenström, Joe & Gupta, Comparative
// performance evaluation of cache-coherent NUMA and COMA architectures, ISCA 1992, and Joe, COMA-F: a
// non-hierarchical cache only memory architecture, Stanford, 1995 (home directories, master copies,
// injection).
#ifndef MIMD_DIRECTORY_DIRECTORY_PROTOCOL_H
#define MIMD_DIRECTORY_DIRECTORY_PROTOCOL_H

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/action_list.h"
#include "directory/directory_message.h"

namespace mimd {

using directory_state = std::uint8_t;  // of an agent or of a home; 0 is I in both

enum class agent_event : std::uint8_t {
  read,  // by the cache: wants a copy to read, to write, or to be rid of one
  write,
  evict,
  fwd_get_s,  // forwards, as the messages of these names
  fwd_get_m,
  fwd_get_s_owned,
  fwd_get_m_owned,
  fetch,
  fetch_owned,
  recall,
  recall_owned,
  inject,  // the cache has room for it, or a copy
  inject_owned,
  invalidate,
  data,                // with it, no acknowledgement is missing
  data_awaiting_acks,  // some are
  data_exclusive,
  grant,
  grant_awaiting_acks,
  ack,  // others are missing, or how many is not known yet
  last_ack,
  put_ack,
  nack,
  nack_holding,   // a forward is held: it asks for a copy that was replaced silently
  inject_no_room  // inject or inject_owned of a line that the cache neither has nor has room for
};
inline constexpr unsigned agent_event_count = 25;

enum class agent_action : std::uint8_t {
  send_get_s,
  send_get_m,
  send_upgrade,
  send_put_s,
  send_put_e,
  send_put_m,
  data_to_requester,  // with the number of acknowledgements that the forward says
  ack_to_requester,
  copy_back_to_home,
  clean_ack_to_home,
  owner_ack_to_home,
  owner_data_to_home,
  transfer_ack_to_home,
  replaced_ack_to_home,  // of the forward offered, or held
  inject_ack_to_home,
  inject_refusal_to_home,
  take_over,       // the cache has the line from now on, its data the message's if it had none
  take_data,       // the message's line is the agent's
  take_ack_count,  // acknowledgements to expect
  count_ack,
  complete,  // the access of the cache is performed and its request is over
  hold       // the message waits until the agent's state of the line changes
};

enum class home_event : std::uint8_t {
  get_s,
  get_s_overflow,  // the directory's format cannot add the reader
  get_m,
  upgrade,        // from a node that certainly still has its copy; else it is get_m
  upgrade_owner,  // from the owner
  get_s_owner,    // from the owner, which has replaced its copy silently
  get_m_owner,
  put,        // from a node that is not the owner: a shared copy, or outrun by another transaction
  put_clean,  // from the owner
  put_dirty,
  busy,        // GetS, GetM or Upg while the home is in a busy state
  busy_owner,  // GetS or GetM then, of an owner that may hold a forward: it has not answered the last
  busy_put,    // a Put then
  reserved,    // GetS, GetM or Upg while the line is reserved for another node
  no_entry,    // GetS, GetM or Upg for a line without entry, and no entry is free
  recall,      // the directory needs the line's entry, or its page goes to disk
  ack,         // of these, `last` if nothing else is awaited
  last_ack,
  copy_back,
  last_copy_back,
  last_clean_ack,
  last_owner_ack,
  last_owner_data,
  last_transfer_ack,
  last_replaced_ack,
  placed,    // who was offered the line has taken it
  refused,   // or not
  unplaced,  // everybody else has refused
};
inline constexpr unsigned home_event_count = 28;

enum class home_action : std::uint8_t {
  send_data,  // from memory; with the number of invalidations sent in this step to be acknowledged there
  send_data_exclusive,
  send_grant,
  pass_data,  // the line that the message brought
  send_fwd_get_s,
  send_fwd_get_m,
  send_fwd_get_s_owned,
  send_fwd_get_m_owned,
  send_fetch,
  send_fetch_owned,
  send_recall,
  send_recall_owned,
  invalidate_sharers,  // but the requester and the owner; acknowledged to the requester
  invalidate_owner,
  recall_sharers,     // the same, acknowledged to the home, which awaits it
  recall_from_owner,  // the owner's copy, which is not needed
  invalidate_victim,  // the sharer that the format gives up; acknowledged to the home
  await_owner,        // its answer too, beside acknowledgements; an answer that comes alone is not counted
  write_memory,
  send_inject,  // to the next node that may take the line; nobody is left: `unplaced`, at once
  send_inject_owned,
  free_slot,  // the line is in an attraction memory again
  set_owner,  // the requester
  clear_owner,
  add_requester,  // to the sharers
  add_owner,
  remove_requester,
  clear_sharers,
  send_put_ack,
  send_nack,
  reserve,  // for the requester, which asks again, unless it is for one that has waited longer
  stall     // the request waits at the home
};

// In which forms a row exists: for each of the five choices, those named, or all if none is.
using row_group = std::uint16_t;
namespace row_groups {
inline constexpr row_group msi = 1;
inline constexpr row_group mesi = 2;
inline constexpr row_group moesi = 4;
inline constexpr row_group coma = 8;
inline constexpr row_group three_hop = 16;
inline constexpr row_group via_home = 32;
inline constexpr row_group silent = 64;
inline constexpr row_group notified = 128;
inline constexpr row_group queue = 256;
inline constexpr row_group nack = 512;
inline constexpr row_group recalls = 1024;  // the home may ask for a line back
inline constexpr row_group memory_at_home = msi | mesi | moesi;
inline constexpr row_group always = 0;
inline constexpr std::array<row_group, 5> choices{msi | mesi | moesi | coma, three_hop | via_home,
                                                  silent | notified, queue | nack, recalls};
}  // namespace row_groups

struct directory_form {
  enum class protocol_name : std::uint8_t { msi, mesi, moesi, coma } protocol = protocol_name::mesi;
  enum class reply_path : std::uint8_t { three_hop, via_home } replies = reply_path::three_hop;
  enum class clean_eviction : std::uint8_t { silent, notified } eviction = clean_eviction::silent;
  enum class busy_line : std::uint8_t { queue, nack } busy = busy_line::queue;
  bool swaps = false;  // coma: a home may ask for lines back, whose page goes to disk; others always may

  // Whether homes refuse requests: agents then need a time after which they ask again.
  bool refuses() const { return busy == busy_line::nack || owner_replaces_silently(); }
  bool owner_replaces_silently() const {
    return eviction == clean_eviction::silent &&
           (protocol == protocol_name::mesi || protocol == protocol_name::moesi);
  }
  row_group groups() const;
  std::string name() const;  // "mesi-3hop-silent-queue"
};

struct agent_row {
  directory_state state;
  agent_event event;
  action_list<agent_action> actions;
  directory_state next;
  row_group when = row_groups::always;
};

struct home_row {
  directory_state state;
  home_event event;
  action_list<home_action> actions;
  directory_state next;
  directory_state next_if_empty;  // if no sharer is left after the actions
  row_group when = row_groups::always;
};

struct agent_state_info {
  enum class pending_access : std::uint8_t { none, read, write, evict };
  std::string name;
  directory_state held = 0;  // the stable state of the cache meanwhile; of a stable state, itself
  pending_access pending = pending_access::none;
  bool invalidated = false;  // data that arrives is good for the pending read alone
  bool exclusive = false;    // stable: no other cache has a valid copy
  bool owner = false;        // stable: may be newer than memory
};

struct home_state_info {
  std::string name;
  bool busy = false;  // serves nothing but the answers it awaits
};

struct directory_protocol {
  std::string name;
  std::string title;
  std::string source;
  std::vector<agent_state_info> agent_states;
  std::vector<home_state_info> home_states;
  std::vector<agent_row> agent;
  std::vector<home_row> home;
  std::array<directory_network, directory_message_count> network_of{};
  std::array<bool, directory_network_count> ordered{};  // from one sender to one receiver
};

// The shipped protocol in one form; and the master table, all forms together, for documentation.
directory_protocol directory_protocol_of(const directory_form& form);
const directory_protocol& directory_master_table();
std::vector<directory_form> all_directory_forms();  // with memory at the homes: 24, the default first
std::vector<directory_form> all_coma_forms();       // without swaps: 4, the default first

const char* to_string(agent_event event);
const char* to_string(agent_action action);
const char* to_string(home_event event);
const char* to_string(home_action action);
std::string describe_groups(row_group groups);  // "MESI, MOESI; via home", or empty

}  // namespace mimd

#endif
