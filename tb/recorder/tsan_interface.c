/* What -fsanitize=thread calls for plain references, and block operations of the C library. */
#include <string.h>

#include "recorder.h"

#define EXPORT __attribute__((visibility("default")))

/* Plain references. */

#define REFERENCES(size)                                    \
  EXPORT void __tsan_read##size(void* address) {            \
    recorder_reference('L', address, size);                 \
  }                                                         \
  EXPORT void __tsan_write##size(void* address) {           \
    recorder_reference('S', address, size);                 \
  }                                                         \
  EXPORT void __tsan_volatile_read##size(void* address) {   \
    recorder_reference('L', address, size);                 \
  }                                                         \
  EXPORT void __tsan_volatile_write##size(void* address) {  \
    recorder_reference('S', address, size);                 \
  }                                                         \
  EXPORT void __tsan_unaligned_read##size(void* address) {  \
    recorder_reference('L', address, size);                 \
  }                                                         \
  EXPORT void __tsan_unaligned_write##size(void* address) { \
    recorder_reference('S', address, size);                 \
  }

REFERENCES(1)
REFERENCES(2)
REFERENCES(4)
REFERENCES(8)
REFERENCES(16)

enum { piece = 64 }; /* longer blocks are recorded as pieces that end at multiples of this */

static size_t piece_at(const void* address, size_t rest) {
  const size_t to_boundary = piece - (uintptr_t)address % piece;
  return rest < to_boundary ? rest : to_boundary;
}

static void range(char operation, const void* start, size_t size) {
  const char* address = start;
  while (size > 0) {
    const size_t now = piece_at(address, size);
    recorder_reference(operation, address, now);
    address += now;
    size -= now;
  }
}

EXPORT void __tsan_read_range(void* address, unsigned long size) {
  range('L', address, size);
}
EXPORT void __tsan_write_range(void* address, unsigned long size) {
  range('S', address, size);
}
EXPORT void __tsan_vptr_read(void** vptr) {
  recorder_reference('L', vptr, sizeof *vptr);
}
EXPORT void __tsan_vptr_update(void** vptr, void* value) {
  (void)value;
  recorder_reference('S', vptr, sizeof *vptr);
}
EXPORT void __tsan_func_entry(void* caller) {
  (void)caller;
}
EXPORT void __tsan_func_exit(void) {}
EXPORT void __tsan_init(void) {}

/* Block operations called by the program (linked with --wrap). */

void* __real_memcpy(void* to, const void* from, size_t size);
void* __real_memmove(void* to, const void* from, size_t size);
void* __real_memset(void* to, int value, size_t size);
void* __wrap_memcpy(void* to, const void* from, size_t size);
void* __wrap_memmove(void* to, const void* from, size_t size);
void* __wrap_memset(void* to, int value, size_t size);

static void copy(const char* to, const char* from, size_t size) {
  while (size > 0) {
    const size_t now = piece_at(from, size);
    recorder_reference('L', from, now);
    range('S', to, now);
    from += now;
    to += now;
    size -= now;
  }
}

void* __wrap_memcpy(void* to, const void* from, size_t size) {
  copy(to, from, size);
  return __real_memcpy(to, from, size);
}
void* __wrap_memmove(void* to, const void* from, size_t size) {
  copy(to, from, size);
  return __real_memmove(to, from, size);
}
void* __wrap_memset(void* to, int value, size_t size) {
  range('S', to, size);
  return __real_memset(to, value, size);
}
