#include "noc/deadlock_check.h"

#include <stdexcept>
#include <utility>

#include "noc/dependency_graph.h"

namespace mimd::noc {

namespace {

// Where a packet is: a node (a channel into a router and a class of its virtual channels) and what the packet
// remembers.
struct place {
  std::uint32_t node;
  std::uint32_t state;  // number of a route_state
};

struct node_facts {
  std::uint32_t router;  // the channel leads to
  std::uint32_t input;
  std::uint32_t vc;  // the first of the class
  bool is_link;      // between routers
  bool escapes;
};

struct output_facts {
  std::uint32_t channel;
  std::uint32_t terminal;  // it leads to; none: to a router
};

constexpr std::uint32_t none = 0xffffffffu;

bool same(const route_state& a, const route_state& b) {
  return a.intermediate == b.intermediate && a.phase == b.phase;
}

class explorer {
 public:
  explicit explorer(const routing& r)
      : routing_(r),
        topology_(r.network()),
        firsts_(r.vc_classes()),
        classes_(static_cast<std::uint32_t>(firsts_.size())),
        graph_(topology_, classes_),
        used_(graph_.nodes(), 0),
        escape_(classes_, 0) {
    firsts_.push_back(r.vcs());
    for (std::uint32_t c = 0, vc = 0; vc < r.vcs(); ++vc) {
      if (firsts_[c + 1] == vc) ++c;
      class_of_vc_.push_back(c);
    }
    for (const auto vc : r.escape_vcs()) {
      escape_.at(class_of_vc_.at(vc)) = 1;
      escapes_ = true;
    }
    for (const auto& channel : topology_.channels())
      for (std::uint32_t c = 0; c < classes_; ++c)
        facts_.push_back(
            {channel.to.index, channel.to.port, firsts_[c], !channel.from.is_terminal, escape_[c] != 0});
    for (std::uint32_t router = 0; router < topology_.routers(); ++router) {
      first_output_.push_back(static_cast<std::uint32_t>(outputs_.size()));
      for (const auto c : topology_.outputs(router)) {
        const auto& to = topology_.channels()[c].to;
        outputs_.push_back({c, to.is_terminal ? to.index : none});
      }
    }
    first_output_.push_back(static_cast<std::uint32_t>(outputs_.size()));
  }

  deadlock_report explore() {
    const auto start = routing_.initial_states();
    const bool oblivious = !start.empty() && !routing_.heads_for_destination(start.front());
    if (oblivious)
      for (const auto& state : start) {
        begin_goal(0);
        enter(state);
        walk(true);
      }
    for (const auto destination : routing_.telling_destinations()) {
      begin_goal(destination);
      if (!oblivious)
        for (const auto& state : start) enter(state);
      for (const auto& [node, state] : turning_points_) expand(node, state, false);
      walk(false);
    }
    graph_.sort_far();
    return report();
  }

 private:
  void begin_goal(std::uint32_t destination) {
    destination_ = destination;
    states_.clear();
    ++goal_;
  }

  void enter(const route_state& state) {
    const auto number = number_of(state);
    for (std::uint32_t source = 0; source < topology_.terminals(); ++source) {
      const auto node = topology_.injection(source) * classes_;
      for_classes(routing_.injection(source, destination_, state),
                  [&](std::uint32_t c) { visit(node + c, number); });
    }
  }

  template <typename function>
  void for_classes(const route_candidate& range, function f) const {
    const auto end = range.first_vc + range.vcs;
    if (range.vcs == 0 || end > routing_.vcs() || firsts_[class_of_vc_[range.first_vc]] != range.first_vc ||
        (end < routing_.vcs() && firsts_[class_of_vc_[end]] != end))
      throw std::logic_error("a routing's virtual channels are not as its vc_classes() say");
    for (auto c = class_of_vc_[range.first_vc]; firsts_[c] < end; ++c) f(c);
  }

  std::uint32_t number_of(const route_state& state) {
    for (std::uint32_t i = 0; i < states_.size(); ++i)
      if (same(states_[i], state)) return i;
    states_.push_back(state);
    if (states_.size() > seen_.size()) seen_.emplace_back(graph_.nodes(), 0);
    return static_cast<std::uint32_t>(states_.size() - 1);
  }

  void visit(std::uint32_t node, std::uint32_t number) {
    if (std::exchange(seen_[number][node], goal_) == goal_) return;
    used_[node] = 1;
    open_.push_back({node, number});
  }

  void walk(bool oblivious) {
    while (!open_.empty()) {
      const auto at = open_.back();
      open_.pop_back();
      expand(at.node, states_[at.state], oblivious);
    }
  }

  // Asks the routing for the ways on, and takes them all. While the destination does not matter, a place from
  // which it does is only noted: from there the way goes on to every destination.
  void expand(std::uint32_t node, route_state before, bool oblivious) {
    auto state = before;
    ask(node, state);
    if (oblivious && routing_.heads_for_destination(state)) {
      turning_points_.emplace_back(node, before);
      return;
    }
    const auto number = number_of(state);
    const auto& here = facts_[node];
    const bool counts = here.is_link && (!escapes_ || here.escapes);
    bool offers_escape = false;
    bool leaves_escape = false;
    for_ways(here.router, [&](std::uint32_t channel, std::uint32_t c) {
      const bool to_escape = escapes_ && escape_[c] != 0;
      if (counts && to_escape == escapes_) graph_.add(node, channel, c);
      offers_escape = offers_escape || to_escape;
      leaves_escape = leaves_escape || (here.escapes && !to_escape);
      visit(channel * classes_ + c, number);
    });
    if (escapes_ && !offers_escape && !arrived_)
      throw std::logic_error("the routing offers no escape channel at " + name(node));
    if (leaves_escape && here.is_link) follow_outside(node, before);
  }

  void ask(std::uint32_t node, route_state& state) {
    const auto& here = facts_[node];
    routing_.candidates({here.router, here.input, here.vc, destination_}, state, ways_);
    if (ways_.size() == 0) throw std::logic_error("the routing offers no way on at " + name(node));
  }

  // f(channel, class) for what ask() has found; sets arrived_.
  template <typename function>
  void for_ways(std::uint32_t router, function f) {
    arrived_ = false;
    for (const auto& way : ways_) {
      if (way.output >= first_output_[router + 1] - first_output_[router])
        throw std::logic_error("the routing leads to an output that r" + std::to_string(router) + " has not");
      const auto& output = outputs_[first_output_[router] + way.output];
      if (output.terminal == none) {
        for_classes(way, [&](std::uint32_t c) { f(output.channel, c); });
        continue;
      }
      if (output.terminal != destination_)
        throw std::logic_error("the routing leads packets for t" + std::to_string(destination_) + " to t" +
                               std::to_string(output.terminal));
      arrived_ = true;
    }
  }

  std::string name(std::uint32_t node) const {
    const auto& channel = topology_.channels()[node / classes_];
    return topology_.name(channel.to) + " for t" + std::to_string(destination_) + " come over " +
           topology_.name(channel) + " vc" + std::to_string(firsts_[node % classes_]);
  }

  // The escape channels that a packet which holds an escape channel may ask for after others.
  void follow_outside(std::uint32_t holder, const route_state& start) {
    std::vector<std::pair<std::uint32_t, route_state>> seen{{holder, start}};
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const auto node = seen[i].first;
      auto state = seen[i].second;
      ask(node, state);
      for_ways(facts_[node].router, [&](std::uint32_t channel, std::uint32_t c) {
        const auto next = channel * classes_ + c;
        if (escape_[c] != 0) {
          if (node != holder) graph_.add_far(holder, next);
          return;
        }
        for (const auto& [n, s] : seen)
          if (n == next && same(s, state)) return;
        seen.emplace_back(next, state);
      });
    }
  }

  deadlock_report report() const {
    deadlock_report result;
    const auto size = [&](std::uint32_t c) { return std::uint64_t{firsts_[c + 1] - firsts_[c]}; };
    for (std::uint32_t node = 0; node < graph_.nodes(); ++node) {
      const auto& channel = topology_.channels()[node / classes_];
      const auto c = node % classes_;
      if (used_[node] == 0 || channel.from.is_terminal || (escapes_ && escape_[c] == 0)) continue;
      result.channels += size(c);
      graph_.successors(node,
                        [&](std::uint32_t to) { result.dependencies += size(c) * size(to % classes_); });
    }
    for (const auto node : graph_.find_cycle())
      result.cycle.push_back({node / classes_, firsts_[node % classes_]});
    return result;
  }

  const routing& routing_;
  const topology& topology_;
  std::vector<std::uint32_t> firsts_;  // virtual channel of each class, and one past the last
  std::uint32_t classes_;
  std::vector<std::uint32_t> class_of_vc_;
  dependency_graph graph_;
  std::vector<bool> used_;    // by node
  std::vector<char> escape_;  // by class
  bool escapes_ = false;
  std::vector<node_facts> facts_;
  std::vector<std::uint32_t> first_output_;  // by router, in outputs_
  std::vector<output_facts> outputs_;

  std::uint32_t destination_ = 0;
  std::uint32_t goal_ = 0;                        // number of the search
  std::vector<route_state> states_;               // of this search
  std::vector<std::vector<std::uint32_t>> seen_;  // by state and node: in which search last
  std::vector<place> open_;
  std::vector<std::pair<std::uint32_t, route_state>> turning_points_;

  route_candidates ways_;  // of the last ask()
  bool arrived_ = false;
};

}  // namespace

deadlock_report examine_deadlock(const routing& r) {
  return explorer(r).explore();
}

std::string name_cycle(const topology& t, const std::vector<virtual_channel>& channels) {
  std::string result;
  const auto append = [&](const virtual_channel& v) {
    result += t.name(t.channels()[v.channel]) + " vc" + std::to_string(v.vc);
  };
  for (const auto& v : channels) {
    append(v);
    result += " -> ";
  }
  if (!channels.empty()) append(channels.front());
  return result;
}

void check_deadlock_free(const routing& r) {
  const auto report = examine_deadlock(r);
  if (!report.cycle.empty())
    throw std::invalid_argument("the routing can deadlock on this " + r.network().form().family +
                                " topology: " + name_cycle(r.network(), report.cycle));
}

void check_ordered(const routing& r, const std::vector<bool>& ordered) {
  if (r.deterministic()) return;
  for (std::size_t network = 0; network < ordered.size(); ++network)
    if (ordered[network])
      throw std::invalid_argument("virtual network " + std::to_string(network) +
                                  " is ordered, but its routing chooses its way by the load: take one that "
                                  "does not, as '" +
                                  default_routing(r.network()) + "'");
}

}  // namespace mimd::noc
