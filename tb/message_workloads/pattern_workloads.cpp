// Patterns of communication: the skeletons of tb/message_passing with real bytes, every message checked.
#include <functional>
#include <optional>

#include "tb/message_passing/skeletons.h"
#include "tb/message_passing/stream_program.h"
#include "tb/message_workloads/workloads.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t most_bytes = 1u << 24;
constexpr std::uint64_t most_rounds = 1u << 20;
constexpr unsigned window = 16;

class pattern_workload final : public message_workload {
 public:
  using figures = std::function<std::vector<std::pair<std::string, double>>(time_ps)>;

  // requests: receives at a time; figures: of the time from beginning to end of rank 0.
  pattern_workload(const workload_parameters& p, std::unique_ptr<operation_stream> stream, unsigned requests,
                   figures f)
      : p_(p), stream_(std::move(stream)), figures_(std::move(f)) {
    for (unsigned r = 0; r < p_.processors; ++r) programs_.emplace_back(p_.size, requests);
  }

  void prepare(private_memories& memories) override {
    memories_ = &memories;
    for (unsigned r = 0; r < p_.processors; ++r) programs_[r].prepare(memories.of(r), r);
  }
  void run(communicator& ranks) override {
    const time_ps began = ranks.cpu().now();
    programs_[ranks.rank()].run(*stream_, ranks, memories_->of(ranks.rank()));
    if (ranks.rank() == 0) time_ = ranks.cpu().now() - began;
  }
  verdict check(private_memories&) override {
    std::uint64_t messages = 0;
    for (unsigned r = 0; r < p_.processors; ++r) {
      if (!programs_[r].wrong().empty())
        return {false, "rank " + std::to_string(r) + ": " + programs_[r].wrong(), {}};
      messages += programs_[r].received();
    }
    return {true,
            std::to_string(messages) + " messages of up to " + std::to_string(p_.size) +
                " bytes arrived as they were sent",
            figures_(time_)};
  }

 private:
  workload_parameters p_;
  std::unique_ptr<operation_stream> stream_;
  figures figures_;
  std::vector<stream_program> programs_;
  private_memories* memories_ = nullptr;
  time_ps time_ = 0;
};

double per_second(double bytes, time_ps time) {
  return time == 0 ? 0 : bytes * 1e12 / static_cast<double>(time);
}

std::uint32_t rounds_of(const workload_parameters& p) {
  return static_cast<std::uint32_t>(p.iterations);
}

std::unique_ptr<message_workload> make_ping_pong(const workload_parameters& given) {
  const auto p = checked(given, describe_message_ping_pong(), {0, most_bytes, 4, most_rounds});
  const std::uint32_t rounds = p.processors < 2 ? 0 : rounds_of(p);  // alone there is nobody to play with
  return std::make_unique<pattern_workload>(
      p, std::make_unique<ping_pong>(p.processors, 0, p.processors - 1, p.size, rounds), 1,
      [p, rounds](time_ps time) -> std::vector<std::pair<std::string, double>> {
        if (rounds == 0) return {};
        const double half = static_cast<double>(time) / (2.0 * rounds);
        return {{"half_round_trip_ps", half},
                {"bytes_per_second", static_cast<double>(p.size) * 1e12 / half}};
      });
}

std::unique_ptr<message_workload> make_ring(const workload_parameters& given) {
  const auto p = checked(given, describe_message_ring(), {0, most_bytes, 4, most_rounds});
  return std::make_unique<pattern_workload>(
      p, std::make_unique<token_ring>(p.processors, p.size, rounds_of(p)), 1,
      [p](time_ps time) -> std::vector<std::pair<std::string, double>> {
        return {{"hop_ps", static_cast<double>(time) / static_cast<double>(p.iterations * p.processors)}};
      });
}

std::unique_ptr<message_workload> make_bandwidth(const workload_parameters& given) {
  const auto p = checked(given, describe_message_bandwidth(), {0, most_bytes, 1, most_rounds});
  const std::uint32_t rounds = p.processors < 2 ? 0 : rounds_of(p);
  return std::make_unique<pattern_workload>(
      p, std::make_unique<message_windows>(p.processors, 0, p.processors - 1, p.size, window, rounds),
      window + 1, [p, rounds](time_ps time) -> std::vector<std::pair<std::string, double>> {
        if (rounds == 0) return {};
        const double messages = static_cast<double>(window) * rounds;
        return {{"message_ps", static_cast<double>(time) / messages},
                {"bytes_per_second", per_second(static_cast<double>(p.size) * messages, time)}};
      });
}

std::unique_ptr<message_workload> make_bisection(const workload_parameters& given) {
  const auto p = checked(given, describe_message_bisection(), {0, most_bytes, 1, most_rounds});
  return std::make_unique<pattern_workload>(
      p, std::make_unique<bisection_exchange>(p.processors, p.processors, 1, p.size, rounds_of(p)), 1,
      [p](time_ps time) -> std::vector<std::pair<std::string, double>> {
        const double pairs = p.processors / 2;
        const double bytes = pairs * static_cast<double>(p.size) * static_cast<double>(p.iterations);
        return {{"bytes_per_second_one_way", per_second(bytes, time)}};
      });
}

std::unique_ptr<message_workload> make_halo(const workload_parameters& given) {
  const auto p = checked(given, describe_message_halo(), {0, most_bytes, 1, most_rounds});
  return std::make_unique<pattern_workload>(
      p, std::make_unique<halo_exchange>(three_factors(p.processors), p.size, rounds_of(p), 0), 6,
      [p](time_ps time) -> std::vector<std::pair<std::string, double>> {
        return {{"exchange_ps", static_cast<double>(time) / static_cast<double>(p.iterations)}};
      });
}

}  // namespace

message_workload_description describe_message_ping_pong() {
  return {{"ping-pong", "half a round trip between the first rank and the last", {}, 8, "bytes"},
          make_ping_pong};
}
message_workload_description describe_message_ring() {
  return {{"ring", "a message that goes round all ranks", {}, 1024, "bytes"}, make_ring};
}
message_workload_description describe_message_bandwidth() {
  return {{"bandwidth", "windows of messages from the first rank to the last", {}, 4096, "bytes"},
          make_bandwidth};
}
message_workload_description describe_message_bisection() {
  return {{"bisection", "all ranks exchange with ranks in the other half", {}, 4096, "bytes"},
          make_bisection};
}
message_workload_description describe_message_halo() {
  return {{"halo", "exchange of faces with the neighbours in three dimensions", {}, 1024, "bytes"},
          make_halo};
}

}  // namespace mimd::tb
