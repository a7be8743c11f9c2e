// A workload for machines whose processors have a memory each: a program with messages, run by every rank,
// whose result is checked.
#ifndef MIMD_TB_MESSAGE_WORKLOAD_H
#define MIMD_TB_MESSAGE_WORKLOAD_H

#include <memory>
#include <vector>

#include "message_passing/communicator.h"
#include "tb/workload.h"

namespace mimd::tb {

// The private memories as the host sees them, before and after the run.
class private_memories {
 public:
  virtual ~private_memories() = default;
  virtual memory_image& of(unsigned rank) = 0;
};

class message_workload {
 public:
  virtual ~message_workload() = default;
  virtual void prepare(private_memories& memories) = 0;   // writes the input, before time starts
  virtual void run(communicator& ranks) = 0;              // once for each rank, concurrently
  virtual verdict check(private_memories& memories) = 0;  // compares with a sequential result of the host
};

struct message_workload_description : workload_form {
  // workload_parameters::processors is the number of ranks. Throws std::invalid_argument, one line.
  std::unique_ptr<message_workload> (*make)(const workload_parameters&);
};

const std::vector<message_workload_description>& message_workloads();

}  // namespace mimd::tb

#endif
