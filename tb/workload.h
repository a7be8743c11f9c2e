// A workload: a program with an input, run by every processor of a machine, whose result is checked.
#ifndef MIMD_TB_WORKLOAD_H
#define MIMD_TB_WORKLOAD_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cpu/processor.h"

namespace mimd::tb {

// The machine's memory as the host sees it before and after the run (coherent debug access, no time).
class memory_image {
 public:
  virtual ~memory_image() = default;
  virtual void read(address_t address, void* data, std::uint64_t size) = 0;
  virtual void write(address_t address, const void* data, std::uint64_t size) = 0;
  virtual std::uint64_t size() const = 0;  // bytes of memory, from address 0

  // Bump allocation for inputs and shared variables; never address 0. Throws std::runtime_error with
  // one readable line, too_small(), when memory.size is.
  address_t allocate(std::uint64_t bytes, std::uint64_t alignment = 64);
  std::uint64_t allocated() const { return next_; }

  // Memory divided among nodes; a machine with one memory is one node. node_of(): the node of a processor,
  // below nodes(). place(): the pages that [first, first + bytes) touches live on `node` from now on, before
  // any other rule of placement; to be called before time starts. page(): bytes, a power of two. A node out
  // of range is a std::invalid_argument, a node without so many free pages a std::runtime_error, each one
  // line.
  virtual unsigned nodes() const { return 1; }
  virtual unsigned node_of(unsigned /*processor*/) const { return 0; }
  virtual void place(address_t /*first*/, std::uint64_t /*bytes*/, unsigned /*node*/) {}
  virtual std::uint64_t page() const { return 4096; }

  // Whole pages, for this allocation alone, that live on the node.
  address_t allocate_on(unsigned node, std::uint64_t bytes);

 protected:
  // Before anything is allocated: where allocation begins, instead of at 4 KiB.
  void allocate_from(address_t first) { next_ = first; }
  // There is no room for so many bytes more.
  virtual std::string too_small(std::uint64_t bytes) const;

 private:
  std::uint64_t next_ = 4096;
};

struct workload_parameters {
  std::uint64_t size = 0;        // workload.size: elements; 0 = the workload's own default
  std::uint64_t iterations = 0;  // workload.iterations: 0 = the workload's own default
  std::string variant;           // workload.variant: "" = the workload's first
  std::uint64_t seed = 1;
  unsigned processors = 1;
  std::uint64_t line = 64;  // bytes of a cache line: what processors write between barriers is divided by it
  std::uint64_t cache = 0;  // bytes of a processor's private caches: what is to miss must be larger
};

struct verdict {
  bool correct = false;
  std::string text;  // one line: what was checked, or what was wrong and where
  std::vector<std::pair<std::string, double>> results = {};  // named figures the workload itself reports
  std::string report = {};  // a table for people, whole lines, printed after `text`; "" = none
};

class workload {
 public:
  virtual ~workload() = default;
  virtual void prepare(memory_image& memory) = 0;   // writes the input, before time starts
  virtual void run(processor& cpu) = 0;             // once for each processor, concurrently
  virtual verdict check(memory_image& memory) = 0;  // compares with a sequential result computed on the host
};

struct workload_form {
  std::string name;                   // canonical: "radix-sort"
  std::string meaning;                // one line
  std::vector<std::string> variants;  // first = default; empty = none
  std::uint64_t default_size;
  std::string size_unit;  // "elements", "matrix rows", ...
};

struct workload_description : workload_form {
  std::unique_ptr<workload> (*make)(
      const workload_parameters&);  // throws std::invalid_argument, one readable line
};

const std::vector<workload_description>& shared_memory_workloads();

}  // namespace mimd::tb

#endif
