#include "platforms/support/thread_unwinder.h"

#include <vector>

namespace mimd {

namespace {

void collect_threads(const std::vector<sc_core::sc_object*>& objects,
                     std::vector<sc_core::sc_process_handle>& threads) {
  for (sc_core::sc_object* const object : objects) {
    const sc_core::sc_process_handle process(object);
    const bool is_thread = process.valid() && (process.proc_kind() == sc_core::SC_THREAD_PROC_ ||
                                               process.proc_kind() == sc_core::SC_CTHREAD_PROC_);
    if (is_thread && !process.terminated()) threads.push_back(process);
    collect_threads(object->get_child_objects(), threads);
  }
}

}  // namespace

thread_unwinder::thread_unwinder() : go_(sc_core::sc_gen_unique_name("unwind_threads")) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&go_);
  sc_core::sc_spawn(&kill_threads, sc_core::sc_gen_unique_name("unwind_threads"), &options);
}

void thread_unwinder::unwind() {
  go_.notify();
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
}

void thread_unwinder::kill_threads() {
  std::vector<sc_core::sc_process_handle> threads;
  collect_threads(sc_core::sc_get_top_level_objects(), threads);
  for (sc_core::sc_process_handle& thread : threads) thread.kill();
}

}  // namespace mimd
