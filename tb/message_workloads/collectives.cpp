// Each collective operation, with data that tell where they come from; its result is compared with what it
// must be.
#include <algorithm>

#include "tb/message_workloads/workloads.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

using message_passing::collective;
using number = std::uint64_t;

// Element e of what rank r puts in.
number own(std::uint64_t r, std::uint64_t e) {
  return r * 1'000'003 + e * 7'919 + 1;
}

class collective_workload final : public message_workload {
 public:
  collective_workload(const workload_parameters& p, collective which)
      : p_(p), which_(which), count_(which == collective::barrier ? 0 : (p.size + 7) / 8) {}

  void prepare(private_memories& memories) override {
    for (unsigned r = 0; r < p_.processors; ++r) {
      memory_image& memory = memories.of(r);
      local_.push_back({memory.allocate(8 * elements() + 8), memory.allocate(8 * elements() + 8)});
    }
    begin_.assign(p_.processors, 0);
    end_.assign(p_.processors, 0);
  }

  void run(communicator& ranks) override {
    processor& cpu = ranks.cpu();
    const std::uint32_t me = ranks.rank();
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      for (std::uint64_t e = 0; e < elements(); ++e) {
        cpu.store(local_[me].data + 8 * e, before(me, e));
        cpu.store(local_[me].input + 8 * e, own(me, e));
      }
      cpu.compute(elements());
      begin_[me] = cpu.now();
      perform(ranks);
      end_[me] = cpu.now();
      if (me == 0) time_ += end_[me] - begin_[me];
    }
  }

  verdict check(private_memories& memories) override {
    const time_ps last = *std::max_element(begin_.begin(), begin_.end());
    if (which_ == collective::barrier && *std::min_element(end_.begin(), end_.end()) < last)
      return {false, "a rank left the barrier before another had come", {}};
    for (unsigned r = 0; r < p_.processors; ++r) {
      const auto found = get<number>(memories.of(r), local_[r].data, elements());
      for (std::uint64_t e = 0; e < elements(); ++e) {
        number expected = 0;
        if (!after(r, e, expected) || found[e] == expected) continue;
        return {false,
                "element " + std::to_string(e) + " of rank " + std::to_string(r) + " is " +
                    std::to_string(found[e]) + ", not " + std::to_string(expected),
                {}};
      }
    }
    return {true,
            std::to_string(elements()) + " elements of each rank are right",
            {{"operation_ps", static_cast<double>(time_) / static_cast<double>(p_.iterations)}}};
  }

 private:
  struct local {
    address_t data;
    address_t input;
  };

  std::uint64_t elements() const {
    return message_passing::is_by_rank(which_) ? count_ * p_.processors : count_;
  }
  std::uint64_t source_of(std::uint64_t e) const { return count_ == 0 ? 0 : e / count_; }

  number before(std::uint32_t me, std::uint64_t e) const {
    const bool mine = source_of(e) == me;
    switch (which_) {
      case collective::broadcast:
      case collective::scatter:
        return me == 0 ? own(0, e) : 0;
      case collective::gather:
      case collective::allgather:
        return mine ? own(me, e) : 0;
      case collective::all_to_all:
        return 0;
      default:
        return own(me, e);
    }
  }

  // False: anything may be there.
  bool after(std::uint32_t me, std::uint64_t e, number& expected) const {
    const auto sum = [e](std::uint64_t ranks) {
      number s = 0;
      for (std::uint64_t r = 0; r < ranks; ++r) s += own(r, e);
      return s;
    };
    switch (which_) {
      case collective::barrier:
        return false;
      case collective::broadcast:
        expected = own(0, e);
        return true;
      case collective::reduce:
        expected = sum(p_.processors);
        return me == 0;
      case collective::allreduce:
        expected = sum(p_.processors);
        return true;
      case collective::scan:
        expected = sum(me + 1);
        return true;
      case collective::gather:
        expected = own(source_of(e), e);
        return me == 0;
      case collective::allgather:
        expected = own(source_of(e), e);
        return true;
      case collective::scatter:
        expected = own(0, e);
        return source_of(e) == me;
      case collective::all_to_all:
        expected = own(source_of(e), me * count_ + e % count_);
        return true;
    }
    return false;
  }

  void perform(communicator& ranks) {
    const address_t data = local_[ranks.rank()].data;
    const std::uint64_t bytes = 8 * count_;
    switch (which_) {
      case collective::barrier:
        return ranks.barrier();
      case collective::broadcast:
        return ranks.broadcast(0, data, bytes);
      case collective::reduce:
        return ranks.reduce(0, data, count_, element::u64, combination::sum);
      case collective::allreduce:
        return ranks.allreduce(data, count_, element::u64, combination::sum);
      case collective::scan:
        return ranks.scan(data, count_, element::u64, combination::sum);
      case collective::gather:
        return ranks.gather(0, data, bytes);
      case collective::scatter:
        return ranks.scatter(0, data, bytes);
      case collective::allgather:
        return ranks.allgather(data, bytes);
      case collective::all_to_all:
        return ranks.all_to_all(local_[ranks.rank()].input, data, bytes);
    }
  }

  workload_parameters p_;
  collective which_;
  std::uint64_t count_;
  std::vector<local> local_;
  std::vector<time_ps> begin_;
  std::vector<time_ps> end_;
  time_ps time_ = 0;  // of rank 0
};

template <collective Which>
message_workload_description describe(const std::string& name, const std::string& meaning) {
  return {{name, meaning, {}, 64, "bytes"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<collective_workload>(
                checked(p, {"collective", "", {}, 64, "bytes"}, {0, 1u << 24, 1, 1u << 20}), Which);
          }};
}

}  // namespace

std::vector<message_workload_description> describe_message_collectives() {
  return {describe<collective::barrier>("barrier", "all ranks wait for each other"),
          describe<collective::broadcast>("broadcast", "rank 0 to all"),
          describe<collective::reduce>("reduce", "all to rank 0, added up"),
          describe<collective::allreduce>("allreduce", "all to all, added up"),
          describe<collective::gather>("gather", "each rank's part to rank 0"),
          describe<collective::scatter>("scatter", "each rank its part from rank 0"),
          describe<collective::allgather>("allgather", "each rank's part to all"),
          describe<collective::all_to_all>("all-to-all", "from each rank a part of its own for each other"),
          describe<collective::scan>("scan", "each rank the sum of all up to it")};
}

}  // namespace mimd::tb
