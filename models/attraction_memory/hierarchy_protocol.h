// The coherence protocol of a hierarchical cache-only memory, as data: the Data Diffusion Machine's.
//
// Attraction memories are the leaves of a tree. Those of a *group* share a medium, a bus or a ring; each
// group has a directory, which is a member of the group above; the topmost has nobody above it, and keeps
// slots. A directory knows of a line what its subsystem has of it, not who. Two tables say what happens: that
// of an attraction memory, and that of a directory. A row says: in `state`, on `event`, do `actions` in
// order, then go to `next`. The SystemC fabric, the model checker and the documentation read these rows.
//
// States are the DDM's: Invalid, Shared, Exclusive; Reading (R), Reading-and-Waiting (RW: for data to write),
// Waiting (W: to be the only copy), Answering (a directory that asks its subsystem for who is above it: A and
// the rest). One of the copies of a line is its *master* (KSR-1's non-exclusive owner), so Shared is two
// states, S and O. A replaced line is leaving (L and what it was) until the medium has seen it go.
//
// Transactions are those of the DDM: read, erase, data, exclusive (acknowledges an erase), out, inject,
// leave. Read-erase is read and erase in one, as KSR-1's get-exclusive.
//
//  * A medium is the point of coherence of its group: what is sent on it is seen by all members in one order,
//    and it serves one transaction of a line at a time. Others wait for their turn, which members take round
//    robin; what a transaction then is depends on the state that the member's line has in that moment.
//  * What the group cannot do goes up (R, RW, W, leaving), and the group's turn stays taken. What comes down
//    meanwhile is served in between; else it waits for the group's transaction to end. So nothing that is
//    above waits for what waits above: no deadlock.
//  * Reads combine: all of a group that wait to read a line take the data that passes for one of them.
//  * Who has a copy answers: masters before others, and in a group's own subsystem before anybody outside.
//  * A master that is replaced goes *out*: up, until a group with a copy is found, one of which becomes the
//    master. Where the line is in one subsystem only, it is *injected*: offered to the members of
//    that group, then of the groups above, to each attraction memory at most once. Whoever has a free way
//    takes it, else whoever has a copy to drop. If all refuse, the topmost directory keeps it in a slot, from
//    which it is read as a line that nobody has touched.
//  * A line can be recalled to its slot, on which nothing is under way (its page goes to disk): the topmost
//    directory is asked for it as others are by the group above.
//  * A copy that is replaced leaves: if it was the last of its group, the directory leaves, too. A directory
//    may so be asked for a copy that has just left; then another one is asked.
//
// Sources: Haridi & Hagersten, The cache coherence protocol of the Data Diffusion Machine, PARLE 1989;
// Hagersten, Landin & Haridi, DDM: a cache-only memory architecture, IEEE Computer 25(9) 1992 (states,
// transactions, combining, out and inject); Frank, Burkhardt & Rothnie, The KSR1: bridging the gap between
// shared memory and MPPs, Compcon 1993 (owners, get-exclusive). The DDM's published tables leave races
// between buses and the answer of an erase to the hardware; these rows are our own, known to be right by
// search.
#ifndef MIMD_ATTRACTION_MEMORY_HIERARCHY_PROTOCOL_H
#define MIMD_ATTRACTION_MEMORY_HIERARCHY_PROTOCOL_H

#include <cstdint>
#include <string>
#include <vector>

#include "coherence/action_list.h"
#include "coherence/snooping_protocol.h"

namespace mimd {

using hierarchy_state = std::uint8_t;  // of an attraction memory or of a directory; 0 is I in both

// What a member asks of its group when it has its turn.
enum class hierarchy_request : std::uint8_t { none, read, read_erase, erase, leave, out, inject };
// What a member that is asked answers; `later`: a directory, which has to ask its subsystem first.
enum class hierarchy_reply : std::uint8_t { later, data, nothing, erased, placed, refused };

enum class memory_event : std::uint8_t {
  read,  // by the processors: lacks a copy to read or to write, or is rid of one
  write,
  evict,
  turn,  // the medium is the member's
  ask_read,
  ask_read_erase,
  ask_erase,
  ask_promote,  // to become the master of the copy it has
  ask_inject,   // to take a line over as its master
  ask_inject_exclusive,
  ask_inject_no_room,  // either, of a line for which there is no room
  data,
  data_exclusive,
  exclusive,
  data_seen  // for another reader
};
inline constexpr unsigned memory_event_count = 15;

enum class memory_action : std::uint8_t {
  request,  // the turn
  withdraw,
  send_read,
  send_read_erase,
  send_erase,
  send_leave,
  send_out,
  send_inject,
  supply,
  acknowledge,
  accept,
  refuse,
  take_over,
  take_data,
  complete
};

enum class tree_event : std::uint8_t {  // of a directory
  read_found,                           // a member's transaction: what its group has found
  read_missed,
  write_found,  // read-erase: data, and no other copy is left in the group
  write_missed,
  erased,
  left_some,  // leave: others of the group have copies
  left_none,
  promoted,  // out
  not_promoted,
  placed,  // inject, or out for want of another copy
  not_placed,
  not_placed_exclusive,
  turn,  // on the medium above; then as an attraction memory
  ask_read,
  ask_read_erase,
  ask_erase,
  ask_promote,
  ask_inject,
  ask_inject_exclusive,
  data,
  data_exclusive,
  exclusive,
  data_seen,
  left,        // the group above has seen the leave, or taken the line
  found_data,  // for above: what the group has found
  found_nothing,
  found_erased,
  found_place,
  found_refusal
};
inline constexpr unsigned tree_event_count = 29;

enum class tree_action : std::uint8_t {
  ask_above,  // the turn on the medium above
  withdraw,
  send_read,
  send_read_erase,
  send_erase,
  send_leave,
  send_out,
  send_inject,
  grant_data,  // to the member whose turn it is
  grant_data_exclusive,
  grant_exclusive,
  let_go,  // a directory whose turn it is is rid of its line
  place,   // offer the line to the members
  search_read,
  search_read_erase,
  search_erase,
  search_promote,
  search_inject,
  search_inject_exclusive,
  answer_data,
  answer_kept,  // the data kept here
  answer_nothing,
  answer_erased,
  answer_placed,
  answer_refused,
  read_slot,
  write_slot
};

// Where a row applies: in all directories, or not in the topmost, or there only.
enum class tree_place : std::uint8_t { anywhere, below, top };

struct memory_row {
  hierarchy_state state;
  memory_event event;
  action_list<memory_action> actions;
  hierarchy_state next;
};

struct tree_row {
  tree_place place;
  hierarchy_state state;
  tree_event event;
  action_list<tree_action> actions;
  hierarchy_state next;
};

struct hierarchy_state_info {
  std::string name;
  std::string meaning;
  bool copy = false;     // has data of the line
  bool shared = false;   // has a copy that can be the master; of a directory: that may have left
  bool reading = false;  // takes data that passes
  bool awaits = false;   // the group above, or the group's own turn
  bool owner = false;    // has the master
  bool exclusive = false;
  bool keeps = false;  // a directory: data, in its own hands
};

struct hierarchy_protocol {
  std::string name;
  std::string source;
  std::vector<hierarchy_state_info> memory_states;
  std::vector<hierarchy_state_info> tree_states;
  std::vector<memory_row> memory;
  std::vector<tree_row> tree;
};

const hierarchy_protocol& ddm_protocol();

// As the caches behind attraction memories see it (cache/node_cache.h): the stable states I, S, O, E have the
// same numbers there.
snooping_protocol cache_view_of(const hierarchy_protocol& protocol);

const char* to_string(hierarchy_request request);
const char* to_string(memory_event event);
const char* to_string(memory_action action);
const char* to_string(tree_event event);
const char* to_string(tree_action action);
const char* to_string(tree_place place);

}  // namespace mimd

#endif
