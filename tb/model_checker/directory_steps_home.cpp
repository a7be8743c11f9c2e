// The home's side of a step of the directory model, and the recalls of its directory.
#include "tb/model_checker/directory_steps.h"

namespace mimd::tb {
namespace {

using sharer_format = directory_model::sharer_format;

home_line to_core(const model_home_line& h) {
  return {h.state, h.awaited, from_model(h.owner), from_model(h.requester), from_model(h.reserved)};
}

}  // namespace

struct directory_steps::home_port {
  directory_steps& s;
  unsigned line;
  freshness offered;
  bool is_older = false;  // what older() says: it may be either
  bool asked = false;
  node_id target = no_node;  // for an injection, if it is asked for
  bool target_asked = false;

  bool older(node_id, node_id) {
    asked = true;
    return is_older;
  }
  node_id injection_target() {
    target_asked = true;
    if (target != no_node) self().asked = static_cast<std::uint8_t>(self().asked | 1u << target);
    return target;
  }
  void free_slot() { self().memory_fresh = false; }
  model_home_line& self() const { return s.next_.home[line]; }
  void send(directory_message_type type, node_id destination, node_id requester, unsigned acks) {
    s.send(line, type, destination, requester, acks,
           self().memory_fresh ? freshness::fresh : freshness::stale);
  }
  void pass_data(node_id destination) {
    s.send(line, directory_message_type::data, destination, no_node, 0, offered);
  }
  void write_memory() { self().memory_fresh = offered == freshness::fresh; }
};

// Whatever the model leaves open, in turn. False if the message has to wait.
bool directory_steps::deliver_home(unsigned k, const model_message& m) {
  bool delivered = false;
  const unsigned choices = victims(m);
  for (unsigned v = 0; v < model_.caches && !fault_; ++v) {
    if ((choices >> v & 1u) == 0) continue;
    home_choice choice{static_cast<node_id>(v), first_target(m, 0)};
    target_asked_ = older_asked_ = false;
    delivered |= deliver_home(k, m, choice);
    if (older_asked_ && !fault_) {
      choice.older = true;
      delivered |= deliver_home(k, m, choice);
    }
    while (target_asked_ && choice.target != no_node && !fault_) {
      choice.target = first_target(m, choice.target + 1u);
      if (choice.target == no_node) break;
      delivered |= deliver_home(k, m, choice);
    }
  }
  return delivered;
}

// The first cache from `from` on that may be offered the line; no_node if there is none.
node_id directory_steps::first_target(const model_message& m, unsigned from) const {
  for (unsigned i = from; i < model_.caches; ++i) {
    const bool gave_up = m.type == directory_message_type::put_m && m.requester == i;
    if (!gave_up && (now_.home[m.line].asked >> i & 1u) == 0) return static_cast<node_id>(i);
  }
  return no_node;
}

// The sharers that a Dir_iNB directory may give up for this request, a bit each; else any one bit.
unsigned directory_steps::victims(const model_message& m) const {
  const unsigned sharers = now_.home[m.line].sharers;
  const bool choose =
      model_.format >= sharer_format::no_broadcast && m.type == directory_message_type::get_s && sharers != 0;
  return choose ? sharers : 1u;
}

bool directory_steps::deliver_home(unsigned k, const model_message& m, const home_choice& choice) {
  begin();
  next_.remove(k);
  const unsigned kind = agent_event_count + static_cast<unsigned>(m.type);
  const node_id victim = choice.victim;
  home_port port{*this, m.line, m.data, choice.older, false, choice.target};
  if (m.type == directory_message_type::put_m && choice.target != no_node) {
    next_.home[m.line].asked = static_cast<std::uint8_t>(1u << m.requester);
  }
  const node_id source = is_request(m.type) ? from_model(m.requester) : no_node;
  const home_event event = event_at_home(m, source, victim);
  const unsigned other = 1u - m.line;
  bool recalled = false;
  if (event == home_event::no_entry && uses_directory(other) && !table_.busy(now_.home[other].state)) {
    recall(other);
    recalled = true;
  }
  const bool waits = !run_home(m.line, event, source, victim, port);
  older_asked_ |= port.asked;
  target_asked_ |= port.target_asked;
  if (waits) {
    if (!recalled && next_.home[m.line].state == now_.home[m.line].state) return false;
    next_.add(m, ordered(m.type));
  }
  end(kind);
  return true;
}

home_event directory_steps::event_at_home(const model_message& m, node_id source, node_id victim) {
  const bool allocates = m.type <= directory_message_type::upgrade && now_.home[m.line].state == 0;
  if (allocates && model_.recalls && model_.lines == 2 && model_.format != sharer_format::pool &&
      now_.home[1u - m.line].state != 0) {
    return home_event::no_entry;
  }
  const model_sharers sharers = sharers_of(m.line, victim);
  return home_core_.event_of(to_core(next_.home[m.line]), sharers, m.type, source, m.acks);
}

// Whether recalling the line frees what another line needs.
bool directory_steps::uses_directory(unsigned line) const {
  const model_home_line& home = now_.home[line];
  return model_.format == sharer_format::pool ? home.sharers != 0 : home.state != 0;
}

model_sharers directory_steps::sharers_of(unsigned line, node_id victim) {
  unsigned elsewhere = 0;
  if (model_.format == sharer_format::pool) {
    for (unsigned l = 0; l < model_.lines; ++l) {
      if (l != line) elsewhere += model_sharers::bits(next_.home[l].sharers);
    }
  }
  return {model_, next_.home[line], victim, elsewhere};
}

void directory_steps::recall(unsigned line) {
  home_port port{*this, line, freshness::stale};
  run_home(line, home_event::recall, no_node, 0, port);
}

// False if the message waits.
bool directory_steps::run_home(unsigned line, home_event event, node_id source, node_id victim,
                               home_port& port) {
  model_home_line& home = next_.home[line];
  home_line core_line = to_core(home);
  model_sharers sharers = sharers_of(line, victim);
  const directory_step step = home_core_.step(core_line, sharers, event, source, port);
  home.state = core_line.state;
  home.owner = to_model(core_line.owner);
  home.requester = to_model(core_line.requester);
  home.reserved = to_model(core_line.reserved);
  home.awaited = static_cast<std::uint8_t>(core_line.awaited);
  if (!table_.busy(home.state)) home.asked = 0;
  if (step.row != no_row) {
    ++home_use[step.row];
    home_use_if_empty[step.row] += step.empty;
  }
  if (step.then != no_row) ++home_use[step.then];
  if (step.outcome == directory_step::result::undefined) {
    const auto e = static_cast<unsigned>(event);
    fail(directory_violation_kind::undefined_event,
         "the home in " + protocol_.home_states[now_.home[line].state].name + " has no row for " +
             (e < home_event_count ? to_string(event) : "that message"));
  } else if (core_line.awaited > 7) {
    fail(directory_violation_kind::undefined_event, "the home awaits answers without end");
  }
  return step.outcome != directory_step::result::waits;
}

}  // namespace mimd::tb
