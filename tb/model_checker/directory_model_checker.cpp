#include "tb/model_checker/directory_model_checker.h"

#include <stdexcept>
#include <unordered_map>

#include "directory/compiled_directory_protocol.h"
#include "directory/home_core.h"
#include "directory/requester_core.h"
#include "tb/model_checker/directory_state_set.h"
#include "tb/model_checker/directory_world.h"

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

// The sharers of a line as home_core wants them.
class model_sharers {
 public:
  // `elsewhere`: pointers of the pool that other lines use.
  model_sharers(const directory_model& model, model_home_line& line, node_id victim, unsigned elsewhere)
      : model_(model), line_(line), victim_(victim), elsewhere_(elsewhere) {}

  static unsigned bits(unsigned set) {
    unsigned n = 0;
    for (; set != 0; set &= set - 1) ++n;
    return n;
  }

  bool empty() const { return line_.sharers == 0 && !line_.all; }
  bool certain(node_id node) const { return !line_.all && (line_.sharers >> node & 1u) != 0; }
  bool room(node_id first, node_id second) const {
    if (model_.format < sharer_format::no_broadcast || line_.all) return true;
    unsigned with = line_.sharers;
    for (const node_id node : {first, second}) {
      if (node != no_node) with |= 1u << node;
    }
    return bits(with) + elsewhere_ <= model_.pointers;
  }
  void add(node_id node) {
    if (line_.all) return;
    line_.sharers = static_cast<std::uint8_t>(line_.sharers | 1u << node);
    const bool limited = model_.format == sharer_format::broadcast || model_.format == sharer_format::pool;
    if (limited && bits(line_.sharers) + elsewhere_ > model_.pointers) {
      line_.sharers = 0;
      line_.all = true;
    }
  }
  void remove(node_id node) {
    if (!line_.all) line_.sharers = static_cast<std::uint8_t>(line_.sharers & ~(1u << node));
  }
  void clear() {
    line_.sharers = 0;
    line_.all = false;
  }
  node_id victim() {
    remove(victim_);
    return victim_;
  }
  template <class F>
  void for_each(F f) const {
    for (unsigned i = 0; i < model_.caches; ++i) {
      if (line_.all || (line_.sharers >> i & 1u) != 0) f(static_cast<node_id>(i));
    }
  }

 private:
  const directory_model& model_;
  model_home_line& line_;
  node_id victim_;
  unsigned elsewhere_;
};

struct fault {
  directory_violation_kind kind;
  std::string message;
};

class search {
 public:
  search(const directory_protocol& protocol, const directory_model& model)
      : protocol_(protocol),
        model_(model),
        table_(protocol),
        agent_core_(table_),
        home_core_(table_),
        packing_(model.caches, model.lines, model.symmetry) {
    if (model.caches < 1 || model.caches > max_model_caches || model.lines < 1 ||
        model.lines > max_model_lines) {
      throw std::invalid_argument("directory model: 1 to 4 caches and 1 or 2 lines are possible");
    }
    result_.agent_use.resize(protocol.agent.size());
    result_.home_use.resize(protocol.home.size());
    result_.home_use_if_empty.resize(protocol.home.size());
  }

  directory_check_result run() {
    next_ = world{};
    states_.insert(packing_.pack(next_), 0);
    for (; at_ < states_.size() && !fault_; ++at_) {
      if (states_.size() > model_.max_states) break;
      now_ = unpacked(at_);
      expand();
    }
    result_.states = states_.size();
    if (fault_) {
      record_violation(at_ - 1);
    } else if (at_ == states_.size()) {
      result_.complete = true;
      result_.unreduced_states = model_.symmetry ? unreduced_states() : states_.size();
      if (model_.progress) check_progress();
    }
    for (const auto& [label, n] : labels_) result_.transitions_by_label[label] = n;
    return std::move(result_);
  }

 private:
  // ---- what the cores call ----

  struct agent_port {
    search& s;
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
    void take_data() { self().data = offered; }
    void complete(pending_access access, directory_state granted) {
      told = true;
      s.completed_ = true;
      const bool once =
          s.protocol_.agent_states[s.now_.agents[line][cache].state].invalidated && granted == 0;
      const freshness found = self().data;
      if (access != pending_access::evict &&
          !(found == freshness::fresh || (once && found == freshness::once))) {
        s.fail(directory_violation_kind::stale_data, s.name(cache) + " gets stale data");
      }
      if (access == pending_access::write) s.write(line, cache);
      if (granted == 0) self().data = freshness::stale;
    }
  };

  struct home_port {
    search& s;
    unsigned line;
    freshness offered;

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

  void send(unsigned line, directory_message_type type, node_id destination, node_id requester, unsigned acks,
            freshness data) {
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
  void write(unsigned line, unsigned writer) {
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

  // ---- steps ----

  void expand() {
    bool delivered = false;
    for (unsigned k = 0; k < now_.count && !fault_; ++k) {
      if (!now_.deliverable(k)) continue;
      const model_message m = model_message::unpacked(now_.messages[k]);
      if (m.destination == model_home) {
        const unsigned choices = victims(m);
        for (unsigned v = 0; v < model_.caches && !fault_; ++v) {
          if ((choices >> v & 1u) != 0) delivered |= deliver_home(k, m, static_cast<node_id>(v));
        }
      } else {
        delivered |= deliver_agent(k, m);
      }
    }
    if (!fault_ && !delivered && !quiet()) {
      fail(directory_violation_kind::deadlock, "nothing can be delivered");
    }
    for (unsigned l = 0; l < model_.lines && !fault_; ++l) {
      for (unsigned i = 0; i < model_.caches && !fault_; ++i) {
        for (const auto event : {agent_event::read, agent_event::write, agent_event::evict}) {
          if (!fault_ && may(l, i, event)) access(l, i, event);
        }
      }
      if (!fault_ && model_.lines == 1 && model_.recalls && now_.home[l].state != 0 &&
          !table_.busy(now_.home[l].state)) {
        begin();
        recall(l);
        end(step_kind(agent_event_count + directory_message_count));
      }
    }
  }

  // Whether the cache has a way and an MSHR or write-back entry for this access.
  bool may(unsigned line, unsigned cache, agent_event event) const {
    const directory_state state = now_.agents[line][cache].state;
    if (table_.pending(state) != pending_access::none) return false;
    if (state == 0 && event == agent_event::evict) return false;
    for (unsigned l = 0; l < model_.lines; ++l) {
      if (l == line) continue;
      const directory_state other = now_.agents[l][cache].state;
      const bool leaving = table_.pending(other) == pending_access::evict;
      if (event == agent_event::evict ? leaving : other != 0 && !leaving) return false;
    }
    return true;
  }

  void access(unsigned line, unsigned cache, agent_event event) {
    begin();
    agent_port port{*this, cache, line, freshness::stale};
    run_agent(line, cache, event, no_node, 0, port);
    end(step_kind(static_cast<unsigned>(event)));
  }

  bool deliver_agent(unsigned k, const model_message& m) {
    begin();
    next_.remove(k);
    agent_port port{*this, m.destination, m.line, m.data};
    const model_agent& agent = next_.agents[m.line][m.destination];
    const agent_event event = requester_core::event_of({agent.state, agent.acks}, m.type, m.acks);
    if (!run_agent(m.line, m.destination, event, from_model(m.requester), m.acks, port)) return false;
    end(step_kind(agent_event_count + static_cast<unsigned>(m.type)));
    return true;
  }

  bool run_agent(unsigned line, unsigned cache, agent_event event, node_id requester, unsigned acks,
                 agent_port& port) {
    model_agent& agent = next_.agents[line][cache];
    requester_line core_line{agent.state, agent.acks};
    const directory_step step = agent_core_.step(core_line, event, requester, acks, port);
    if (step.outcome == directory_step::result::undefined) {
      fail(directory_violation_kind::undefined_event, name(cache) + " in " +
                                                          protocol_.agent_states[agent.state].name +
                                                          " has no row for " + to_string(event));
      return true;
    }
    ++result_.agent_use[step.row];
    if (step.outcome == directory_step::result::waits) return false;
    if (!port.told && table_.held(agent.state) != table_.held(core_line.state)) {
      fail(directory_violation_kind::copy_unknown, name(cache) + " is not told about its copy");
    }
    next_.agents[line][cache].state = core_line.state;
    next_.agents[line][cache].acks = static_cast<std::int8_t>(core_line.acks);
    if (core_line.acks < -4 || core_line.acks > 4) {
      fail(directory_violation_kind::undefined_event, name(cache) + " counts acknowledgements without end");
    }
    return true;
  }

  // The sharers that a Dir_iNB directory may give up for this request, a bit each; else any one bit.
  unsigned victims(const model_message& m) const {
    const unsigned sharers = now_.home[m.line].sharers;
    const bool choose = model_.format >= sharer_format::no_broadcast &&
                        m.type == directory_message_type::get_s && sharers != 0;
    return choose ? sharers : 1u;
  }

  bool deliver_home(unsigned k, const model_message& m, node_id victim) {
    begin();
    next_.remove(k);
    const unsigned kind = agent_event_count + static_cast<unsigned>(m.type);
    home_port port{*this, m.line, m.data};
    const node_id source = is_request(m.type) ? from_model(m.requester) : no_node;
    const home_event event = event_at_home(m, source, victim);
    const unsigned other = 1u - m.line;
    bool recalled = false;
    if (event == home_event::no_entry && uses_directory(other) && !table_.busy(now_.home[other].state)) {
      recall(other);
      recalled = true;
    }
    if (!run_home(m.line, event, source, victim, port)) {
      if (!recalled && next_.home[m.line].state == now_.home[m.line].state) return false;
      next_.add(m, ordered(m.type));
    }
    end(step_kind(kind));
    return true;
  }

  home_event event_at_home(const model_message& m, node_id source, node_id victim) {
    const bool allocates = m.type <= directory_message_type::upgrade && now_.home[m.line].state == 0;
    if (allocates && model_.lines == 2 && model_.format != sharer_format::pool &&
        now_.home[1u - m.line].state != 0) {
      return home_event::no_entry;
    }
    const model_sharers sharers = sharers_of(m.line, victim);
    return home_core_.event_of(to_core(next_.home[m.line]), sharers, m.type, source);
  }

  // Whether recalling the line frees what another line needs.
  bool uses_directory(unsigned line) const {
    const model_home_line& home = now_.home[line];
    return model_.format == sharer_format::pool ? home.sharers != 0 : home.state != 0;
  }

  model_sharers sharers_of(unsigned line, node_id victim) {
    unsigned elsewhere = 0;
    if (model_.format == sharer_format::pool) {
      for (unsigned l = 0; l < model_.lines; ++l) {
        if (l != line) elsewhere += model_sharers::bits(next_.home[l].sharers);
      }
    }
    return {model_, next_.home[line], victim, elsewhere};
  }

  void recall(unsigned line) {
    home_port port{*this, line, freshness::stale};
    run_home(line, home_event::recall, no_node, 0, port);
  }

  // False if the message waits.
  bool run_home(unsigned line, home_event event, node_id source, node_id victim, home_port& port) {
    model_home_line& home = next_.home[line];
    home_line core_line = to_core(home);
    model_sharers sharers = sharers_of(line, victim);
    const directory_step step = home_core_.step(core_line, sharers, event, source, port);
    home.state = core_line.state;
    home.owner = to_model(core_line.owner);
    home.requester = to_model(core_line.requester);
    home.awaited = static_cast<std::uint8_t>(core_line.awaited);
    if (step.row != no_row) {
      ++result_.home_use[step.row];
      result_.home_use_if_empty[step.row] += step.empty;
    }
    if (step.then != no_row) ++result_.home_use[step.then];
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

  static home_line to_core(const model_home_line& h) {
    return {h.state, h.awaited, from_model(h.owner), from_model(h.requester)};
  }

  // ---- states ----

  static std::uint64_t step_kind(unsigned kind) { return std::uint64_t{kind} << 32; }

  void begin() {
    next_ = now_;
    sent_ = 0;
    sent_count_ = 0;
    completed_ = false;
  }

  void end(std::uint64_t kind) {
    ++result_.transitions;
    ++labels_[kind | sent_ | std::uint64_t{sent_count_} << 40 | std::uint64_t{completed_} << 48];
    if (!fault_) check_invariants();
    if (fault_) return;
    const std::uint32_t to = states_.insert(packing_.pack(next_), at_);
    if (model_.progress) edges_.push_back({static_cast<std::uint32_t>(at_), to});
  }

  world unpacked(std::size_t state) const {
    const auto [words, size] = states_[state];
    world w = packing_.unpack(words, size, 0);
    unsigned loose = 0;
    for (unsigned k = 0; k < w.count; ++k) {
      loose += !ordered(static_cast<directory_message_type>(w.messages[k] >> 11));
    }
    w.loose = static_cast<std::uint8_t>(loose);
    return w;
  }

  bool ordered(directory_message_type type) const {
    return protocol_.ordered[static_cast<unsigned>(table_.network_of(type))];
  }

  bool quiet_in(const world& w) const {
    if (w.count != 0) return false;
    for (unsigned l = 0; l < model_.lines; ++l) {
      if (table_.busy(w.home[l].state)) return false;
      for (unsigned i = 0; i < model_.caches; ++i) {
        if (table_.pending(w.agents[l][i].state) != pending_access::none) return false;
      }
    }
    return true;
  }
  bool quiet() const { return quiet_in(now_); }

  void check_invariants() {
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
          fail(directory_violation_kind::stale_data, name(i) + " keeps a stale copy");
        }
      }
      if (exclusive && valid > 1) {
        fail(directory_violation_kind::not_alone, "a copy is exclusive and another one is valid");
      }
      if (owners > 1) fail(directory_violation_kind::two_owners, "two caches own the line");
    }
  }

  std::size_t unreduced_states() const {
    std::size_t all = 0;
    for (std::size_t i = 0; i < states_.size(); ++i) all += packing_.orbit(unpacked(i));
    return all;
  }

  // From every state some quiet state can be reached: backwards from the quiet ones, all are met.
  void check_progress() {
    const std::size_t n = states_.size();
    std::vector<std::uint32_t> first(n + 1);
    for (const edge& e : edges_) ++first[e.to + 1];
    for (std::size_t i = 0; i < n; ++i) first[i + 1] += first[i];
    std::vector<std::uint32_t> from(edges_.size());
    std::vector<std::uint32_t> fill(first.begin(), first.end() - 1);
    for (const edge& e : edges_) from[fill[e.to]++] = e.from;
    std::vector<bool> met(n);
    std::vector<std::uint32_t> stack;
    for (std::uint32_t i = 0; i < n; ++i) {
      if (!quiet_in(unpacked(i))) continue;
      met[i] = true;
      stack.push_back(i);
    }
    while (!stack.empty()) {
      const std::uint32_t at = stack.back();
      stack.pop_back();
      for (std::uint32_t k = first[at]; k < first[at + 1]; ++k) {
        if (met[from[k]]) continue;
        met[from[k]] = true;
        stack.push_back(from[k]);
      }
    }
    for (std::uint32_t i = 0; i < n; ++i) {
      if (met[i]) continue;
      next_ = unpacked(i);
      fail(directory_violation_kind::no_progress, "no quiet state can be reached any more");
      return record_violation(i);
    }
  }

  // ---- words ----

  void fail(directory_violation_kind kind, const std::string& message) {
    if (!fault_) fault_ = fault{kind, message};
  }

  void record_violation(std::size_t at) {
    directory_violation violation{fault_->kind,
                                  protocol_.name + ", " + std::to_string(model_.caches) + " caches, " +
                                      std::to_string(model_.lines) + " lines: " + to_string(fault_->kind) +
                                      ": " + fault_->message,
                                  {}};
    std::vector<std::size_t> path{at};
    while (path.back() != 0) path.push_back(states_.parent(path.back()));
    for (auto i = path.rbegin(); i != path.rend(); ++i) {
      violation.trace.push_back(describe(unpacked(*i)));
    }
    violation.trace.push_back(describe(next_) + "  <- " + to_string(fault_->kind));
    result_.violation = std::move(violation);
  }

  static std::string name(unsigned node) {
    return node == model_home ? "home" : node == model_nobody ? "-" : "cache " + std::to_string(node);
  }

  std::string describe(const world& w) const {
    static constexpr const char* fresh_names[] = {"", "+", "~"};  // stale or none, fresh, good for one use
    std::string text;
    for (unsigned l = 0; l < model_.lines; ++l) {
      if (l != 0) text += " || ";
      for (unsigned i = 0; i < model_.caches; ++i) {
        const model_agent& a = w.agents[l][i];
        text += protocol_.agent_states[a.state].name + fresh_names[static_cast<unsigned>(a.data)];
        if (a.acks != 0) text += "(" + std::to_string(a.acks) + ")";
        text += " ";
      }
      const model_home_line& h = w.home[l];
      text += "| " + protocol_.home_states[h.state].name + (h.memory_fresh ? "+" : "");
      if (h.owner != model_nobody) text += " owner " + std::to_string(h.owner);
      if (h.requester != model_nobody) text += " for " + std::to_string(h.requester);
      if (h.awaited != 0) text += " awaits " + std::to_string(h.awaited);
      if (h.all) text += " sharers all";
      for (unsigned i = 0; i < model_.caches; ++i) {
        if ((h.sharers >> i & 1u) != 0) text += " s" + std::to_string(i);
      }
    }
    for (unsigned k = 0; k < w.count; ++k) {
      const model_message m = model_message::unpacked(w.messages[k]);
      text += std::string("; ") + to_string(m.type);
      if (carries_data(m.type)) text += fresh_names[static_cast<unsigned>(m.data)];
      if (model_.lines > 1) text += " of line " + std::to_string(m.line);
      if (!is_request(m.type)) text += " to " + name(m.destination);
      if (m.requester != model_nobody) text += (is_request(m.type) ? " from " : " for ") + name(m.requester);
      if (m.acks != 0) text += ", " + std::to_string(m.acks) + " acks";
    }
    return text;
  }

  struct edge {
    std::uint32_t from;
    std::uint32_t to;
  };

  const directory_protocol& protocol_;
  const directory_model model_;
  const compiled_directory_protocol table_;
  const requester_core agent_core_;
  const home_core home_core_;
  const world_packing packing_;
  directory_state_set states_;
  std::vector<edge> edges_;  // with `progress` only
  std::unordered_map<std::uint64_t, std::size_t> labels_;
  directory_check_result result_;
  std::optional<fault> fault_;

  // The state being expanded, and the step out of it.
  std::size_t at_ = 0;
  world now_;
  world next_;
  std::uint64_t sent_ = 0;
  unsigned sent_count_ = 0;
  bool completed_ = false;
};

}  // namespace

const char* to_string(directory_violation_kind kind) {
  static constexpr const char* names[] = {"undefined event", "stale data",   "exclusive but not alone",
                                          "two owners",      "copy unknown", "deadlock",
                                          "no progress"};
  return names[static_cast<unsigned>(kind)];
}

directory_check_result check_directory(const directory_protocol& protocol, const directory_model& model) {
  return search(protocol, model).run();
}

}  // namespace mimd::tb
