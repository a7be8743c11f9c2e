/* OpenMP by gcc's libgomp: regions, barriers, critical sections, locks.
 *
 * libgomp synchronises with system calls of its own that cannot be seen, so its entry points are interposed.
 * A parallel region is an event at its start, which the team waits for, and a barrier of the team at its end;
 * both are named by the address of the region's descriptor, which lies on the stack of the thread that opened
 * it.
 */
#define _GNU_SOURCE
#include <stddef.h>

#include "recorder.h"

#define EXPORT __attribute__((visibility("default")))

struct region {
  void (*function)(void*);
  void* data;
  uint64_t barriers; /* recorded at this address before the region */
  uint64_t post;     /* that opens the region, among those at this address */
};

static __thread struct region* inside; /* the innermost region of this thread, */
static __thread uint64_t barriers;     /* and the barriers it has passed there */

int omp_get_num_threads(void);
int omp_get_thread_num(void);

static void team_barrier(void) {
  if (inside == NULL) return;
  ++barriers;
  recorder_barrier(inside, inside->barriers + barriers, (unsigned)NEXT(omp_get_num_threads)());
}

static void region_main(void* p) {
  struct region* const r = p;
  struct region* const outer = inside;
  const uint64_t outer_barriers = barriers;
  if (NEXT(omp_get_thread_num)() != 0) recorder_waited(r, r->post);
  inside = r;
  barriers = 0;
  r->function(r->data);
  team_barrier();
  if (NEXT(omp_get_thread_num)() == 0) {
    struct object* const o = object_take(object_barrier, r);
    o->count = r->barriers + barriers;
    object_release(r);
  }
  inside = outer;
  barriers = outer_barriers;
}

static void open_region(struct region* r, void (*function)(void*), void* data) {
  r->function = function;
  r->data = data;
  const struct object* const o = object_take(object_barrier, r);
  r->barriers = o->count;
  object_release(r);
  recorder_posts(r);
  r->post = recorder_posted(r);
}

#define REGION(name, parameters, arguments, result_type, keep, give) \
  result_type name parameters;                                       \
  EXPORT result_type name parameters {                               \
    struct region r;                                                 \
    open_region(&r, function, data);                                 \
    keep NEXT(name) arguments;                                       \
    give                                                             \
  }
#define REGION_VOID(name, parameters, arguments) REGION(name, parameters, arguments, void, , )
#define CHUNKED_LOOP(kind)                                                                             \
  REGION_VOID(GOMP_parallel_loop_##kind,                                                               \
              (void (*function)(void*), void* data, unsigned threads, long start, long end, long step, \
               long chunk, unsigned flags),                                                            \
              (region_main, &r, threads, start, end, step, chunk, flags))
#define RUNTIME_LOOP(kind)                                                                             \
  REGION_VOID(GOMP_parallel_loop_##kind,                                                               \
              (void (*function)(void*), void* data, unsigned threads, long start, long end, long step, \
               unsigned flags),                                                                        \
              (region_main, &r, threads, start, end, step, flags))

REGION_VOID(GOMP_parallel, (void (*function)(void*), void* data, unsigned threads, unsigned flags),
            (region_main, &r, threads, flags))
REGION_VOID(GOMP_parallel_sections,
            (void (*function)(void*), void* data, unsigned threads, unsigned count, unsigned flags),
            (region_main, &r, threads, count, flags))
CHUNKED_LOOP(static)
CHUNKED_LOOP(dynamic)
CHUNKED_LOOP(guided)
CHUNKED_LOOP(nonmonotonic_dynamic)
CHUNKED_LOOP(nonmonotonic_guided)
RUNTIME_LOOP(runtime)
RUNTIME_LOOP(nonmonotonic_runtime)
RUNTIME_LOOP(maybe_nonmonotonic_runtime)
REGION(GOMP_parallel_reductions, (void (*function)(void*), void* data, unsigned threads, unsigned flags),
       (region_main, &r, threads, flags), unsigned, const unsigned result =, return result;)

/* Barriers, explicit and at the end of work-sharing constructs. */

#define BARRIER(name)      \
  void name(void);         \
  EXPORT void name(void) { \
    team_barrier();        \
    NEXT(name)();          \
  }
BARRIER(GOMP_barrier)
BARRIER(GOMP_loop_end)
BARRIER(GOMP_sections_end)

/* single copyprivate: one thread runs the block, the others pass the barrier first. */
void* GOMP_single_copy_start(void);
void GOMP_single_copy_end(void* data);
EXPORT void* GOMP_single_copy_start(void) {
  void* const data = NEXT(GOMP_single_copy_start)();
  if (data != NULL) team_barrier();
  return data;
}
EXPORT void GOMP_single_copy_end(void* data) {
  team_barrier();
  NEXT(GOMP_single_copy_end)(data);
}

/* ordered: each turn follows the ones before. */
static char ordered_turns[8];
void GOMP_ordered_start(void);
void GOMP_ordered_end(void);
EXPORT void GOMP_ordered_start(void) {
  NEXT(GOMP_ordered_start)();
  recorder_waited(ordered_turns, UINT64_MAX);
}
EXPORT void GOMP_ordered_end(void) {
  recorder_posts(ordered_turns);
  NEXT(GOMP_ordered_end)();
}

/* Critical sections and locks. */

static char unnamed_critical[8];
static char atomic_fallback[8];

void GOMP_critical_start(void);
void GOMP_critical_end(void);
void GOMP_critical_name_start(void** name);
void GOMP_critical_name_end(void** name);
void GOMP_atomic_start(void);
void GOMP_atomic_end(void);

EXPORT void GOMP_critical_start(void) {
  NEXT(GOMP_critical_start)();
  recorder_locked(unnamed_critical);
}
EXPORT void GOMP_critical_end(void) {
  recorder_unlocks(unnamed_critical);
  NEXT(GOMP_critical_end)();
}
EXPORT void GOMP_critical_name_start(void** name) {
  NEXT(GOMP_critical_name_start)(name);
  recorder_locked(name);
}
EXPORT void GOMP_critical_name_end(void** name) {
  recorder_unlocks(name);
  NEXT(GOMP_critical_name_end)(name);
}
EXPORT void GOMP_atomic_start(void) {
  NEXT(GOMP_atomic_start)();
  recorder_locked(atomic_fallback);
}
EXPORT void GOMP_atomic_end(void) {
  recorder_unlocks(atomic_fallback);
  NEXT(GOMP_atomic_end)();
}

/* omp_lock_t and omp_nest_lock_t are only passed on. */
#define OMP_LOCK(kind)                                                                               \
  void omp_set_##kind(void* lock);                                                                   \
  void omp_unset_##kind(void* lock);                                                                 \
  int omp_test_##kind(void* lock);                                                                   \
  EXPORT void omp_set_##kind(void* lock) {                                                           \
    NEXT_VERSION(__typeof__(omp_set_##kind), "omp_set_" #kind, "OMP_3.0")(lock);                     \
    recorder_locked(lock);                                                                           \
  }                                                                                                  \
  EXPORT void omp_unset_##kind(void* lock) {                                                         \
    recorder_unlocks(lock);                                                                          \
    NEXT_VERSION(__typeof__(omp_unset_##kind), "omp_unset_" #kind, "OMP_3.0")(lock);                 \
  }                                                                                                  \
  EXPORT int omp_test_##kind(void* lock) {                                                           \
    const int taken = NEXT_VERSION(__typeof__(omp_test_##kind), "omp_test_" #kind, "OMP_3.0")(lock); \
    if (taken != 0) recorder_locked(lock);                                                           \
    return taken;                                                                                    \
  }
OMP_LOCK(lock)
OMP_LOCK(nest_lock)
