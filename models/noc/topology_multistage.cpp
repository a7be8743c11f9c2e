#include "noc/topology_families.h"

namespace mimd::noc {

// Wires of a stage are numbered router·k + port. A butterfly's output p of stage s leads to the router whose
// number has p for its digit n-2-s; an omega network shuffles its wires (their digits turn left by one)
// before every stage. In both, taking the digits of the destination for outputs, the highest first, leads
// there.
topology make_multistage(const topology_parameters& p) {
  const auto k = p.dims[0];
  const auto n = p.dims[1];
  if (k < 2) refuse(p, "k must be at least 2");
  std::uint32_t width = 1;  // routers of a stage
  for (std::uint32_t stage = 1; stage < n; ++stage) width = checked_product(p, width, k);
  const auto terminals = checked_product(p, width, k);
  topology result({p.family, p.dims, k}, checked_product(p, width, n), terminals);

  const auto shuffled = [&](std::uint32_t wire) { return wire % width * k + wire / width; };
  std::uint32_t stride = width;
  for (std::uint32_t stage = 0; stage + 1 < n; ++stage) {
    stride /= k;
    for (std::uint32_t at = 0; at < width; ++at)
      for (std::uint32_t port = 0; port < k; ++port) {
        const auto butterfly = at - at / stride % k * stride + port * stride;
        const auto to = p.family == "omega" ? shuffled(at * k + port) / k : butterfly;
        result.connect_routers(stage * width + at, (stage + 1) * width + to, p.link_cycles);
      }
  }
  for (std::uint32_t t = 0; t < terminals; ++t)
    result.attach_terminal(t, (p.family == "omega" ? shuffled(t) : t) / k, (n - 1) * width + t / k,
                           p.terminal_cycles);
  return result;
}

}  // namespace mimd::noc
