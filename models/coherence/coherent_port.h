// What coherent agents (caches, I/O ports) and an interconnect say to each other.
//
// The interconnect is the point of coherence: it serialises the transactions of a line. An agent asks with a
// coherence_request that lives in its own pool (an MSHR, a write-back buffer) until the interconnect has
// completed it. What the transaction is on the wire is decided only at the point of coherence, from the
// protocol table and the state the agent's line has *then*: an upgrade whose copy was invalidated while it
// queued simply becomes a fetch, and a write-back whose line was taken by a snoop becomes nothing, as does a
// store_conditional whose reservation was lost: it would break those of others.
//
// At the point of coherence the interconnect, in this order: asks a conditional request's agent whether it
// still reserves() the line (a bus; if not, perform() follows at once); asks state(); snoops the other
// agents; brings the line's bytes into request.data if the transaction fetches; calls perform(), in which the
// agent does the access that caused the request; broadcasts the written word where the protocol updates.
// Later, when the data has travelled, it calls complete(). Between the two no other transaction on that line
// is served.
//
// A coherent agent binds to an interconnect by one TLM socket pair (coherence_socket.h): forward
// coherence_forward_if, backward coherence_backward_if.
#ifndef MIMD_COHERENCE_COHERENT_PORT_H
#define MIMD_COHERENCE_COHERENT_PORT_H

#include <cstdint>

#include "coherence/presence_filter.h"
#include "coherence/snooping_protocol.h"
#include "infrastructure/time.h"

namespace mimd {

using address_t = std::uint64_t;

// What an interconnect has at an address: memory, whose lines may be cached; memory whose lines this agent
// may not keep; a device, which never is cached; or nothing.
enum class region_kind : std::uint8_t { memory, uncached, device, nothing };

// An operation at_home on a lock: a home keeps one that waits for the lock, and hands it over.
enum class lock_request : std::uint8_t { none, acquire, release };

struct coherence_request {
  // Set by the agent.
  address_t line = 0;
  processor_event event = processor_event::read;
  bool transient = false;  // the agent keeps no copy: a read or write of [offset, offset + size) only;
                           // the only kind of request that may name a device
  bool at_home = false;    // transient: done where the line's memory is, when no agent has the line
  lock_request lock = lock_request::none;  // at_home
  bool continues = false;                  // an access whose last request has just been completed
  // A store_conditional, to be tried at all only while the agent reserves() the line. A bus alone, without an
  // outer level of coherence, heeds it.
  bool conditional = false;
  bool needs_data = false;       // perform() reads the line even where the protocol's row fetches nothing
  bool synchronisation = false;  // counted apart
  std::uint8_t* data = nullptr;  // one line; evict: the line to write back
  // evict: the state in which the line waits; snoops change it, and invalid cancels the write-back
  coherence_state waiting = invalid_state;
  unsigned offset = 0;  // the bytes that perform() writes; transient reads: those wanted
  unsigned size = 0;

  // Set by the interconnect: before perform(), whether `data` holds the line (else the agent's own copy
  // counts); before complete(), the state that the agent's line has from now on.
  bool fetched = false;
  coherence_state found = invalid_state;  // the state that the transaction acted on
  coherence_state granted = invalid_state;
  bool failed = false;  // a target answered with an error
  // `conditional`, and the reservation was lost: perform() is to fail it, and has no data.
  bool withdrawn = false;
  // Loosely timed: somebody waits for the line, which the agent is not to use ahead of the others' time.
  bool contended = false;

  // The interconnect's own, while the request is with it.
  coherence_request* next = nullptr;
  time_ps arrival = 0;
  unsigned master = 0;
  bool retried = false;
  bool posted = false;
  bool in_turn = false;
  time_ps turn_at = 0;
};

struct snoop_message {
  bus_operation operation;
  address_t line;
  std::uint8_t* line_data;   // a supplier, or who updates memory, copies its line here
  const std::uint8_t* word;  // write-through and updates: the written bytes
  unsigned offset;           // ... and where in the line
  unsigned size;
};

struct snoop_reply {
  bool shared = false;
  bool supplied = false;
  bool memory_updated = false;
};

// Called by an agent.
class coherence_forward {
 public:
  virtual ~coherence_forward() = default;

  // Loosely timed: the whole transaction; returns the time at which it is complete. `at` >= now. It may
  // wait() for its turn, or because a target behind the interconnect waits.
  virtual time_ps transact(coherence_request& request, time_ps at) = 0;
  // Loosely timed: a write-back, for which nobody waits. True: done; false: complete() follows.
  virtual bool post(coherence_request& request, time_ps at) {
    transact(request, at);
    return true;
  }
  // Approximately timed: queues the request, which arrives at `at` >= now. perform() and complete() follow.
  virtual void request(coherence_request& request, time_ps at) = 0;

  // The agent may be snooped for this line again (can_snoop()).
  virtual void snoop_again(address_t line) { (void)line; }

  virtual region_kind kind_of(address_t address) const = 0;
  // Whether atomic operations are to be done at_home.
  virtual bool operates_at_home() const { return false; }
  // Coherent debug access to what is below: newest copies, no time, no state change. Returns bytes moved.
  virtual unsigned debug_read(address_t address, std::uint8_t* data, unsigned size) = 0;
  virtual unsigned debug_write(address_t address, const std::uint8_t* data, unsigned size) = 0;
};

// Called by an interconnect.
class coherence_backward {
 public:
  virtual ~coherence_backward() = default;

  // What the agent may hold, which the agent keeps current; by default anything, so that it is snooped for
  // every line. Asked once, at the end of elaboration.
  virtual presence_view presence() const { return {}; }

  // False: a snoop of the line must wait until coherence_forward::snoop_again(). Directories only.
  virtual bool can_snoop(address_t line) const {
    (void)line;
    return true;
  }
  // A snoop of the line, or the line itself, is on its way: what will be looked at may be brought into the
  // host's cache. Nothing else changes.
  virtual void expect_arrival(address_t line) const { (void)line; }
  virtual coherence_state state(address_t line) const = 0;
  // Whether the agent's load_reserved of the line still holds: asked of who sends `conditional` requests.
  virtual bool reserves(address_t line) const {
    (void)line;
    return false;
  }
  virtual snoop_reply snoop(const snoop_message& message) = 0;
  virtual void perform(coherence_request& request) = 0;
  virtual void complete(coherence_request& request, time_ps at) = 0;

  // Attraction memories only: a line that lost its master. Whether there is room for one that the agent does
  // not have, perhaps by dropping a copy of another line that others have too; and the line in the state
  // `granted`, with `data` if the agent had no copy.
  virtual bool make_room(address_t line) {
    (void)line;
    return false;
  }
  virtual void take_over(address_t line, coherence_state granted, const std::uint8_t* data) {
    (void)line, (void)granted, (void)data;
  }

  // Debug: the bytes of a valid copy of the line, or null; and a write into every valid copy.
  virtual const std::uint8_t* copy_of(address_t line) const = 0;
  virtual void debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) = 0;
};

}  // namespace mimd

#endif
