#include "tb/model_checker/directory_world.h"

namespace mimd::tb {
namespace {

std::string name(unsigned node) {
  return node == model_home ? "home" : node == model_nobody ? "-" : "cache " + std::to_string(node);
}

}  // namespace

std::string describe(const world& w, const directory_protocol& protocol, unsigned caches, unsigned lines) {
  static constexpr const char* fresh_names[] = {"", "+", "~"};  // stale or none, fresh, good for one use
  std::string text;
  for (unsigned l = 0; l < lines; ++l) {
    if (l != 0) text += " || ";
    for (unsigned i = 0; i < caches; ++i) {
      const model_agent& a = w.agents[l][i];
      text += protocol.agent_states[a.state].name + fresh_names[static_cast<unsigned>(a.data)];
      if (a.acks != 0) text += "(" + std::to_string(a.acks) + ")";
      text += " ";
    }
    const model_home_line& h = w.home[l];
    text += "| " + protocol.home_states[h.state].name + (h.memory_fresh ? "+" : "");
    if (h.owner != model_nobody) text += " owner " + std::to_string(h.owner);
    if (h.requester != model_nobody) text += " for " + std::to_string(h.requester);
    if (h.reserved != model_nobody) text += " reserved for " + std::to_string(h.reserved);
    if (h.awaited != 0) text += " awaits " + std::to_string(h.awaited);
    if (h.all) text += " sharers all";
    for (unsigned i = 0; i < caches; ++i) {
      if ((h.asked >> i & 1u) != 0) text += " asked " + std::to_string(i);
    }
    for (unsigned i = 0; i < caches; ++i) {
      if ((h.sharers >> i & 1u) != 0) text += " s" + std::to_string(i);
    }
  }
  for (unsigned k = 0; k < w.count; ++k) {
    const model_message m = model_message::unpacked(w.messages[k]);
    text += std::string("; ") + to_string(m.type);
    if (carries_data(m.type)) text += fresh_names[static_cast<unsigned>(m.data)];
    if (lines > 1) text += " of line " + std::to_string(m.line);
    if (!is_request(m.type)) text += " to " + name(m.destination);
    if (m.requester != model_nobody) text += (is_request(m.type) ? " from " : " for ") + name(m.requester);
    if (m.acks != 0) text += ", " + std::to_string(m.acks) + " acks";
  }
  return text;
}

}  // namespace mimd::tb
