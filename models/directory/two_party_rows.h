// The rows of transactions that need nobody but a requester and the home.
//
// Most transactions are three rows: the agent asks, the home answers without forwarding, invalidating or
// awaiting anything, and with the answer the agent is done. Loosely timed, these are run at one go, without
// messages that anybody keeps (two_party_transactions.cpp). Which rows can be part of such a transaction,
// and what they do, is read off the protocol's tables here; all others are requester_core's and home_core's.
//
// Plain C++. Look-ups are an indexed load each; `row` is no_row where a row of another kind is needed.
#ifndef MIMD_DIRECTORY_TWO_PARTY_ROWS_H
#define MIMD_DIRECTORY_TWO_PARTY_ROWS_H

#include <array>
#include <cstdint>

#include "directory/compiled_directory_protocol.h"

namespace mimd {

class two_party_rows {
 public:
  // An access makes the agent send one request.
  struct opening {
    std::uint16_t row = no_row;
    directory_message_type request{};
    directory_state pending = 0;
  };
  // The home answers it.
  struct service {
    std::uint16_t row = no_row;
    directory_message_type answer{};
    directory_state next = 0;
    directory_state next_if_empty = 0;
    bool reads_memory = false;
    bool writes_memory = false;
    bool sets_owner = false;
    bool clears_owner = false;
    bool adds_requester = false;
    bool removes_requester = false;
    bool frees_slot = false;
  };
  // The answer completes the access.
  struct closing {
    std::uint16_t row = no_row;
    directory_state granted = 0;
    bool takes_data = false;
  };

  two_party_rows(const directory_protocol& protocol, const compiled_directory_protocol& compiled);

  const opening& opening_of(directory_state stable, agent_event access) const {
    return openings_[stable][static_cast<unsigned>(access)];
  }
  const service& service_of(directory_state home, home_event event) const {
    return event < event_limit ? services_[home][static_cast<unsigned>(event)] : none_;
  }
  const closing& closing_of(directory_state pending, agent_event answer) const {
    return closings_[pending][static_cast<unsigned>(answer)];
  }

 private:
  static constexpr home_event event_limit = home_event::busy;  // no later event is a request's
  template <class Row, unsigned Events>
  using table = std::array<std::array<Row, Events>, max_directory_states>;

  static opening open(const agent_row& row, std::uint16_t number);
  static service serve(const home_row& row, std::uint16_t number);
  static closing close(const agent_row& row, std::uint16_t number);

  table<opening, 3> openings_{};
  table<service, static_cast<unsigned>(event_limit)> services_{};
  table<closing, agent_event_count> closings_{};
  service none_;
};

}  // namespace mimd

#endif
