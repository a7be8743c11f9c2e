// All that can happen in one state of the directory model: accesses, deliveries and recalls, each run by the
// cores that the simulator runs, and checked. Private to the model checker.
#ifndef MIMD_TB_MODEL_CHECKER_DIRECTORY_STEPS_H
#define MIMD_TB_MODEL_CHECKER_DIRECTORY_STEPS_H

#include <optional>
#include <string>
#include <vector>

#include "directory/compiled_directory_protocol.h"
#include "directory/home_core.h"
#include "directory/requester_core.h"
#include "tb/model_checker/directory_model_checker.h"
#include "tb/model_checker/directory_model_sharers.h"
#include "tb/model_checker/directory_world.h"

namespace mimd::tb {

class directory_steps {
 public:
  class successors {
   public:
    virtual ~successors() = default;
    // `label`: the access or message, the messages sent, whether an access completed.
    virtual void successor(const world& next, std::uint64_t label) = 0;
  };
  struct fault {
    directory_violation_kind kind;
    std::string message;
    world found;  // the state with the fault
  };

  // The protocol must outlive this object.
  directory_steps(const directory_protocol& protocol, const directory_model& model, successors& to);

  // Stops at the first fault.
  void expand(const world& from);
  const std::optional<fault>& found() const { return fault_; }

  bool quiet(const world& w) const;
  bool ordered(directory_message_type type) const {
    return protocol_.ordered[static_cast<unsigned>(table_.network_of(type))];
  }

  std::vector<std::size_t> agent_use;
  std::vector<std::size_t> home_use;
  std::vector<std::size_t> home_use_if_empty;

 private:
  static constexpr unsigned no_line = max_model_lines;
  static constexpr unsigned no_message = ~0u;

  struct agent_port;
  struct home_port;
  // What the model leaves open when a message reaches the home.
  struct home_choice {
    node_id victim;      // that a limited directory gives up
    node_id target;      // of an injection
    bool older = false;  // the sender has waited longer than the node that the line is reserved for
  };
  struct room {
    bool now;
    bool sometimes;  // either may be
    unsigned drop;   // the shared copy that makes it
  };

  void begin();
  void end(unsigned kind);
  void fail(directory_violation_kind kind, const std::string& message);
  void check_invariants();
  bool somewhere(unsigned line) const;

  bool may(unsigned line, unsigned cache, agent_event event) const;
  void access(unsigned line, unsigned cache, agent_event event);
  bool deliver(unsigned k);
  bool deliver_agent(unsigned k, const model_message& m);
  bool deliver_agent(unsigned k, const model_message& m, agent_event event, unsigned drop,
                     unsigned answered = no_message);
  bool deliver_refusal(unsigned k, const model_message& m);
  room room_for(unsigned line, unsigned cache) const;
  bool run_agent(unsigned line, unsigned cache, agent_event event, node_id requester, unsigned acks,
                 agent_port& port);
  unsigned victims(const model_message& m) const;
  node_id first_target(const model_message& m, unsigned from) const;
  bool deliver_home(unsigned k, const model_message& m);
  bool deliver_home(unsigned k, const model_message& m, const home_choice& choice);
  home_event event_at_home(const model_message& m, node_id source, node_id victim);
  bool run_home(unsigned line, home_event event, node_id source, node_id victim, home_port& port);
  bool uses_directory(unsigned line) const;
  model_sharers sharers_of(unsigned line, node_id victim);
  void recall(unsigned line);

  void send(unsigned line, directory_message_type type, node_id destination, node_id requester, unsigned acks,
            freshness data);
  void write(unsigned line, unsigned writer);

  const directory_protocol& protocol_;
  const directory_model model_;
  const compiled_directory_protocol table_;
  const requester_core agent_core_;
  const home_core home_core_;
  successors& to_;
  std::optional<fault> fault_;

  // The state being expanded, and the step out of it.
  world now_;
  world next_;
  std::uint64_t sent_ = 0;
  unsigned sent_count_ = 0;
  bool completed_ = false;
  bool older_asked_ = false;
  bool target_asked_ = false;
};

}  // namespace mimd::tb

#endif
