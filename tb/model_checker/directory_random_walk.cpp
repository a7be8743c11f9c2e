#include "tb/model_checker/directory_random_walk.h"

#include <algorithm>
#include <stdexcept>

#include "directory/home_core.h"
#include "directory/pointer_pool_format.h"
#include "directory/requester_core.h"
#include "infrastructure/random.h"

namespace mimd::tb {
namespace {

using pending_access = agent_state_info::pending_access;

struct message {
  directory_message_type type;
  node_id destination;
  node_id requester;  // of a request, its sender
  unsigned acks;
  unsigned line;
  std::uint64_t version;
  std::uint64_t not_before = 0;  // step
};

struct agent_line {
  requester_line core;
  std::uint64_t version = 0;       // of the copy, or of the data received
  std::uint64_t begun = 0;         // the last write when the pending access began
  std::uint64_t begun_at = 0;      // step
  std::uint64_t transactions = 0;  // of the line, completed before
  std::vector<message> held;
};

// What a home keeps of a line when every line has an entry.
struct full_entry {
  home_line state;
  std::vector<sharer_word> sharers;
};

class walk {
 public:
  explicit walk(const directory_random_walk_parameters& p)
      : p_(p),
        protocol_(directory_protocol_of(p.form)),
        table_(protocol_),
        agent_core_(table_),
        home_core_(table_),
        format_(make_sharer_format(p.format)),
        pool_(dynamic_cast<pointer_pool_format*>(format_.get())),
        random_(p.seed),
        agents_(std::size_t{p.format.nodes} * p.lines),
        full_(p.lines),
        asked_(p.lines),
        memory_(p.lines),
        last_(p.lines),
        transactions_(p.lines),
        waiting_(p.lines) {
    if (p.sparse) sparse_.emplace(*p.sparse, *format_, p.seed);
    for (unsigned l = 0; l < p.lines; ++l) {
      full_[l].sharers.resize(format_->words());
      format_->open(full_[l].sharers.data(), l);
    }
    result_.agent_use.resize(protocol_.agent.size());
    result_.home_use.resize(protocol_.home.size());
  }

  directory_random_walk_result run() {
    for (step_ = 0; step_ < p_.steps; ++step_) {
      if (bag_.empty() || random_.below(4) == 0) {
        access();
      } else {
        deliver();
      }
    }
    const std::uint64_t patience = p_.steps + 1'000'000;
    for (; !bag_.empty() && step_ < p_.steps + patience; ++step_) deliver();
    require_rest();
    return std::move(result_);
  }

 private:
  struct agent_port {
    walk& w;
    node_id node;
    unsigned line;
    std::uint64_t offered;
    std::uint64_t supplied = 0;

    agent_line& self() const { return w.agent(node, line); }
    void snoop(directory_state) { supplied = self().version; }
    void send(directory_message_type type, node_id to, node_id requester, unsigned acks) {
      const std::uint64_t version = type == directory_message_type::put_m ? self().version : supplied;
      w.put({type, to, is_request(type) ? node : requester, acks, line, version});
    }
    void take_over(directory_state) {
      if (w.table_.held(self().core.state) == 0) self().version = offered;
    }
    void take_data() { self().version = offered; }
    void complete(pending_access access, directory_state granted) {
      if (access == pending_access::evict) return;
      const std::uint64_t others = w.transactions_[line]++ - self().transactions;
      w.result_.most_overtaken = std::max(w.result_.most_overtaken, others);
      const bool once = granted == 0;
      const std::uint64_t found = self().version;
      if (once ? found < self().begun : found != w.last_[line]) w.fail(node, line, "gets stale data");
      if (access == pending_access::write) self().version = ++w.last_[line];
      ++(access == pending_access::write ? w.result_.writes : w.result_.reads);
    }
  };

  struct home_port {
    walk& w;
    unsigned line;
    std::uint64_t offered;
    node_id sender;

    void send(directory_message_type type, node_id to, node_id requester, unsigned acks) {
      w.put({type, to, requester, acks, line, w.memory_[line]});
    }
    void pass_data(node_id to) { w.put({directory_message_type::data, to, no_node, 0, line, offered}); }
    bool older(node_id source, node_id than) const {
      return w.agent(source, line).begun_at < w.agent(than, line).begun_at;
    }
    void write_memory() { w.memory_[line] = offered; }
    void free_slot() {}
    node_id injection_target() {
      std::vector<node_id>& asked = w.asked_[line];
      if (sender != no_node) asked = {sender};
      std::vector<node_id> left;
      for (node_id node = 0; node < w.p_.format.nodes; ++node) {
        if (std::find(asked.begin(), asked.end(), node) == asked.end()) left.push_back(node);
      }
      if (left.empty()) return no_node;
      asked.push_back(left[static_cast<std::size_t>(w.random_.below(left.size()))]);
      ++w.result_.injections;
      return asked.back();
    }
  };

  agent_line& agent(node_id node, unsigned line) { return agents_[std::size_t{node} * p_.lines + line]; }

  // Some messages are slow, so that they are overtaken by whole transactions.
  void put(message m) {
    if (random_.below(8) == 0) m.not_before = step_ + random_.below(400);
    bag_.push_back(m);
  }

  void access() {
    const auto node = static_cast<node_id>(random_.below(p_.format.nodes));
    auto line = static_cast<unsigned>(random_.below(p_.lines));
    const auto event = random_.below(3) == 0 ? agent_event::write : agent_event::read;
    const agent_line& wanted = agent(node, line);
    if (table_.pending(wanted.core.state) != pending_access::none) return;
    if (wanted.core.state != 0) return begin(node, line, random_.below(8) == 0 ? agent_event::evict : event);
    if (lines_in(node) < p_.cache_lines) return begin(node, line, event);
    for (unsigned tries = 0; tries < p_.lines; ++tries) {
      line = static_cast<unsigned>(random_.below(p_.lines));
      const directory_state state = agent(node, line).core.state;
      if (state != 0 && table_.pending(state) == pending_access::none) {
        return begin(node, line, agent_event::evict);
      }
    }
  }

  unsigned lines_in(node_id node) {
    unsigned lines = 0;
    for (unsigned l = 0; l < p_.lines; ++l) lines += agent(node, l).core.state != 0;
    return lines;
  }

  // For an injected line: drops a shared copy if it must and can.
  bool make_room(node_id node) {
    if (lines_in(node) < p_.cache_lines) return true;
    for (unsigned l = 0; l < p_.lines; ++l) {
      const agent_state_info& held = protocol_.agent_states[agent(node, l).core.state];
      if (agent(node, l).core.state == 0 || held.pending != pending_access::none || held.owner) continue;
      begin(node, l, agent_event::evict);
      return true;
    }
    return false;
  }

  void begin(node_id node, unsigned line, agent_event event) {
    if (random_.below(4) == 0) agent(node, line).core.answered = false;  // it may be forgotten
    agent(node, line).begun = last_[line];
    agent(node, line).begun_at = step_;
    agent(node, line).transactions = transactions_[line];
    run_agent(node, line, event, no_node, 0, 0);
  }

  void deliver() {
    const auto at = static_cast<std::size_t>(random_.below(bag_.size()));
    const message m = bag_[at];
    if (m.not_before > step_) return;
    bag_[at] = bag_.back();
    bag_.pop_back();
    ++result_.messages;
    if (m.destination == home_node) return deliver_home(m);
    agent_line& a = agent(m.destination, m.line);
    agent_event event = requester_core::event_of(a.core, m.type, m.acks, !a.held.empty());
    if (event == agent_event::nack_holding) a.held.clear();
    const bool injected = event == agent_event::inject || event == agent_event::inject_owned;
    if (injected && a.core.state == 0 && !make_room(m.destination)) event = agent_event::inject_no_room;
    if (!run_agent(m.destination, m.line, event, m.requester, m.acks, m.version)) {
      a.held.push_back(m);
      if (a.held.size() > 1) fail(m.destination, m.line, "holds two forwards");
    }
  }

  // False if the message is held.
  bool run_agent(node_id node, unsigned line, agent_event event, node_id requester, unsigned acks,
                 std::uint64_t version) {
    agent_line& a = agent(node, line);
    agent_port port{*this, node, line, version};
    const directory_state before = a.core.state;
    const directory_step step = agent_core_.step(a.core, event, requester, acks, port);
    if (step.outcome == directory_step::result::undefined) fail(node, line, to_string(event));
    ++result_.agent_use[step.row];
    if (step.outcome == directory_step::result::waits) return false;
    if (a.core.state != before) wake(a.held);
    return true;
  }

  void wake(std::vector<message>& messages) {
    bag_.insert(bag_.end(), messages.begin(), messages.end());
    messages.clear();
  }

  // ---- home ----

  void deliver_home(const message& m) {
    const node_id source = is_request(m.type) ? m.requester : no_node;
    home_line none;
    sharer_word* sharers = full_[m.line].sharers.data();
    home_line* home = &full_[m.line].state;
    home_event event{};
    if (sparse_) {
      const bool allocates = m.type <= directory_message_type::upgrade;
      sparse_directory::entry* entry = sparse_->find(m.line);
      if (entry == nullptr && allocates) entry = sparse_->allocate(m.line);
      if (entry == nullptr && allocates) {
        recall_one_of(m.line);
        return run_home(none, sharers, home_event::no_entry, source, m);
      }
      home = entry == nullptr ? &none : &entry->state;
      if (entry != nullptr) sharers = entry->sharers;
    }
    const line_sharers view(*format_, sharers, scratch_);
    event = home_core_.event_of(*home, view, m.type, source, m.acks);
    if (event == home_event::no_entry && pool_ != nullptr) {
      if (const auto line = pool_->line_to_reclaim()) recall(static_cast<unsigned>(*line));
    }
    run_home(*home, sharers, event, source, m);
  }

  void recall_one_of(unsigned line) {
    sparse_directory::entry* const victim =
        sparse_->victim(line, [this](const sparse_directory::entry& e) { return may_recall(e.state); });
    if (victim != nullptr) recall(static_cast<unsigned>(victim->line));
  }
  bool may_recall(const home_line& line) const { return line.state != 0 && !home_core_.busy(line); }

  void recall(unsigned line) {
    sparse_directory::entry* const entry = sparse_ ? sparse_->find(line) : nullptr;
    home_line& home = entry ? entry->state : full_[line].state;
    if (!may_recall(home)) return;
    ++result_.recalls;
    run_home(home, entry ? entry->sharers : full_[line].sharers.data(), home_event::recall, no_node,
             {directory_message_type::get_s, home_node, no_node, 0, line, 0});
  }

  void run_home(home_line& home, sharer_word* words, home_event event, node_id source, const message& m) {
    line_sharers sharers(*format_, words, scratch_);
    home_port port{*this, m.line, m.version, source};
    const directory_state before = home.state;
    const directory_step step = home_core_.step(home, sharers, event, source, port);
    if (step.outcome == directory_step::result::undefined) fail(home_node, m.line, to_string(m.type));
    ++result_.home_use[step.row];
    if (step.then != no_row) ++result_.home_use[step.then];
    if (step.outcome == directory_step::result::waits) waiting_[m.line].push_back(m);
    if (home.state == before || home_core_.busy(home)) return;
    wake(waiting_[m.line]);
    // Requests of other lines may wait for an entry or a pointer that is free now, or for a line to be one
    // that can be recalled.
    for (unsigned l = 0; (sparse_ || pool_ != nullptr) && l < p_.lines; ++l) wake(waiting_[l]);
    sparse_directory::entry* const entry = sparse_ && home.state == 0 ? sparse_->find(m.line) : nullptr;
    if (entry != nullptr) sparse_->release(*entry);
  }

  // ---- verdicts ----

  [[noreturn]] void fail(node_id node, unsigned line, const std::string& what) const {
    throw std::runtime_error(protocol_.name + ", step " + std::to_string(step_) + ": " +
                             (node == home_node ? "home" : "node " + std::to_string(node)) + ", line " +
                             std::to_string(line) + ": " + what);
  }

  void require_rest() {
    for (unsigned line = 0; line < p_.lines; ++line) {
      for (node_id node = 0; node < p_.format.nodes; ++node) {
        if (table_.pending(agent(node, line).core.state) != pending_access::none) {
          fail(node, line, "never completes");
        }
      }
      if (!waiting_[line].empty()) fail(home_node, line, "a request waits for ever");
    }
    if (!bag_.empty()) fail(home_node, 0, "messages without end");
  }

  const directory_random_walk_parameters p_;
  const directory_protocol protocol_;
  const compiled_directory_protocol table_;
  const requester_core agent_core_;
  const home_core home_core_;
  const std::unique_ptr<sharer_format> format_;
  pointer_pool_format* const pool_;  // or null
  std::optional<sparse_directory> sparse_;
  random_generator random_;
  std::vector<agent_line> agents_;  // by node, then line
  std::vector<full_entry> full_;
  std::vector<std::vector<node_id>> asked_;  // by line: to take it over
  std::vector<std::uint64_t> memory_;
  std::vector<std::uint64_t> last_;            // version of the last write
  std::vector<std::uint64_t> transactions_;    // completed, hits too
  std::vector<std::vector<message>> waiting_;  // at the home, by line
  std::vector<message> bag_;
  std::vector<node_id> scratch_;
  std::uint64_t step_ = 0;
  directory_random_walk_result result_;
};

}  // namespace

directory_random_walk_result walk_directory(const directory_random_walk_parameters& parameters) {
  return walk(parameters).run();
}

}  // namespace mimd::tb
