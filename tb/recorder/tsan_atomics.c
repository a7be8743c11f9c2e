/* What -fsanitize=thread calls for atomics.
 *
 * Each is performed, really and atomically, under the lock of its object, so that the numbers are the order
 * of modification of the location as far as instrumented code goes. 16-byte atomics rely on that lock alone.
 */
#include "recorder.h"

#define EXPORT __attribute__((visibility("default")))

typedef unsigned __int128 widest;

static bool acquires(int order) {
  const int plain = order & 0xffff; /* without hardware lock elision */
  return plain == __ATOMIC_CONSUME || plain == __ATOMIC_ACQUIRE || plain == __ATOMIC_ACQ_REL ||
         plain == __ATOMIC_SEQ_CST;
}

static void record_load(const volatile void* address, size_t size, widest value, uint64_t updates,
                        int order) {
  const struct spin turn = {'R', address, value, updates};
  if (recorder_spins(turn)) return;
  if (acquires(order) && updates > 0) {
    recorder_reference_numbered('R', address, size, updates);
  } else {
    recorder_reference('R', address, size);
  }
  recorder_may_spin(turn);
}

static void record_update(const volatile void* address, size_t size, uint64_t before, int order) {
  if (acquires(order) && before > 0) {
    recorder_reference_numbered('A', address, size, before);
  } else {
    recorder_reference('A', address, size);
  }
}

/* One read-modify-write: from `old`, `result` becomes the new value. */
#define UPDATE(type, swap, address, order, result)                    \
  struct object* const object = object_take(object_atomic, address);  \
  type old, desired;                                                  \
  do {                                                                \
    old = *(address);                                                 \
    desired = (type)(result);                                         \
  } while (!swap(address, old, desired));                             \
  const struct spin turn = {'A', address, (widest)old, 0};            \
  const bool effect = desired != old;                                 \
  const bool spinning = !effect && recorder_spins(turn);              \
  const uint64_t before = object->count;                              \
  if (!spinning) ++object->count;                                     \
  object_release(address);                                            \
  if (!spinning) record_update(address, sizeof(type), before, order); \
  if (!effect) recorder_may_spin(turn);

#define SWAP(address, old, desired) __sync_bool_compare_and_swap(address, old, desired)
#define SWAP_LOCKED(address, old, desired) ((void)(old), *(address) = (desired), true)

#define FETCH(bits, type, swap, name, result)                                                     \
  EXPORT type __tsan_atomic##bits##_fetch_##name(volatile type* address, type value, int order) { \
    UPDATE(type, swap, address, order, result)                                                    \
    return old;                                                                                   \
  }

#define COMPARE(bits, type, swap, name)                                                                \
  EXPORT int __tsan_atomic##bits##_compare_exchange_##name(volatile type* address, type* expected,     \
                                                           type value, int order, int failure_order) { \
    (void)failure_order;                                                                               \
    const type wanted = *expected;                                                                     \
    UPDATE(type, swap, address, order, old == wanted ? value : old)                                    \
    *expected = old;                                                                                   \
    return old == wanted;                                                                              \
  }

#define ATOMICS(bits, type, swap)                                                                           \
  EXPORT type __tsan_atomic##bits##_load(const volatile type* address, int order) {                         \
    const struct object* const object = object_take(object_atomic, address);                                \
    const uint64_t updates = object->count;                                                                 \
    const type value = *address;                                                                            \
    object_release(address);                                                                                \
    record_load(address, sizeof(type), (widest)value, updates, order);                                      \
    return value;                                                                                           \
  }                                                                                                         \
  EXPORT void __tsan_atomic##bits##_store(volatile type* address, type value, int order) {                  \
    (void)order;                                                                                            \
    struct object* const object = object_take(object_atomic, address);                                      \
    ++object->count;                                                                                        \
    while (!swap(address, *address, value)) {                                                               \
    }                                                                                                       \
    object_release(address);                                                                                \
    recorder_reference('W', address, sizeof(type));                                                         \
  }                                                                                                         \
  EXPORT type __tsan_atomic##bits##_exchange(volatile type* address, type value, int order) {               \
    UPDATE(type, swap, address, order, value)                                                               \
    return old;                                                                                             \
  }                                                                                                         \
  FETCH(bits, type, swap, add, old + value)                                                                 \
  FETCH(bits, type, swap, sub, old - value)                                                                 \
  FETCH(bits, type, swap, and, old& value)                                                                  \
  FETCH(bits, type, swap, or, old | value)                                                                  \
  FETCH(bits, type, swap, xor, old ^ value)                                                                 \
  FETCH(bits, type, swap, nand, ~(old & value))                                                             \
  COMPARE(bits, type, swap, strong)                                                                         \
  COMPARE(bits, type, swap, weak)                                                                           \
  EXPORT type __tsan_atomic##bits##_compare_exchange_val(volatile type* address, type expected, type value, \
                                                         int order, int failure_order) {                    \
    __tsan_atomic##bits##_compare_exchange_strong(address, &expected, value, order, failure_order);         \
    return expected;                                                                                        \
  }

ATOMICS(8, uint8_t, SWAP)
ATOMICS(16, uint16_t, SWAP)
ATOMICS(32, uint32_t, SWAP)
ATOMICS(64, uint64_t, SWAP)
ATOMICS(128, widest, SWAP_LOCKED)

EXPORT void __tsan_atomic_thread_fence(int order) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (order != __ATOMIC_RELAXED) recorder_plain('F');
}
EXPORT void __tsan_atomic_signal_fence(int order) {
  (void)order;
}
