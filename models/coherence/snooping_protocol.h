// Snooping coherence protocols as data.
//
// A protocol is a table: local rows (what the cache whose processor acts does) and snoop rows (what every
// other cache does when it observes the transaction). The simulator in both timings, the exhaustive checker
// in tests/ and the generated documentation all read these rows and nothing else.
//
// Meaning of a row, on a bus that serialises transactions:
//  * local row: in `state`, on `event`, put `operation` on the bus (none: act silently). "Shared" is the
//  wired-OR
//    of all snoopers that hold the line. Next state is `next_if_alone` or `next_if_shared`. If the line was
//    shared and `operation_if_shared` is not none, that second transaction follows within the same bus
//    tenure. `memory_updated`: memory receives the line (evict) or the written word (write-through, update)
//    with it; in a row that has `operation_if_shared`, with that second transaction, which carries the word.
//  * snoop row: in `state`, on observing `operation`, go to `next`; `supply`: drive the line's data;
//  `memory_updated`:
//    memory receives the line as well; `take`: merge the written word into the line.
// State 0 is always "I", invalid. Sources are named with each table in snooping_protocols.cpp.
#ifndef MIMD_COHERENCE_SNOOPING_PROTOCOL_H
#define MIMD_COHERENCE_SNOOPING_PROTOCOL_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mimd {

using coherence_state = std::uint8_t;
inline constexpr coherence_state invalid_state = 0;

enum class processor_event : std::uint8_t { read, write, evict };  // PrRd, PrWr, Evict
inline constexpr unsigned processor_event_count = 3;

enum class bus_operation : std::uint8_t {
  none,
  read,            // BusRd: fetch a line to read
  read_exclusive,  // BusRdX: fetch a line to write, invalidating other copies
  upgrade,         // BusUpgr: invalidate other copies, no data
  write_through,   // BusWT: write one word through to memory
  update,          // BusUpd: broadcast a written word to the other copies
  update_memory,   // BusUpdM: the same, and memory takes it too
  write_back       // BusWB: a replaced line returns to memory; not snooped
};
inline constexpr unsigned bus_operation_count = 8;

struct snooping_state {
  std::string name;
  bool exclusive = false;  // no other cache may hold the line in any valid state
  bool owner = false;      // this copy may be newer than memory; at most one owner a line
};

struct local_row {
  coherence_state state;
  processor_event event;
  coherence_state next_if_alone;
  coherence_state next_if_shared;
  bus_operation operation = bus_operation::none;
  bus_operation operation_if_shared = bus_operation::none;
  bool memory_updated = false;
};

struct snoop_row {
  coherence_state state;
  bus_operation operation;
  coherence_state next;
  bool supply = false;
  bool memory_updated = false;
  bool take = false;
};

struct snooping_protocol {
  std::string name;    // as on the command line: "mesi"
  std::string title;   // "MESI (Illinois)"
  std::string source;  // publication
  std::vector<snooping_state> states;
  std::vector<local_row> local;
  std::vector<snoop_row> snoop;
  bool write_through = false;  // writes never allocate and never make a line dirty

  const local_row* find(coherence_state state, processor_event event) const;
  const snoop_row* find(coherence_state state, bus_operation operation) const;
};

// All shipped protocols, in the order of the documentation: msi, mesi, moesi, mesif, berkeley, synapse,
// write-once, firefly, dragon, vi.
const std::vector<snooping_protocol>& snooping_protocols();

// The protocol of that name, or null.
const snooping_protocol* find_snooping_protocol(std::string_view name);

// Whether a snooped read takes the line away from its holder (Synapse). Then reads are not neutral: whoever
// of two readers comes first decides who misses.
bool reads_take_lines(const snooping_protocol& protocol);

const char* to_string(processor_event event);    // "PrRd", "PrWr", "Evict"
const char* to_string(bus_operation operation);  // "BusRd", ...; none is "-"

}  // namespace mimd

#endif
