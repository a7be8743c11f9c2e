// The steps of a model of a hierarchical cache-only memory: from one state to all that can follow. Private to
// the model checker.
#ifndef MIMD_TB_MODEL_CHECKER_HIERARCHY_STEPS_H
#define MIMD_TB_MODEL_CHECKER_HIERARCHY_STEPS_H

#include <optional>
#include <string>
#include <vector>

#include "tb/model_checker/hierarchy_model_checker.h"
#include "tb/model_checker/hierarchy_world.h"

namespace mimd::tb {

class hierarchy_steps {
 public:
  class successors {
   public:
    virtual void successor(const hierarchy_world& next, std::uint64_t label) = 0;

   protected:
    ~successors() = default;
  };

  hierarchy_steps(const hierarchy_protocol& protocol, const compiled_hierarchy_protocol& compiled,
                  const hierarchy_model& model, const hierarchy_tree& tree, successors& to);

  // Tells all successors of the state, until something is wrong.
  void expand(const hierarchy_world& from);
  bool quiet(const hierarchy_world& w) const;

  struct fault {
    std::string message;
    hierarchy_world found;
  };
  const std::optional<fault>& found() const { return fault_; }

  std::vector<std::size_t> memory_use;
  std::vector<std::size_t> tree_use;

 private:
  struct port;
  struct outcome {
    hierarchy_reply reply = hierarchy_reply::later;
    hierarchy_request sent = hierarchy_request::none;
  };
  enum class kind : std::uint8_t { read, write, evict, write_hit, turn, search, grant, answer, recall };

  template <class Step>
  void take(kind what, unsigned line, Step step);
  // One of two things that may be: tries both.
  bool decide();
  void processor(unsigned memory, unsigned line);
  void medium(unsigned group, unsigned line);
  void recall(unsigned line);
  outcome step(unsigned memory, unsigned line, memory_event event, bool* fresh);
  memory_event injection(unsigned memory, unsigned line, hierarchy_question question);
  bool way_free(unsigned memory, unsigned line) const;
  void written(unsigned memory, unsigned line);
  void complete(unsigned memory, unsigned line);
  void check(unsigned line);
  void check_copies(unsigned line);
  void check_known(unsigned line);
  bool data_somewhere(unsigned line) const;
  bool pending(const hierarchy_world& w, unsigned line) const;
  bool quiet_line(const hierarchy_world& w, unsigned line) const;
  void fail(const std::string& message) {
    if (!fault_) fault_ = {message, w_};
  }
  void mix(unsigned code) { label_ = (label_ ^ code) * 0x9e3779b97f4a7c15u; }

  const hierarchy_protocol& protocol_;
  const compiled_hierarchy_protocol& compiled_;
  const hierarchy_model& model_;
  const hierarchy_tree& tree_;
  hierarchy_core core_;
  successors& to_;
  hierarchy_world w_;
  std::uint64_t label_ = 0;
  std::vector<bool> decisions_;
  std::size_t decided_ = 0;
  std::optional<fault> fault_;
};

}  // namespace mimd::tb

#endif
