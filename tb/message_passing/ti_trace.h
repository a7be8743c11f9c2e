// A time-independent MPI trace as `smpirun -trace-ti` writes it and `smpirun -replay` reads it
// (SimGrid 3.32).
//
// The file names one file a rank, in order, relative to its own folder (as written, if there is none); or it
// holds all actions itself, each line beginning with its rank. Actions, with optional arguments in brackets
// and sizes in elements of the type (0 double, 1 int, 2 char, 3 short, 4 long, 5 float, 6 byte; without one
// byte, or double if `init` has an argument):
//
//   init [x]  finalize  comm_size n  comm_split  comm_dup  location file line    nothing happens
//   compute flops   sleep seconds
//   send|isend dst tag size [type]   recv|irecv src tag size [type]   sendrecv n dst m src [type [type]]
//   wait src dst tag   waitall n   test src dst tag      a test takes no time and waits for nothing
//   barrier   bcast n [root [type]]   reduce n flops [root [type]]   allreduce n flops [type]
//   scan|exscan n flops [type]   gather|scatter n m [root [type type]]
//   allgather|alltoall n m [type type]
//   gatherv n m0 m1 … [root [type type]]   scatterv n0 n1 … m [root [type type]]
//   allgatherv n m0 m1 … [type type]       alltoallv x n0 n1 … y m0 m1 … [type type]
//   reducescatter n0 n1 … flops [type]
//
// All communicators count as one. Collectives are those of the machine; those with a size a rank (…v)
// exchange their messages all at once; reducescatter is a reduce to rank 0, then a scatterv, if all parts are
// of one size, else recursive doubling. A rank's flops take flops / rate. Read at once, 24 bytes an action;
// errors are std::runtime_error "FILE:LINE: ...".
#ifndef MIMD_TB_MESSAGE_PASSING_TI_TRACE_H
#define MIMD_TB_MESSAGE_PASSING_TI_TRACE_H

#include <cstdint>
#include <string>
#include <vector>

#include "message_passing/operation_stream.h"

namespace mimd::tb {

class ti_trace final : public message_passing::operation_stream {
 public:
  ti_trace(const std::string& path, double flops_per_second);

  std::uint32_t ranks() const { return static_cast<std::uint32_t>(actions_.size()); }
  std::uint64_t actions() const { return count_; }
  bool next(std::uint32_t rank, time_ps now, message_passing::call& c) override;

 private:
  class reader;

  struct action {
    message_passing::call::kind what;
    message_passing::collective which;
    std::uint32_t peer;
    std::uint32_t tag;
    std::uint64_t amount;  // bytes, picoseconds, or the name of a request
  };

  std::vector<std::vector<action>> actions_;  // by rank
  std::vector<std::uint32_t> done_;
  std::uint64_t count_ = 0;
};

}  // namespace mimd::tb

#endif
