// How messages of a directory protocol get from node to node: what a fabric needs of a network.
//
// A transport either knows at once when a message that enters at `at` will arrive (travel(); always so when
// loosely timed), or carries it by events of its own (carry(); then packet_sink::arrived() is called).
#ifndef MIMD_DIRECTORY_DIRECTORY_TRANSPORT_H
#define MIMD_DIRECTORY_DIRECTORY_TRANSPORT_H

#include "directory/directory_packet.h"

namespace mimd {

class directory_transport {
 public:
  virtual ~directory_transport() = default;

  virtual bool foresees_arrival() const = 0;  // approximately timed: travel() is used
  virtual time_ps travel(directory_packet& p, time_ps at) = 0;
  virtual void carry(directory_packet& p, time_ps at) = 0;  // enters at `at`

  // The packets in this list (directory_packet::next), of one type and sender and each to another node, as
  // one message that forks on its way; travel() likewise sets their arrival. Only if multicasts().
  virtual bool multicasts() const { return false; }
  virtual void travel_all(directory_packet& first, time_ps at) { (void)first, (void)at; }
  virtual void carry_all(directory_packet& first, time_ps at) { (void)first, (void)at; }
};

}  // namespace mimd

#endif
