// Watches a coherent machine and says when it stops being coherent.
//
// Two rules, on every access and transaction (coherence_observer.h):
//  * data value: a read returns, byte for byte, the last write in coherence order. The checker keeps that
//  memory itself.
//  * single writer: after every transaction, if one agent holds the line in an exclusive state no other agent
//  holds it,
//    and at most one agent owns it.
// compare() adds: nothing that was written is lost.
// Under a directory, an invalidation may overtake the data of a read (overtaken()): that one read then
// returns, all of it, either the last write or what the line held at such a moment.
// A violation is kept as one line: the rule, the line, the agents, the time and the last transactions on that
// line. Cost: a hash look-up an access, memory proportional to the footprint. Bytes never seen before are
// taken from the first read (preloaded memory). Plain C++.
#ifndef MIMD_COHERENCE_COHERENCE_CHECKER_H
#define MIMD_COHERENCE_COHERENCE_CHECKER_H

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "coherence/coherence_observer.h"
#include "coherence/compiled_protocol.h"

namespace mimd {

class coherence_checker : public coherence_observer {
 public:
  // The state in which `agent` holds `line` now.
  using state_reader = std::function<coherence_state(unsigned agent, address_t line)>;

  coherence_checker(const snooping_protocol& protocol, std::vector<std::string> agents, unsigned line,
                    state_reader state);

  // At the end of a run: the newest copy of every line that was written, as `newest` reads it, must be the
  // last write.
  void compare(const std::function<void(address_t, std::uint8_t* data, unsigned size)>& newest);

  std::uint64_t accesses_checked() const { return accesses_; }
  std::uint64_t transactions_checked() const { return transactions_; }
  std::uint64_t violation_count() const { return violation_count_; }
  const std::vector<std::string>& violations() const { return violations_; }  // the first few

  void performed_read(unsigned agent, address_t address, const std::uint8_t* data, unsigned size,
                      time_ps at) override;
  void performed_write(unsigned agent, address_t address, const std::uint8_t* data, unsigned size,
                       time_ps at) override;
  void serialised(unsigned agent, address_t line, bus_operation operation, coherence_state granted,
                  time_ps at) override;
  void overtaken(unsigned agent, address_t line) override;
  void debug_written(address_t address, const std::uint8_t* data, unsigned size) override;

 private:
  struct transaction {
    unsigned agent;
    bus_operation operation;
    time_ps at;
  };
  struct older_value {
    unsigned agent;
    std::vector<std::uint8_t> bytes;
    std::vector<bool> known;
  };
  struct line_record {
    std::vector<std::uint8_t> bytes;
    std::vector<bool> known;
    std::vector<older_value> older;  // what reads under way may still return
    std::deque<transaction> last;
    unsigned writer = ~0u;
    time_ps written_at = 0;
  };
  line_record& record_of(address_t line);
  void store(unsigned agent, address_t address, const std::uint8_t* data, unsigned size, time_ps at);
  void violation(const std::string& what, address_t line, time_ps at);
  static bool is_older_value(const line_record& r, unsigned agent, unsigned offset, const std::uint8_t* data,
                             unsigned size);
  template <typename Body>
  void for_each_line(address_t address, unsigned size, Body body);

  const snooping_protocol& protocol_;
  compiled_protocol table_;
  std::vector<std::string> agents_;
  unsigned line_;
  state_reader state_;
  std::unordered_map<address_t, line_record> lines_;
  std::vector<std::string> violations_;
  std::uint64_t violation_count_ = 0;
  std::uint64_t accesses_ = 0;
  std::uint64_t transactions_ = 0;
};

}  // namespace mimd

#endif
