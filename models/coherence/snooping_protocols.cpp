#include <algorithm>

#include "coherence/snooping_protocol.h"
#include "coherence/snooping_protocol_rows.h"

namespace mimd {

const local_row* snooping_protocol::find(coherence_state state, processor_event event) const {
  for (const auto& row : local) {
    if (row.state == state && row.event == event) return &row;
  }
  return nullptr;
}

const snoop_row* snooping_protocol::find(coherence_state state, bus_operation operation) const {
  for (const auto& row : snoop) {
    if (row.state == state && row.operation == operation) return &row;
  }
  return nullptr;
}

const std::vector<snooping_protocol>& snooping_protocols() {
  using namespace protocol_rows;
  static const std::vector<snooping_protocol> all{msi(),     mesi(),       moesi(),   mesif(),  berkeley(),
                                                  synapse(), write_once(), firefly(), dragon(), vi()};
  return all;
}

const snooping_protocol* find_snooping_protocol(std::string_view name) {
  for (const auto& protocol : snooping_protocols()) {
    if (protocol.name == name) return &protocol;
  }
  return nullptr;
}

bool reads_take_lines(const snooping_protocol& protocol) {
  return std::any_of(protocol.snoop.begin(), protocol.snoop.end(), [](const snoop_row& row) {
    return row.operation == bus_operation::read && row.next == invalid_state;
  });
}

const char* to_string(processor_event event) {
  switch (event) {
    case processor_event::read:
      return "PrRd";
    case processor_event::write:
      return "PrWr";
    case processor_event::evict:
      return "Evict";
  }
  return "?";
}

const char* to_string(bus_operation operation) {
  switch (operation) {
    case bus_operation::none:
      return "-";
    case bus_operation::read:
      return "BusRd";
    case bus_operation::read_exclusive:
      return "BusRdX";
    case bus_operation::upgrade:
      return "BusUpgr";
    case bus_operation::write_through:
      return "BusWT";
    case bus_operation::update:
      return "BusUpd";
    case bus_operation::update_memory:
      return "BusUpdM";
    case bus_operation::write_back:
      return "BusWB";
  }
  return "?";
}

}  // namespace mimd
