// STREAM (McCalpin 1995): copy c = a, scale b = s c, add c = a + b, triad a = b + s c; the variants run one
// kernel alone. Reports the bandwidth of each kernel over all iterations, from the slowest processor.
#include <array>
#include <cstddef>
#include <optional>

#include "infrastructure/random.h"
#include "tb/synchronisation/barriers.h"
#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

namespace mimd::tb {
namespace {

enum kernel : std::size_t { copy, scale, add, triad, kernels };

constexpr std::array<const char*, kernels> names = {"copy", "scale", "add", "triad"};
constexpr std::array<std::uint64_t, kernels> bytes_per_element = {16, 16, 24, 24};
constexpr double factor =
    0.41421356237309503;  // sqrt(2)-1 keeps the values of `a` in place, iteration by iteration

class stream final : public workload {
 public:
  explicit stream(const workload_parameters& parameters) : p_(parameters) {
    for (std::size_t k = 0; k < kernels; ++k) {
      active_[k] = p_.variant == "all" || p_.variant == names[k];
      spent_[k].assign(p_.processors, 0);
    }
  }

  void prepare(memory_image& memory) override {
    for (address_t& base : base_) base = memory.allocate(p_.size * sizeof(double), p_.line);
    barrier_.emplace(memory, p_.processors, p_.line);
    random_generator random(p_.seed);
    for (std::size_t i = 0; i < host_.size(); ++i) {
      host_[i].resize(p_.size);
      for (double& x : host_[i]) x = random.uniform();
      put(memory, base_[i], host_[i]);
    }
  }

  void run(processor& cpu) override {
    const std::uint64_t granule = elements_per_line(p_.line, sizeof(double));
    const range mine = share(p_.size, granule, cpu.id(), p_.processors);
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      for (std::size_t k = 0; k < kernels; ++k) {
        if (!active_[k]) continue;
        const time_ps start = cpu.now();
        for (std::uint64_t from = mine.begin; from < mine.end; from += granule) {
          run_line(cpu, k, from, std::min(mine.end, from + granule));
        }
        spent_[k][cpu.id()] += cpu.now() - start;
        barrier_->wait(cpu);
      }
    }
  }

  verdict check(memory_image& memory) override {
    auto& [a, b, c] = host_;
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      for (std::size_t j = 0; active_[copy] && j < p_.size; ++j) c[j] = a[j];
      for (std::size_t j = 0; active_[scale] && j < p_.size; ++j) b[j] = factor * c[j];
      for (std::size_t j = 0; active_[add] && j < p_.size; ++j) c[j] = a[j] + b[j];
      for (std::size_t j = 0; active_[triad] && j < p_.size; ++j) a[j] = b[j] + factor * c[j];
    }
    verdict result;
    for (std::size_t i = 0; i < host_.size(); ++i) {
      result = compare(get<double>(memory, base_[i], p_.size), host_[i],
                       std::string(1, static_cast<char>('a' + i)));
      if (!result.correct) return result;
    }
    result.text = "a, b, c: 3 x " + std::to_string(p_.size) + " values equal the sequential result";
    for (std::size_t k = 0; k < kernels; ++k) {
      const time_ps slowest = *std::max_element(spent_[k].begin(), spent_[k].end());
      if (slowest == 0) continue;
      const double bytes = static_cast<double>(bytes_per_element[k] * p_.size * p_.iterations);
      result.results.emplace_back(std::string(names[k]) + ".bytes_per_second",
                                  bytes / (static_cast<double>(slowest) * 1e-12));
    }
    return result;
  }

 private:
  void run_line(processor& cpu, std::size_t k, std::uint64_t begin, std::uint64_t end) {
    const address_t a = base_[0];
    const address_t b = base_[1];
    const address_t c = base_[2];
    const auto at = [&cpu](address_t base, std::uint64_t j) { return cpu.load<double>(base + 8 * j); };
    switch (k) {
      case copy:
        for (std::uint64_t j = begin; j < end; ++j) cpu.store(c + 8 * j, at(a, j));
        break;
      case scale:
        for (std::uint64_t j = begin; j < end; ++j) cpu.store(b + 8 * j, factor * at(c, j));
        break;
      case add:
        for (std::uint64_t j = begin; j < end; ++j) cpu.store(c + 8 * j, at(a, j) + at(b, j));
        break;
      default:
        for (std::uint64_t j = begin; j < end; ++j) cpu.store(a + 8 * j, at(b, j) + factor * at(c, j));
        break;
    }
    cpu.compute((end - begin) * (k == triad ? 2 : 1));
  }

  workload_parameters p_;
  std::array<bool, kernels> active_{};
  std::array<std::vector<time_ps>, kernels> spent_;
  std::array<address_t, 3> base_{};
  std::array<std::vector<double>, 3> host_;
  std::optional<central_barrier> barrier_;
};

}  // namespace

workload_description describe_stream() {
  return {"stream",
          "STREAM memory bandwidth: copy, scale, add and triad on three arrays of doubles",
          {"all", "copy", "scale", "add", "triad"},
          32768,
          "elements",
          [](const workload_parameters& p) -> std::unique_ptr<workload> {
            return std::make_unique<stream>(checked(p, describe_stream(), {1, 1u << 28, 2}));
          }};
}

}  // namespace mimd::tb
