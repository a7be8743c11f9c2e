#include "tb/workload.h"

#include <stdexcept>

#include "tb/workloads/workloads.h"

namespace mimd::tb {

address_t memory_image::allocate(std::uint64_t bytes, std::uint64_t alignment) {
  const std::uint64_t free_from = next_ + (alignment - next_ % alignment) % alignment;
  if (free_from > size() || bytes > size() - free_from) {
    throw std::runtime_error(too_small(bytes));
  }
  next_ = free_from + bytes;
  return free_from;
}

std::string memory_image::too_small(std::uint64_t bytes) const {
  return "memory.size: " + std::to_string(size()) + " bytes are too few: the program asks for " +
         std::to_string(bytes) + " bytes and " + std::to_string(next_) + " are in use";
}

address_t memory_image::allocate_on(unsigned node, std::uint64_t bytes) {
  const std::uint64_t whole = bytes + (page() - bytes % page()) % page();
  const address_t first = allocate(whole, page());
  place(first, whole, node);
  return first;
}

const std::vector<workload_description>& shared_memory_workloads() {
  static const std::vector<workload_description> all = {
      describe_stream(),
      describe_pointer_chase(),
      describe_matmul(),
      describe_fft(),
      describe_lu(),
      describe_stencil(),
      describe_radix_sort(),
      describe_n_body(),
      describe_histogram(),
      describe_producer_consumer(),
      describe_lock_contention(),
      describe_false_sharing(),
      describe_bfs(),
      describe_random_test(),
      describe_latency_matrix(),
      describe_core_to_core(),
      describe_loaded_latency(),
  };
  return all;
}

}  // namespace mimd::tb
