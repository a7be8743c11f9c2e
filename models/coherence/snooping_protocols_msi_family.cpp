// MSI and what grew out of it: MESI, MOESI, MESIF.
#include "coherence/snooping_protocol_rows.h"

namespace mimd::protocol_rows {

// A write hit on S fetches the line again (BusRdX): this textbook form has no upgrade.
snooping_protocol msi() {
  enum : coherence_state { I, S, M };
  return {"msi",
          "MSI",
          "Culler, Singh & Gupta, Parallel Computer Architecture, 1999, section 5.3.1 (write hits on S use "
          "BusRdX)",
          {{"I"}, {"S"}, {"M", true, true}},
          {
              transact(I, event::read, bus::read, S),
              transact(I, event::write, bus::read_exclusive, M),
              silent(S, event::read, S),
              transact(S, event::write, bus::read_exclusive, M),
              silent(M, event::read, M),
              silent(M, event::write, M),
              silent(S, event::evict, I),
              transact(M, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(S, bus::read, S),
              observe(S, bus::read_exclusive, I),
              observe(M, bus::read, S, reply::supply_and_memory),
              observe(M, bus::read_exclusive, I, reply::supply_and_memory),
          }};
}

// Illinois: any cache that holds the line supplies it, clean or dirty; of several clean holders the bus picks
// one. A dirty supplier updates memory in the same transaction.
snooping_protocol mesi() {
  enum : coherence_state { I, S, E, M };
  return {"mesi",
          "MESI (Illinois)",
          "Papamarcos & Patel, A low-overhead coherence solution for multiprocessors with private cache "
          "memories, ISCA 1984",
          {{"I"}, {"S"}, {"E", true, false}, {"M", true, true}},
          {
              transact(I, event::read, bus::read, alone_or_shared{E, S}),
              transact(I, event::write, bus::read_exclusive, M),
              silent(S, event::read, S),
              transact(S, event::write, bus::upgrade, M),
              silent(E, event::read, E),
              silent(E, event::write, M),
              silent(M, event::read, M),
              silent(M, event::write, M),
              silent(S, event::evict, I),
              silent(E, event::evict, I),
              transact(M, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(S, bus::read, S, reply::supply),
              observe(S, bus::read_exclusive, I, reply::supply),
              observe(S, bus::upgrade, I),
              observe(E, bus::read, S, reply::supply),
              observe(E, bus::read_exclusive, I, reply::supply),
              observe(M, bus::read, S, reply::supply_and_memory),
              observe(M, bus::read_exclusive, I, reply::supply_and_memory),
          }};
}

// The class leaves choices open; here BusRd does not clean an owner, E supplies, S does not.
snooping_protocol moesi() {
  enum : coherence_state { I, S, E, O, M };
  return {"moesi",
          "MOESI",
          "Sweazey & Smith, A class of compatible cache consistency protocols and their support by the IEEE "
          "Futurebus, ISCA 1986",
          {{"I"}, {"S"}, {"E", true, false}, {"O", false, true}, {"M", true, true}},
          {
              transact(I, event::read, bus::read, alone_or_shared{E, S}),
              transact(I, event::write, bus::read_exclusive, M),
              silent(S, event::read, S),
              transact(S, event::write, bus::upgrade, M),
              silent(E, event::read, E),
              silent(E, event::write, M),
              silent(O, event::read, O),
              transact(O, event::write, bus::upgrade, M),
              silent(M, event::read, M),
              silent(M, event::write, M),
              silent(S, event::evict, I),
              silent(E, event::evict, I),
              transact(O, event::evict, bus::write_back, I, to_memory),
              transact(M, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(S, bus::read, S),
              observe(S, bus::read_exclusive, I),
              observe(S, bus::upgrade, I),
              observe(E, bus::read, S, reply::supply),
              observe(E, bus::read_exclusive, I, reply::supply),
              observe(O, bus::read, O, reply::supply),
              observe(O, bus::read_exclusive, I, reply::supply),
              observe(O, bus::upgrade, I),
              observe(M, bus::read, O, reply::supply),
              observe(M, bus::read_exclusive, I, reply::supply),
          }};
}

// Derived for an atomic bus. The newest reader holds F and is the one clean supplier; S never supplies. F
// leaves silently, and memory answers until the next reader takes F. Dirty data passed to a writer does not
// visit memory.
snooping_protocol mesif() {
  enum : coherence_state { I, S, E, M, F };
  return {"mesif",
          "MESIF",
          "Hum & Goodman, Forward state for use in cache coherency in a multiprocessor system, US patent "
          "6,922,756, 2005 (the copy made last is in F, the one it was made of goes to S)",
          {{"I"}, {"S"}, {"E", true, false}, {"M", true, true}, {"F"}},
          {
              transact(I, event::read, bus::read, alone_or_shared{E, F}),
              transact(I, event::write, bus::read_exclusive, M),
              silent(S, event::read, S),
              transact(S, event::write, bus::upgrade, M),
              silent(E, event::read, E),
              silent(E, event::write, M),
              silent(F, event::read, F),
              transact(F, event::write, bus::upgrade, M),
              silent(M, event::read, M),
              silent(M, event::write, M),
              silent(S, event::evict, I),
              silent(E, event::evict, I),
              silent(F, event::evict, I),
              transact(M, event::evict, bus::write_back, I, to_memory),
          },
          {
              observe(S, bus::read, S),
              observe(S, bus::read_exclusive, I),
              observe(S, bus::upgrade, I),
              observe(E, bus::read, S, reply::supply),
              observe(E, bus::read_exclusive, I, reply::supply),
              observe(F, bus::read, S, reply::supply),
              observe(F, bus::read_exclusive, I, reply::supply),
              observe(F, bus::upgrade, I),
              observe(M, bus::read, S, reply::supply_and_memory),
              observe(M, bus::read_exclusive, I, reply::supply),
          }};
}

}  // namespace mimd::protocol_rows
