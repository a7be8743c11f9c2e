// A program as each rank's own sequence of operations, made one at a time when the rank gets there.
#ifndef MIMD_MESSAGE_PASSING_OPERATION_STREAM_H
#define MIMD_MESSAGE_PASSING_OPERATION_STREAM_H

#include <cstdint>

#include "infrastructure/time.h"
#include "message_passing/collective_algorithms.h"
#include "message_passing/message.h"

namespace mimd::message_passing {

// The shape of MPI.
struct call {
  enum class kind : std::uint8_t {
    compute,   // duration
    send,      // peer, tag, bytes; done when the sender may use its buffer again
    isend,     // likewise, request
    receive,   // peer or any_source, tag or any_tag, bytes at most
    ireceive,  // likewise, request
    wait,      // for the oldest request of this name that has not been waited for
    wait_all,
    collective,  // which, root, bytes: of one rank's contribution, or of the vector
  };

  kind what = kind::compute;
  collective which = collective::barrier;
  std::uint32_t peer = any_source;  // or the root
  std::uint32_t tag = any_tag;
  std::uint64_t bytes = 0;
  time_ps duration = 0;
  std::uint64_t request = 0;  // the program's name; several may have the same
};

class operation_stream {
 public:
  virtual ~operation_stream() = default;

  // The next operation of a rank, whose time is `now`; false at the end.
  virtual bool next(std::uint32_t rank, time_ps now, call& c) = 0;
};

}  // namespace mimd::message_passing

#endif
