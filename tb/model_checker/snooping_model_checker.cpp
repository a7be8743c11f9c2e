#include "tb/model_checker/snooping_model_checker.h"

#include <array>
#include <cstdint>
#include <stdexcept>
#include <unordered_map>

#include "coherence/compiled_protocol.h"

namespace mimd::tb {
namespace {

constexpr unsigned max_caches = 12;

struct copy {
  coherence_state state = invalid_state;
  bool fresh = false;  // false in every invalid copy, so that equal situations are equal states
};

struct line {
  std::array<copy, max_caches> copies{};
  bool memory_fresh = true;
};

struct step {
  unsigned cache = 0;
  processor_event event = processor_event::read;
};

// What the other caches did in one transaction.
struct snoop_result {
  bool shared = false;
  bool supplied = false;
  bool supply_fresh = true;
  bool memory_updated = false;
};

struct node {
  std::uint64_t code;
  std::size_t parent;
  step by;
  transition_label label;
};

bool fetches_line(bus_operation operation) {
  return operation == bus_operation::read || operation == bus_operation::read_exclusive;
}
bool carries_word(bus_operation operation) {
  return operation == bus_operation::write_through || operation == bus_operation::update ||
         operation == bus_operation::update_memory;
}
bool reaches_memory(bus_operation operation) {
  return operation == bus_operation::write_through || operation == bus_operation::update_memory;
}

class search {
 public:
  search(const snooping_protocol& protocol, unsigned caches) : protocol_(protocol), caches_(caches) {
    if (caches < 1 || caches > max_caches) {
      throw std::invalid_argument("model checker: " + std::to_string(caches) + " caches, but 1 to " +
                                  std::to_string(max_caches) + " are possible");
    }
    static_cast<void>(compiled_protocol(protocol));  // throws if the table is malformed
    result_.caches = caches;
    result_.local_use.resize(protocol.local.size());
    result_.snoop_use.resize(protocol.snoop.size());
  }

  model_check_result run() {
    add(line{}, 0, {}, {});
    for (std::size_t at = 0; at < nodes_.size() && !result_.violation; ++at) {
      for (unsigned cache = 0; cache < caches_ && !result_.violation; ++cache) {
        for (auto event : {processor_event::read, processor_event::write, processor_event::evict}) {
          explore(at, {cache, event});
          if (result_.violation) break;
        }
      }
    }
    result_.states = nodes_.size();
    return std::move(result_);
  }

 private:
  void explore(std::size_t at, step by) {
    const line before = decode(nodes_[at].code);
    line now = before;
    if (now.copies[by.cache].state == invalid_state && by.event == processor_event::evict) return;
    transition_label label{by.event, bus_operation::none, bus_operation::none, transition_label::source::none,
                           false};
    ++result_.transitions;
    problem_.reset();
    perform(now, by, label);
    if (!problem_) check_invariants(now);
    if (problem_) {
      record_violation(at, by, label, now);
      return;
    }
    for (unsigned i = 0; i < caches_; ++i) {
      label.invalidations +=
          i != by.cache && now.copies[i].state == invalid_state && before.copies[i].state != invalid_state;
    }
    label.changes_state = encode(now) != nodes_[at].code;
    ++result_.transitions_by_label[label];
    add(now, at, by, label);
  }

  void perform(line& now, step by, transition_label& label) {
    copy& own = now.copies[by.cache];
    const local_row* row = protocol_.find(own.state, by.event);
    if (!row) {
      return fail(violation_kind::undefined_event,
                  name(by.cache) + " in " + state_name(own.state) + " has no row for " + to_string(by.event));
    }
    label.operation = row->operation;
    bus_operation last = row->operation;
    std::array<bool, max_caches> took{};
    snoop_result seen = broadcast(now, by.cache, row->operation, took);
    if (problem_) return;
    if (fetches_line(row->operation)) {
      own.fresh = seen.supplied ? seen.supply_fresh : now.memory_fresh;
      label.supplier = seen.supplied ? transition_label::source::cache : transition_label::source::memory;
      if (!own.fresh) {
        return fail(violation_kind::stale_fill,
                    name(by.cache) + " receives stale data from " + (seen.supplied ? "a cache" : "memory"));
      }
    }
    const bool shared = seen.shared;
    label.memory_updated = seen.memory_updated;
    if (shared && row->operation_if_shared != bus_operation::none) {
      label.second_operation = last = row->operation_if_shared;
      seen = broadcast(now, by.cache, last, took);
      if (problem_) return;
      label.memory_updated |= seen.memory_updated;
    }
    const coherence_state next = shared ? row->next_if_shared : row->next_if_alone;
    auto& use = result_.local_use[static_cast<std::size_t>(row - protocol_.local.data())];
    ++(shared ? use.shared : use.alone);

    switch (by.event) {
      case processor_event::read:
        if (!own.fresh) return fail(violation_kind::stale_read, name(by.cache) + " reads stale data");
        break;
      case processor_event::write:
        write(now, by, *row, last, next, took, label);
        break;
      case processor_event::evict:
        if (last == bus_operation::write_back && row->memory_updated) {
          now.memory_fresh = own.fresh;
          label.memory_updated = true;
        }
        own.fresh = false;
        break;
    }
    own.state = next;
    if (next == invalid_state) own.fresh = false;
  }

  // The word is new everywhere: only where it arrives, in a line otherwise fresh, the line stays fresh.
  void write(line& now, step by, const local_row& row, bus_operation last, coherence_state next,
             const std::array<bool, max_caches>& took, transition_label& label) {
    const bool memory_takes = row.memory_updated && reaches_memory(last);
    now.memory_fresh = now.memory_fresh && memory_takes;
    label.memory_updated |= memory_takes;
    for (unsigned i = 0; i < caches_; ++i) {
      if (i != by.cache) now.copies[i].fresh = now.copies[i].fresh && took[i];
    }
    if (next != invalid_state && !now.copies[by.cache].fresh) {
      fail(violation_kind::stale_fill, name(by.cache) + " writes into a line that it never fetched");
    }
  }

  snoop_result broadcast(line& now, unsigned from, bus_operation operation,
                         std::array<bool, max_caches>& took) {
    snoop_result seen;
    if (operation == bus_operation::none || operation == bus_operation::write_back) return seen;
    bool memory_receives_fresh = true;
    for (unsigned i = 0; i < caches_; ++i) {
      copy& other = now.copies[i];
      if (i == from || other.state == invalid_state) continue;
      const snoop_row* row = protocol_.find(other.state, operation);
      if (!row) {
        fail(violation_kind::undefined_event,
             name(i) + " in " + state_name(other.state) + " has no row for snooping " + to_string(operation));
        return seen;
      }
      ++result_.snoop_use[static_cast<std::size_t>(row - protocol_.snoop.data())];
      seen.shared = true;
      if (row->supply) {
        seen.supplied = true;
        seen.supply_fresh &= other.fresh;
      }
      if (row->memory_updated) {
        seen.memory_updated = true;
        memory_receives_fresh &= other.fresh;
      }
      if (row->take && carries_word(operation)) took[i] = true;
      other.state = row->next;
      if (row->next == invalid_state) other.fresh = false;
    }
    if (seen.memory_updated) now.memory_fresh = memory_receives_fresh;
    return seen;
  }

  void check_invariants(const line& now) {
    std::size_t valid = 0;
    std::size_t owners = 0;
    std::optional<unsigned> exclusive;
    for (unsigned i = 0; i < caches_; ++i) {
      const copy& c = now.copies[i];
      if (c.state == invalid_state) continue;
      ++valid;
      if (protocol_.states[c.state].owner) ++owners;
      if (protocol_.states[c.state].exclusive) exclusive = i;
      if (!c.fresh) fail(violation_kind::stale_copy, name(i) + " keeps a stale copy");
    }
    if (exclusive && valid > 1) {
      fail(violation_kind::not_alone, name(*exclusive) + " is in " +
                                          state_name(now.copies[*exclusive].state) +
                                          " and another cache has the line");
    }
    if (owners > 1) fail(violation_kind::two_owners, std::to_string(owners) + " caches own the line");
    if (owners == 0 && !now.memory_fresh) {
      fail(violation_kind::lost_data, "memory is stale and no cache owns the line");
    }
  }

  void fail(violation_kind kind, const std::string& message) {
    if (!problem_) problem_ = protocol_violation{kind, message, {}};
  }

  void record_violation(std::size_t at, step by, const transition_label& label, const line& now) {
    std::vector<std::size_t> path;
    for (std::size_t i = at; i != 0; i = nodes_[i].parent) path.push_back(i);
    problem_->trace.push_back("start: " + describe(decode(nodes_[0].code)));
    for (auto i = path.rbegin(); i != path.rend(); ++i) {
      problem_->trace.push_back(describe(nodes_[*i].by, nodes_[*i].label, decode(nodes_[*i].code)));
    }
    problem_->trace.push_back(describe(by, label, now) + "  <- " + to_string(problem_->kind));
    problem_->message = protocol_.name + ", " + std::to_string(caches_) +
                        " caches: " + to_string(problem_->kind) + ": " + problem_->message;
    result_.violation = std::move(problem_);
  }

  static std::string name(unsigned cache) { return "cache " + std::to_string(cache); }
  const std::string& state_name(coherence_state state) const { return protocol_.states[state].name; }

  std::string describe(const line& now) const {
    std::string text;
    for (unsigned i = 0; i < caches_; ++i) {
      const copy& c = now.copies[i];
      text += state_name(c.state);
      text += c.state != invalid_state && !c.fresh ? "(stale) " : " ";
    }
    return text + (now.memory_fresh ? "| memory fresh" : "| memory stale");
  }
  std::string describe(step by, const transition_label& label, const line& now) const {
    std::string text = name(by.cache) + " " + to_string(by.event);
    if (label.operation != bus_operation::none) text += std::string(" ") + to_string(label.operation);
    if (label.second_operation != bus_operation::none) {
      text += std::string("+") + to_string(label.second_operation);
    }
    return text + ": " + describe(now);
  }

  void add(const line& now, std::size_t parent, step by, const transition_label& label) {
    const std::uint64_t code = encode(now);
    if (index_.emplace(code, nodes_.size()).second) nodes_.push_back({code, parent, by, label});
  }
  std::uint64_t encode(const line& now) const {
    std::uint64_t code = now.memory_fresh;
    for (unsigned i = 0; i < caches_; ++i) {
      code = code << 5 | static_cast<std::uint64_t>(now.copies[i].state) << 1 |
             static_cast<std::uint64_t>(now.copies[i].fresh);
    }
    return code;
  }
  line decode(std::uint64_t code) const {
    line now;
    for (unsigned i = caches_; i-- > 0; code >>= 5) {
      now.copies[i] = {static_cast<coherence_state>(code >> 1 & 15), (code & 1) != 0};
    }
    now.memory_fresh = code != 0;
    return now;
  }

  const snooping_protocol& protocol_;
  unsigned caches_;
  std::vector<node> nodes_;
  std::unordered_map<std::uint64_t, std::size_t> index_;
  std::optional<protocol_violation> problem_;  // of the step being explored
  model_check_result result_;
};

}  // namespace

const char* to_string(violation_kind kind) {
  switch (kind) {
    case violation_kind::undefined_event:
      return "undefined event";
    case violation_kind::stale_read:
      return "stale read";
    case violation_kind::stale_fill:
      return "stale fill";
    case violation_kind::not_alone:
      return "exclusive but not alone";
    case violation_kind::two_owners:
      return "more than one owner";
    case violation_kind::stale_copy:
      return "stale copy";
    case violation_kind::lost_data:
      return "lost data";
  }
  return "?";
}

model_check_result check_model(const snooping_protocol& protocol, unsigned caches) {
  return search(protocol, caches).run();
}

}  // namespace mimd::tb
