#include "platforms/support/reliability_options.h"

#include <tuple>

#include "platforms/support/complaint.h"

namespace mimd {

void reliability_options::declare(parameter_set& set, const std::string& what) {
  set.add("mpi.reliable", reliable, any,
          "interfaces acknowledge " + what + " and send again what was damaged");
  set.add("mpi.retransmit_timeout", timeout_, at_least(duration{1000}),
          "without an acknowledgement, besides the bytes' time; doubled at each attempt");
  set.add("mpi.ack_bytes", ack_bytes_, any, "length of an acknowledgement");
}

void reliability_options::resolve(const parameter_set& set, double ps_per_byte) {
  if (!reliable)
    refuse_without_effect(set, {"mpi.retransmit_timeout", "mpi.ack_bytes"}, "mpi.reliable is false");
  model.timeout = timeout_.ps;
  model.ack_bytes = ack_bytes_.value;
  model.ps_per_byte = ps_per_byte;
}

void register_reliability(statistics& all,
                          const std::function<message_passing::reliability_counts()>& counts) {
  using message_passing::reliability_counts;
  const std::tuple<const char*, std::uint64_t reliability_counts::*, const char*> kinds[] = {
      {"damaged", &reliability_counts::damaged, "frames thrown away for their checksum"},
      {"resent", &reliability_counts::resent, "frames sent again"},
      {"duplicates", &reliability_counts::duplicates, "frames of messages that had come already"},
      {"early", &reliability_counts::early, "messages kept until those before them came"}};
  for (const auto& [name, member, meaning] : kinds)
    all.add(
        std::string("mpi.frames.") + name, [counts, m = member] { return counts().*m; }, meaning);
}

}  // namespace mimd
