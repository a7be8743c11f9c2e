#include "tb/traffic/packet_trace.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "infrastructure/nearest_name.h"
#include "tb/traffic/text_fields.h"

namespace mimd::tb {

namespace {

constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();

struct dependency {
  std::uint32_t before;
  std::uint32_t after;
};

class trace_parser {
 public:
  trace_parser(const std::string& file, std::uint32_t terminals, std::uint32_t virtual_networks)
      : lines_(file), terminals_(terminals), virtual_networks_(virtual_networks) {}

  void parse(std::vector<traced_packet>& packets, std::vector<dependency>& dependencies) {
    while (lines_.next()) {
      if (packets.size() == std::numeric_limits<std::uint32_t>::max() - 1) lines_.fail("too many packets");
      const auto number = static_cast<std::uint32_t>(packets.size());
      traced_packet p;
      p.id = lines_.number("identifier", 0, any_number);
      p.not_before = lines_.number("cycle", 0, packet_trace::latest);
      p.source = static_cast<std::uint32_t>(lines_.number("source", 0, terminals_ - 1));
      p.destination = static_cast<std::uint32_t>(lines_.number("destination", 0, terminals_ - 1));
      p.flits = static_cast<std::uint32_t>(lines_.number("number of flits", 1, packet_trace::longest_packet));
      const std::size_t before = dependencies.size();
      given_ = 0;
      while (lines_.more()) read_option(p, number, dependencies);
      p.waits_for = static_cast<std::uint32_t>(dependencies.size() - before);
      if (p.delay != 0 && p.waits_for == 0) lines_.fail("a delay without 'after='");
      if (!numbers_.emplace(p.id, number).second)
        lines_.fail("identifier " + std::to_string(p.id) + " a second time");
      packets.push_back(p);
    }
    if (packets.empty()) throw std::runtime_error(lines_.path() + ": the trace has no packets");
  }

 private:
  void read_option(traced_packet& p, std::uint32_t number, std::vector<dependency>& dependencies) {
    static constexpr std::string_view names[] = {"after", "delay", "vn", "priority", "class"};
    const std::string_view option = lines_.word("option");
    const std::size_t equals = option.find('=');
    const std::string_view name = option.substr(0, equals);
    const auto* const found = std::find(std::begin(names), std::end(names), name);
    if (equals == std::string_view::npos || found == std::end(names)) {
      const std::vector<std::string> all(std::begin(names), std::end(names));
      lines_.fail("no option " + in_quotes(option) + ", did you mean '" + nearest_name(name, all) + "='?");
    }
    const auto index = static_cast<unsigned>(found - std::begin(names));
    if ((given_ >> index & 1u) != 0) lines_.fail("'" + std::string(name) + "=' a second time");
    given_ |= 1u << index;
    const std::string_view value = option.substr(equals + 1);
    switch (index) {
      case 0:
        return read_dependencies(value, p.id, number, dependencies);
      case 1:
        p.delay = lines_.parse(value, "delay", 0, packet_trace::latest);
        break;
      case 2:
        p.virtual_network =
            static_cast<std::uint8_t>(lines_.parse(value, "virtual network", 0, virtual_networks_ - 1));
        break;
      case 3:
        p.priority = static_cast<std::uint8_t>(lines_.parse(value, "priority", 0, 255));
        break;
      default:
        p.traffic_class = static_cast<std::uint8_t>(lines_.parse(value, "class", 0, 255));
    }
  }

  void read_dependencies(std::string_view list, std::uint64_t own, std::uint32_t number,
                         std::vector<dependency>& dependencies) {
    const std::size_t before = dependencies.size();
    for (;;) {
      const std::size_t comma = list.find(',');
      const std::uint64_t id = lines_.parse(list.substr(0, comma), "identifier", 0, any_number);
      if (id == own) lines_.fail("packet " + std::to_string(id) + " waits for itself");
      const auto found = numbers_.find(id);
      if (found == numbers_.end())
        lines_.fail("waits for packet " + std::to_string(id) + ", which no earlier line defines");
      for (std::size_t i = before; i < dependencies.size(); ++i) {
        if (dependencies[i].before == found->second)
          lines_.fail("waits for packet " + std::to_string(id) + " a second time");
      }
      dependencies.push_back({found->second, number});
      if (comma == std::string_view::npos) return;
      list.remove_prefix(comma + 1);
    }
  }

  text_lines lines_;
  std::uint32_t terminals_;
  std::uint32_t virtual_networks_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // looked up, never walked through
  unsigned given_ = 0;
};

}  // namespace

packet_trace::packet_trace(const std::string& file, std::uint32_t terminals, std::uint32_t virtual_networks) {
  std::vector<dependency> dependencies;
  trace_parser(file, terminals, virtual_networks).parse(packets_, dependencies);
  // Dependents by the packet they wait for, in order of lines.
  first_.assign(packets_.size() + 1, 0);
  for (const dependency& d : dependencies) ++first_[d.before + 1];
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  followers_.resize(dependencies.size());
  std::vector<std::uint32_t> at(first_.begin(), first_.end() - 1);
  for (const dependency& d : dependencies) followers_[at[d.before]++] = d.after;
  for (const traced_packet& p : packets_) classes_ = std::max(classes_, p.traffic_class + 1u);
}

}  // namespace mimd::tb
