#include "tb/model_checker/directory_steps.h"

#include <algorithm>

namespace mimd::tb {
namespace {

using pending_access = agent_state_info::pending_access;

std::string cache_name(unsigned cache) {
  return "cache " + std::to_string(cache);
}

}  // namespace

directory_steps::directory_steps(const directory_protocol& protocol, const directory_model& model,
                                 successors& to)
    : agent_use(protocol.agent.size()),
      home_use(protocol.home.size()),
      home_use_if_empty(protocol.home.size()),
      protocol_(protocol),
      model_(model),
      table_(protocol),
      agent_core_(table_),
      home_core_(table_),
      to_(to) {}

void directory_steps::fail(directory_violation_kind kind, const std::string& message) {
  if (!fault_) fault_ = fault{kind, message, next_};
}

void directory_steps::end(unsigned kind) {
  if (!fault_) check_invariants();
  if (fault_) return;
  to_.successor(next_, std::uint64_t{kind} << 32 | sent_ | std::uint64_t{sent_count_} << 40 |
                           std::uint64_t{completed_} << 48);
}

struct directory_steps::agent_port {
  directory_steps& s;
  unsigned cache;
  unsigned line;
  freshness offered;  // of the message
  freshness supplied = freshness::stale;
  bool told = false;  // the cache, what copy it has from now on

  model_agent& self() const { return s.next_.agents[line][cache]; }
  void snoop(directory_state held) {
    told = true;
    supplied = self().data;
    if (held == 0) self().data = freshness::stale;
  }
  void send(directory_message_type type, node_id destination, node_id requester, unsigned acks) {
    const freshness data = type == directory_message_type::put_m ? self().data : supplied;
    const bool request = is_request(type);
    s.send(line, type, destination, request ? static_cast<node_id>(cache) : requester, acks, data);
  }
  void take_over(directory_state) {
    told = true;
    if (self().data == freshness::stale) self().data = offered;
  }
  void take_data() { self().data = offered; }
  void complete(pending_access access, directory_state granted) {
    told = true;
    s.completed_ = true;
    const bool once = s.protocol_.agent_states[s.now_.agents[line][cache].state].invalidated && granted == 0;
    const freshness found = self().data;
    if (access != pending_access::evict &&
        !(found == freshness::fresh || (once && found == freshness::once))) {
      s.fail(directory_violation_kind::stale_data, cache_name(cache) + " gets stale data");
    }
    if (access == pending_access::write) s.write(line, cache);
    if (granted == 0) self().data = freshness::stale;
  }
};

void directory_steps::send(unsigned line, directory_message_type type, node_id destination, node_id requester,
                           unsigned acks, freshness data) {
  if (destination == no_node || acks > 3) {
    return fail(directory_violation_kind::undefined_event,
                std::string(to_string(type)) + " is sent to nobody or with too many acknowledgements");
  }
  const model_message m{type,
                        to_model(destination),
                        to_model(requester),
                        static_cast<std::uint8_t>(acks),
                        carries_data(type) ? data : freshness::stale,
                        static_cast<std::uint8_t>(line)};
  if (!next_.add(m, ordered(type))) {
    fail(directory_violation_kind::no_progress, "messages without end are in flight");
  }
  sent_ |= std::uint64_t{1} << static_cast<unsigned>(type);
  ++sent_count_;
}

// Everything but the writer's copy is older from now on.
void directory_steps::write(unsigned line, unsigned writer) {
  for (unsigned i = 0; i < model_.caches; ++i) next_.agents[line][i].data = freshness::stale;
  next_.agents[line][writer].data = freshness::fresh;
  next_.home[line].memory_fresh = false;
  world aged = next_;
  aged.count = aged.loose = 0;
  for (unsigned k = 0; k < next_.count; ++k) {
    model_message m = model_message::unpacked(next_.messages[k]);
    if (m.line == line && carries_data(m.type)) {
      const bool once = m.destination < model_.caches && m.data != freshness::stale &&
                        protocol_.agent_states[next_.agents[line][m.destination].state].invalidated;
      m.data = once ? freshness::once : freshness::stale;
    }
    aged.add(m, ordered(m.type));
  }
  next_ = aged;
}

void directory_steps::begin() {
  next_ = now_;
  sent_ = 0;
  sent_count_ = 0;
  completed_ = false;
}

bool directory_steps::quiet(const world& w) const {
  if (w.count != 0) return false;
  for (unsigned l = 0; l < model_.lines; ++l) {
    if (table_.busy(w.home[l].state)) return false;
    for (unsigned i = 0; i < model_.caches; ++i) {
      if (table_.pending(w.agents[l][i].state) != pending_access::none) return false;
    }
  }
  return true;
}

void directory_steps::check_invariants() {
  for (unsigned l = 0; l < model_.lines; ++l) {
    unsigned valid = 0;
    unsigned owners = 0;
    bool exclusive = false;
    for (unsigned i = 0; i < model_.caches; ++i) {
      const model_agent& agent = next_.agents[l][i];
      const directory_state held = table_.held(agent.state);
      if (held == 0 || table_.pending(agent.state) == pending_access::evict) continue;
      const agent_state_info& copy = protocol_.agent_states[held];
      ++valid;
      owners += copy.owner;
      exclusive |= copy.exclusive;
      if (agent.data != freshness::fresh) {
        fail(directory_violation_kind::stale_data, cache_name(i) + " keeps a stale copy");
      }
    }
    if (exclusive && valid > 1) {
      fail(directory_violation_kind::not_alone, "a copy is exclusive and another one is valid");
    }
    if (owners > 1) fail(directory_violation_kind::two_owners, "two caches own the line");
    if (!somewhere(l)) fail(directory_violation_kind::lost_line, "the last write is nowhere");
  }
}

// Whether a copy, the home or a message has the last write.
bool directory_steps::somewhere(unsigned line) const {
  if (next_.home[line].memory_fresh) return true;
  for (unsigned i = 0; i < model_.caches; ++i) {
    if (next_.agents[line][i].data == freshness::fresh) return true;
  }
  for (unsigned k = 0; k < next_.count; ++k) {
    const model_message m = model_message::unpacked(next_.messages[k]);
    if (m.line == line && m.data == freshness::fresh) return true;
  }
  return false;
}

void directory_steps::expand(const world& from) {
  now_ = from;
  bool delivered = false;
  for (unsigned k = 0; k < now_.count && !fault_; ++k) delivered |= now_.deliverable(k) && deliver(k);
  if (!fault_ && !delivered && !quiet(now_)) {
    next_ = now_;
    fail(directory_violation_kind::deadlock, "nothing can be delivered");
  }
  for (unsigned l = 0; l < model_.lines; ++l) {
    for (unsigned i = 0; i < model_.caches; ++i) {
      for (const auto event : {agent_event::read, agent_event::write, agent_event::evict}) {
        if (!fault_ && may(l, i, event)) access(l, i, event);
      }
    }
    const directory_state home = now_.home[l].state;
    if (!fault_ && model_.lines == 1 && model_.recalls && home != 0 && !table_.busy(home)) {
      begin();
      recall(l);
      end(agent_event_count + directory_message_count);
    }
  }
}

// False if the message has to wait.
bool directory_steps::deliver(unsigned k) {
  const model_message m = model_message::unpacked(now_.messages[k]);
  return m.destination == model_home ? deliver_home(k, m) : deliver_agent(k, m);
}

// Whether the cache has a way and an MSHR or write-back entry for this access.
bool directory_steps::may(unsigned line, unsigned cache, agent_event event) const {
  const directory_state state = now_.agents[line][cache].state;
  if (table_.pending(state) != pending_access::none) return false;
  if (state == 0 && event == agent_event::evict) return false;
  unsigned present = 0;
  for (unsigned l = 0; l < model_.lines; ++l) {
    if (l == line) continue;
    const pending_access other = table_.pending(now_.agents[l][cache].state);
    const bool leaving = other == pending_access::evict;
    if (event == agent_event::evict ? leaving : other != pending_access::none && !leaving) return false;
    present += now_.agents[l][cache].state != 0 && !leaving;
  }
  return event == agent_event::evict || state != 0 || present < model_.ways;
}

void directory_steps::access(unsigned line, unsigned cache, agent_event event) {
  const unsigned choices = now_.agents[line][cache].answered && event != agent_event::evict ? 2 : 1;
  for (unsigned choice = 0; choice < choices && !fault_; ++choice) {
    begin();
    if (choice != 0) next_.agents[line][cache].answered = false;  // forgotten
    agent_port port{*this, cache, line, freshness::stale};
    run_agent(line, cache, event, no_node, 0, port);
    end(static_cast<unsigned>(event));
  }
}

bool directory_steps::deliver_agent(unsigned k, const model_message& m) {
  const model_agent& agent = now_.agents[m.line][m.destination];
  const agent_event event =
      requester_core::event_of({agent.state, agent.acks, agent.answered}, m.type, m.acks);
  const bool needs_room =
      agent.state == 0 && (event == agent_event::inject || event == agent_event::inject_owned);
  if (event == agent_event::nack) return deliver_refusal(k, m);
  if (!needs_room) return deliver_agent(k, m, event, no_line);
  const room r = room_for(m.line, m.destination);
  bool delivered = false;
  if (r.sometimes || !r.now) delivered |= deliver_agent(k, m, agent_event::inject_no_room, no_line);
  if (r.now && !fault_) delivered |= deliver_agent(k, m, event, r.drop);
  return delivered;
}

// A forward on its way may be one that the agent holds.
bool directory_steps::deliver_refusal(unsigned k, const model_message& m) {
  bool delivered = deliver_agent(k, m, agent_event::nack, no_line);
  const directory_state state = now_.agents[m.line][m.destination].state;
  for (unsigned h = 0; h < now_.count && !fault_; ++h) {
    const model_message held = model_message::unpacked(now_.messages[h]);
    const bool asks =
        now_.deliverable(h) && is_forward(held.type) && held.type != directory_message_type::invalidate;
    if (!asks || held.destination != m.destination || held.line != m.line) continue;
    const auto event = static_cast<unsigned>(requester_core::event_of({}, held.type, held.acks));
    const std::uint16_t row = table_.agent_row_of(state, event);
    if (row == no_row || *table_.agent(row).actions.begin() != agent_action::hold) continue;
    delivered |= deliver_agent(k, m, agent_event::nack_holding, no_line, h);
  }
  return delivered;
}

bool directory_steps::deliver_agent(unsigned k, const model_message& m, agent_event event, unsigned drop,
                                    unsigned answered) {
  begin();
  if (answered != no_message) next_.remove(std::max(k, answered));
  next_.remove(answered != no_message ? std::min(k, answered) : k);
  if (drop != no_line) {
    agent_port dropping{*this, m.destination, drop, freshness::stale};
    run_agent(drop, m.destination, agent_event::evict, no_node, 0, dropping);
  }
  agent_port port{*this, m.destination, m.line, m.data};
  if (!run_agent(m.line, m.destination, event, from_model(m.requester), m.acks, port)) return false;
  end(agent_event_count + static_cast<unsigned>(m.type));
  return true;
}

// For an injected line.
directory_steps::room directory_steps::room_for(unsigned line, unsigned cache) const {
  if (model_.lines == 1) return {true, true, no_line};
  unsigned present = 0;
  unsigned drop = no_line;
  bool leaving = false;
  for (unsigned l = 0; l < model_.lines; ++l) {
    if (l == line) continue;
    const directory_state state = now_.agents[l][cache].state;
    const bool leaves = table_.pending(state) == pending_access::evict;
    leaving |= leaves;
    if (state == 0 || leaves) continue;
    ++present;
    const agent_state_info& info = protocol_.agent_states[state];
    if (info.pending == pending_access::none && !info.owner) drop = l;
  }
  if (present < model_.ways) return {true, false, no_line};
  // A replacement that the home must hear of takes the write-back entry.
  const bool may_drop =
      drop != no_line && (!leaving || table_.silent_replacement(now_.agents[drop][cache].state));
  return {may_drop, false, drop};
}

bool directory_steps::run_agent(unsigned line, unsigned cache, agent_event event, node_id requester,
                                unsigned acks, agent_port& port) {
  model_agent& agent = next_.agents[line][cache];
  requester_line core_line{agent.state, agent.acks, agent.answered};
  const directory_step step = agent_core_.step(core_line, event, requester, acks, port);
  if (step.outcome == directory_step::result::undefined) {
    fail(directory_violation_kind::undefined_event, cache_name(cache) + " in " +
                                                        protocol_.agent_states[agent.state].name +
                                                        " has no row for " + to_string(event));
    return true;
  }
  ++agent_use[step.row];
  if (step.outcome == directory_step::result::waits) return false;
  if (!port.told && table_.held(agent.state) != table_.held(core_line.state)) {
    fail(directory_violation_kind::copy_unknown, cache_name(cache) + " is not told about its copy");
  }
  next_.agents[line][cache].state = core_line.state;
  next_.agents[line][cache].acks = static_cast<std::int8_t>(core_line.acks);
  next_.agents[line][cache].answered = core_line.answered;
  if (core_line.acks < -4 || core_line.acks > 4) {
    fail(directory_violation_kind::undefined_event,
         cache_name(cache) + " counts acknowledgements without end");
  }
  return true;
}

}  // namespace mimd::tb
