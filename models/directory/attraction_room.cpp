#include "directory/attraction_room.h"

#include <algorithm>

namespace mimd {

template <class May>
node_id attraction_room::first(const offer& o, May may) const {
  for (unsigned i = 1; i < nodes_; ++i) {
    const auto node = static_cast<node_id>((o.giver + i) % nodes_);
    if (!o.asked[node] && may(node)) return node;
  }
  return no_node;
}

node_id attraction_room::next(address_t line, node_id giver, const line_sharers& sharers) {
  if (giver != no_node) {
    if (idle_.empty()) idle_.emplace_back();
    offers_.push_back(std::move(idle_.back()));
    idle_.pop_back();
    offers_.back().line = line;
    offers_.back().giver = giver;
    offers_.back().asked.assign(nodes_, false);
    offers_.back().asked[giver] = true;
  }
  offer& o = *std::find_if(offers_.begin(), offers_.end(), [line](const offer& x) { return x.line == line; });
  const int ways = static_cast<int>(geometry_.ways * geometry_.lines);
  node_id to = first(o, [&](node_id node) { return sharers.certain(node); });
  if (to == no_node) to = first(o, [&](node_id node) { return of(line, node).copies < ways; });
  if (to == no_node) to = first(o, [&](node_id node) { return of(line, node).masters < ways; });
  if (to == no_node) to = first(o, [](node_id) { return true; });
  if (to != no_node) o.asked[to] = true;
  return to;
}

void attraction_room::settled(address_t line) {
  const auto o =
      std::find_if(offers_.begin(), offers_.end(), [line](const offer& x) { return x.line == line; });
  if (o == offers_.end()) return;
  idle_.push_back(std::move(*o));
  offers_.erase(o);
}

}  // namespace mimd
