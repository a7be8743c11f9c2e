// The private caches of one processor as plain data: L1 (unified, or split into instruction and data) and
// optional L2.
//
// Seen from the interconnect the hierarchy is one agent with one coherence state a line. Where a line stands
// in several arrays the data cache's copy is authoritative, then the instruction cache's, then L2's. A line
// leaves the agent, which is the protocol's Evict, when its last copy is replaced.
//  * L1 write-back: a replaced modified line goes to L2 if L2 has it; if not (non-inclusive) it leaves the
//  agent.
//    Such a write-back neither allocates in L2 nor counts as a use there.
//  * L1 write-through (needs an inclusive L2, or the vi protocol without L2): never modified.
//  * L2 inclusive: replacing a line there removes it from L1. Non-inclusive: L1 keeps it.
//  * L2 blocks may hold several lines (L1's line is the line of coherence). A new block is then filled line
//  by line: wanted() names what is missing.
//  * A store leaves the instruction cache its copy of the line (coherent instruction caches), marked as
//  modified: the data cache's bytes count from then on.
// No time and no SystemC here: cache.h adds both.
#ifndef MIMD_CACHE_PRIVATE_HIERARCHY_H
#define MIMD_CACHE_PRIVATE_HIERARCHY_H

#include <memory>
#include <string>

#include "cache/cache_array.h"
#include "cache/sectored_array.h"
#include "coherence/coherent_port.h"
#include "coherence/compiled_protocol.h"
#include "coherence/presence_filter.h"
#include "coherence/row_coverage.h"

namespace mimd {

struct hierarchy_parameters {
  cache_geometry l1;   // unified, or the data cache of a split L1
  cache_geometry l1i;  // split only
  bool split = false;
  bool write_through = false;
  cache_geometry l2{0, 8, 64, replacement_policy::lru};  // size 0: no L2; line: a multiple of l1's
  bool inclusive = true;

  // Empty, or one line that names what cannot be built with this protocol.
  std::string check(const snooping_protocol& protocol) const;
};

struct cache_level_counters {
  std::uint64_t hits = 0;
  std::uint64_t read_misses = 0;
  std::uint64_t write_misses = 0;
  std::uint64_t fetch_misses = 0;  // L2: the read misses that were instruction fetches
  std::uint64_t evictions = 0;     // valid lines replaced
  std::uint64_t write_backs = 0;   // of them modified
  std::uint64_t misses() const { return read_misses + write_misses; }
};

class private_hierarchy {
 public:
  enum class port : std::uint8_t { data, instruction };

  // Hears of lines that leave the agent: of all, and first of those whose protocol Evict is not silent.
  class eviction_sink {
   public:
    virtual ~eviction_sink() = default;
    virtual void left(address_t line) = 0;
    virtual void evicted(address_t line, coherence_state state, const std::uint8_t* data) = 0;
  };

  // Throws std::invalid_argument if parameters.check() complains.
  private_hierarchy(const hierarchy_parameters& parameters, const snooping_protocol& protocol,
                    std::uint64_t seed, eviction_sink& sink);

  unsigned line_size() const { return data_.line_size(); }
  bool has_l2() const { return l2_ != nullptr; }
  bool write_through() const { return write_through_; }
  bool split() const { return instruction_ != nullptr; }
  const compiled_protocol& protocol() const { return protocol_; }
  // Counts evictions that need no transaction; null: nobody.
  void set_row_coverage(row_coverage* coverage) { coverage_ = coverage; }
  cache_array& l1(port p) { return p == port::instruction && instruction_ ? *instruction_ : data_; }

  // --- the processor's side

  // Makes the line present in the port's L1 if this agent holds it in L2 or the other L1; where it was found.
  enum class found : std::uint8_t { l1, l2, other_l1, nowhere };
  found bring(address_t line, port p);
  // Counts a use of a line in L2 although L1 has it (a reference that straddles two lines goes to L2 whole if
  // either misses L1). True if L2 had it.
  bool touch_l2(address_t line, port p);
  bool present_in_l1(address_t line, port p) { return l1(p).find(line) != cache_array::none; }
  bool present_in_l2(address_t line) const { return l2_ && l2_->find(line) != cache_array::none; }

  // Every copy counts here, from the moment it is made until it is dropped. The owner may add others of its
  // own.
  presence_filter& presence() { return presence_; }
  const presence_filter& presence() const { return presence_; }

  coherence_state state(address_t line) const {
    if (!presence_.may_hold(line)) return invalid_state;
    const cache_array::slot s = data_.find(line);
    return s != cache_array::none ? data_.state(s) : state_elsewhere(line);
  }
  // The line will be looked for, or installed.
  void prefetch_set(address_t line) const { data_.prefetch_set(line); }
  // The line will be installed: what it replaces is brought into the host's cache.
  void expect(address_t line, port p) {
    l1(p).expect(line);
    if (l2_) l2_->expect(line);
  }
  // Bytes of the newest copy, or null.
  const std::uint8_t* bytes(address_t line) const;
  // Installs a line granted by the interconnect where the port's reads (or the level that owns writes) look
  // for it; with `written`, it is marked as write() does.
  // `held`: the state it has had here.
  void install(address_t line, coherence_state held, coherence_state state, const std::uint8_t* data, port p,
               bool written) {
    if (held != invalid_state || l2_ || write_through_) {
      install_beside(line, held, state, data, p, written);
    } else if (state != invalid_state) {  // the usual case: one place to go
      const cache_array::slot s = place_in_l1(line, state, data, p);
      if (written) l1(p).set_written(s, state);
    }
  }
  // The next line that a block of L2 lacks and this agent must fetch for it; false: none. Lines that L1 has
  // are copied from there.
  bool wanted(address_t& line);
  // Puts a line that was fetched for that in its block; as install().
  void install_in_l2(address_t line, coherence_state held, coherence_state state, const std::uint8_t* data);
  // A store that the state allows; the line must be present. Marks it modified, gives it `next`, and marks
  // the instruction copy.
  void write(address_t line, coherence_state next, unsigned offset, const std::uint8_t* bytes, unsigned size);

  // --- the interconnect's side

  void set_state(address_t line, coherence_state state);  // of every copy; invalid removes them
  void overwrite(address_t line, unsigned offset, const std::uint8_t* bytes, unsigned size);  // every copy

  const cache_level_counters& l1_counters(port p) const {
    return p == port::instruction ? icounters_ : dcounters_;
  }
  cache_level_counters& l1_counters(port p) {
    return p == port::instruction && instruction_ ? icounters_ : dcounters_;
  }
  cache_level_counters& l2_counters() { return l2_counters_; }
  const cache_level_counters& l2_counters() const { return l2_counters_; }

 private:
  coherence_state state_elsewhere(address_t line) const;
  template <typename Array>
  void drop(Array& array, std::size_t slot, address_t line) {
    array.invalidate(slot);
    presence_.remove(line);
  }
  cache_array::slot place_in_l1(address_t line, coherence_state state, const std::uint8_t* data, port p);
  void install_beside(address_t line, coherence_state held, coherence_state state, const std::uint8_t* data,
                      port p, bool written);
  void place_in_l2(address_t line, coherence_state state, const std::uint8_t* data);
  void replace_in_data(cache_array::slot s);
  bool keep_below(cache_array::slot s, address_t line);
  void replace_in_instruction(cache_array::slot s);
  void replace_in_l2(cache_array::slot s);
  void leave(address_t line, coherence_state state, const std::uint8_t* data);
  template <typename Visit>
  void for_each_copy(address_t line, Visit visit);

  compiled_protocol protocol_;
  eviction_sink& sink_;
  row_coverage* coverage_ = nullptr;
  bool write_through_;
  bool inclusive_;
  cache_array data_;
  std::unique_ptr<cache_array> instruction_;
  std::unique_ptr<sectored_array> l2_;
  presence_filter presence_;
  std::vector<address_t> wanted_;
  cache_level_counters dcounters_;
  cache_level_counters icounters_;
  cache_level_counters l2_counters_;
};

}  // namespace mimd

#endif
