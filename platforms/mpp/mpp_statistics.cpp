// What mimd-mpp registers: names are those of docs/mpp.md.
#include "platforms/mpp/mpp_machine.h"

namespace mimd {

namespace {

using message_passing::message_counts;
using message_passing::rank_times;

}  // namespace

void mpp_machine::register_statistics(statistics& all) {
  all.add(
      "time_ps", [this] { return finish_time_; }, "simulated time, of all measurements");
  const auto count = [&](const char* name, std::uint64_t message_counts::*member, const char* meaning) {
    all.add(
        name, [this, member] { return run_ ? run_->engine().counts().*member : 0; }, meaning);
  };
  count("mpi.messages", &message_counts::messages,
        "messages sent, of the last measurement as all that follow");
  count("mpi.bytes", &message_counts::bytes, "bytes in them");
  count("mpi.unexpected", &message_counts::unexpected, "messages that arrived before a receive for them");
  count("mpi.rendezvous", &message_counts::rendezvous, "messages longer than mpi.eager_limit");
  count("mpi.operations", &message_counts::operations, "sends, receives and computing of all ranks");
  count("mpi.lost", &message_counts::lost, "messages damaged on the way that nobody sent again");
  if (parameters_.reliability.reliable)
    register_reliability(
        all, [this] { return run_ ? run_->reliability() : message_passing::reliability_counts{}; });
  all.add(
      "mpi.finish_ps", [this] { return run_ ? run_->engine().finish_time() : 0; },
      "when the last rank finished, from the beginning of the measurement");

  const std::pair<const char*, time_ps rank_times::*> parts[]{{"compute_ps", &rank_times::compute},
                                                              {"send_overhead_ps", &rank_times::send},
                                                              {"receive_overhead_ps", &rank_times::receive},
                                                              {"wait_ps", &rank_times::wait}};
  for (const auto& [name, member] : parts)
    all.add(
        std::string("ranks.") + name, [this, m = member] { return times().*m; },
        "of all ranks; the four add up to ranks.total_ps");
  all.add(
      "ranks.total_ps",
      [this] {
        std::uint64_t sum = 0;
        for (std::uint32_t r = 0; run_ && r < run_->engine().ranks(); ++r)
          sum += run_->engine().finished_at(r);
        return sum;
      },
      "when each rank finished, summed");
  all.add(
      "noc.hops", [this] { return run_ ? run_->network().hops_made() : 0; },
      "links taken by messages or their parts");
  all.add(
      "noc.waited_ps", [this] { return run_ ? run_->network().waited() : 0; },
      "for links that were taken; fluid: by how much messages took longer than alone");

  if (ranks_ > parameters_.report_nodes) return;
  for (std::uint32_t r = 0; r < ranks_; ++r) {
    const std::string prefix = "rank_" + std::to_string(r) + ".";
    const auto in_run = [this, r] { return run_ && r < run_->engine().ranks(); };
    for (const auto& [name, member] : parts)
      all.add(
          prefix + name, [this, r, in_run, m = member] { return in_run() ? run_->engine().times(r).*m : 0; },
          "of the rank; the four add up to its total_ps");
    all.add(
        prefix + "total_ps", [this, r, in_run] { return in_run() ? run_->engine().finished_at(r) : 0; },
        "when the rank finished");
  }
  for (std::uint32_t link = 0; link < shape_->links(); ++link) {
    const std::string name = shape_->link_name(link);
    if (name.empty()) continue;
    all.add(
        "noc.link." + name + ".busy_ps", [this, link] { return run_ ? run_->network().busy(link) : 0; },
        "time for which the link was taken; fluid: that its bytes take alone");
  }
  if (zoom_) zoom_->register_statistics(all, [this] { return finish_time_; });
}

}  // namespace mimd
