// A GOAL schedule (Hoefler, Siebert, Lumsdaine, "Group operation assembly language", 2009) as LogGOPSim's
// txt2bin reads it, one statement a line:
//
//   num_ranks 4
//   rank 0 {
//   l1: calc 1500            1500 ns of computing
//   l2: send 8192b to 1 tag 7
//   l3: recv 8b from 2       tag 0 if none is given; from -1 and tag -1: any
//   l2 requires l1           begins when l1 is done
//   l3 irequires l1          begins when l1 has begun
//   }
//
// Comments: // and # to the end of the line. Operations without a label have no dependants. `cpu 0` and `nic
// 0` may follow an operation; others are refused: a rank has one of each. Dependencies may stand anywhere in
// the rank after both operations. Ranks without operations need not be mentioned.
//
// What becomes free together begins in LogGOPSim's order: sends, then receives, then computing, each in the
// order of the file. Errors: std::runtime_error "FILE:LINE: ...".
#ifndef MIMD_TB_MESSAGE_PASSING_GOAL_PROGRAM_H
#define MIMD_TB_MESSAGE_PASSING_GOAL_PROGRAM_H

#include <cstdint>
#include <string>
#include <vector>

#include "message_passing/message_engine.h"

namespace mimd::tb {

class goal_program final : public message_passing::rank_program {
 public:
  explicit goal_program(const std::string& path);

  std::uint32_t ranks() const { return static_cast<std::uint32_t>(first_.size() - 1); }
  std::uint64_t operations() const { return operations_.size(); }
  void run_on(message_passing::message_engine& engine) { engine_ = &engine; }

  void begin(std::uint32_t rank) override;
  void progressed(std::uint32_t rank, std::uint32_t cookie, message_passing::progress p) override;
  std::string waiting(std::uint32_t rank) const override;

 private:
  class reader;

  struct goal_operation {
    std::uint64_t amount = 0;  // bytes, or picoseconds
    std::uint32_t peer = 0;
    std::uint32_t tag = 0;
    message_passing::operation::kind what = message_passing::operation::kind::compute;
    std::uint32_t waits_for = 0;  // dependencies that do not hold yet
  };
  // Operation `later` depends on `earlier`.
  struct dependency {
    std::uint32_t earlier;
    std::uint32_t later;
    bool on_begin;
  };

  void release(std::uint32_t operation, bool on_begin);
  void post_free(std::uint32_t rank);

  message_passing::message_engine* engine_ = nullptr;
  std::vector<goal_operation> operations_;
  std::vector<std::uint32_t> first_;            // of each rank, and the end
  std::vector<std::uint32_t> left_;             // operations of each rank that are not done
  std::vector<std::uint32_t> first_dependant_;  // by operation, and the end
  std::vector<std::uint32_t> dependants_;       // twice the operation, plus one if on its beginning
  std::vector<std::uint32_t> free_;             // just become so
};

}  // namespace mimd::tb

#endif
