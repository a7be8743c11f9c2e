// What a program may ask of a processor.
//
// Programs (tb/workloads, trace replay, synthetic traffic) are written against this interface and know
// neither SystemC nor the machine. A call returns when the program may go on: for a load, when its value is
// known. Every access is naturally aligned and 1, 2, 4 or 8 bytes for the typed calls; `access` takes any
// size. Errors (no memory at the address, atomics not supported by the target) end the run with one line and
// exit status 1; they never return to the program.
#ifndef MIMD_CPU_PROCESSOR_H
#define MIMD_CPU_PROCESSOR_H

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "infrastructure/time.h"

namespace mimd {

using address_t = std::uint64_t;

enum class atomic_operation : std::uint8_t {
  load_reserved,
  store_conditional,  // result: 0 = stored, 1 = failed
  swap,
  add,
  min_signed,
  max_signed,
  min_unsigned,
  max_unsigned,
  bit_and,
  bit_or,
  bit_xor,
  compare_swap,  // result: the old value
  // A lock is a word, 0 when free. Where memory performs atomics, it may keep an acquire_lock that finds the
  // lock taken until a release_lock hands it over (queue-based locks of Stanford DASH, Lenoski et al., IEEE
  // Computer 25(3) 1992); elsewhere the old value tells that it has to be tried again.
  acquire_lock,  // stores the operand if the word is 0; result: the old value, 0 = acquired
  release_lock   // stores 0; result: the old value
};

class processor {
 public:
  // A load in flight, from issue_load() to wait().
  struct ticket {
    unsigned slot;
  };

  virtual ~processor() = default;

  virtual unsigned id() const = 0;     // 0 ... count()-1
  virtual unsigned count() const = 0;  // processors that run this program
  virtual time_ps now() = 0;           // this processor's local time

  // Data movement. `data` is read by writes and filled by reads.
  virtual void read(address_t address, void* data, unsigned size) = 0;
  virtual void write(address_t address, const void* data, unsigned size) = 0;
  virtual void modify(address_t address,
                      unsigned size) = 0;  // a read that dirties the line (lackey's M); no data
  virtual void fetch(address_t address,
                     unsigned size) = 0;  // an instruction fetch; its bytes are not returned
  // One atomic operation on 4 or 8 bytes; returns the old value (store_conditional: see above). atomic()
  // below is the same with a type instead of a size.
  virtual std::uint64_t read_modify_write(atomic_operation operation, address_t address, unsigned size,
                                          std::uint64_t operand, std::uint64_t expected = 0) = 0;
  virtual void fence() = 0;                        // all earlier accesses are performed before any later one
  virtual void compute(std::uint64_t cycles) = 0;  // processor cycles without memory access
  virtual void sleep_until(time_ps when) = 0;      // idle (counted as stall) until local time `when`

  // Looks at a word of 1, 2, 4 or 8 bytes until it is not `seen` any more; `cycles` of computation go before
  // each look. What it is then. poll_while() below is the same with a type instead of a size.
  virtual std::uint64_t poll(address_t address, unsigned size, std::uint64_t seen, std::uint64_t cycles) {
    std::uint64_t value = 0;
    do {
      compute(cycles);
      read(address, &value, size);
    } while (value == seen);
    return value;
  }

  // Memory-level parallelism: up to cpu.outstanding loads in flight; issue waits for a free slot.
  virtual ticket issue_read(address_t address, unsigned size) = 0;
  virtual void wait(ticket t, void* data) = 0;
  virtual void prefetch(address_t address) = 0;  // a hint: dropped when no slot is free

  // Accesses between begin and end are synchronisation: statistics count them apart. Nests.
  virtual void begin_synchronisation() = 0;
  virtual void end_synchronisation() = 0;

  // Waits for this processor's interrupt line to be raised (I/O completion), then acknowledges it.
  virtual void wait_for_interrupt() = 0;

  template <typename T>
  T load(address_t address) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    read(address, &value, sizeof(T));
    return value;
  }
  template <typename T>
  void store(address_t address, T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    write(address, &value, sizeof(T));
  }
  template <typename T>
  T atomic(atomic_operation operation, address_t address, T operand, T expected = T{}) {
    static_assert(std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8));
    return static_cast<T>(read_modify_write(operation, address, unsigned{sizeof(T)},
                                            static_cast<std::uint64_t>(operand),
                                            static_cast<std::uint64_t>(expected)));
  }
  template <typename T>
  T poll_while(address_t address, T seen, std::uint64_t cycles) {
    static_assert(std::is_unsigned_v<T>);
    return static_cast<T>(poll(address, unsigned{sizeof(T)}, seen, cycles));
  }
  template <typename T>
  T fetch_add(address_t address, T operand) {
    return atomic<T>(atomic_operation::add, address, operand);
  }
  template <typename T>
  T exchange(address_t address, T operand) {
    return atomic<T>(atomic_operation::swap, address, operand);
  }
  template <typename T>
  bool compare_exchange(address_t address, T expected, T desired) {
    return atomic<T>(atomic_operation::compare_swap, address, desired, expected) == expected;
  }
};

// Marks the accesses of a scope as synchronisation.
class synchronisation_scope {
 public:
  explicit synchronisation_scope(processor& p) : processor_(p) { processor_.begin_synchronisation(); }
  ~synchronisation_scope() { processor_.end_synchronisation(); }
  synchronisation_scope(const synchronisation_scope&) = delete;
  synchronisation_scope& operator=(const synchronisation_scope&) = delete;

 private:
  processor& processor_;
};

}  // namespace mimd

#endif
