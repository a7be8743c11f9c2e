// The random tester of coherence: many processors on few lines with false sharing, mixed sizes and atomics.
//
// Every 8-byte slot of a line is either a counter, which all processors add to atomically, or is cut into
// locations of 1, 2, 4 or 8 bytes. A location has one writer, which writes rising sequence numbers (plus a
// tag of the location, modulo its size); everybody reads it. A read must return a sequence number
//  - not below one that this processor has seen before (coherence),
//  - not below one whose write was performed - its writer has since returned from a fence or an atomic - when
//    the read was issued (no stale copy outlives a fence; the order of calls on the host is the order meant),
//  - not above the last one issued,
// and the writer itself reads exactly what it wrote last. A counter obeys the same bounds, and its final
// value is the sum of all additions. Finally memory holds the last value of every location.
//
// variants: dense = adjacent lines; conflict = lines 64 KiB apart, which fall in one set of most caches, so
// that they evict one another; mixed = both; full = all lines that memory has room for, up to 4096. Memory
// use does not depend on the number of accesses.
#include "infrastructure/random.h"

#include <array>

#include "tb/workloads/support.h"
#include "tb/workloads/workloads.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "locations inside a slot are cut by shifts");

namespace mimd::tb {
namespace {

constexpr std::uint64_t conflict_stride = 64 * 1024;
constexpr std::uint64_t dense_lines = 12;
constexpr std::uint64_t conflict_lines = 20;
constexpr std::uint64_t full_lines = 4096;
constexpr unsigned slot_bytes = 8;

constexpr std::uint64_t mask_of(unsigned bytes) {
  return ~std::uint64_t{0} >> (64 - 8 * bytes);
}

std::string hexadecimal(std::uint64_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), digits[value % 16]);
    value /= 16;
  } while (value != 0);
  return "0x" + text;
}

struct location {
  address_t address;
  unsigned size;
  unsigned writer;
  std::uint64_t tag;
  std::uint64_t issued = 0;     // sequence number of the last write
  std::uint64_t performed = 0;  // all processors must see this one or a later one

  std::uint64_t value(std::uint64_t sequence) const { return (sequence + tag) & mask_of(size); }
};

struct counter {
  address_t address;
  unsigned size;
  std::uint64_t issued = 0;     // sum of what was added or may just be
  std::uint64_t performed = 0;  // sum of the additions that have returned
};

struct slot {
  address_t address;
  std::uint32_t first;      // index of its first location, or of its counter
  std::uint32_t locations;  // 0: a counter
};

struct player {  // what one processor remembers
  std::vector<std::uint64_t> seen;
  std::vector<std::uint32_t> own;         // locations it writes
  std::vector<std::uint32_t> own_atomic;  // those of 4 and 8 bytes
  std::vector<std::uint32_t> unfenced;    // written since its last fence
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t atomics = 0;
};

class random_test final : public workload {
 public:
  explicit random_test(const workload_parameters& parameters) : p_(parameters), players_(p_.processors) {}

  void prepare(memory_image& memory) override {
    random_generator random(p_.seed);
    if (p_.variant == "full") {
      const std::uint64_t room = (memory.size() - memory.allocated()) / p_.line;
      add_lines(memory, random, std::min(room, full_lines), p_.line);
    } else if (p_.variant != "conflict") {
      const std::uint64_t lines = p_.variant == "dense" ? dense_lines + conflict_lines : dense_lines;
      add_lines(memory, random, lines, p_.line);
    }
    if (p_.variant != "dense" && p_.variant != "full")
      add_lines(memory, random, conflict_lines, std::max(conflict_stride, p_.line));
    for (const location& l : locations_) {
      const std::uint64_t value = l.value(0);
      memory.write(l.address, &value, l.size);
    }
    for (const counter& c : counters_) {
      const std::uint64_t zero = 0;
      memory.write(c.address, &zero, slot_bytes);
    }
    for (player& one : players_) one.seen.assign(locations_.size(), 0);
  }

  void run(processor& cpu) override {
    player& me = players_[cpu.id()];
    random_generator random(p_.seed, std::uint64_t{cpu.id()} + 1);
    for (std::uint64_t i = 0; i < p_.size && failure_.empty(); ++i) {
      const std::uint64_t dice = random.next();
      const unsigned choice = dice & 127u;
      const std::uint64_t pick = dice >> 32;
      if (choice < 40 && !me.own.empty()) {
        write(cpu, me, me.own[pick * me.own.size() >> 32]);
      } else if (choice < 46 && !me.own_atomic.empty()) {
        own_atomic(cpu, me, me.own_atomic[pick * me.own_atomic.size() >> 32], (dice >> 8) & 15u);
      } else if (choice < 52) {
        add(cpu, me, counters_[pick * counters_.size() >> 32], (dice >> 8) & 7u, (dice & 0x800u) != 0);
      } else if (choice == 52) {
        cpu.fence();
        all_performed(me);
      } else if (choice < 56) {
        cpu.compute((dice >> 8) & 31u);
      } else {
        read(cpu, me, slots_[pick * slots_.size() >> 32], (dice >> 8) & 15u);
      }
    }
    cpu.fence();
    all_performed(me);
  }

  verdict check(memory_image& memory) override {
    if (!failure_.empty()) return {false, failure_};
    for (const location& l : locations_) {
      std::uint64_t found = 0;
      memory.read(l.address, &found, l.size);
      if (found != l.value(l.issued)) {
        return {false, "at the end " + std::to_string(l.size) + " bytes at " + hexadecimal(l.address) +
                           " are " + hexadecimal(found) + ", the last write was " +
                           hexadecimal(l.value(l.issued))};
      }
    }
    for (const counter& c : counters_) {
      std::uint64_t found = 0;
      memory.read(c.address, &found, c.size);
      if (found != (c.issued & mask_of(c.size))) {
        return {false, "at the end the counter at " + hexadecimal(c.address) + " is " + hexadecimal(found) +
                           ", the sum is " + hexadecimal(c.issued & mask_of(c.size))};
      }
    }
    player total;
    for (const player& one : players_) {
      total.reads += one.reads;
      total.writes += one.writes;
      total.atomics += one.atomics;
    }
    return {true,
            "every read was in bounds, " + std::to_string(locations_.size()) + " locations and " +
                std::to_string(counters_.size()) + " counters hold their last values",
            {{"reads", static_cast<double>(total.reads)},
             {"writes", static_cast<double>(total.writes)},
             {"atomics", static_cast<double>(total.atomics)}}};
  }

 private:
  void add_lines(memory_image& memory, random_generator& random, std::uint64_t lines, std::uint64_t stride) {
    const address_t base = memory.allocate(lines * stride, p_.line);
    const std::uint64_t slots_of_line = p_.line / slot_bytes;
    for (std::uint64_t i = 0; i < lines; ++i) {
      for (std::uint64_t s = 0; s < slots_of_line; ++s) {
        const address_t address = base + i * stride + s * slot_bytes;
        if ((i + s) % 8 == 0) {
          slots_.push_back({address, static_cast<std::uint32_t>(counters_.size()), 0});
          counters_.push_back({address, (i & 1) == 0 ? 8u : 4u});
          continue;
        }
        const unsigned size = 1u << random.below(4);
        const auto first = static_cast<std::uint32_t>(locations_.size());
        slots_.push_back({address, first, slot_bytes / size});
        for (unsigned offset = 0; offset < slot_bytes; offset += size) {
          const auto index = static_cast<std::uint32_t>(locations_.size());
          const auto writer = static_cast<unsigned>(random.below(p_.processors));
          locations_.push_back({address + offset, size, writer, random.next()});
          players_[writer].own.push_back(index);
          if (size >= 4) players_[writer].own_atomic.push_back(index);
        }
      }
    }
  }

  void all_performed(player& me) {
    for (const std::uint32_t index : me.unfenced) locations_[index].performed = locations_[index].issued;
    me.unfenced.clear();
  }

  // The next value of a location of this processor.
  std::uint64_t advance(player& me, std::uint32_t index) {
    location& l = locations_[index];
    if (l.issued == l.performed) me.unfenced.push_back(index);
    return l.value(++l.issued);
  }

  void write(processor& cpu, player& me, std::uint32_t index) {
    const std::uint64_t value = advance(me, index);
    ++me.writes;
    cpu.write(locations_[index].address, &value, locations_[index].size);
  }

  // A whole slot, one location, or the low bytes of one.
  void read(processor& cpu, player& me, const slot& s, unsigned dice) {
    ++me.reads;
    if (s.locations == 0) return read_counter(cpu, counters_[s.first]);
    std::uint32_t first = s.first;
    std::uint32_t count = s.locations;
    unsigned bytes = slot_bytes;
    if ((dice & 1) != 0) {
      first += (dice >> 1) & (count - 1);
      count = 1;
      bytes = locations_[first].size;
      if (dice >= 12) bytes = std::max(1u, bytes / 2);
    }
    std::array<std::uint64_t, slot_bytes> lowest{};
    for (std::uint32_t i = 0; i < count; ++i) {
      const location& l = locations_[first + i];
      lowest[i] = l.writer == cpu.id() ? l.issued : std::max(l.performed, me.seen[first + i]);
    }
    std::uint64_t data = 0;
    cpu.read(locations_[first].address, &data, bytes);
    const unsigned each = bytes / count;
    for (std::uint32_t i = 0; i < count; ++i) {
      const location& l = locations_[first + i];
      const std::uint64_t found = (data >> (8 * each * i)) & mask_of(each);
      const std::uint64_t sequence = lowest[i] + ((found - l.value(lowest[i])) & mask_of(each));
      me.seen[first + i] = sequence;
      if (sequence > l.issued) {
        fail(cpu, "read", l.address, each, found, l.value(lowest[i]) & mask_of(each),
             l.value(l.issued) & mask_of(each));
      }
    }
  }

  void read_counter(processor& cpu, const counter& c) {
    const std::uint64_t lowest = c.performed;
    std::uint64_t found = 0;
    cpu.read(c.address, &found, c.size);
    check_counter(cpu, c, found, lowest, c.issued);
  }

  void check_counter(processor& cpu, const counter& c, std::uint64_t found, std::uint64_t lowest,
                     std::uint64_t highest) {
    const std::uint64_t mask = mask_of(c.size);
    if (((found - lowest) & mask) > highest - lowest) {
      fail(cpu, "counted", c.address, c.size, found, lowest & mask, highest & mask);
    }
  }

  void add(processor& cpu, player& me, counter& c, std::uint64_t amount, bool reserved) {
    const std::uint64_t lowest = c.performed;
    c.issued += amount;
    ++me.atomics;
    std::uint64_t old;
    bool stored = true;
    if (reserved) {
      old = cpu.read_modify_write(atomic_operation::load_reserved, c.address, c.size, 0);
      stored =
          cpu.read_modify_write(atomic_operation::store_conditional, c.address, c.size, old + amount) == 0;
    } else {
      old = cpu.read_modify_write(atomic_operation::add, c.address, c.size, amount);
    }
    if (stored) {
      c.performed += amount;
    } else {
      c.issued -= amount;
    }
    check_counter(cpu, c, old, lowest, stored ? c.issued - amount : c.issued);
    all_performed(me);
  }

  // Any atomic operation that turns the present value into the next one.
  void own_atomic(processor& cpu, player& me, std::uint32_t index, unsigned dice) {
    const location& l = locations_[index];
    const std::uint64_t mask = mask_of(l.size);
    const std::uint64_t old = l.value(l.issued);
    ++me.atomics;
    if (dice == 15) {  // a comparison that fails changes nothing
      const std::uint64_t found = cpu.read_modify_write(atomic_operation::compare_swap, l.address, l.size,
                                                        ~old & mask, (old + 1) & mask);
      if (found != old) fail(cpu, "compared", l.address, l.size, found, old, old);
      return all_performed(me);
    }
    const std::uint64_t next = advance(me, index);
    const std::uint64_t sign = mask ^ (mask >> 1);
    atomic_operation operation = atomic_operation::swap;
    std::uint64_t operand = next;
    switch (dice % 8) {
      case 0:
        operation = atomic_operation::add;
        operand = (next - old) & mask;
        break;
      case 1:
        operation = atomic_operation::bit_xor;
        operand = next ^ old;
        break;
      case 2:
        operation = next > old ? atomic_operation::max_unsigned : atomic_operation::min_unsigned;
        break;
      case 3:
        operation =
            (next ^ sign) > (old ^ sign) ? atomic_operation::max_signed : atomic_operation::min_signed;
        break;
      case 4:
        if ((old & ~next) == 0) operation = atomic_operation::bit_or;
        if ((next & ~old) == 0) operation = atomic_operation::bit_and;
        break;
      case 5:
        operation = atomic_operation::compare_swap;
        break;
      default:
        break;
    }
    const std::uint64_t found = cpu.read_modify_write(operation, l.address, l.size, operand, old);
    if (found != old) fail(cpu, "swapped", l.address, l.size, found, old, old);
    all_performed(me);
  }

  void fail(processor& cpu, const char* what, address_t address, unsigned bytes, std::uint64_t found,
            std::uint64_t lowest, std::uint64_t highest) {
    if (!failure_.empty()) return;
    failure_ = "cpu " + std::to_string(cpu.id()) + " " + what + " " + hexadecimal(found) + " in " +
               std::to_string(bytes) + " bytes at " + hexadecimal(address) + ", not " + hexadecimal(lowest) +
               (lowest == highest ? "" : " ... " + hexadecimal(highest)) + ", at " +
               std::to_string(cpu.now()) + " ps";
  }

  workload_parameters p_;
  std::vector<player> players_;
  std::vector<location> locations_;
  std::vector<counter> counters_;
  std::vector<slot> slots_;
  std::string failure_;
};

}  // namespace

workload_description describe_random_test() {
  return {
      "random-test",
      "random loads, stores, atomics and fences on few lines with false sharing; every value read is checked",
      {"mixed", "dense", "conflict", "full"},
      100000,
      "accesses of a processor",
      [](const workload_parameters& p) -> std::unique_ptr<workload> {
        return std::make_unique<random_test>(checked(p, describe_random_test(), {1, 1ull << 40}));
      }};
}

}  // namespace mimd::tb
