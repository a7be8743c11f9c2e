// What an interconnect may ask an attraction memory besides what it asks every coherent agent: whether a line
// that it does not have finds a free way, so that no other copy has to go for it.
#ifndef MIMD_COHERENCE_ATTRACTION_WAYS_H
#define MIMD_COHERENCE_ATTRACTION_WAYS_H

#include <cstdint>

namespace mimd {

class attraction_ways {
 public:
  virtual bool has_free_way(std::uint64_t line) = 0;

 protected:
  ~attraction_ways() = default;
};

}  // namespace mimd

#endif
