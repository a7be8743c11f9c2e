// Protocols in which a write updates the other copies: Firefly, Dragon.
#include "coherence/snooping_protocol_rows.h"

namespace mimd::protocol_rows {

// Writes to a shared line update the other copies and memory, so a shared line is always clean. If nobody
// raises the shared line any more, the writer keeps it clean and alone (VE).
snooping_protocol firefly() {
  enum : coherence_state { I, VE, S, D };
  return {"firefly",
          "Firefly",
          "Thacker & Stewart, Firefly: a multiprocessor workstation, ASPLOS 1987; rows as in "
          "Archibald & Baer, TOCS 1986",
          {{"I"}, {"VE", true, false}, {"S"}, {"D", true, true}},
          {
              transact(I, event::read, bus::read, alone_or_shared{VE, S}),
              transact(I, event::write, bus::read, alone_or_shared{D, S}, bus::update_memory, to_memory),
              silent(VE, event::read, VE),
              silent(VE, event::write, D),
              silent(S, event::read, S),
              transact(S, event::write, bus::update_memory, alone_or_shared{VE, S}, bus::none, to_memory),
              silent(D, event::read, D),
              silent(D, event::write, D),
              silent(VE, event::evict, I),
              silent(S, event::evict, I),
              transact(D, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(VE, bus::read, S, reply::supply),
              observe(S, bus::read, S, reply::supply),
              observe(D, bus::read, S, reply::supply_and_memory),
              observe(S, bus::update_memory, S, reply::take),
          }};
}

// Writes to a shared line update the other copies but not memory; the last writer owns the line (Sm).
snooping_protocol dragon() {
  enum : coherence_state { I, E, Sc, Sm, M };
  return {"dragon",
          "Dragon",
          "McCreight, The Dragon computer system, an early overview, NATO Advanced Study Institute, 1984; "
          "rows as in Archibald & Baer, TOCS 1986",
          {{"I"}, {"E", true, false}, {"Sc"}, {"Sm", false, true}, {"M", true, true}},
          {
              transact(I, event::read, bus::read, alone_or_shared{E, Sc}),
              transact(I, event::write, bus::read, alone_or_shared{M, Sm}, bus::update),
              silent(E, event::read, E),
              silent(E, event::write, M),
              silent(Sc, event::read, Sc),
              transact(Sc, event::write, bus::update, alone_or_shared{M, Sm}),
              silent(Sm, event::read, Sm),
              transact(Sm, event::write, bus::update, alone_or_shared{M, Sm}),
              silent(M, event::read, M),
              silent(M, event::write, M),
              silent(E, event::evict, I),
              silent(Sc, event::evict, I),
              transact(Sm, event::evict, bus::write_back, I, to_memory),
              transact(M, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(E, bus::read, Sc),
              observe(Sc, bus::read, Sc),
              observe(Sm, bus::read, Sm, reply::supply),
              observe(M, bus::read, Sm, reply::supply),
              observe(Sc, bus::update, Sc, reply::take),
              observe(Sm, bus::update, Sc, reply::take),
          }};
}

}  // namespace mimd::protocol_rows
