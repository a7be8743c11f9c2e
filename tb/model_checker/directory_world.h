// One state of the directory model: agents, home and messages in flight, and its packed form.
// Private to the model checker.
#ifndef MIMD_TB_MODEL_CHECKER_DIRECTORY_WORLD_H
#define MIMD_TB_MODEL_CHECKER_DIRECTORY_WORLD_H

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "directory/directory_protocol.h"

namespace mimd::tb {

inline constexpr unsigned max_model_caches = 4;
inline constexpr unsigned max_model_lines = 3;
inline constexpr unsigned max_model_messages = 40;
inline constexpr unsigned model_home = 7;  // as destination or requester
inline constexpr unsigned model_nobody = 6;

inline std::uint8_t to_model(node_id node) {
  return static_cast<std::uint8_t>(node == home_node ? model_home : node == no_node ? model_nobody : node);
}
inline node_id from_model(unsigned node) {
  return node == model_home ? home_node : node == model_nobody ? no_node : static_cast<node_id>(node);
}

// Is data the last write? `once`: it was when the write overtook it.
enum class freshness : std::uint8_t { stale, fresh, once };

static_assert(static_cast<unsigned>(directory_message_type::operate) <= 31, "types of five bits");

struct model_message {
  directory_message_type type = directory_message_type::get_s;
  std::uint8_t destination = model_home;
  std::uint8_t requester = model_nobody;  // of a request, its sender
  std::uint8_t acks = 0;
  freshness data = freshness::stale;
  std::uint8_t line = 0;

  // The upper half is 0 if there are no more than two lines.
  std::uint32_t packed() const {
    return static_cast<std::uint32_t>(line) >> 1 << 16 | static_cast<unsigned>(type) << 11 |
           unsigned{destination} << 8 | unsigned{requester} << 5 | unsigned{acks} << 3 |
           static_cast<unsigned>(data) << 1 | (line & 1u);
  }
  static directory_message_type type_of(std::uint32_t code) {
    return static_cast<directory_message_type>(code >> 11 & 31);
  }
  static model_message unpacked(std::uint32_t code) {
    model_message m;
    m.type = type_of(code);
    m.destination = static_cast<std::uint8_t>(code >> 8 & 7);
    m.requester = static_cast<std::uint8_t>(code >> 5 & 7);
    m.acks = static_cast<std::uint8_t>(code >> 3 & 3);
    m.data = static_cast<freshness>(code >> 1 & 3);
    m.line = static_cast<std::uint8_t>((code & 1) | code >> 16 << 1);
    return m;
  }
};

struct model_agent {
  std::uint8_t state = 0;
  std::int8_t acks = 0;
  freshness data = freshness::stale;  // of the copy, or of the data received; stale if there is none
  bool answered = false;

  std::uint16_t packed() const {
    return static_cast<std::uint16_t>(unsigned{answered} << 11 | unsigned{state} << 6 |
                                      static_cast<unsigned>(acks + 8) << 2 | static_cast<unsigned>(data));
  }
  static model_agent unpacked(unsigned code) {
    return {static_cast<std::uint8_t>(code >> 6 & 31),
            static_cast<std::int8_t>(static_cast<int>(code >> 2 & 15) - 8), static_cast<freshness>(code & 3),
            (code >> 11 & 1) != 0};
  }
};

struct model_home_line {
  std::uint8_t state = 0;
  std::uint8_t owner = model_nobody;
  std::uint8_t requester = model_nobody;
  std::uint8_t reserved = model_nobody;
  std::uint8_t awaited = 0;
  std::uint8_t sharers = 0;  // a bit a cache
  std::uint8_t asked = 0;    // a bit a cache: it gave the line up, or was asked to take it
  bool all = false;          // more sharers than pointers: everybody may be one
  bool memory_fresh = true;
};

// Word sequence of a packed state: lines of 2 + 4 words, and the messages, of two words if there are more
// than two lines.
struct packed_world {
  static constexpr unsigned capacity = max_model_lines * (2 + max_model_caches) + 2 * max_model_messages;
  std::array<std::uint16_t, capacity> words;
  unsigned size = 0;
  void push(unsigned word) { words[size++] = static_cast<std::uint16_t>(word); }
};

struct world {
  std::array<std::array<model_agent, max_model_caches>, max_model_lines> agents{};
  std::array<model_home_line, max_model_lines> home{};
  // Messages without order, ascending, in [0, loose); then those of ordered networks by destination and age.
  std::array<std::uint32_t, max_model_messages> messages{};
  std::uint8_t loose = 0;
  std::uint8_t count = 0;

  // False if there are more messages than any protocol that works needs.
  bool add(const model_message& message, bool ordered) {
    if (count == max_model_messages) return false;
    const std::uint32_t code = message.packed();
    const auto begin = messages.begin();
    const auto place =
        ordered ? std::upper_bound(begin + loose, begin + count, code,
                                   [](unsigned a, unsigned b) { return (a >> 8 & 7) < (b >> 8 & 7); })
                : std::lower_bound(begin, begin + loose, code);
    std::copy_backward(place, begin + count, begin + count + 1);
    *place = code;
    ++count;
    loose = static_cast<std::uint8_t>(loose + !ordered);
    return true;
  }
  void remove(unsigned at) {
    std::copy(messages.begin() + at + 1, messages.begin() + count, messages.begin() + at);
    --count;
    loose = static_cast<std::uint8_t>(loose - (at < loose));
  }
  // Whether the message at `at` may be delivered now; of equal ones, the first stands for all.
  bool deliverable(unsigned at) const {
    if (at < loose) return at == 0 || messages[at] != messages[at - 1];
    return at == loose || (messages[at] >> 8 & 7) != (messages[at - 1] >> 8 & 7);
  }
};

// One line; + is fresh data, ~ data good for one use.
std::string describe(const world& w, const directory_protocol& protocol, unsigned caches, unsigned lines);

class world_packing {
 public:
  world_packing(unsigned caches, unsigned lines, bool symmetry)
      : caches_(caches), lines_(lines), symmetry_(symmetry) {}

  // With symmetry, one of all states that differ in the numbering of caches and lines only.
  packed_world pack(const world& w) const {
    packed_world best;
    if (symmetry_) {
      std::array<std::uint64_t, max_model_lines> key{};
      line_order order{0, 1, 2};
      for (unsigned l = 0; l < lines_; ++l) key[l] = line_key_of(w, l);
      std::stable_sort(order.begin(), order.begin() + lines_,
                       [&key](unsigned a, unsigned b) { return key[a] < key[b]; });
      permute_equal_lines(w, key, order, 0, best);
    } else {
      best = pack(w, {0, 1, 2, 3, 4, 5, 6, 7});
    }
    return best;
  }

  // How many numberings of caches and lines give different states: with symmetry, what this one stands for.
  unsigned orbit(const world& w) const {
    const packed_world self = pack(w, {0, 1, 2, 3, 4, 5, 6, 7});
    unsigned all = 0;
    unsigned same = 0;
    line_order order{0, 1, 2};
    do {
      const world ordered = with_lines(w, order);
      permutation p{0, 1, 2, 3, 4, 5, 6, 7};
      do {
        const packed_world image = pack(ordered, p);
        ++all;
        same += image.size == self.size &&
                std::equal(image.words.begin(), image.words.begin() + image.size, self.words.begin());
      } while (std::next_permutation(p.begin(), p.begin() + caches_));
    } while (std::next_permutation(order.begin(), order.begin() + lines_));
    return all / same;
  }

  world unpack(const std::uint16_t* words, unsigned size, unsigned loose) const {
    world w;
    unsigned at = 0;
    for (unsigned l = 0; l < lines_; ++l) {
      model_home_line& h = w.home[l];
      const unsigned a = words[at++];
      const unsigned b = words[at++];
      h.state = static_cast<std::uint8_t>(a >> 9);
      h.owner = static_cast<std::uint8_t>(a >> 6 & 7);
      h.requester = static_cast<std::uint8_t>(a >> 3 & 7);
      h.awaited = static_cast<std::uint8_t>(a & 7);
      h.asked = static_cast<std::uint8_t>(b >> 9 & 15);
      h.reserved = static_cast<std::uint8_t>(b >> 6 & 7);
      h.sharers = static_cast<std::uint8_t>(b >> 2 & 15);
      h.all = (b & 2) != 0;
      h.memory_fresh = (b & 1) != 0;
      for (unsigned i = 0; i < caches_; ++i) w.agents[l][i] = model_agent::unpacked(words[at++]);
    }
    while (at < size) {
      std::uint32_t code = words[at++];
      if (lines_ > 2) code |= std::uint32_t{words[at++]} << 16;
      w.messages[w.count++] = code;
    }
    w.loose = static_cast<std::uint8_t>(loose);
    return w;
  }

 private:
  using permutation = std::array<std::uint8_t, 8>;  // old number -> new; home and nobody stay
  using line_order = std::array<std::uint8_t, max_model_lines>;

  // What can be said of a line whatever the caches are called.
  std::uint64_t line_key_of(const world& w, unsigned l) const {
    const model_home_line& h = w.home[l];
    std::uint64_t key = unsigned{h.state} << 4 | unsigned{h.awaited} << 1 | unsigned{h.memory_fresh};
    key *= 0x9e3779b97f4a7c15u;
    for (unsigned i = 0; i < caches_; ++i) {
      const std::uint64_t agent = w.agents[l][i].packed() * 0x9e3779b97f4a7c15u;
      key += agent ^ agent >> 29;
    }
    return key;
  }

  // The lines in another order: line `order[l]` becomes line l.
  world with_lines(const world& w, const line_order& order) const {
    world to = w;
    line_order place{};
    for (std::uint8_t l = 0; l < lines_; ++l) {
      to.agents[l] = w.agents[order[l]];
      to.home[l] = w.home[order[l]];
      place[order[l]] = l;
    }
    for (unsigned k = 0; k < w.count; ++k) {
      model_message m = model_message::unpacked(w.messages[k]);
      m.line = place[m.line];
      to.messages[k] = m.packed();
    }
    return to;
  }

  void permute_equal_lines(const world& w, const std::array<std::uint64_t, max_model_lines>& key,
                           line_order& order, unsigned from, packed_world& best) const {
    if (from + 1 >= std::min(lines_, max_model_lines)) {
      pack_least(with_lines(w, order), best);
      return;
    }
    for (unsigned l = from; l < lines_ && key[order[l]] == key[order[from]]; ++l) {
      std::swap(order[from], order[l]);
      permute_equal_lines(w, key, order, from + 1, best);
      std::swap(order[from], order[l]);
    }
  }

  // Caches in the order of what can be said of each alone; among equals, the least packed form.
  void pack_least(const world& w, packed_world& best) const {
    std::array<std::uint64_t, max_model_caches> key{};
    std::array<std::uint8_t, max_model_caches> order{};
    for (std::uint8_t i = 0; i < caches_; ++i) {
      key[i] = key_of(w, i);
      unsigned at = i;
      for (; at > 0 && key[order[at - 1]] > key[i]; --at) order[at] = order[at - 1];
      order[at] = i;
    }
    permute_equals(w, key, order, 0, best);
  }

  std::uint64_t key_of(const world& w, unsigned i) const {
    std::uint64_t key = 0;
    for (unsigned l = 0; l < lines_; ++l) {
      const model_home_line& h = w.home[l];
      key = key << 16 | w.agents[l][i].packed();
      key = key << 5 | static_cast<std::uint64_t>(h.asked >> i & 1u) << 4 |
            static_cast<std::uint64_t>(h.reserved == i) << 3 | static_cast<std::uint64_t>(h.owner == i) << 2 |
            static_cast<std::uint64_t>(h.requester == i) << 1 | (h.sharers >> i & 1u);
    }
    return key;
  }

  void permute_equals(const world& w, const std::array<std::uint64_t, max_model_caches>& key,
                      std::array<std::uint8_t, max_model_caches>& order, unsigned from,
                      packed_world& best) const {
    const unsigned caches = std::min(caches_, max_model_caches);  // never less; lets GCC see the bound
    if (from + 1 >= caches) {
      permutation p{0, 1, 2, 3, 4, 5, 6, 7};
      for (std::uint8_t i = 0; i < caches_; ++i) p[order[i]] = i;
      const packed_world candidate = pack(w, p);
      if (best.size == 0 ||
          std::lexicographical_compare(candidate.words.begin(), candidate.words.begin() + candidate.size,
                                       best.words.begin(), best.words.begin() + best.size)) {
        best = candidate;
      }
      return;
    }
    for (unsigned i = from; i < caches && key[order[i]] == key[order[from]]; ++i) {
      std::swap(order[from], order[i]);
      permute_equals(w, key, order, from + 1, best);
      std::swap(order[from], order[i]);
    }
  }

  packed_world pack(const world& w, const permutation& p) const {
    packed_world out;
    permutation inverse{};
    for (std::uint8_t i = 0; i < caches_; ++i) inverse[p[i]] = i;
    for (unsigned l = 0; l < lines_; ++l) {
      const model_home_line& h = w.home[l];
      unsigned sharers = 0;
      unsigned asked = 0;
      for (unsigned i = 0; i < caches_; ++i) {
        sharers |= (h.sharers >> i & 1u) << p[i];
        asked |= (h.asked >> i & 1u) << p[i];
      }
      out.push(unsigned{h.state} << 9 | unsigned{p[h.owner]} << 6 | unsigned{p[h.requester]} << 3 |
               h.awaited);
      out.push(asked << 9 | unsigned{p[h.reserved]} << 6 | sharers << 2 | static_cast<unsigned>(h.all) << 1 |
               static_cast<unsigned>(h.memory_fresh));
      for (unsigned i = 0; i < caches_; ++i) out.push(w.agents[l][inverse[i]].packed());
    }
    std::array<std::uint32_t, max_model_messages> messages;
    for (unsigned i = 0; i < w.count; ++i) {
      const std::uint32_t m = w.messages[i];
      messages[i] = (m & ~0x7e0u) | std::uint32_t{p[m >> 8 & 7]} << 8 | std::uint32_t{p[m >> 5 & 7]} << 5;
    }
    const auto begin = messages.begin();
    std::sort(begin, begin + w.loose);
    std::stable_sort(begin + w.loose, begin + w.count,
                     [](unsigned a, unsigned b) { return (a >> 8 & 7) < (b >> 8 & 7); });
    for (unsigned i = 0; i < w.count; ++i) {
      out.push(messages[i] & 0xffffu);
      if (lines_ > 2) out.push(messages[i] >> 16);
    }
    return out;
  }

  unsigned caches_;
  unsigned lines_;
  bool symmetry_;
};

}  // namespace mimd::tb

#endif
