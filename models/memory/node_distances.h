// Distances between the nodes of a machine as firmware and operating systems state them: relative latencies,
// 10 for a node itself (ACPI's System Locality Information Table, SLIT).
//
// The text is P lines of P numbers, node 0 first, as /sys/devices/system/node/node*/distance prints them;
// what follows a # is a comment, empty lines are skipped. Ranges: 1 to 16384 nodes; 10 on the diagonal, 10
// ... 254 elsewhere (below 10 is reserved, 255 means unreachable). Distances need not be symmetric. Errors:
// std::runtime_error, "FILE:LINE: what is wrong", one line.
#ifndef MIMD_MEMORY_NODE_DISTANCES_H
#define MIMD_MEMORY_NODE_DISTANCES_H

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace mimd {

inline constexpr unsigned most_memory_nodes = 16'384;  // of a machine

class node_distances {
 public:
  static constexpr unsigned local = 10;

  // All other nodes equally far, 10 ... 254.
  explicit node_distances(unsigned nodes, unsigned remote = 2 * local);
  // `name` is what errors call the text.
  static node_distances read(std::istream& text, const std::string& name);
  static node_distances read_file(const std::string& path);

  unsigned nodes() const { return nodes_; }
  unsigned operator()(unsigned from, unsigned to) const {
    return distances_[std::size_t{from} * nodes_ + to];
  }

 private:
  unsigned nodes_ = 0;
  std::vector<std::uint8_t> distances_;  // row by row
};

}  // namespace mimd

#endif
