// Other protocols in which a write invalidates the other copies: Berkeley, Synapse, write-once, VI.
#include "coherence/snooping_protocol_rows.h"

namespace mimd::protocol_rows {

// UO: unowned; ON, OE: owned non-exclusively, exclusively. Only an owner supplies, and memory learns of it on
// replacement only. There is no clean exclusive state.
snooping_protocol berkeley() {
  enum : coherence_state { I, UO, ON, OE };
  return {"berkeley",
          "Berkeley",
          "Katz, Eggers, Wood, Perkins & Sheldon, Implementing a cache consistency protocol, ISCA 1985",
          {{"I"}, {"UO"}, {"ON", false, true}, {"OE", true, true}},
          {
              transact(I, event::read, bus::read, UO),
              transact(I, event::write, bus::read_exclusive, OE),
              silent(UO, event::read, UO),
              transact(UO, event::write, bus::upgrade, OE),
              silent(ON, event::read, ON),
              transact(ON, event::write, bus::upgrade, OE),
              silent(OE, event::read, OE),
              silent(OE, event::write, OE),
              silent(UO, event::evict, I),
              transact(ON, event::evict, bus::write_back, I, to_memory),
              transact(OE, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(UO, bus::read, UO),
              observe(UO, bus::read_exclusive, I),
              observe(UO, bus::upgrade, I),
              observe(ON, bus::read, ON, reply::supply),
              observe(ON, bus::read_exclusive, I, reply::supply),
              observe(ON, bus::upgrade, I),
              observe(OE, bus::read, ON, reply::supply),
              observe(OE, bus::read_exclusive, I, reply::supply),
          }};
}

// A dirty holder that sees BusRd refuses it, writes the line to memory and becomes invalid; the repeated
// request is answered by memory. The row shows the outcome: memory updated, no supply. A write hit on V is a
// full BusRdX.
snooping_protocol synapse() {
  enum : coherence_state { I, V, D };
  return {"synapse",
          "Synapse",
          "Frank, Tightly coupled multiprocessor system speeds memory-access times, Electronics 57(1), 1984; "
          "rows as in Archibald & Baer, TOCS 1986",
          {{"I"}, {"V"}, {"D", true, true}},
          {
              transact(I, event::read, bus::read, V),
              transact(I, event::write, bus::read_exclusive, D),
              silent(V, event::read, V),
              transact(V, event::write, bus::read_exclusive, D),
              silent(D, event::read, D),
              silent(D, event::write, D),
              silent(V, event::evict, I),
              transact(D, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(V, bus::read, V),
              observe(V, bus::read_exclusive, I),
              observe(D, bus::read, I, reply::memory),
              observe(D, bus::read_exclusive, I, reply::supply),
          }};
}

// The first write to V goes through to memory and reserves the line (R, clean and alone); the next ones stay
// here.
snooping_protocol write_once() {
  enum : coherence_state { I, V, R, D };
  return {"write-once",
          "Write-once",
          "Goodman, Using cache memory to reduce processor-memory traffic, ISCA 1983; rows as in Archibald & "
          "Baer, TOCS 1986",
          {{"I"}, {"V"}, {"R", true, false}, {"D", true, true}},
          {
              transact(I, event::read, bus::read, V),
              transact(I, event::write, bus::read_exclusive, D),
              silent(V, event::read, V),
              transact(V, event::write, bus::write_through, R, to_memory),
              silent(R, event::read, R),
              silent(R, event::write, D),
              silent(D, event::read, D),
              silent(D, event::write, D),
              silent(V, event::evict, I),
              silent(R, event::evict, I),
              transact(D, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(V, bus::read, V),
              observe(V, bus::read_exclusive, I),
              observe(V, bus::write_through, I),
              observe(R, bus::read, V),
              observe(R, bus::read_exclusive, I),
              observe(D, bus::read, V, reply::supply_and_memory),
              observe(D, bus::read_exclusive, I, reply::supply_and_memory),
          }};
}

// Two states: every write goes to memory, whose copy is always fresh; only reads allocate.
snooping_protocol vi() {
  enum : coherence_state { I, V };
  return {"vi",
          "VI (write-through)",
          "Write-through, write-invalidate; Culler, Singh & Gupta, Parallel Computer Architecture, 1999, "
          "section 5.1",
          {{"I"}, {"V"}},
          {
              transact(I, event::read, bus::read, V),
              transact(I, event::write, bus::write_through, I, to_memory),
              silent(V, event::read, V),
              transact(V, event::write, bus::write_through, V, to_memory),
              silent(V, event::evict, I),
          },
          {
              observe(V, bus::read, V),
              observe(V, bus::write_through, I),
          },
          true};
}

}  // namespace mimd::protocol_rows
