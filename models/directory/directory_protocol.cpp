#include "directory/directory_protocol.h"

#include "directory/directory_protocol_rows.h"

namespace mimd {
namespace {

using type = directory_message_type;

const char* const source =
    "Sorin, Hill & Wood, A Primer on Memory Consistency and Cache Coherence, 2011, chapter 8; Lenoski et "
    "al., "
    "The directory-based cache coherence protocol for the DASH multiprocessor, ISCA 1990; Laudon & Lenoski, "
    "The SGI Origin: a ccNUMA highly scalable server, ISCA 1997; Stenström, Joe & Gupta, Comparative "
    "performance evaluation of cache-coherent NUMA and COMA architectures, ISCA 1992; Joe, COMA-F: a "
    "non-hierarchical cache only memory architecture, Stanford, 1995";

bool in(row_group when, row_group form) {
  for (const row_group choice : row_groups::choices) {
    const row_group named = when & choice;
    if (named != 0 && (named & form) == 0) return false;
  }
  return true;
}

enum class home_reply : std::uint8_t { never, after_replaced_ack, always };  // to an answer

// Answers that make nobody send anything are taken unconditionally, those to the home and those to
// requesters, and can share a network. An answer that makes the home send the reply needs one before the
// reply's.
std::array<directory_network, directory_message_count> networks(home_reply replies) {
  std::array<directory_network, directory_message_count> network_of{};
  for (unsigned i = 0; i < directory_message_count; ++i) {
    const auto t = static_cast<type>(i);
    if (t == type::operate || t == type::result) {
      network_of[i] = t == type::operate ? directory_network::request : directory_network::reply;
      continue;
    }
    const bool reply = t == type::data || t == type::data_exclusive || t == type::grant ||
                       t == type::put_ack || t == type::nack;
    const bool on_reply_network =
        replies == home_reply::always ? reply : replies == home_reply::after_replaced_ack;
    network_of[i] = is_request(t)                                 ? directory_network::request
                    : is_forward(t)                               ? directory_network::forward
                    : on_reply_network && t != type::replaced_ack ? directory_network::reply
                                                                  : directory_network::response;
  }
  return network_of;
}

home_reply home_reply_of(const directory_form& form) {
  if (form.replies == directory_form::reply_path::via_home) return home_reply::always;
  return form.owner_replaces_silently() ? home_reply::after_replaced_ack : home_reply::never;
}

directory_protocol make_master() {
  return {"directory",
          "Directory protocols",
          source,
          directory_rows::agent_state_infos(),
          directory_rows::home_state_infos(),
          directory_rows::agent_master_rows(),
          directory_rows::home_master_rows(),
          networks(home_reply::always),
          {}};
}

}  // namespace

row_group directory_form::groups() const {
  const auto one = [](row_group first, auto choice) {
    return static_cast<row_group>(first << static_cast<unsigned>(choice));
  };
  const bool asks_back = protocol != protocol_name::coma || swaps;
  return static_cast<row_group>(one(row_groups::msi, protocol) | one(row_groups::three_hop, replies) |
                                one(row_groups::silent, eviction) | one(row_groups::queue, busy) |
                                (asks_back ? row_groups::recalls : 0));
}

std::string directory_form::name() const {
  static constexpr const char* protocols[] = {"msi", "mesi", "moesi", "coma"};
  return std::string(protocols[static_cast<unsigned>(protocol)]) +
         (replies == reply_path::three_hop ? "-3hop" : "-home") +
         (eviction == clean_eviction::silent ? "-silent" : "-notified") +
         (busy == busy_line::queue ? "-queue" : "-nack") + (swaps ? "-swap" : "");
}

const directory_protocol& directory_master_table() {
  static const directory_protocol master = make_master();
  return master;
}

directory_protocol directory_protocol_of(const directory_form& form) {
  const directory_protocol& master = directory_master_table();
  directory_protocol selected = master;
  selected.name = form.name();
  selected.network_of = networks(home_reply_of(form));
  selected.agent.clear();
  selected.home.clear();
  const row_group groups = form.groups();
  for (const agent_row& row : master.agent) {
    if (in(row.when, groups)) selected.agent.push_back(row);
  }
  for (const home_row& row : master.home) {
    if (in(row.when, groups)) selected.home.push_back(row);
  }
  return selected;
}

std::vector<directory_form> all_directory_forms() {
  using form = directory_form;
  std::vector<form> forms;
  for (const auto protocol :
       {form::protocol_name::mesi, form::protocol_name::msi, form::protocol_name::moesi}) {
    for (const auto replies : {form::reply_path::three_hop, form::reply_path::via_home}) {
      for (const auto eviction : {form::clean_eviction::silent, form::clean_eviction::notified}) {
        for (const auto busy : {form::busy_line::queue, form::busy_line::nack}) {
          forms.push_back({protocol, replies, eviction, busy});
        }
      }
    }
  }
  return forms;
}

std::vector<directory_form> all_coma_forms() {
  using form = directory_form;
  std::vector<form> forms;
  for (const auto eviction : {form::clean_eviction::notified, form::clean_eviction::silent}) {
    for (const auto busy : {form::busy_line::queue, form::busy_line::nack}) {
      forms.push_back({form::protocol_name::coma, form::reply_path::three_hop, eviction, busy});
    }
  }
  return forms;
}

std::string describe_groups(row_group groups) {
  static constexpr const char* names[] = {"MSI",    "MESI",     "MOESI",    "COMA", "three hops", "via home",
                                          "silent", "notified", "queueing", "Nack", "recalls"};
  std::string text;
  for (const row_group choice : row_groups::choices) {
    bool first = true;
    for (unsigned i = 0; i < std::size(names); ++i) {
      if ((groups & choice & (1u << i)) == 0) continue;
      if (!text.empty()) text += first ? "; " : ", ";
      text += names[i];
      first = false;
    }
  }
  return text;
}

const char* to_string(directory_message_type t) {
  static constexpr const char* names[directory_message_count] = {
      "GetS",        "GetM",          "Upg",           "PutS",     "PutE",        "PutM",      "FwdGetS",
      "FwdGetM",     "FwdGetS-Owned", "FwdGetM-Owned", "Fetch",    "Fetch-Owned", "Recall",    "Recall-Owned",
      "Inject",      "Inject-Owned",  "Inv",           "Data",     "DataE",       "Grant",     "PutAck",
      "Nack",        "Ack",           "CopyBack",      "CleanAck", "OwnerAck",    "OwnerData", "TransferAck",
      "ReplacedAck", "InjectAck",     "InjectRefusal", "Operate",  "Result"};
  return names[static_cast<unsigned>(t)];
}

const char* to_string(directory_network network) {
  static constexpr const char* names[directory_network_count] = {"request", "forward", "response", "reply"};
  return names[static_cast<unsigned>(network)];
}

const char* to_string(agent_event event) {
  static constexpr const char* names[agent_event_count] = {"Read",
                                                           "Write",
                                                           "Evict",
                                                           "FwdGetS",
                                                           "FwdGetM",
                                                           "FwdGetS-Owned",
                                                           "FwdGetM-Owned",
                                                           "Fetch",
                                                           "Fetch-Owned",
                                                           "Recall",
                                                           "Recall-Owned",
                                                           "Inject",
                                                           "Inject-Owned",
                                                           "Inv",
                                                           "Data",
                                                           "Data, acks missing",
                                                           "DataE",
                                                           "Grant",
                                                           "Grant, acks missing",
                                                           "Ack",
                                                           "last Ack",
                                                           "PutAck",
                                                           "Nack",
                                                           "Nack, forward held",
                                                           "Inject, no room"};
  return names[static_cast<unsigned>(event)];
}

const char* to_string(agent_action action) {
  static constexpr const char* names[] = {"GetS",
                                          "GetM",
                                          "Upg",
                                          "PutS",
                                          "PutE",
                                          "PutM",
                                          "Data to requester",
                                          "Ack",
                                          "CopyBack",
                                          "CleanAck",
                                          "OwnerAck",
                                          "OwnerData",
                                          "TransferAck",
                                          "ReplacedAck",
                                          "InjectAck",
                                          "InjectRefusal",
                                          "take over",
                                          "take data",
                                          "take ack count",
                                          "count ack",
                                          "complete",
                                          "hold"};
  return names[static_cast<unsigned>(action)];
}

const char* to_string(home_event event) {
  static constexpr const char* names[home_event_count] = {"GetS",
                                                          "GetS, no pointer",
                                                          "GetM",
                                                          "Upg",
                                                          "Upg of owner",
                                                          "GetS of owner",
                                                          "GetM of owner",
                                                          "Put of another",
                                                          "PutE of owner",
                                                          "PutM of owner",
                                                          "GetS, GetM, Upg",
                                                          "GetS or GetM of owner that may hold a forward",
                                                          "Put",
                                                          "GetS, GetM, Upg, reserved for another",
                                                          "no entry",
                                                          "line asked back",
                                                          "Ack",
                                                          "last Ack",
                                                          "CopyBack",
                                                          "last CopyBack",
                                                          "last CleanAck",
                                                          "last OwnerAck",
                                                          "last OwnerData",
                                                          "last TransferAck",
                                                          "last ReplacedAck",
                                                          "InjectAck",
                                                          "InjectRefusal",
                                                          "nobody left to ask"};
  return names[static_cast<unsigned>(event)];
}

const char* to_string(home_action action) {
  static constexpr const char* names[] = {"Data",
                                          "DataE",
                                          "Grant",
                                          "pass Data on",
                                          "FwdGetS",
                                          "FwdGetM",
                                          "FwdGetS-Owned",
                                          "FwdGetM-Owned",
                                          "Fetch",
                                          "Fetch-Owned",
                                          "Recall",
                                          "Recall-Owned",
                                          "Inv sharers",
                                          "Inv owner",
                                          "Inv sharers for home",
                                          "Inv owner for home",
                                          "Inv victim for home",
                                          "await owner",
                                          "write memory",
                                          "Inject",
                                          "Inject-Owned",
                                          "free slot",
                                          "owner := requester",
                                          "no owner",
                                          "add requester",
                                          "add owner",
                                          "remove requester",
                                          "no sharers",
                                          "PutAck",
                                          "Nack",
                                          "reserve",
                                          "wait"};
  return names[static_cast<unsigned>(action)];
}

}  // namespace mimd
