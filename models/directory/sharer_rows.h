// The rows by which sharers lose their copies to a writer.
//
// A home has the sharers invalidated, each of which acknowledges to the writer, and answers it or forwards
// its request to the owner; the writer is done with the answer and the last acknowledgement. Loosely timed,
// such a transaction is run at one go, without messages that anybody keeps (sharer_transactions.cpp). Which
// rows can be part of it, and what they do, is read off the protocol's tables here; all others are
// requester_core's and home_core's. What a home does that forwards the request is in three_party_rows.h.
//
// Plain C++. Look-ups are an indexed load each; `row` is no_row where a row of another kind is needed.
#ifndef MIMD_DIRECTORY_SHARER_ROWS_H
#define MIMD_DIRECTORY_SHARER_ROWS_H

#include <array>
#include <cstdint>

#include "directory/two_party_rows.h"

namespace mimd {

class sharer_rows {
 public:
  // The home has the sharers invalidated, forgets them, and answers the request itself.
  struct service {
    std::uint16_t row = no_row;
    directory_message_type answer{};
    directory_state next = 0;
    bool invalidates_owner = false;
    bool sets_owner = false;
    bool frees_slot = false;
  };
  // The requester gets the answer, then acknowledgements; the last of them completes the access.
  struct gathering {
    std::uint16_t answer_row = no_row;
    std::uint16_t ack_row = no_row;
    two_party_rows::closing last;
  };

  sharer_rows(const directory_protocol& protocol, const compiled_directory_protocol& compiled);

  const service& service_of(directory_state home, home_event request) const {
    return services_[home][static_cast<unsigned>(request)];
  }
  // A sharer in this state drops its copy, if it has one, and acknowledges: the row.
  std::uint16_t drop_of(directory_state sharer) const { return drops_[sharer]; }
  // `answer`: data_awaiting_acks or grant_awaiting_acks.
  const gathering& gathering_of(directory_state pending, agent_event answer) const {
    return gatherings_[pending][static_cast<unsigned>(answer)];
  }

 private:
  template <class Row, unsigned Events>
  using table = std::array<std::array<Row, Events>, max_directory_states>;

  static service serve(const home_row& row, std::uint16_t number);
  static gathering gather(const agent_row& row, std::uint16_t number,
                          const compiled_directory_protocol& compiled);

  table<service, home_event_count + 1> services_{};  // the last: what is no event
  std::array<std::uint16_t, max_directory_states> drops_{};
  table<gathering, agent_event_count> gatherings_{};
};

}  // namespace mimd

#endif
