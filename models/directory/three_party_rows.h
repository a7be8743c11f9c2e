// The rows of transactions of a requester, the home and the owner of the line.
//
// What two_party_rows.h does not cover is mostly this: the home forwards the request to the owner and is
// busy, the owner sends the line to the requester and word of it to the home, and both are done. A write may
// take the line from sharers beside the owner (sharer_rows.h). Loosely timed, such a transaction is run at
// one go, without messages that anybody keeps (three_party_transactions.cpp); approximately timed, the home
// and the owner look up here what they do. In a flat COMA every line that
// somebody has is read so. Which rows can be part of it, and what they do, is read off the protocol's tables
// here; all others are requester_core's and home_core's.
//
// Plain C++. Look-ups are an indexed load each; `row` is no_row where a row of another kind is needed.
#ifndef MIMD_DIRECTORY_THREE_PARTY_ROWS_H
#define MIMD_DIRECTORY_THREE_PARTY_ROWS_H

#include <array>
#include <cstdint>

#include "directory/compiled_directory_protocol.h"

namespace mimd {

class three_party_rows {
 public:
  // The home forwards the request to the owner.
  struct forwarding {
    std::uint16_t row = no_row;
    directory_message_type forward{};
    directory_state busy = 0;
    bool takes_from_sharers = false;  // has them invalidated, and forgets them
  };
  // The owner sends the line to the requester, then its word to the home.
  struct supply {
    std::uint16_t row = no_row;
    directory_message_type word{};
    directory_state next = 0;
  };
  // With that the home is done.
  struct settling {
    std::uint16_t row = no_row;
    directory_state next = 0;
    bool writes_memory = false;
    bool sets_owner = false;
    bool clears_owner = false;
    bool adds_owner = false;
    bool adds_requester = false;
  };

  explicit three_party_rows(const directory_protocol& protocol);

  const forwarding& forwarding_of(directory_state home, home_event request) const {
    return forwardings_[home][static_cast<unsigned>(request)];
  }
  const supply& supply_of(directory_state owner, directory_message_type forward) const {
    return supplies_[owner][static_cast<unsigned>(forward)];
  }
  const settling& settling_of(directory_state busy, directory_message_type word) const {
    return settlings_[busy][static_cast<unsigned>(word)];
  }

 private:
  template <class Row, unsigned Events>
  using table = std::array<std::array<Row, Events>, max_directory_states>;

  void forward(const home_row& row, std::uint16_t number);
  void serve(const agent_row& row, std::uint16_t number);
  void settle(const home_row& row, std::uint16_t number);

  table<forwarding, home_event_count + 1> forwardings_{};  // the last: what is no event
  table<supply, directory_message_count> supplies_{};
  table<settling, directory_message_count> settlings_{};
};

}  // namespace mimd

#endif
