// How the home of the directory model remembers the sharers of a line, as home_core wants them.
// Private to the model checker.
#ifndef MIMD_TB_MODEL_CHECKER_DIRECTORY_MODEL_SHARERS_H
#define MIMD_TB_MODEL_CHECKER_DIRECTORY_MODEL_SHARERS_H

#include "tb/model_checker/directory_model_checker.h"
#include "tb/model_checker/directory_world.h"

namespace mimd::tb {

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
  using sharer_format = directory_model::sharer_format;

  const directory_model& model_;
  model_home_line& line_;
  node_id victim_;
  unsigned elsewhere_;
};

}  // namespace mimd::tb

#endif
