/* The recorder: a run-time that a program is linked with to write its own multi-thread trace.
 *
 * The program is compiled with -fsanitize=thread, which puts calls (__tsan_read4, ...) at its memory
 * references, and linked with these files instead of libtsan (scripts/record-threads). Calls of pthreads and
 * of libgomp are interposed. Each thread appends lines of docs/trace-format.md to a buffer of its own and
 * writes it to a file of its own in the directory $MIMD_RECORD_DIRECTORY; the index is written when the
 * program exits.
 *
 * Recorded order is sound: an event that another thread waited for gets its number before it can be seen, the
 * waiting thread reads the number afterwards, so a replay that honours the numbers cannot deadlock.
 * Not recorded: uninstrumented libraries (except memcpy, memmove and memset called by the program), failed
 * try-locks, pthread_once, the order of OpenMP tasks, cancellation. A child after fork() records nothing.
 */
#ifndef MIMD_TB_RECORDER_RECORDER_H
#define MIMD_TB_RECORDER_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#error "the recorder is C: it must not need a C++ run-time"
#endif

/* Threads (recorder.c). */

struct recorded_thread;

struct recorded_thread* recorder_new_thread(void); /* NULL: recording is off */
unsigned recorder_thread_number(const struct recorded_thread* thread);
void recorder_thread_begins(struct recorded_thread* thread); /* in the new thread */
void recorder_thread_ends(
    struct recorded_thread* thread); /* in the thread, or in its creator if it never began */
unsigned recorder_self(void);        /* number of the calling thread plus 1; 0 = not recorded */

/* Lines. */

void recorder_reference(char operation, const volatile void* address, size_t size);
void recorder_reference_numbered(char operation, const volatile void* address, size_t size, uint64_t number);
void recorder_plain(char operation);                                                   /* F, G */
void recorder_address(char operation, const volatile void* address);                   /* U, P */
void recorder_numbered(char operation, const volatile void* address, uint64_t number); /* K, V */
void recorder_barrier(const volatile void* address, uint64_t use, unsigned participants);
void recorder_number(char operation, unsigned number); /* C, J */

/* An atomic that repeats what its thread has just done and seen, without effect, is a turn of a spin loop. */
struct spin {
  char operation;
  const volatile void* address;
  unsigned __int128 value;
  uint64_t updates;
};
bool recorder_spins(struct spin turn);    /* the same as the last line of this thread */
void recorder_may_spin(struct spin turn); /* the line just appended */

/* Counters of synchronisation objects (objects.c). */

enum object_kind { object_lock, object_barrier, object_event, object_atomic };

struct object {
  uint64_t count;        /* acquisitions, arrivals, posts, updates */
  unsigned owner;        /* lock: recorder_self() of the holder */
  unsigned depth;        /* lock: times held by the owner */
  unsigned participants; /* barrier */
  uint64_t uses;         /* barrier: before the count began */
  uint64_t waits;        /* semaphore: that have gone through */
  uint64_t initial;      /* semaphore: value it began with */
};

/* The object, made on first use, and the right to touch it until object_release of the same address. */
struct object* object_take(enum object_kind kind, const volatile void* address);
void object_release(const volatile void* address);

/* Locks and events in terms of the above, for the interposed libraries. */
void recorder_locked(const volatile void* lock);  /* after the real one */
void recorder_unlocks(const volatile void* lock); /* before the real one */
void recorder_posts(const volatile void* event);  /* before the real one */
uint64_t recorder_posted(const volatile void* event);
void recorder_waited(const volatile void* event,
                     uint64_t wanted); /* after the real one: for at most `wanted` posts */

/* The function that would be called without the recorder; ends the program if there is none. */
typedef void any_function(void);
any_function* recorder_next(const char* name, const char* version);

#define NEXT_VERSION(type, name, version)                     \
  ({                                                          \
    static type* next_;                                       \
    type* found_ = __atomic_load_n(&next_, __ATOMIC_RELAXED); \
    if (found_ == NULL) {                                     \
      found_ = (type*)recorder_next(name, version);           \
      __atomic_store_n(&next_, found_, __ATOMIC_RELAXED);     \
    }                                                         \
    found_;                                                   \
  })
#define NEXT(name) NEXT_VERSION(__typeof__(name), #name, NULL)

#endif
