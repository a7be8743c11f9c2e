// The master tables and their states. Private to models/directory.
#ifndef MIMD_DIRECTORY_DIRECTORY_PROTOCOL_ROWS_H
#define MIMD_DIRECTORY_DIRECTORY_PROTOCOL_ROWS_H

#include "directory/directory_protocol.h"

namespace mimd::directory_rows {

// clang-format off
enum agent_states : directory_state {
  I, S, E, O, M,
  IS_D,          // reading: awaits data
  IS_DI,         // the same, and an invalidation has been acknowledged
  IM_AD,         // writing without a copy: awaits data and perhaps acknowledgements
  IM_A,          // has data, awaits acknowledgements
  SM_AD, SM_A,   // writing a shared copy: awaits the grant; then acknowledgements
  OM_AD, OM_A,   // writing an owned copy
  MI_A, OI_A, EI_A, SI_A,  // replacing: answers for the copy until acknowledged
  II_A           // replacing, and the copy was taken meanwhile
};

enum home_states : directory_state {
  HI, HS, HM, HO,  // no copy; shared, memory up to date; one owner: E, M, or replaced
                   // silently; owner and sharers, O
  B_S,             // busy: the owner was asked for a read
  B_M,             // busy: a write waits for the owner's answer, via home for acknowledgements too
  B_U,             // busy: an upgrade waits for acknowledgements
  B_V,             // busy: the sharer that lost its pointer has not acknowledged yet
  B_R,             // busy: the line is being recalled
  B_J, B_K         // busy: the line is looking for a master, alone or beside sharers
};
// clang-format on

std::vector<agent_state_info> agent_state_infos();
std::vector<home_state_info> home_state_infos();
std::vector<agent_row> agent_master_rows();
std::vector<home_row> home_master_rows();

}  // namespace mimd::directory_rows

#endif
