#include "tb/model_checker/reachable_rows.h"

#include <stdexcept>

#include "tb/model_checker/snooping_model_checker.h"

namespace mimd::tb {

row_coverage reachable_rows(const snooping_protocol& protocol, unsigned caches) {
  const model_check_result found = check_model(protocol, caches);
  if (found.violation) throw std::logic_error(found.violation->message);
  row_coverage cells;
  for (std::size_t i = 0; i < protocol.local.size(); ++i) {
    const local_row& row = protocol.local[i];
    if (found.local_use[i].alone != 0) cells.local(row.state, row.event, false);
    if (found.local_use[i].shared != 0) cells.local(row.state, row.event, true);
  }
  for (std::size_t i = 0; i < protocol.snoop.size(); ++i) {
    if (found.snoop_use[i] != 0) cells.snoop(protocol.snoop[i].state, protocol.snoop[i].operation);
  }
  return cells;
}

}  // namespace mimd::tb
