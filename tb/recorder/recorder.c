/* Threads of the recorded program, their buffers and files. */
#define _GNU_SOURCE
#include "recorder.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "line_text.h"

enum { buffer_size = 256 * 1024, longest_line = 80, most_threads = 65535 };

struct recorded_thread {
  struct recorded_thread* next; /* in the list of live threads */
  unsigned number;
  int file;
  bool writing; /* guards file and flushed against the end of the program */
  bool ended;
  uint64_t records; /* appended */
  uint64_t flushed; /* of which in the file */
  size_t length;    /* of whole lines in the buffer; published last, so that another thread may write them */
  volatile bool busy; /* a signal handler that interrupts the recorder is not recorded */

  struct spin last; /* the last line, if it may be the first turn of a spin loop; else no operation */

  char buffer[buffer_size];
};

static enum { not_begun, recording, stopped } state = not_begun;
static char directory[PATH_MAX - 64];
static bool broken; /* a file could not be written: no index is left */
static unsigned thread_count;
static struct recorded_thread* live_threads;
static bool list_taken;
static __thread struct recorded_thread* self;

static void take(bool* lock) {
  while (__atomic_exchange_n(lock, true, __ATOMIC_ACQUIRE)) sched_yield();
}
static void give(bool* lock) {
  __atomic_store_n(lock, false, __ATOMIC_RELEASE);
}

static bool is_recording(void) {
  return __atomic_load_n(&state, __ATOMIC_RELAXED) == recording;
}

static void complain(const char* what, const char* about) {
  dprintf(STDERR_FILENO, "mimd recorder: %s: %s: %s\n", what, about, strerror(errno));
}

static void write_all(struct recorded_thread* t, const char* data, size_t size) {
  while (size > 0) {
    const ssize_t done = write(t->file, data, size);
    if (done > 0) {
      data += done;
      size -= (size_t)done;
    } else if (done < 0 && errno != EINTR) {
      if (!__atomic_exchange_n(&broken, true, __ATOMIC_RELAXED))
        complain("cannot write the trace", directory);
      return;
    }
  }
}

/* Files. */

static bool open_file(struct recorded_thread* t) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/thread-%u.trace", directory, t->number);
  t->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (t->file < 0) {
    complain("cannot create", path);
    __atomic_store_n(&broken, true, __ATOMIC_RELAXED);
    return false;
  }
  char header[40];
  const int size = snprintf(header, sizeof header, "mimd-thread 1 %u\n", t->number);
  write_all(t, header, (size_t)size);
  return true;
}

static void flush(struct recorded_thread* t) { /* by the thread itself */
  const int error = errno;
  take(&t->writing);
  if (!t->ended) write_all(t, t->buffer, t->length);
  t->flushed = t->records;
  __atomic_store_n(&t->length, 0, __ATOMIC_RELEASE);
  give(&t->writing);
  errno = error;
}

static void end_file(
    struct recorded_thread* t) { /* by the thread itself, or by another at the end of the program */
  take(&t->writing);
  if (!t->ended) {
    const size_t length = __atomic_load_n(&t->length, __ATOMIC_ACQUIRE);
    uint64_t records = t->flushed;
    for (size_t i = 0; i < length; ++i) records += t->buffer[i] == '\n';
    write_all(t, t->buffer, length);
    char end[32];
    const int size = snprintf(end, sizeof end, "E %ju\n", (uintmax_t)records);
    write_all(t, end, (size_t)size);
    close(t->file);
    t->ended = true;
  }
  give(&t->writing);
}

static void write_index(void) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/index", directory);
  FILE* const index = fopen(path, "we");
  if (index == NULL) {
    complain("cannot create", path);
    return;
  }
  fprintf(index, "mimd-threads 1\nprogram %s\n", program_invocation_short_name);
  for (unsigned i = 0; i < thread_count; ++i) fprintf(index, "thread %u thread-%u.trace\n", i, i);
  if (fclose(index) != 0) complain("cannot write", path);
}

/* The program's life. */

static void forget_in_child(void) {
  state = stopped;
}

/* Before any constructor of the program. */
__attribute__((constructor(101))) static void begin(void) {
  const char* const wanted = getenv("MIMD_RECORD_DIRECTORY");
  state = stopped;
  if (wanted == NULL || strlen(wanted) >= sizeof directory) {
    dprintf(STDERR_FILENO,
            "mimd recorder: MIMD_RECORD_DIRECTORY does not name a directory; nothing is recorded\n");
    return;
  }
  strcpy(directory, wanted);
  pthread_atfork(NULL, NULL, forget_in_child);
  state = recording;
  self = recorder_new_thread();
}

/* Runs after the program's own exit handlers and static destructors. */
__attribute__((destructor(101))) static void finish(void) {
  if (!is_recording()) return;
  __atomic_store_n(&state, stopped, __ATOMIC_SEQ_CST);
  take(&list_taken);
  for (struct recorded_thread* t = live_threads; t != NULL; t = t->next) end_file(t);
  give(&list_taken);
  if (!broken) write_index();
}

void _exit(int status) {
  finish();
  NEXT(_exit)(status);
  __builtin_unreachable();
}

void _Exit(int status) {
  _exit(status);
}

/* Threads. */

struct recorded_thread* recorder_new_thread(void) {
  if (!is_recording()) return NULL;
  struct recorded_thread* const t =
      mmap(NULL, sizeof *t, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (t == MAP_FAILED) {
    complain("no memory", "thread");
    __atomic_store_n(&broken, true, __ATOMIC_RELAXED);
    return NULL;
  }
  take(&list_taken);
  t->number = thread_count;
  const bool usable = thread_count < most_threads && open_file(t);
  if (usable) {
    ++thread_count;
    t->next = live_threads;
    live_threads = t;
  }
  give(&list_taken);
  if (usable) return t;
  munmap(t, sizeof *t);
  return NULL;
}

unsigned recorder_thread_number(const struct recorded_thread* thread) {
  return thread->number;
}

void recorder_thread_begins(struct recorded_thread* thread) {
  self = thread;
  recorder_plain('G');
}

void recorder_thread_ends(struct recorded_thread* thread) {
  if (self == thread) self = NULL;
  take(&list_taken);
  struct recorded_thread** link = &live_threads;
  while (*link != thread) link = &(*link)->next;
  *link = thread->next;
  end_file(thread);
  give(&list_taken);
  munmap(thread, sizeof *thread);
}

unsigned recorder_self(void) {
  return self == NULL ? 0 : self->number + 1;
}

/* Lines: begin_line ... put ... end_line. */

static char* begin_line(char operation) {
  struct recorded_thread* const t = self;
  if (t == NULL || t->busy || !is_recording()) return NULL;
  t->busy = true;
  t->last.operation = 0;
  if (t->length > buffer_size - longest_line) flush(t);
  char* const p = t->buffer + t->length;
  *p = operation;
  return p + 1;
}

static void end_line(char* p) {
  struct recorded_thread* const t = self;
  *p++ = '\n';
  ++t->records;
  __atomic_store_n(&t->length, (size_t)(p - t->buffer), __ATOMIC_RELEASE);
  t->busy = false;
}

void recorder_reference(char operation, const volatile void* address, size_t size) {
  char* const p = begin_line(operation);
  if (p != NULL) end_line(put_number(put_address(p, (uintptr_t)address), size));
}

void recorder_reference_numbered(char operation, const volatile void* address, size_t size, uint64_t number) {
  char* const p = begin_line(operation);
  if (p != NULL) end_line(put_number(put_number(put_address(p, (uintptr_t)address), size), number));
}

void recorder_plain(char operation) {
  char* const p = begin_line(operation);
  if (p != NULL) end_line(p);
}

void recorder_address(char operation, const volatile void* address) {
  char* const p = begin_line(operation);
  if (p != NULL) end_line(put_address(p, (uintptr_t)address));
}

void recorder_numbered(char operation, const volatile void* address, uint64_t number) {
  char* const p = begin_line(operation);
  if (p != NULL) end_line(put_number(put_address(p, (uintptr_t)address), number));
}

void recorder_barrier(const volatile void* address, uint64_t use, unsigned participants) {
  char* const p = begin_line('B');
  if (p != NULL) end_line(put_number(put_number(put_address(p, (uintptr_t)address), use), participants));
}

void recorder_number(char operation, unsigned number) {
  char* const p = begin_line(operation);
  if (p != NULL) end_line(put_number(p, number));
}

bool recorder_spins(struct spin turn) {
  const struct recorded_thread* const t = self;
  return t != NULL && t->last.operation == turn.operation && t->last.address == turn.address &&
         t->last.value == turn.value && t->last.updates == turn.updates;
}

void recorder_may_spin(struct spin turn) {
  if (self != NULL) self->last = turn;
}

any_function* recorder_next(const char* name, const char* version) {
  void* found = version == NULL ? NULL : dlvsym(RTLD_NEXT, name, version);
  if (found == NULL) found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    dprintf(STDERR_FILENO, "mimd recorder: there is no function %s\n", name);
    abort();
  }
  any_function* function;
  memcpy(&function, &found, sizeof function);
  return function;
}
