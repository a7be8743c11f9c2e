#include "message_passing/collective_schedule.h"

#include <algorithm>

namespace mimd::message_passing {

namespace {

using u32 = std::uint32_t;

u32 log2_floor(u32 x) {
  return 31u - static_cast<u32>(__builtin_clz(x));
}
u32 log2_ceil(u32 x) {
  return x <= 1 ? 0 : log2_floor(x - 1) + 1;
}

struct place {
  u32 ranks;
  u32 rank;
  u32 root;

  u32 relative() const { return rank >= root ? rank - root : rank + ranks - root; }
  u32 absolute(u32 v) const { return v >= ranks - root ? v - (ranks - root) : v + root; }
  u32 up(u32 distance) const { return wrap(std::uint64_t{rank} + distance); }
  u32 down(u32 distance) const { return wrap(std::uint64_t{rank} + ranks - distance); }
  u32 wrap(std::uint64_t x) const { return static_cast<u32>(x >= ranks ? x - ranks : x); }
  block_set all() const { return {0, ranks, 0}; }
};

// The binomial tree over relative ranks: child k of v is v + 2^k, for those below v's lowest bit.
struct binomial {
  explicit binomial(const place& p) : at(p), v(p.relative()) {
    children = log2_ceil(p.ranks - v);
    if (v != 0) children = std::min(children, static_cast<u32>(__builtin_ctz(v)));
  }
  u32 parent() const { return at.absolute(v & (v - 1)); }
  u32 child(u32 k) const { return at.absolute(v + (1u << k)); }
  block_set below(u32 w) const {  // the blocks of the ranks in the tree of relative rank w
    const u32 span = w == 0 ? at.ranks : std::min(at.ranks - w, w & (~w + 1));
    return {at.absolute(w), span, 0};
  }

  const place& at;
  u32 v;
  u32 children;
};

// Parent first, then the children with the largest trees first.
bool towards_leaves(const place& p, u32 index, collective_step& s, bool whole) {
  const binomial tree(p);
  if (tree.v != 0) {
    if (index == 0) {
      s.receive_from = tree.parent();
      s.received = whole ? p.all() : tree.below(tree.v);
      return true;
    }
    --index;
  }
  if (index >= tree.children) return false;
  const u32 k = tree.children - 1 - index;
  s.send_to = tree.child(k);
  s.sent = whole ? p.all() : tree.below(tree.v + (1u << k));
  return true;
}

bool towards_root(const place& p, u32 index, collective_step& s, bool whole) {
  const binomial tree(p);
  if (index < tree.children) {
    s.receive_from = tree.child(index);
    s.received = whole ? p.all() : tree.below(tree.v + (1u << index));
    if (whole) s.how = reception::combine_after;
    return true;
  }
  if (index > tree.children || tree.v == 0) return false;
  s.send_to = tree.parent();
  s.sent = whole ? p.all() : tree.below(tree.v);
  return true;
}

// The root and all others at once, in the order of ranks; `whole`: vectors instead of blocks.
bool linear(const place& p, u32 index, collective_step& s, bool to_root, bool whole) {
  const bool is_root = p.rank == p.root;
  if (index >= (is_root ? p.ranks - 1 : 1)) return false;
  const u32 peer = is_root ? (index < p.root ? index : index + 1) : p.root;
  const block_set blocks = whole ? p.all() : block_set{is_root ? peer : p.rank, 1, 0};
  if (is_root == to_root) {
    s.receive_from = peer;
    s.received = blocks;
    if (whole && to_root) s.how = peer < p.root ? reception::combine_before : reception::combine_after;
  } else {
    s.send_to = peer;
    s.sent = blocks;
  }
  s.waits = !is_root || index + 2 == p.ranks;
  return true;
}

// What recursive doubling and halving do when the number of ranks is no power of two: the first 2·rest ranks
// fold in pairs, the odd one of each works for both.
struct folded {
  explicit folded(const place& p)
      : power(1u << log2_floor(p.ranks)),
        rest(p.ranks - power),
        in_pair(p.rank < 2 * rest),
        idle(in_pair && p.rank % 2 == 0),
        number(in_pair ? p.rank / 2 : p.rank - rest) {}
  u32 rank_of(u32 n) const { return n < rest ? 2 * n + 1 : n + rest; }

  u32 power;
  u32 rest;
  bool in_pair;
  bool idle;
  u32 number;
};

// `rounds` steps of `round` between folding and unfolding.
template <class Round>
bool between_folds(const place& p, const folded& f, const block_set& all, u32 rounds, u32 index,
                   collective_step& s, const Round& round) {
  if (f.idle) {
    if (index > 1) return false;
    (index == 0 ? s.send_to : s.receive_from) = p.rank + 1;
    (index == 0 ? s.sent : s.received) = all;
    return true;
  }
  if (f.in_pair) {
    if (index == 0) {
      s.receive_from = p.rank - 1;
      s.received = all;
      s.how = reception::combine_before;
      return true;
    }
    if (index == rounds + 1) {
      s.send_to = p.rank - 1;
      s.sent = all;
      return true;
    }
    --index;
  }
  if (index >= rounds) return false;
  round(index);
  return true;
}

bool recursive_doubling(const place& p, u32 index, collective_step& s) {
  const folded f(p);
  return between_folds(p, f, p.all(), log2_floor(p.ranks), index, s, [&](u32 k) {
    const u32 partner = f.rank_of(f.number ^ (1u << k));
    s.send_to = s.receive_from = partner;
    s.sent = s.received = p.all();
    s.how = partner < p.rank ? reception::combine_before : reception::combine_after;
  });
}

bool rabenseifner(const place& p, u32 index, collective_step& s) {
  const folded f(p);
  const u32 log = log2_floor(p.ranks);
  return between_folds(p, f, {0, f.power, 0}, 2 * log, index, s, [&](u32 k) {
    const bool halving = k < log;
    const u32 bit = halving ? f.power >> (k + 1) : 1u << (k - log);
    const u32 other = f.number ^ bit;
    s.send_to = s.receive_from = f.rank_of(other);
    const block_set mine{f.number & ~(bit - 1), bit, 0};
    const block_set theirs{other & ~(bit - 1), bit, 0};
    s.sent = halving ? theirs : mine;
    s.received = halving ? mine : theirs;
    if (halving) s.how = s.send_to < p.rank ? reception::combine_before : reception::combine_after;
  });
}

void shift_round(const place& p, u32 sent, u32 received, collective_step& s) {
  s.send_to = p.up(1);
  s.receive_from = p.down(1);
  s.sent = {sent, 1, 0};
  s.received = {received, 1, 0};
}

bool ring_allgather(const place& p, u32 index, collective_step& s) {
  if (index + 1 >= p.ranks) return false;
  shift_round(p, p.down(index), p.down(index + 1), s);
  return true;
}

bool ring_allreduce(const place& p, u32 index, collective_step& s) {
  if (index + 1 < p.ranks) {
    shift_round(p, p.down(index), p.down(index + 1), s);
    s.how = reception::combine_before;
    return true;
  }
  index -= p.ranks - 1;
  if (index + 1 >= p.ranks) return false;
  shift_round(p, p.wrap(std::uint64_t{p.down(index)} + 1), p.down(index), s);
  return true;
}

bool bruck_allgather(const place& p, u32 index, collective_step& s) {
  if (index >= log2_ceil(p.ranks)) return false;
  const u32 distance = 1u << index;
  const u32 count = std::min(distance, p.ranks - distance);
  s.send_to = p.down(distance);
  s.receive_from = p.up(distance);
  s.sent = {p.rank, count, 0};
  s.received = {s.receive_from, count, 0};
  return true;
}

bool linear_allgather(const place& p, u32 index, collective_step& s) {
  if (index + 1 >= p.ranks) return false;
  s.send_to = p.up(index + 1);
  s.receive_from = p.down(index + 1);
  s.sent = {p.rank, 1, 0};
  s.received = {s.receive_from, 1, 0};
  s.waits = index + 2 == p.ranks;
  return true;
}

void exchange_blocks(u32 to, u32 from, collective_step& s) {
  s.send_to = to;
  s.receive_from = from;
  s.sent = {to, 1, 0};
  s.received = {from, 1, 0};
  s.from_input = true;
}

bool all_to_all_in_rounds(const place& p, u32 index, collective_step& s, bool at_once) {
  if (index == 0) s.before = local_move::copy_own;
  if (index + 1 >= p.ranks) return index == 0;
  const bool by_bits = !at_once && (p.ranks & (p.ranks - 1)) == 0;
  const u32 i = index + 1;
  exchange_blocks(by_bits ? p.rank ^ i : p.up(i), by_bits ? p.rank ^ i : p.down(i), s);
  s.waits = !at_once || i + 1 == p.ranks;
  return true;
}

bool bruck(const place& p, u32 index, collective_step& s) {
  const u32 rounds = log2_ceil(p.ranks);
  if (index == 0) s.before = local_move::rotate_in;
  if (index == rounds) s.before = index == 0 ? local_move::copy_own : local_move::rotate_out;
  if (index >= rounds) return index == rounds;
  s.send_to = p.up(1u << index);
  s.receive_from = p.down(1u << index);
  s.sent = s.received = {0, p.ranks, 1u << index};
  return true;
}

bool dissemination(const place& p, u32 index, collective_step& s) {
  if (index >= log2_ceil(p.ranks)) return false;
  s.send_to = p.up(1u << index);
  s.receive_from = p.down(1u << index);
  return true;
}

bool doubling_scan(const place& p, u32 index, collective_step& s) {
  if (index >= log2_ceil(p.ranks)) return false;
  const u32 distance = 1u << index;
  if (p.ranks - p.rank > distance) s.send_to = p.rank + distance;
  if (p.rank >= distance) s.receive_from = p.rank - distance;
  s.sent = s.received = p.all();
  s.how = reception::combine_before;
  return true;
}

bool chain_scan(const place& p, u32 index, collective_step& s) {
  if (p.rank == 0) ++index;
  if (index == 0) {
    s.receive_from = p.rank - 1;
    s.received = p.all();
    s.how = reception::combine_before;
    return true;
  }
  if (index > 1 || p.rank + 1 == p.ranks) return false;
  s.send_to = p.rank + 1;
  s.sent = p.all();
  return true;
}

bool linear_scan(const place& p, u32 index, collective_step& s) {
  const u32 distance = index + 1;
  const u32 steps = std::max(p.rank, p.ranks - 1 - p.rank);
  if (index >= steps) return false;
  if (p.ranks - p.rank > distance) s.send_to = p.rank + distance;
  if (p.rank >= distance) s.receive_from = p.rank - distance;
  s.sent = s.received = p.all();
  s.how = reception::combine_before;
  s.waits = distance == steps;
  return true;
}

}  // namespace

bool schedule::step(std::uint32_t rank, std::uint32_t index, collective_step& s) const {
  const place p{ranks, rank, root};
  s = {};
  switch (kind) {
    case pattern::dissemination:
      return dissemination(p, index, s);
    case pattern::binomial_broadcast:
      return towards_leaves(p, index, s, true);
    case pattern::binomial_scatter:
      return towards_leaves(p, index, s, false);
    case pattern::binomial_reduce:
      return towards_root(p, index, s, true);
    case pattern::binomial_gather:
      return towards_root(p, index, s, false);
    case pattern::linear_broadcast:
      return linear(p, index, s, false, true);
    case pattern::linear_scatter:
      return linear(p, index, s, false, false);
    case pattern::linear_reduce:
      return linear(p, index, s, true, true);
    case pattern::linear_gather:
      return linear(p, index, s, true, false);
    case pattern::ring_allgather:
      return ring_allgather(p, index, s);
    case pattern::bruck_allgather:
      return bruck_allgather(p, index, s);
    case pattern::linear_allgather:
      return linear_allgather(p, index, s);
    case pattern::recursive_doubling:
      return recursive_doubling(p, index, s);
    case pattern::rabenseifner:
      return rabenseifner(p, index, s);
    case pattern::ring_allreduce:
      return ring_allreduce(p, index, s);
    case pattern::pairwise:
      return all_to_all_in_rounds(p, index, s, false);
    case pattern::linear_all_to_all:
      return all_to_all_in_rounds(p, index, s, true);
    case pattern::bruck:
      return bruck(p, index, s);
    case pattern::doubling_scan:
      return doubling_scan(p, index, s);
    case pattern::chain_scan:
      return chain_scan(p, index, s);
    case pattern::linear_scan:
      return linear_scan(p, index, s);
  }
  return false;
}

std::uint32_t schedule::blocks() const {
  return kind == pattern::rabenseifner ? 1u << log2_floor(ranks) : ranks;
}

std::uint32_t size_of(const block_set& s) {
  if (s.mask == 0) return s.count;
  const u32 period = 2 * s.mask;  // each ends with `mask` members
  const u32 rest = s.count % period;
  return s.count / period * s.mask + (rest > s.mask ? rest - s.mask : 0);
}

std::uint64_t elements_of(const block_set& s, std::uint64_t size, std::uint32_t blocks) {
  if (size % blocks == 0 || s.mask != 0) return size / blocks * size_of(s);
  const u32 end = s.first + s.count;
  if (end <= blocks) return part_of(size, blocks, end) - part_of(size, blocks, s.first);
  return size - part_of(size, blocks, s.first) + part_of(size, blocks, end - blocks);
}

}  // namespace mimd::message_passing
