// iSLIP: matches inputs to outputs by round-robin grants and accepts, over a list of requests.
//
// Source: McKeown, "The iSLIP scheduling algorithm for input-queued switches", IEEE/ACM Transactions on
// Networking 7(2), 1999. Each output grants the requesting input next in its round, each input accepts the
// granting output next in its own; both pointers move one beyond the partner only when a grant is accepted in
// the first iteration. Larger priorities go before the round (equal ones: plain iSLIP). The result does not
// depend on the order of the requests, provided no pair of input and output is asked for twice.
//
// The work is proportional to the requests, not to the size of the switch. The pointers belong to the
// caller, so that one instance serves many switches.
#ifndef MIMD_NOC_ISLIP_H
#define MIMD_NOC_ISLIP_H

#include <cstdint>
#include <vector>

namespace mimd::noc {

struct allocation_request {
  std::uint32_t input = 0;
  std::uint32_t output = 0;
  std::uint32_t label = 0;  // the caller's
  std::uint8_t priority = 0;
  bool matched = false;  // the result
};

class islip {
 public:
  struct pointers {
    std::uint32_t* grant = nullptr;   // by output
    std::uint32_t* accept = nullptr;  // by input
    std::uint32_t inputs = 0;
    std::uint32_t outputs = 0;
  };

  islip(std::uint32_t largest_inputs, std::uint32_t largest_outputs, std::uint32_t iterations);

  // Marks the matched ones among `requests`.
  void allocate(std::vector<allocation_request>& requests, const pointers& round);

 private:
  struct side {
    std::uint64_t best = ~std::uint64_t{0};  // priority and place in the round; smaller is better
    std::uint32_t request = 0;
    bool matched = false;
  };

  std::uint32_t iterations_;
  std::vector<side> inputs_;
  std::vector<side> outputs_;
};

}  // namespace mimd::noc

#endif
