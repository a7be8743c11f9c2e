#include "noc/routing.h"

#include <stdexcept>

#include "infrastructure/nearest_name.h"
#include "noc/destination_tag.h"
#include "noc/dimension_order.h"
#include "noc/dragonfly_routing.h"
#include "noc/fat_tree_routing.h"
#include "noc/grid.h"
#include "noc/minimal_adaptive.h"
#include "noc/table_routing.h"
#include "noc/turn_model.h"
#include "noc/valiant.h"

namespace mimd::noc {

routing::routing(const topology& t, std::uint32_t vcs) : topology_(t), vcs_(vcs) {
  if (vcs == 0) throw std::invalid_argument("a network needs at least 1 virtual channel");
  for (std::uint32_t terminal = 0; terminal < t.terminals(); ++terminal)
    exits_.push_back({t.destination_router(terminal), t.ejection_port(terminal)});
}

route_state routing::begin(std::uint32_t, std::uint32_t, random_generator&) const {
  return {};
}

route_state routing::begin_flow(std::uint32_t source, std::uint32_t destination) const {
  random_generator random(flow_hash(source, destination));
  return begin(source, destination, random);
}

std::vector<route_state> routing::initial_states() const {
  return {route_state{}};
}

std::vector<std::uint32_t> routing::telling_destinations() const {
  std::vector<std::uint32_t> result;
  for (std::uint32_t terminal = 0; terminal < topology_.terminals(); ++terminal) result.push_back(terminal);
  return result;
}

std::vector<std::uint32_t> routing::vc_classes() const {
  std::vector<std::uint32_t> result;
  for (std::uint32_t vc = 0; vc < vcs_; ++vc) result.push_back(vc);
  return result;
}

namespace {

using maker = std::unique_ptr<routing> (*)(const topology&, std::uint32_t);

template <typename type>
std::unique_ptr<routing> simple(const topology& t, std::uint32_t vcs) {
  return std::make_unique<type>(t, vcs);
}

template <typename type, typename type::kind which>
std::unique_ptr<routing> of_kind(const topology& t, std::uint32_t vcs) {
  return std::make_unique<type>(which, t, vcs);
}

template <fat_tree_routing::up which>
std::unique_ptr<routing> fat_tree(const topology& t, std::uint32_t vcs) {
  return std::make_unique<fat_tree_routing>(which, t, vcs);
}

std::unique_ptr<routing> e_cube(const topology& t, std::uint32_t vcs) {
  if (t.form().family != "hypercube")
    throw std::invalid_argument("e-cube routing is for hypercubes, not for a " + t.form().family);
  return std::make_unique<dimension_order>(t, vcs);
}

std::unique_ptr<routing> any_valiant(const topology& t, std::uint32_t vcs) {
  if (t.form().family == "dragonfly")
    return std::make_unique<dragonfly_routing>(dragonfly_routing::kind::valiant, t, vcs);
  return std::make_unique<valiant>(t, vcs);
}

struct named_routing {
  const char* name;
  maker make;
};

const named_routing routings[] = {
    {"dimension-order", simple<dimension_order>},
    {"e-cube", e_cube},
    {"o1turn", simple<o1turn>},
    {"west-first", of_kind<turn_model, turn_model::kind::west_first>},
    {"odd-even", of_kind<turn_model, turn_model::kind::odd_even>},
    {"minimal-adaptive", of_kind<minimal_adaptive, minimal_adaptive::kind::all>},
    {"booksim-min-adapt", of_kind<minimal_adaptive, minimal_adaptive::kind::booksim>},
    {"valiant", any_valiant},
    {"minimal", of_kind<dragonfly_routing, dragonfly_routing::kind::minimal>},
    {"fat-tree-random", fat_tree<fat_tree_routing::up::random>},
    {"fat-tree-d-mod-k", fat_tree<fat_tree_routing::up::d_mod_k>},
    {"fat-tree-adaptive", fat_tree<fat_tree_routing::up::adaptive>},
    {"destination-tag", simple<destination_tag>},
    {"shortest-path", of_kind<table_routing, table_routing::kind::shortest_path>},
    {"up-down", of_kind<table_routing, table_routing::kind::up_down>},
};

}  // namespace

std::vector<std::string> routing_names() {
  std::vector<std::string> result;
  for (const auto& r : routings) result.push_back(r.name);
  return result;
}

std::string default_routing(const topology& t) {
  const auto& family = t.form().family;
  if (grid::fits(t)) return "dimension-order";
  if (family == "fat-tree") return "fat-tree-random";
  if (family == "butterfly" || family == "omega") return "destination-tag";
  if (family == "dragonfly") return "minimal";
  return "shortest-path";
}

std::unique_ptr<routing> make_routing(const std::string& name, const topology& t, std::uint32_t vcs) {
  const auto& wanted = name.empty() ? default_routing(t) : name;
  for (const auto& r : routings)
    if (wanted == r.name) return r.make(t, vcs);
  throw std::invalid_argument("no routing is called " + in_quotes(name) + "; the nearest is '" +
                              nearest_name(name, routing_names()) + "'");
}

}  // namespace mimd::noc
