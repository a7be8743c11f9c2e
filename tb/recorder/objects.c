/* Synchronisation objects by address: a hash table with a lock for each part. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "recorder.h"

enum { parts = 1024, buckets = 64, nodes_at_once = 128 };

struct node {
  struct object object;
  enum object_kind kind;
  uintptr_t address;
  struct node* next;
};

static struct part {
  bool taken;
  struct node* chains[buckets];
  struct node* free; /* rest of the last block */
  unsigned free_count;
} table[parts];

static uint64_t hash(uintptr_t address) {
  return (address >> 2) * UINT64_C(0x9E3779B97F4A7C15) >> 40;
}

static struct node* new_node(struct part* p) {
  if (p->free_count == 0) {
    /* not from malloc: the program's own may be what is being recorded */
    void* const block = mmap(NULL, nodes_at_once * sizeof(struct node), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) abort();
    p->free = block;
    p->free_count = nodes_at_once;
  }
  --p->free_count;
  return p->free++;
}

struct object* object_take(enum object_kind kind, const volatile void* address) {
  const uint64_t h = hash((uintptr_t)address);
  struct part* const p = &table[h % parts];
  while (__atomic_exchange_n(&p->taken, true, __ATOMIC_ACQUIRE)) sched_yield();
  struct node** link = &p->chains[h / parts % buckets];
  for (; *link != NULL; link = &(*link)->next) {
    if ((*link)->address == (uintptr_t)address && (*link)->kind == kind) return &(*link)->object;
  }
  *link = new_node(p);
  (*link)->kind = kind;
  (*link)->address = (uintptr_t)address;
  return &(*link)->object;
}

void object_release(const volatile void* address) {
  __atomic_store_n(&table[hash((uintptr_t)address) % parts].taken, false, __ATOMIC_RELEASE);
}

void recorder_locked(const volatile void* lock) {
  const unsigned self = recorder_self();
  if (self == 0) return;
  struct object* const o = object_take(object_lock, lock);
  const bool first = o->owner != self || o->depth == 0;
  o->owner = self;
  o->depth = first ? 1 : o->depth + 1;
  if (first) ++o->count;
  const uint64_t acquisition = o->count;
  object_release(lock);
  if (first) recorder_numbered('K', lock, acquisition);
}

void recorder_unlocks(const volatile void* lock) {
  const unsigned self = recorder_self();
  if (self == 0) return;
  struct object* const o = object_take(object_lock, lock);
  const bool last = o->owner == self && o->depth == 1;
  if (o->owner == self && o->depth > 0) --o->depth;
  object_release(lock);
  if (last) recorder_address('U', lock);
}

void recorder_posts(const volatile void* event) {
  struct object* const o = object_take(object_event, event);
  ++o->count;
  object_release(event);
  recorder_address('P', event);
}

uint64_t recorder_posted(const volatile void* event) {
  const uint64_t posts = object_take(object_event, event)->count;
  object_release(event);
  return posts;
}

void recorder_waited(const volatile void* event, uint64_t wanted) {
  const uint64_t posts = recorder_posted(event);
  recorder_numbered('V', event, wanted < posts ? wanted : posts);
}
