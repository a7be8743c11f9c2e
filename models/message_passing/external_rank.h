// A rank of a message_engine that is no abstract processor but something real: it does the protocol's work
// itself, in its own time, and the engine tells it what an abstract rank would do.
#ifndef MIMD_MESSAGE_PASSING_EXTERNAL_RANK_H
#define MIMD_MESSAGE_PASSING_EXTERNAL_RANK_H

#include <cstdint>

#include "message_passing/message_protocol.h"

namespace mimd::message_passing {

class external_rank {
 public:
  // The train of a message is at the rank's node: message_engine::external_received() when it was taken in.
  virtual void arrived(message& m) = 0;
  // The rank has to send m as it is now: message_engine::external_launch() when it leaves.
  virtual void transmit(message& m) = 0;
  virtual void delivered(const message& m) = 0;
  virtual void progressed(std::uint32_t cookie, progress p) = 0;

 protected:
  ~external_rank() = default;
};

}  // namespace mimd::message_passing

#endif
