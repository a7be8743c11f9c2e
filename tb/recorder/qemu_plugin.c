/* A plugin for qemu-user that records every instruction and data reference, one stream a thread.
 *
 * Argument: directory=DIRECTORY. Synchronisation is not known here: the streams hold fetches, loads and
 * stores only (an atomic is a load or store as QEMU reports it). A child after fork() records nothing. Debian
 * does not package qemu-plugin.h, so the part of the plugin interface that is used is declared here after its
 * documentation (QEMU 7.2, "TCG plugins", interface version 1).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line_text.h"

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
typedef uint32_t memory_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { no_registers = 0, loads_and_stores = 3 };

typedef void by_vcpu(plugin_id id, unsigned vcpu);
typedef void by_block(plugin_id id, struct qemu_plugin_tb* block);
typedef void on_execution(unsigned vcpu, void* data);
typedef void on_memory(unsigned vcpu, memory_info info, uint64_t address, void* data);
typedef void on_exit_of_program(plugin_id id, void* data);

void qemu_plugin_register_vcpu_init_cb(plugin_id id, by_vcpu* call);
void qemu_plugin_register_vcpu_exit_cb(plugin_id id, by_vcpu* call);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, by_block* call);
void qemu_plugin_register_atexit_cb(plugin_id id, on_exit_of_program* call, void* data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb* block);
struct qemu_plugin_insn* qemu_plugin_tb_get_insn(const struct qemu_plugin_tb* block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn* instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn* instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn* instruction, on_execution* call,
                                            int registers, void* data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn* instruction, on_memory* call, int registers,
                                      int which, void* data);
unsigned qemu_plugin_mem_size_shift(memory_info info);
bool qemu_plugin_mem_is_store(memory_info info);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(plugin_id id, const void* host, int count, char** arguments);

enum { buffer_size = 256 * 1024, longest_line = 48, most_threads = 65535, size_shift = 56 };

struct stream {
  FILE* file;
  uint64_t records;
  size_t length;
  char buffer[buffer_size];
};

static const char* directory;
static pid_t recorded_process;
static pthread_mutex_t list_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct stream* streams[most_threads + 1]; /* by virtual CPU, which a later thread may have again */
static unsigned thread_count;
static bool broken;

static void complain(const char* what, const char* path) {
  fprintf(stderr, "mimd recorder: cannot %s %s: %s\n", what, path, strerror(errno));
  broken = true;
}

static void flush(struct stream* s) {
  if (getpid() == recorded_process && fwrite(s->buffer, 1, s->length, s->file) != s->length && !broken) {
    complain("write the trace in", directory);
  }
  s->length = 0;
}

static void thread_begins(plugin_id id, unsigned vcpu) {
  (void)id;
  if (getpid() != recorded_process) return;
  pthread_mutex_lock(&list_mutex);
  if (vcpu <= most_threads && thread_count < most_threads) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/thread-%u.trace", directory, thread_count);
    struct stream* const s = calloc(1, sizeof *s);
    s->file = fopen(path, "we");
    if (s->file == NULL) {
      complain("create", path);
      free(s);
    } else {
      setvbuf(s->file, NULL, _IONBF, 0);
      fprintf(s->file, "mimd-thread 1 %u\n", thread_count++);
      streams[vcpu] = s;
    }
  }
  pthread_mutex_unlock(&list_mutex);
}

static void thread_ends(plugin_id id, unsigned vcpu) {
  (void)id;
  struct stream* const s = streams[vcpu];
  if (s == NULL || getpid() != recorded_process) return;
  flush(s);
  fprintf(s->file, "E %ju\n", (uintmax_t)s->records);
  if (fclose(s->file) != 0) complain("write the trace in", directory);
  streams[vcpu] = NULL;
  free(s);
}

static void record(unsigned vcpu, char operation, uint64_t address, uint64_t size) {
  struct stream* const s = streams[vcpu];
  if (s == NULL) return;
  if (s->length > buffer_size - longest_line) flush(s);
  char* p = s->buffer + s->length;
  *p++ = operation;
  p = put_number(put_address(p, address), size);
  *p++ = '\n';
  s->length = (size_t)(p - s->buffer);
  ++s->records;
}

/* `data` is the instruction: its address, and its size in the bits above those of user addresses. */
static void instruction_executes(unsigned vcpu, void* data) {
  const uint64_t instruction = (uintptr_t)data;
  record(vcpu, 'I', instruction & ((UINT64_C(1) << size_shift) - 1), instruction >> size_shift);
}

static void memory_is_used(unsigned vcpu, memory_info info, uint64_t address, void* data) {
  (void)data;
  record(vcpu, qemu_plugin_mem_is_store(info) ? 'S' : 'L', address,
         UINT64_C(1) << qemu_plugin_mem_size_shift(info));
}

static void block_is_translated(plugin_id id, struct qemu_plugin_tb* block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    struct qemu_plugin_insn* const instruction = qemu_plugin_tb_get_insn(block, i);
    const uint64_t packed = qemu_plugin_insn_vaddr(instruction) | (uint64_t)qemu_plugin_insn_size(instruction)
                                                                      << size_shift;
    qemu_plugin_register_vcpu_insn_exec_cb(instruction, instruction_executes, no_registers,
                                           (void*)(uintptr_t)packed);
    qemu_plugin_register_vcpu_mem_cb(instruction, memory_is_used, no_registers, loads_and_stores, NULL);
  }
}

static void program_ends(plugin_id id, void* data) { /* all virtual CPUs stand still */
  (void)data;
  if (getpid() != recorded_process) return;
  for (unsigned vcpu = 0; vcpu <= most_threads; ++vcpu) thread_ends(id, vcpu);
  if (broken) return;
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/index", directory);
  FILE* const index = fopen(path, "we");
  if (index == NULL) {
    complain("create", path);
    return;
  }
  fprintf(index, "mimd-threads 1\n");
  for (unsigned i = 0; i < thread_count; ++i) fprintf(index, "thread %u thread-%u.trace\n", i, i);
  if (fclose(index) != 0) complain("write", path);
}

EXPORT int qemu_plugin_install(plugin_id id, const void* host, int count, char** arguments) {
  (void)host;
  static const char option[] = "directory=";
  if (count != 1 || strncmp(arguments[0], option, sizeof option - 1) != 0) {
    fprintf(stderr, "mimd recorder: the plugin needs the argument directory=DIRECTORY\n");
    return -1;
  }
  directory = strdup(arguments[0] + sizeof option - 1);
  recorded_process = getpid();
  qemu_plugin_register_vcpu_init_cb(id, thread_begins);
  qemu_plugin_register_vcpu_exit_cb(id, thread_ends);
  qemu_plugin_register_vcpu_tb_trans_cb(id, block_is_translated);
  qemu_plugin_register_atexit_cb(id, program_ends, NULL);
  return 0;
}
