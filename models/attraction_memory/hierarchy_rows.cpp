#include "attraction_memory/hierarchy_protocol.h"

namespace mimd {

namespace {

namespace memory_states {
enum : hierarchy_state { I, S, O, E, R, RW, W, LS, LO, LE, LI };
}
namespace tree_states {
enum : hierarchy_state { I, S, O, E, R, RW, W, WK, LI, LO, LE, A_S, A_O, A_X, A_M, A_E, W_A, W_X };
}

std::vector<hierarchy_state_info> memory_state_infos() {
  //  name, meaning, copy, shared, reading, awaits, owner, exclusive, keeps
  return {{"I", "Invalid"},
          {"S", "Shared: a copy, whose master is elsewhere", true, true},
          {"O", "Shared: the master, others may have copies", true, false, false, false, true},
          {"E", "Exclusive: the only copy", true, false, false, false, true, true},
          {"R", "Reading", false, false, true, true},
          {"RW", "Reading and Waiting: for data to write", false, false, false, true},
          {"W", "Waiting: has a copy, to be the only one", true, true, false, true},
          {"LS", "leaving, a copy", true, true, false, true},
          {"LO", "leaving, the master", true, false, false, true, true},
          {"LE", "leaving, the only copy", true, false, false, true, true, true},
          {"LI", "leaving, and erased meanwhile", false, false, false, true}};
}

std::vector<hierarchy_state_info> tree_state_infos() {
  return {
      {"I", "Invalid: the subsystem has nothing; topmost: the slot is the master"},
      {"S", "Shared: copies, whose master is elsewhere", true, true},
      {"O", "Shared: the master, others may have copies", true, false, false, false, true},
      {"E", "Exclusive: all copies", true, false, false, false, true, true},
      {"R", "Reading", false, false, true, true},
      {"RW", "Reading and Waiting", false, false, false, true},
      {"W", "Waiting: the writer has the only copy of the subsystem", true, true, false, true},
      {"WK", "Waiting: the data for the writer is kept here", true, true, false, true, false, false, true},
      {"LI", "leaving: the subsystem has nothing", false, false, false, true},
      {"LO", "leaving: the master is kept here", true, false, false, true, true, false, true},
      {"LE", "leaving: the only copy is kept here", true, false, false, true, true, true, true},
      {"A_S", "Answering a read, then S", true},
      {"A_O", "Answering a read, then O", true},
      {"A_X", "Answering, then I", true},
      {"A_M", "Answering: looks for a master, a copy or room for one", true},
      {"A_E", "Answering: looks for room for the only copy", false},
      {"W_A", "W, Answering a read", true},
      {"W_X", "W, Answering, then RW", true}};
}

std::vector<memory_row> memory_rows() {
  using namespace memory_states;
  using on = memory_event;
  using a = memory_action;
  return {
      // clang-format off
      {I, on::read, {a::request}, R},
      {I, on::write, {a::request}, RW},
      {S, on::write, {a::request}, W},
      {O, on::write, {a::request}, W},
      {S, on::evict, {a::request}, LS},
      {O, on::evict, {a::request}, LO},
      {E, on::evict, {a::request}, LE},

      {R, on::turn, {a::send_read}, R},
      {RW, on::turn, {a::send_read_erase}, RW},
      {W, on::turn, {a::send_erase}, W},
      {LS, on::turn, {a::send_leave, a::complete}, I},
      {LO, on::turn, {a::send_out, a::complete}, I},
      {LE, on::turn, {a::send_inject, a::complete}, I},
      {LI, on::turn, {a::complete}, I},

      {R, on::data, {a::take_data, a::complete}, S},
      {R, on::data_exclusive, {a::take_data, a::complete}, E},
      {R, on::data_seen, {a::withdraw, a::take_data, a::complete}, S},
      {RW, on::data_exclusive, {a::take_data, a::complete}, E},
      {W, on::exclusive, {a::complete}, E},

      {S, on::ask_read, {a::supply}, S},
      {O, on::ask_read, {a::supply}, O},
      {E, on::ask_read, {a::supply}, O},
      {W, on::ask_read, {a::supply}, W},
      {LS, on::ask_read, {a::supply}, LS},
      {LO, on::ask_read, {a::supply}, LO},
      {LE, on::ask_read, {a::supply}, LO},

      {S, on::ask_read_erase, {a::supply}, I},
      {O, on::ask_read_erase, {a::supply}, I},
      {E, on::ask_read_erase, {a::supply}, I},
      {W, on::ask_read_erase, {a::supply}, RW},
      {LS, on::ask_read_erase, {a::supply}, LI},
      {LO, on::ask_read_erase, {a::supply}, LI},
      {LE, on::ask_read_erase, {a::supply}, LI},

      {S, on::ask_erase, {a::acknowledge}, I},
      {O, on::ask_erase, {a::acknowledge}, I},
      {W, on::ask_erase, {a::acknowledge}, RW},
      {LS, on::ask_erase, {a::acknowledge}, LI},
      {LO, on::ask_erase, {a::acknowledge}, LI},

      {S, on::ask_promote, {a::take_over, a::accept}, O},
      {W, on::ask_promote, {a::accept}, W},
      {LS, on::ask_promote, {a::accept}, LO},

      {I, on::ask_inject, {a::take_over, a::accept}, O},
      {I, on::ask_inject_exclusive, {a::take_over, a::accept}, E},
      {I, on::ask_inject_no_room, {a::refuse}, I},
      {R, on::ask_inject, {a::refuse}, R},
      {R, on::ask_inject_exclusive, {a::refuse}, R},
      {RW, on::ask_inject, {a::refuse}, RW},
      {RW, on::ask_inject_exclusive, {a::refuse}, RW},
      {LI, on::ask_inject, {a::refuse}, LI},
      {LI, on::ask_inject_exclusive, {a::refuse}, LI},
      // clang-format on
  };
}

void add_members(std::vector<tree_row>& rows) {
  using namespace tree_states;
  using on = tree_event;
  using a = tree_action;
  constexpr tree_place any = tree_place::anywhere;
  constexpr tree_place below = tree_place::below;
  constexpr tree_place top = tree_place::top;
  const std::vector<tree_row> own{
      // clang-format off
      {below, S, on::read_found, {a::grant_data}, S},
      {below, O, on::read_found, {a::grant_data}, O},
      {any, E, on::read_found, {a::grant_data}, E},
      {below, I, on::read_missed, {a::ask_above}, R},
      {below, S, on::read_missed, {a::ask_above}, R},
      {below, S, on::write_found, {a::ask_above}, WK},
      {below, O, on::write_found, {a::ask_above}, WK},
      {any, E, on::write_found, {a::grant_data_exclusive}, E},
      {below, I, on::write_missed, {a::ask_above}, RW},
      {below, S, on::write_missed, {a::ask_above}, RW},
      {below, S, on::erased, {a::ask_above}, W},
      {below, O, on::erased, {a::ask_above}, W},
      {any, E, on::erased, {a::grant_exclusive}, E},
      {below, S, on::left_some, {a::let_go}, S},
      {below, O, on::left_some, {a::let_go}, O},
      {any, E, on::left_some, {a::let_go}, E},
      {below, I, on::left_none, {a::let_go}, I},
      {below, S, on::left_none, {a::let_go, a::ask_above}, LI},
      {below, O, on::promoted, {a::let_go}, O},
      {any, E, on::promoted, {a::let_go}, E},
      {below, O, on::not_promoted, {a::let_go, a::ask_above}, LO},
      {any, E, on::not_promoted, {a::place}, E},
      {any, E, on::placed, {a::let_go}, E},
      {below, E, on::not_placed, {a::let_go, a::ask_above}, LO},
      {below, E, on::not_placed_exclusive, {a::let_go, a::ask_above}, LE},

      {top, I, on::read_missed, {a::read_slot, a::grant_data_exclusive}, E},
      {top, I, on::write_missed, {a::read_slot, a::grant_data_exclusive}, E},
      {top, I, on::left_none, {a::let_go}, I},
      {top, E, on::not_placed, {a::write_slot, a::let_go}, I},
      {top, E, on::not_placed_exclusive, {a::write_slot, a::let_go}, I},

      {top, E, on::ask_read_erase, {a::search_read_erase}, A_X},  // recalled
      {top, A_X, on::found_data, {a::write_slot, a::answer_data}, I},
      // clang-format on
  };
  rows.insert(rows.end(), own.begin(), own.end());
}

void add_above(std::vector<tree_row>& rows) {
  using namespace tree_states;
  using on = tree_event;
  using a = tree_action;
  constexpr tree_place below = tree_place::below;
  const std::vector<tree_row> above{
      // clang-format off
      {below, R, on::turn, {a::send_read}, R},
      {below, RW, on::turn, {a::send_read_erase}, RW},
      {below, W, on::turn, {a::send_erase}, W},
      {below, WK, on::turn, {a::send_erase}, WK},
      {below, LI, on::turn, {a::send_leave}, LI},
      {below, LO, on::turn, {a::send_out}, LO},
      {below, LE, on::turn, {a::send_inject}, LE},

      {below, R, on::data, {a::grant_data}, S},
      {below, R, on::data_exclusive, {a::grant_data_exclusive}, E},
      {below, R, on::data_seen, {a::withdraw, a::grant_data}, S},
      {below, RW, on::data_exclusive, {a::grant_data_exclusive}, E},
      {below, W, on::exclusive, {a::grant_exclusive}, E},
      {below, WK, on::exclusive, {a::grant_data_exclusive}, E},
      {below, LI, on::left, {}, I},
      {below, LO, on::left, {}, I},
      {below, LE, on::left, {}, I},

      {below, S, on::ask_read, {a::search_read}, A_S},
      {below, O, on::ask_read, {a::search_read}, A_O},
      {below, E, on::ask_read, {a::search_read}, A_O},
      {below, W, on::ask_read, {a::search_read}, W_A},
      {below, WK, on::ask_read, {a::answer_kept}, WK},
      {below, LO, on::ask_read, {a::answer_kept}, LO},
      {below, LE, on::ask_read, {a::answer_kept}, LO},
      {below, LI, on::ask_read, {a::answer_nothing}, LI},
      {below, R, on::ask_read, {a::answer_nothing}, R},
      {below, RW, on::ask_read, {a::answer_nothing}, RW},

      {below, S, on::ask_read_erase, {a::search_read_erase}, A_X},
      {below, O, on::ask_read_erase, {a::search_read_erase}, A_X},
      {below, E, on::ask_read_erase, {a::search_read_erase}, A_X},
      {below, W, on::ask_read_erase, {a::search_read_erase}, W_X},
      {below, WK, on::ask_read_erase, {a::answer_kept}, RW},
      {below, LO, on::ask_read_erase, {a::answer_kept}, LI},
      {below, LE, on::ask_read_erase, {a::answer_kept}, LI},
      {below, LI, on::ask_read_erase, {a::answer_nothing}, LI},
      {below, R, on::ask_read_erase, {a::answer_nothing}, R},
      {below, RW, on::ask_read_erase, {a::answer_nothing}, RW},

      {below, S, on::ask_erase, {a::search_erase}, A_X},
      {below, O, on::ask_erase, {a::search_erase}, A_X},
      {below, W, on::ask_erase, {a::search_erase}, W_X},
      {below, WK, on::ask_erase, {a::answer_erased}, RW},
      {below, LO, on::ask_erase, {a::answer_erased}, LI},
      {below, LI, on::ask_erase, {a::answer_erased}, LI},
      {below, R, on::ask_erase, {a::answer_erased}, R},
      {below, RW, on::ask_erase, {a::answer_erased}, RW},

      {below, S, on::ask_promote, {a::search_promote}, A_M},
      {below, W, on::ask_promote, {a::answer_placed}, W},
      {below, WK, on::ask_promote, {a::answer_placed}, WK},
      {below, R, on::ask_promote, {a::answer_refused}, R},
      {below, RW, on::ask_promote, {a::answer_refused}, RW},
      {below, LI, on::ask_promote, {a::answer_refused}, LI},

      {below, I, on::ask_inject, {a::search_inject}, A_M},
      {below, R, on::ask_inject, {a::answer_refused}, R},
      {below, RW, on::ask_inject, {a::answer_refused}, RW},
      {below, LI, on::ask_inject, {a::answer_refused}, LI},
      {below, I, on::ask_inject_exclusive, {a::search_inject_exclusive}, A_E},
      {below, R, on::ask_inject_exclusive, {a::answer_refused}, R},
      {below, RW, on::ask_inject_exclusive, {a::answer_refused}, RW},
      {below, LI, on::ask_inject_exclusive, {a::answer_refused}, LI},

      {below, A_S, on::found_data, {a::answer_data}, S},
      {below, A_S, on::found_nothing, {a::answer_nothing}, I},
      {below, A_O, on::found_data, {a::answer_data}, O},
      {below, W_A, on::found_data, {a::answer_data}, W},
      {below, A_X, on::found_data, {a::answer_data}, I},
      {below, A_X, on::found_nothing, {a::answer_nothing}, I},
      {below, A_X, on::found_erased, {a::answer_erased}, I},
      {below, W_X, on::found_data, {a::answer_data}, RW},
      {below, W_X, on::found_erased, {a::answer_erased}, RW},
      {below, A_M, on::found_place, {a::answer_placed}, O},
      {below, A_M, on::found_refusal, {a::answer_refused}, I},
      {below, A_E, on::found_place, {a::answer_placed}, E},
      {below, A_E, on::found_refusal, {a::answer_refused}, I},
      // clang-format on
  };
  rows.insert(rows.end(), above.begin(), above.end());
}

}  // namespace

const hierarchy_protocol& ddm_protocol() {
  static const hierarchy_protocol protocol = [] {
    hierarchy_protocol p;
    p.name = "ddm";
    p.source =
        "Haridi & Hagersten, The cache coherence protocol of the Data Diffusion Machine, PARLE 1989; "
        "Hagersten, Landin & Haridi, DDM: a cache-only memory architecture, IEEE Computer 25(9) 1992; Frank, "
        "Burkhardt & Rothnie, The KSR1: bridging the gap between shared memory and MPPs, Compcon 1993";
    p.memory_states = memory_state_infos();
    p.tree_states = tree_state_infos();
    p.memory = memory_rows();
    add_members(p.tree);
    add_above(p.tree);
    return p;
  }();
  return protocol;
}

}  // namespace mimd
