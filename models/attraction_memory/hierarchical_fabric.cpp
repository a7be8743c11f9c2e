#include "attraction_memory/hierarchical_fabric.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "attraction_memory/hierarchical_fabric_parts.h"
#include "infrastructure/copy_bytes.h"
#include "infrastructure/transaction_log.h"

namespace mimd {

namespace {

const hierarchical_fabric_parameters& checked(const hierarchical_fabric_parameters& p) {
  const std::string complaint = p.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

unsigned hierarchical_fabric_parameters::levels() const {
  unsigned count = 1;
  for (unsigned groups = nodes; groups > arity; groups = (groups + arity - 1) / arity) ++count;
  return count;
}

std::string hierarchical_fabric_parameters::check() const {
  if (nodes == 0 || nodes > 4096) return "node.count must be 1 to 4096";
  if (arity < 2 || arity > max_group_members) {
    return "hierarchy.arity must be 2 to " + std::to_string(max_group_members);
  }
  if (line < 16 || (line & (line - 1)) != 0) return "l1.line must be a power of two, at least 16 B";
  if (levels() > max_hierarchy_levels) {
    return "hierarchy.arity: " + std::to_string(levels()) + " levels, but at most " +
           std::to_string(max_hierarchy_levels) + " are possible";
  }
  if (slots == 0) return "hierarchy.slots must not be 0";
  if (medium == medium_kind::ring && (revolution < slots || revolution <= arity)) {
    return "hierarchy.revolution is too short for its slots";
  }
  return {};
}

hierarchical_fabric::hierarchical_fabric(const sc_core::sc_module_name& name,
                                         const hierarchical_fabric_parameters& parameters, timing_mode timing)
    : sc_module(name),
      coherent("coherent", checked(parameters).nodes),
      parameters_(parameters),
      description_(ddm_protocol()),
      protocol_(description_),
      timing_(timing),
      agenda_(agenda::of_simulation()),
      blocks_(parameters.line),
      slots_(parameters.memory_size) {
  build();
}

hierarchical_fabric::~hierarchical_fabric() = default;

// Groups of attraction memories, then groups of these, until there is one; numbered from that one down.
void hierarchical_fabric::build() {
  std::vector<std::vector<unsigned>> sizes;  // by level, from the lowest: members of each group
  unsigned members = parameters_.nodes;
  do {
    sizes.emplace_back();
    for (unsigned left = members; left > 0;) {
      const unsigned size = std::min(left, parameters_.arity);
      sizes.back().push_back(size);
      left -= size;
    }
    members = static_cast<unsigned>(sizes.back().size());
  } while (members > 1);
  levels_ = static_cast<unsigned>(sizes.size());
  std::vector<unsigned> first(levels_);  // number of each level's first group
  unsigned count = 0;
  for (unsigned level = levels_; level-- > 0;) {
    first[level] = count;
    count += static_cast<unsigned>(sizes[level].size());
  }
  groups_.resize(count);
  for (unsigned level = levels_; level-- > 0;) {
    for (unsigned i = 0; i < sizes[level].size(); ++i) {
      auto g = std::make_unique<group>();
      g->number = first[level] + i;
      g->level = level;
      g->members = sizes[level][i];
      if (level + 1 < levels_) {
        g->above = first[level + 1] + i / parameters_.arity;
        g->as_member = i % parameters_.arity;
      }
      const unsigned below = i * parameters_.arity;
      g->first_member = level == 0 ? below : first[level - 1] + below;
      g->all = g->members == max_group_members ? ~member_set{0} : hierarchy_core::only(g->members) - 1;
      g->directories = level == 0 ? 0 : g->all;
      if (parameters_.medium == hierarchical_fabric_parameters::medium_kind::bus) {
        g->medium = std::make_unique<group_bus>(parameters_.bus);
      } else {
        g->medium = std::make_unique<slotted_ring>(
            slotted_ring_parameters{g->members + 1, parameters_.revolution, parameters_.slots});
      }
      group_names_.push_back("level_" + std::to_string(level) + ".group_" + std::to_string(i));
      groups_[g->number] = std::move(g);
    }
  }
  const unsigned leaves = first[0];
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    agents_.push_back(std::make_unique<attraction_agent>(*this, n, leaves + n / parameters_.arity,
                                                         n % parameters_.arity, parameters_.line));
    coherent[n].bind(*agents_[n]);
    node_names_.push_back("node_" + std::to_string(n) + ".cache");
  }
}

void hierarchical_fabric::end_of_elaboration() {
  for (unsigned n = 0; n < agents_.size(); ++n) {
    agents_[n]->set_cache(dynamic_cast<coherence_backward&>(*coherent[n].get_base_port().get_interface()));
  }
}

void hierarchical_fabric::count_rows() {
  memory_rows_.resize(description_.memory.size());
  tree_rows_.resize(description_.tree.size());
}

unsigned hierarchical_fabric::level_of(unsigned number) const {
  return groups_[number]->level;
}
const group_counters& hierarchical_fabric::counters_of(unsigned number) const {
  return groups_[number]->counters;
}
const hierarchy_medium& hierarchical_fabric::medium_of(unsigned number) const {
  return *groups_[number]->medium;
}

void hierarchical_fabric::set_medium(unsigned number, std::unique_ptr<hierarchy_medium> medium) {
  groups_[number]->medium = std::move(medium);
}

// --- for agents

void hierarchical_fabric::ask_turn(unsigned number, unsigned member, address_t line, group_line& in_group,
                                   time_ps at) {
  port p{*this, *groups_[number], in_group, line, at};
  core_.request(p, member);
}

// --- steps

void hierarchical_fabric::post(step& s, time_ps at) {
  s.seen = at;
  if (loose()) {
    loose_steps_.push(s);
  } else {
    agenda_.schedule(s, at);
  }
}

void hierarchical_fabric::step::fire() {
  fabric->arrived(*this);
}

void hierarchical_fabric::arrived(step& s) {
  execute(s, now_ps());
  look_for_quiet();
}

void hierarchical_fabric::finish_loose() {
  if (running_loose_) return;
  running_loose_ = true;
  while (!loose_steps_.empty()) {
    step& s = loose_steps_.pop();
    execute(s, s.seen);
  }
  running_loose_ = false;
}

bool hierarchical_fabric::may_snoop(const step& s) const {
  const group& g = *s.of;
  for (member_set asked = s.line->copies & ~g.directories; asked != 0; asked &= asked - 1) {
    const unsigned member = static_cast<unsigned>(__builtin_ctzll(asked));
    if (!agents_[g.first_member + member]->can_snoop(s.address)) return false;
  }
  return true;
}

void hierarchical_fabric::snoop_again(address_t line) {
  for (std::size_t i = 0; i < deferred_.size();) {
    step& s = *deferred_[i];
    if (s.address != line || !may_snoop(s)) {
      ++i;
      continue;
    }
    deferred_.erase(deferred_.begin() + static_cast<std::ptrdiff_t>(i));
    execute(s, now_ps());
    i = 0;
  }
}

void hierarchical_fabric::execute(step& s, time_ps at) {
  if (s.kind != step_kind::grant && s.kind != step_kind::recalled && !may_snoop(s)) {
    deferred_.push_back(&s);
    return;
  }
  group& g = *s.of;
  group_line& line = *s.line;
  const step_kind kind = s.kind;
  const unsigned member = s.member;
  const hierarchy_reply reply = s.reply;
  port p{*this, g, line, s.address, at, kind, member};
  if (log_) p.record(s);
  switch (kind) {
    case step_kind::turn:
      ++g.counters.transactions;
      line.back = at + g.medium->round();
      line.latest = at;
      core_.turn(p, member);
      break;
    case step_kind::search:
      ++g.counters.answers;
      line.latest = at;
      core_.search(p);
      break;
    case step_kind::grant:
      core_.grant(p);
      break;
    case step_kind::answer:
      p.take_answer(member, reply);
      core_.answer(p, reply);
      break;
    case step_kind::recalled:
      recalled_at_ = std::max(recalled_at_, at);
      line.above.has_data = false;
      free_buffer(line.above_data);
      break;
  }
  s.line = nullptr;
  steps_.give_back(s);  // now that what it causes is posted: before, nothing would seem to be under way
  if (swapper_ && !loose()) swapper_->progress(at);
}

// --- quiet

void hierarchical_fabric::look_for_quiet() {
  if (!when_quiet_ || steps_.in_use() != 0 || !kept_.empty()) return;
  if (std::all_of(agents_.begin(), agents_.end(), [](const auto& a) { return a->quiet(); })) {
    std::exchange(when_quiet_, nullptr)();
  }
}

void hierarchical_fabric::when_quiet(std::function<void()> then) {
  when_quiet_ = std::move(then);
  look_for_quiet();
}

std::string hierarchical_fabric::waiting() const {
  std::ostringstream out;
  for (const auto& a : agents_) out << a->waiting();
  for (const step* s : deferred_) {
    out << group_names_[s->of->number] << " cannot ask for line 0x" << std::hex << s->address << std::dec
        << " yet; ";
  }
  for (const kept_request& k : kept_) {
    out << node_names_[k.agent->node()] << " waits for a page that comes from disk; ";
  }
  return out.str();
}

time_ps hierarchical_fabric::recorded_until(time_ps now) const {
  for (const auto& a : agents_) now = a->oldest(now);
  return now;
}

std::uint8_t* hierarchical_fabric::buffer_of(std::uint8_t*& place) {
  if (place) return place;
  if (idle_buffers_.empty()) {
    constexpr std::size_t more = 64;
    buffers_.push_back(std::make_unique<std::uint8_t[]>(more * parameters_.line));
    for (std::size_t i = 0; i < more; ++i) {
      idle_buffers_.push_back(buffers_.back().get() + i * parameters_.line);
    }
  }
  place = idle_buffers_.back();
  idle_buffers_.pop_back();
  return place;
}

void hierarchical_fabric::ended(std::uint64_t transaction, time_ps begin, time_ps end, const char* type,
                                unsigned node, address_t line, const char* outcome) const {
  if (!log_) return;
  log_->record(
      {transaction << 16, 0, begin, end, type, node_names_[node].c_str(), line, parameters_.line, outcome});
}

}  // namespace mimd
