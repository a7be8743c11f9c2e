// Ranks as sequential processes: takes the operations of a stream one by one, in the shape of MPI, and does
// them on a message engine; collective operations become the messages of their schedules.
//
// A rank takes its next operation when the last one is done, or, if it does not block, has begun. Requests of
// isend and ireceive are waited for by name or all at once. A rank is some 60 bytes, a request 24.
#ifndef MIMD_MESSAGE_PASSING_PROCESS_LAYER_H
#define MIMD_MESSAGE_PASSING_PROCESS_LAYER_H

#include <cstdint>
#include <string>
#include <vector>

#include "message_passing/message_engine.h"
#include "message_passing/operation_stream.h"

namespace mimd::message_passing {

class process_layer : public rank_program {
 public:
  process_layer(message_engine& engine, operation_stream& stream, const collective_algorithms& algorithms);

  void begin(std::uint32_t rank) override { advance(rank); }
  void progressed(std::uint32_t rank, std::uint32_t cookie, progress p) override;
  std::string waiting(std::uint32_t rank) const override;

 private:
  static constexpr std::uint32_t none = 0xffffffffu;
  // Cookies: what an operation is for, and, of requests, which.
  static constexpr std::uint32_t blocking = 0;
  static constexpr std::uint32_t part_of_collective = 1;
  static constexpr std::uint32_t first_request = 2;

  enum class blocked : std::uint8_t {
    no,
    until_begun,
    until_done,
    until_request,
    until_all,
    in_collective,
    ended
  };

  struct request {
    std::uint32_t next = none;  // of the same rank, in order of their beginning
    bool done = false;
    std::uint64_t name = 0;
  };
  struct process {
    blocked state = blocked::no;
    collective which = collective::barrier;
    std::uint8_t stage = 0;
    bool step_waits = false;
    std::uint32_t outstanding = 0;  // requests that are not done
    std::uint32_t awaited = none;   // request
    std::uint32_t first_request = none;
    std::uint32_t last_request = none;
    std::uint32_t root = 0;  // of the collective
    std::uint64_t bytes = 0;
    std::uint32_t index = 0;     // of its step
    std::uint32_t to_begin = 0;  // messages of that step
    std::uint32_t to_end = 0;    // messages of this and earlier steps
  };

  void advance(std::uint32_t rank);
  bool at_once(std::uint32_t rank, const call& c);
  std::uint32_t add_request(process& p, std::uint64_t name);
  void remove_request(process& p, std::uint32_t i);
  bool is_done(std::uint32_t rank, std::uint64_t name);
  void request_done(std::uint32_t rank, std::uint32_t i);
  void message_progressed(std::uint32_t rank, progress p);
  bool next_step(std::uint32_t rank);

  message_engine& engine_;
  operation_stream& stream_;
  std::vector<collective_stages> stages_;  // by collective
  std::vector<process> processes_;
  std::vector<request> requests_;
  std::uint32_t free_request_ = none;
};

}  // namespace mimd::message_passing

#endif
