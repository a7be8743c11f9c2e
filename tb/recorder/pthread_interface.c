/* POSIX threads and semaphores: the real function, and a line in the order that makes the record sound. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "recorder.h"

#define EXPORT __attribute__((visibility("default")))

/* Threads. A record of each thread not yet joined leads from its handle to its number. */

struct started {
  void* (*function)(void*);
  void* argument;
  struct recorded_thread* thread;
  unsigned number;
  pthread_t handle;
  struct started* next;
};

static struct started* unjoined;
static bool unjoined_taken;

static void take_unjoined(void) {
  while (__atomic_exchange_n(&unjoined_taken, true, __ATOMIC_ACQUIRE)) sched_yield();
}
static void give_unjoined(void) {
  __atomic_store_n(&unjoined_taken, false, __ATOMIC_RELEASE);
}

static void thread_ends(void* thread) {
  recorder_thread_ends(thread);
}

static void* thread_main(void* p) {
  const struct started start = *(struct started*)p;
  recorder_thread_begins(start.thread);
  void* result = NULL;
  pthread_cleanup_push(thread_ends, start.thread); /* also after pthread_exit and cancellation */
  result = start.function(start.argument);
  pthread_cleanup_pop(1);
  return result;
}

EXPORT int pthread_create(pthread_t* handle, const pthread_attr_t* attributes, void* (*function)(void*),
                          void* argument) {
  struct recorded_thread* const thread = recorder_self() == 0 ? NULL : recorder_new_thread();
  struct started* const start = thread == NULL ? NULL : malloc(sizeof *start);
  if (start == NULL) {
    if (thread != NULL) recorder_thread_ends(thread);
    return NEXT(pthread_create)(handle, attributes, function, argument);
  }
  const unsigned number = recorder_thread_number(thread);
  *start = (struct started){function, argument, thread, number, 0, NULL};
  recorder_number('C', number);
  take_unjoined(); /* the handle is in place before anyone can look for it */
  const int error = NEXT(pthread_create)(handle, attributes, thread_main, start);
  if (error == 0) {
    start->handle = *handle;
    start->next = unjoined;
    unjoined = start;
  }
  give_unjoined();
  if (error != 0) {
    recorder_thread_ends(thread);
    free(start);
  }
  return error;
}

/* Number of the thread plus 1, and forgets it; 0 = not recorded. */
static unsigned number_of(pthread_t handle) {
  unsigned number = 0;
  take_unjoined();
  for (struct started** link = &unjoined; *link != NULL; link = &(*link)->next) {
    struct started* const found = *link;
    if (!pthread_equal(found->handle, handle)) continue;
    number = found->number + 1;
    *link = found->next;
    free(found);
    break;
  }
  give_unjoined();
  return number;
}

EXPORT int pthread_join(pthread_t handle, void** result) {
  const int error = NEXT(pthread_join)(handle, result);
  if (error != 0) return error;
  const unsigned number = number_of(handle);
  if (number != 0) recorder_number('J', number - 1);
  return 0;
}

/* Mutexes and spin locks. */

EXPORT int pthread_mutex_lock(pthread_mutex_t* mutex) {
  const int error = NEXT(pthread_mutex_lock)(mutex);
  if (error == 0 || error == EOWNERDEAD) recorder_locked(mutex);
  return error;
}
EXPORT int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  const int error = NEXT(pthread_mutex_trylock)(mutex);
  if (error == 0 || error == EOWNERDEAD) recorder_locked(mutex);
  return error;
}
EXPORT int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* until) {
  const int error = NEXT(pthread_mutex_timedlock)(mutex, until);
  if (error == 0 || error == EOWNERDEAD) recorder_locked(mutex);
  return error;
}
EXPORT int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const struct timespec* until) {
  const int error = NEXT(pthread_mutex_clocklock)(mutex, clock, until);
  if (error == 0 || error == EOWNERDEAD) recorder_locked(mutex);
  return error;
}
EXPORT int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  recorder_unlocks(mutex);
  return NEXT(pthread_mutex_unlock)(mutex);
}

EXPORT int pthread_spin_lock(pthread_spinlock_t* lock) {
  const int error = NEXT(pthread_spin_lock)(lock);
  if (error == 0) recorder_locked(lock);
  return error;
}
EXPORT int pthread_spin_trylock(pthread_spinlock_t* lock) {
  const int error = NEXT(pthread_spin_trylock)(lock);
  if (error == 0) recorder_locked(lock);
  return error;
}
EXPORT int pthread_spin_unlock(pthread_spinlock_t* lock) {
  recorder_unlocks(lock);
  return NEXT(pthread_spin_unlock)(lock);
}

/* Condition variables: a wait releases the mutex, follows the first signal after that (none if it was woken
 * without one), and takes the mutex again. `wait` calls the real function. */
#define COND_WAIT(condition, mutex, wait)                 \
  const uint64_t before = recorder_posted(condition);     \
  recorder_unlocks(mutex);                                \
  const int error = wait;                                 \
  if (error == 0) recorder_waited(condition, before + 1); \
  recorder_locked(mutex);                                 \
  return error;

EXPORT int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex){
    COND_WAIT(condition, mutex,
              NEXT_VERSION(__typeof__(pthread_cond_wait), "pthread_cond_wait", "GLIBC_2.3.2")(condition,
                                                                                              mutex))} EXPORT
    int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                               const struct timespec* until){
        COND_WAIT(condition, mutex,
                  NEXT_VERSION(__typeof__(pthread_cond_timedwait), "pthread_cond_timedwait",
                               "GLIBC_2.3.2")(condition, mutex, until))} EXPORT
    int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                               const struct timespec* until){
        COND_WAIT(condition, mutex, NEXT(pthread_cond_clockwait)(condition, mutex, clock, until))} EXPORT
    int pthread_cond_signal(pthread_cond_t* condition) {
  recorder_posts(condition);
  return NEXT_VERSION(__typeof__(pthread_cond_signal), "pthread_cond_signal", "GLIBC_2.3.2")(condition);
}
EXPORT int pthread_cond_broadcast(pthread_cond_t* condition) {
  recorder_posts(condition);
  return NEXT_VERSION(__typeof__(pthread_cond_broadcast), "pthread_cond_broadcast", "GLIBC_2.3.2")(condition);
}

/* Barriers: arrivals are numbered before the real wait, so each use has the first `participants` of them. */

EXPORT int pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes,
                                unsigned count) {
  const int error = NEXT(pthread_barrier_init)(barrier, attributes, count);
  if (error == 0) {
    struct object* const o = object_take(object_barrier, barrier);
    /* the next use starts afresh, also in memory of an earlier barrier */
    o->uses += o->participants == 0 ? 0 : o->count / o->participants;
    o->count = 0;
    o->participants = count;
    object_release(barrier);
  }
  return error;
}
EXPORT int pthread_barrier_wait(pthread_barrier_t* barrier) {
  struct object* const o = object_take(object_barrier, barrier);
  const unsigned participants = o->participants;
  const uint64_t use = participants == 0 ? 0 : o->uses + o->count++ / participants + 1;
  object_release(barrier);
  if (participants != 0) recorder_barrier(barrier, use, participants);
  return NEXT(pthread_barrier_wait)(barrier);
}

/* Semaphores: the n-th wait to go through follows post n less the value that the semaphore began with. */

EXPORT int sem_init(sem_t* semaphore, int shared, unsigned value) {
  const int error = NEXT(sem_init)(semaphore, shared, value);
  if (error == 0) {
    struct object* const o = object_take(object_event, semaphore);
    o->waits = 0;
    o->initial = value - o->count; /* posts of an earlier semaphore in this memory do not count; may wrap */
    object_release(semaphore);
  }
  return error;
}
EXPORT int sem_post(sem_t* semaphore) {
  recorder_posts(semaphore);
  return NEXT(sem_post)(semaphore);
}
static int sem_waited(sem_t* semaphore, int error) {
  if (error != 0) return error;
  struct object* const o = object_take(object_event, semaphore);
  const int64_t wanted = (int64_t)(++o->waits - o->initial);
  object_release(semaphore);
  recorder_waited(semaphore, wanted < 0 ? 0 : (uint64_t)wanted);
  return 0;
}
EXPORT int sem_wait(sem_t* semaphore) {
  return sem_waited(semaphore, NEXT(sem_wait)(semaphore));
}
EXPORT int sem_trywait(sem_t* semaphore) {
  return sem_waited(semaphore, NEXT(sem_trywait)(semaphore));
}
EXPORT int sem_timedwait(sem_t* semaphore, const struct timespec* until) {
  return sem_waited(semaphore, NEXT(sem_timedwait)(semaphore, until));
}

/* Reader-writer locks, as events: a reader follows all releases by writers, a writer all releases. */

static const volatile void* any_release(const pthread_rwlock_t* lock) {
  return (const char*)lock + 4;
}

static int read_locked(pthread_rwlock_t* lock, int error) {
  if (error == 0) recorder_waited(lock, UINT64_MAX);
  return error;
}
static int write_locked(pthread_rwlock_t* lock, int error) {
  if (error != 0) return error;
  recorder_waited(any_release(lock), UINT64_MAX);
  struct object* const o = object_take(object_lock, lock);
  o->owner = recorder_self();
  object_release(lock);
  return 0;
}
EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  return read_locked(lock, NEXT(pthread_rwlock_rdlock)(lock));
}
EXPORT int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  return read_locked(lock, NEXT(pthread_rwlock_tryrdlock)(lock));
}
EXPORT int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  return write_locked(lock, NEXT(pthread_rwlock_wrlock)(lock));
}
EXPORT int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  return write_locked(lock, NEXT(pthread_rwlock_trywrlock)(lock));
}
EXPORT int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  struct object* const o = object_take(object_lock, lock);
  const bool writer = o->owner != 0;
  o->owner = 0;
  object_release(lock);
  if (writer) recorder_posts(lock);
  recorder_posts(any_release(lock));
  return NEXT(pthread_rwlock_unlock)(lock);
}
