// A trace of packets: a text file, plain or compressed (gzip, xz, zstd), one packet a line.
//
//   id cycle source destination flits [after=ID,ID,...] [delay=CYCLES] [vn=N] [priority=N] [class=N]
//
// '#' starts a comment. Identifiers are whole numbers, each once, in any order. A packet leaves its source at
// `cycle`, or, if that is later, `delay` cycles after the last of the packets in `after` has arrived; those
// must stand in earlier lines. Lines need not be in order of cycles.
//
// Errors are std::runtime_error "FILE:LINE: what: 'the line'": unknown or repeated identifiers, dependencies
// on later lines, terminals or virtual networks out of range, no flits, malformed numbers.
#ifndef MIMD_TB_TRAFFIC_PACKET_TRACE_H
#define MIMD_TB_TRAFFIC_PACKET_TRACE_H

#include <cstdint>
#include <string>
#include <vector>

#include "noc/packet.h"

namespace mimd::tb {

struct traced_packet {
  std::uint64_t id = 0;
  noc::cycle not_before = 0;
  noc::cycle delay = 0;
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint32_t flits = 1;
  std::uint32_t waits_for = 0;  // so many packets
  std::uint8_t virtual_network = 0;
  std::uint8_t priority = 0;
  std::uint8_t traffic_class = 0;
};

class packet_trace {
 public:
  static constexpr std::uint32_t longest_packet = 1u << 20;  // flits
  static constexpr noc::cycle latest = noc::cycle{1} << 60;

  packet_trace(const std::string& file, std::uint32_t terminals, std::uint32_t virtual_networks);

  const std::vector<traced_packet>& packets() const { return packets_; }  // in order of lines
  // The packets that wait for packet i: numbers into packets().
  const std::uint32_t* followers_begin(std::uint32_t i) const { return followers_.data() + first_[i]; }
  const std::uint32_t* followers_end(std::uint32_t i) const { return followers_.data() + first_[i + 1]; }
  std::uint32_t classes() const { return classes_; }

 private:
  std::vector<traced_packet> packets_;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> followers_;
  std::uint32_t classes_ = 1;
};

}  // namespace mimd::tb

#endif
