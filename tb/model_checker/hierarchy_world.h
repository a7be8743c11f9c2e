// The state of a model of a hierarchical cache-only memory, and its tree. Private to the model checker.
#ifndef MIMD_TB_MODEL_CHECKER_HIERARCHY_WORLD_H
#define MIMD_TB_MODEL_CHECKER_HIERARCHY_WORLD_H

#include <array>
#include <string>
#include <vector>

#include "attraction_memory/hierarchy_core.h"

namespace mimd::tb {

inline constexpr unsigned max_hierarchy_memories = 6;
inline constexpr unsigned max_hierarchy_groups = 6;
inline constexpr unsigned max_hierarchy_lines = 3;
inline constexpr unsigned max_model_members = 4;

struct hierarchy_tree {
  struct member {
    bool directory;
    unsigned number;  // of the group whose directory it is, or of the attraction memory
  };
  struct group {
    std::vector<member> members;
    unsigned above = 0;      // group; of the topmost, which is number 0, itself
    unsigned as_member = 0;  // which member it is there
    member_set directories = 0;
  };
  struct leaf {
    unsigned group;
    unsigned as_member;
    bool reads;
    bool writes;
    bool replaces;
  };
  std::vector<group> groups;
  std::vector<leaf> memories;

  explicit hierarchy_tree(const std::string& words);
};

struct model_memory_line {
  enum class access : std::uint8_t { none, read, write, evict };
  hierarchy_state state = 0;
  access pending = access::none;
  bool fresh = false;
};

struct model_group_line {
  hierarchy_line line;
  bool own_fresh = false;
  bool above_fresh = false;
  bool turn_posted = false;
  std::uint8_t last = 0;  // in order: whose turn it is, or was
  bool search_posted = false;
  bool grant_posted = false;
  struct answer {
    hierarchy_reply reply = hierarchy_reply::later;  // none
    bool fresh = false;
  };
  std::array<answer, max_model_members> answers{};
};

struct hierarchy_world {
  std::array<std::array<model_memory_line, max_hierarchy_lines>, max_hierarchy_memories> memories{};
  std::array<std::array<model_group_line, max_hierarchy_lines>, max_hierarchy_groups> groups{};
  std::array<bool, max_hierarchy_lines> slot_fresh{true, true, true};
};

struct packed_hierarchy_world {
  std::array<std::uint16_t, max_hierarchy_lines*(1 + max_hierarchy_memories + 7 * max_hierarchy_groups)>
      words;
  unsigned size = 0;
  void push(unsigned word) { words[size++] = static_cast<std::uint16_t>(word); }
};

class hierarchy_packing {
 public:
  hierarchy_packing(const hierarchy_tree& tree, unsigned lines, const compiled_hierarchy_protocol& protocol)
      : tree_(tree), lines_(lines), protocol_(protocol) {}

  packed_hierarchy_world pack(const hierarchy_world& w) const;
  hierarchy_world unpack(const std::uint16_t* words) const;

 private:
  const hierarchy_tree& tree_;
  unsigned lines_;
  const compiled_hierarchy_protocol& protocol_;
};

std::string describe(const hierarchy_world& w, const hierarchy_tree& tree, unsigned lines,
                     const hierarchy_protocol& protocol);

}  // namespace mimd::tb

#endif
