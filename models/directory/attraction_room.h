// What a home of a flat COMA knows of the room in attraction memories, and whom it offers a line that lost
// its master.
//
// It counts, from its own directory, the lines that each node has in each set, and of how many of them it is
// the master; a read or write that the home has served counts although its data is still on the way. That is
// exact if ways hold a line each, one home has all lines of a set and hears of every replacement; otherwise a
// guess, and the node that is asked decides.
//
// A line is offered first to nodes that share it, who need no room; then to those with an invalid way, in
// order of node from the one that gave it up; then to those with a shared copy to drop; then to the others;
// to nobody twice. Joe, COMA-F, 1995, section on replacement. Plain C++.
#ifndef MIMD_DIRECTORY_ATTRACTION_ROOM_H
#define MIMD_DIRECTORY_ATTRACTION_ROOM_H

#include <cstdint>
#include <vector>

#include "directory/directory_message.h"
#include "directory/sharer_format.h"

namespace mimd {

using address_t = std::uint64_t;

// Of every node's attraction memory.
struct attraction_geometry {
  unsigned sets = 1;  // a power of two
  unsigned ways = 1;
  unsigned block = 64;  // bytes of a way, a power of two: a line, or a page of lines
  unsigned lines = 1;   // of a way

  unsigned set_of(address_t address) const {
    return static_cast<unsigned>(address >> __builtin_ctz(block)) & (sets - 1);
  }
};

class attraction_room {
 public:
  attraction_room(const attraction_geometry& geometry, unsigned nodes)
      : geometry_(geometry), nodes_(nodes), counts_(geometry.sets) {}

  void note_copy(address_t line, node_id node, int change) { of(line, node).copies += change; }
  void note_master(address_t line, node_id node, int change) {
    count& c = of(line, node);
    c.copies += change;
    c.masters += change;
  }
  // The line's counts will be needed: they are brought into the host's cache.
  void prefetch(address_t line) const { __builtin_prefetch(counts_[geometry_.set_of(line)].data(), 1); }

  // The node to be offered the line next, or no_node; `giver` is asked for the first offer alone, else
  // no_node.
  node_id next(address_t line, node_id giver, const line_sharers& sharers);
  // The line has found its place.
  void settled(address_t line);

 private:
  struct count {
    int copies = 0;
    int masters = 0;
  };
  struct offer {
    address_t line = 0;
    std::vector<bool> asked;
    node_id giver = no_node;
  };
  count& of(address_t line, node_id node) {
    std::vector<count>& set = counts_[geometry_.set_of(line)];
    if (set.empty()) set.resize(nodes_);
    return set[node];
  }
  template <class May>
  node_id first(const offer& o, May may) const;

  attraction_geometry geometry_;
  unsigned nodes_;
  std::vector<std::vector<count>> counts_;  // by set, then node
  std::vector<offer> offers_;
  std::vector<offer> idle_;  // used again: no allocation a line
};

// The sharers of a line, as home_core changes them, counted.
class counted_sharers {
 public:
  counted_sharers(line_sharers& sharers, attraction_room& room, address_t line)
      : sharers_(sharers), room_(room), line_(line) {}

  bool empty() const { return sharers_.empty(); }
  bool certain(node_id node) const { return sharers_.certain(node); }
  bool room(node_id first, node_id second) const { return sharers_.room(first, second); }
  void add(node_id node) {
    const bool known = certain(node);
    sharers_.add(node);
    if (!known && certain(node)) room_.note_copy(line_, node, 1);
  }
  void remove(node_id node) {
    if (certain(node)) room_.note_copy(line_, node, -1);
    sharers_.remove(node);
  }
  void clear() {
    for_each([this](node_id node) {
      if (certain(node)) room_.note_copy(line_, node, -1);
    });
    sharers_.clear();
  }
  node_id victim() { return sharers_.victim(); }
  template <class F>
  void for_each(F f) const {
    sharers_.for_each(f);
  }

 private:
  line_sharers& sharers_;
  attraction_room& room_;
  address_t line_;
};

}  // namespace mimd

#endif
