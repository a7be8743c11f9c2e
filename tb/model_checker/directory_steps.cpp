#include "tb/model_checker/directory_steps.h"

namespace mimd::tb {
namespace {

using pending_access = agent_state_info::pending_access;
using sharer_format = directory_model::sharer_format;

std::uint8_t to_model(node_id node) {
  return static_cast<std::uint8_t>(node == home_node ? model_home : node == no_node ? model_nobody : node);
}
node_id from_model(unsigned node) {
  return node == model_home ? home_node : node == model_nobody ? no_node : static_cast<node_id>(node);
}

home_line to_core(const model_home_line& h) {
  return {h.state, h.awaited, from_model(h.owner), from_model(h.requester), from_model(h.reserved)};
}

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
  if (m.destination != model_home) return deliver_agent(k, m);
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
  begin();
  agent_port port{*this, cache, line, freshness::stale};
  run_agent(line, cache, event, no_node, 0, port);
  end(static_cast<unsigned>(event));
}

bool directory_steps::deliver_agent(unsigned k, const model_message& m) {
  const model_agent& agent = now_.agents[m.line][m.destination];
  const agent_event event = requester_core::event_of({agent.state, agent.acks}, m.type, m.acks);
  const bool needs_room =
      agent.state == 0 && (event == agent_event::inject || event == agent_event::inject_owned);
  if (!needs_room) return deliver_agent(k, m, event, no_line);
  const room r = room_for(m.line, m.destination);
  bool delivered = false;
  if (r.sometimes || !r.now) delivered |= deliver_agent(k, m, agent_event::inject_no_room, no_line);
  if (r.now && !fault_) delivered |= deliver_agent(k, m, event, r.drop);
  return delivered;
}

bool directory_steps::deliver_agent(unsigned k, const model_message& m, agent_event event, unsigned drop) {
  begin();
  next_.remove(k);
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
  requester_line core_line{agent.state, agent.acks};
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
  if (core_line.acks < -4 || core_line.acks > 4) {
    fail(directory_violation_kind::undefined_event,
         cache_name(cache) + " counts acknowledgements without end");
  }
  return true;
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
  return home_core_.event_of(to_core(next_.home[m.line]), sharers, m.type, source);
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
