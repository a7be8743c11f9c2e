// Two levels of coherence: a snooping bus inside, something else (a directory) outside.
//
// The agents of such a bus together are one agent of the outer level, for which a node's shared cache speaks
// (cache/node_cache.h). The bus asks it before every transaction whether its node may do that, and says when
// the transaction has ended; the shared cache snoops the bus's agents when the outer level snoops the node.
// Approximately timed, a line with a transaction in flight is not snooped from outside, and a request whose
// node lacks permission is not granted. Loosely timed, permission is had in the caller's context.
#ifndef MIMD_COHERENCE_OUTER_COHERENCE_H
#define MIMD_COHERENCE_OUTER_COHERENCE_H

#include "coherence/coherent_port.h"

namespace mimd {

// What the bus asks.
class outer_coherence {
 public:
  virtual ~outer_coherence() = default;

  // A transaction on the line is on its way: what the following will look at may be brought into the host's
  // cache.
  virtual void expect_line(address_t line) const { (void)line; }
  // Whether the node may read the line, or, if exclusive, write it, now. If not, it is being asked for, and
  // inner_coherence::permission_changed() follows.
  virtual bool permits(address_t line, bool exclusive) = 0;
  // Loosely timed: the time, >= at, from which it may.
  virtual time_ps acquire(address_t line, bool exclusive, time_ps at) = 0;
  // Another node may have a copy: nobody on the bus may think itself alone.
  virtual bool shared_outside(address_t line) const = 0;
  // The transaction on the line is complete.
  virtual void ended(address_t line) = 0;
};

// What the bus offers.
class inner_coherence {
 public:
  virtual ~inner_coherence() = default;

  // Snoops all agents at once, without bus time.
  virtual snoop_reply snoop_inside(const snoop_message& message) = 0;
  virtual bool in_flight(address_t line) const = 0;
  // Whether an agent's copy may be newer than what the bus's memory has.
  virtual bool owned_inside(address_t line) const = 0;
  virtual void permission_changed() = 0;
  // Debug.
  virtual const std::uint8_t* copy_inside(address_t line) const = 0;
  virtual void update_inside(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) = 0;
};

}  // namespace mimd

#endif
