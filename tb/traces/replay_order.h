// Who may go on when: the synchronisation objects of a replayed trace.
//
// Knows processors by number and times as they are told; makes no access and never waits itself. A call that
// answers "not yet" has noted the processor, which must then stop until released() is called for it, once.
// In one simulated state the order of calls is the host's, so callers must be driven deterministically.
#ifndef MIMD_TB_TRACES_REPLAY_ORDER_H
#define MIMD_TB_TRACES_REPLAY_ORDER_H

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cpu/processor.h"

namespace mimd::tb {

enum class lock_order : std::uint8_t {
  recorded,  // a lock is granted in the recorded order of acquisition
  free       // whoever comes first in simulated time
};

// Called with a noted processor and the time from which it may go on.
using release_function = std::function<void(unsigned processor, time_ps not_before)>;

// Something that happens n times; processors wait until it has happened often enough.
class counted_event {
 public:
  // The time of the last occurrence if there were `count` or more; else notes the processor.
  std::optional<time_ps> reached(std::uint64_t count, unsigned processor);
  void happened(time_ps now, const release_function& released);

 private:
  struct waiter {
    std::uint64_t count;
    unsigned processor;
  };
  std::uint64_t count_ = 0;
  time_ps last_ = 0;
  std::vector<waiter> waiters_;  // in order of arrival
};

class replay_lock {
 public:
  enum class answer : std::uint8_t { granted, not_yet, impossible };

  // impossible: this acquisition has been before.
  answer acquire(lock_order order, std::uint64_t acquisition, unsigned processor);
  // False: it is not held.
  bool release(lock_order order, time_ps now, const release_function& released);
  time_ps released_at() const { return released_at_; }

 private:
  bool held_ = false;
  std::uint64_t acquisitions_ = 0;
  time_ps released_at_ = 0;
  std::vector<std::pair<std::uint64_t, unsigned>> waiters_;  // (acquisition, processor) in order of arrival
};

class replay_order {
 public:
  using event_map = std::unordered_map<address_t, counted_event>;

  explicit replay_order(unsigned threads) : created(threads), finished(threads) {}

  // A processor comes to the n-th use of a barrier. The last one gets the time at which all were there, and
  // must then call barrier_open; the others are noted. Throws std::runtime_error when the participants do not
  // agree.
  std::optional<time_ps> barrier_reached(address_t barrier, std::uint64_t use, unsigned participants,
                                         unsigned processor, time_ps now);
  void barrier_open(address_t barrier, std::uint64_t use, time_ps now, const release_function& released);

  std::unordered_map<address_t, replay_lock> locks;
  event_map posts;                      // by address of the semaphore, condition variable, ...
  event_map updates;                    // by address of the atomic
  std::vector<counted_event> created;   // by thread
  std::vector<counted_event> finished;  // by thread

 private:
  struct gathering {
    unsigned participants = 0;
    time_ps latest = 0;
    std::vector<unsigned> waiters;
  };
  std::map<std::pair<address_t, std::uint64_t>, gathering> barriers_;  // only those in use now
};

}  // namespace mimd::tb

#endif
