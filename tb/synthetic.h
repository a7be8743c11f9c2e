// Synthetic processors: think, access, think, access ... with stated distributions, to hold a machine against
// closed forms (machine repairman, M/D/1//N).
//
// Every processor draws its think times from its own seeded stream, rounds them to the grid (the bus clock;
// rounding to nearest keeps the mean), sleeps for that long and loads one word of its own line. Sleeping
// synchronises, so both timings serve the accesses in order of their times.
//
// Measured: completions in a window. Deterministic think times: from the (N+1)-th completion, for the largest
// whole number of rounds of N that all lie before the last. Otherwise: from the first 10 % of the completions
// until the first processor has finished.
#ifndef MIMD_TB_SYNTHETIC_H
#define MIMD_TB_SYNTHETIC_H

#include <vector>

#include "infrastructure/random.h"
#include "tb/workload.h"

namespace mimd::tb {

enum class think_distribution : std::uint8_t { deterministic, exponential, uniform };

struct synthetic_parameters {
  time_ps think = 1'000'000;                                            // mean
  think_distribution distribution = think_distribution::deterministic;  // uniform: 0 to twice the mean
  time_ps grid = 1;                                                     // think times are multiples of this
  std::uint64_t accesses = 0;                                           // a processor; 0: 10,000
  std::uint64_t seed = 1;
  unsigned processors = 1;
};

class synthetic final : public workload {
 public:
  static workload_description describe();

  explicit synthetic(const synthetic_parameters& parameters);

  void prepare(memory_image& memory) override;
  void run(processor& cpu) override;
  verdict check(memory_image& memory) override;

 private:
  struct completion {
    time_ps at;
    time_ps response;  // since the access was issued
  };
  time_ps draw(random_generator& generator) const;

  synthetic_parameters parameters_;
  address_t base_ = 0;
  std::vector<std::vector<completion>> completions_;  // by processor
};

}  // namespace mimd::tb

#endif
