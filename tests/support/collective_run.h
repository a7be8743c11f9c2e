// Runs a collective schedule with real data, all ranks side by side, messages in queues: as a machine would.
#ifndef MIMD_TESTS_SUPPORT_COLLECTIVE_RUN_H
#define MIMD_TESTS_SUPPORT_COLLECTIVE_RUN_H

#include <deque>
#include <functional>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "message_passing/collective_schedule.h"

namespace mimd::test {

template <class T>
struct collective_run {
  using vector = std::vector<T>;
  using combination = std::function<T(const T&, const T&)>;

  collective_run(message_passing::schedule s, combination c) : plan(s), combine(std::move(c)) {}

  message_passing::schedule plan;
  std::vector<vector> work;   // by rank, all of one size
  std::vector<vector> input;  // all-to-all
  combination combine;
  std::uint64_t messages = 0;
  std::uint64_t elements = 0;  // sent in all

  // Throws std::logic_error if nobody can go on, or a message is left over.
  void run() {
    ranks_.assign(plan.ranks, {});
    std::uint32_t left = plan.ranks;
    for (std::vector<bool> ended(plan.ranks); left != 0;) {
      bool moved = false;
      for (std::uint32_t r = 0; r < plan.ranks; ++r) {
        while (!ended[r] && received_all(r)) {
          moved = true;
          if (!begin(r)) {
            ended[r] = true;
            --left;
          }
        }
      }
      if (!moved && left != 0) throw std::logic_error("the ranks wait for each other");
    }
    for (const auto& [way, queue] : flying_)
      if (!queue.empty()) throw std::logic_error("a message was never received");
  }

 private:
  struct rank_state {
    std::uint32_t index = 0;
    std::vector<message_passing::collective_step> posted;
    bool waits = false;
  };

  std::vector<std::size_t> places(const message_passing::block_set& s) const {
    const std::uint32_t blocks = plan.blocks();
    std::vector<std::size_t> result;
    for (std::uint32_t i = 0; i < s.count; ++i) {
      if (s.mask != 0 && (i & s.mask) == 0) continue;
      const std::uint32_t b = (s.first + i) % blocks;
      const std::size_t size = work.front().size();
      for (auto e = message_passing::part_of(size, blocks, b);
           e < message_passing::part_of(size, blocks, b + 1); ++e)
        result.push_back(e);
    }
    if (result.size() != message_passing::elements_of(s, work.front().size(), blocks))
      throw std::logic_error("elements_of() counts otherwise");
    return result;
  }

  bool received_all(std::uint32_t r) {
    if (!ranks_[r].waits) return true;
    for (const auto& s : ranks_[r].posted)
      if (flying_[{s.receive_from, r}].empty()) return false;
    for (const auto& s : ranks_[r].posted) {
      auto& queue = flying_[{s.receive_from, r}];
      const auto to = places(s.received);
      if (to.size() != queue.front().size()) throw std::logic_error("a message has another size");
      for (std::size_t i = 0; i < to.size(); ++i) {
        T& own = work[r][to[i]];
        const T& got = queue.front()[i];
        own = s.how == message_passing::reception::store            ? got
              : s.how == message_passing::reception::combine_before ? combine(got, own)
                                                                    : combine(own, got);
      }
      queue.pop_front();
    }
    ranks_[r].posted.clear();
    ranks_[r].waits = false;
    return true;
  }

  bool begin(std::uint32_t r) {
    message_passing::collective_step s;
    if (!plan.step(r, ranks_[r].index++, s)) return false;
    move(r, s.before);
    if (s.send_to != message_passing::no_rank) {
      vector content;
      for (const std::size_t e : places(s.sent)) content.push_back((s.from_input ? input : work)[r][e]);
      ++messages;
      elements += content.size();
      flying_[{r, s.send_to}].push_back(std::move(content));
    }
    if (s.receive_from != message_passing::no_rank) ranks_[r].posted.push_back(s);
    ranks_[r].waits = s.waits;
    return true;
  }

  void move(std::uint32_t r, message_passing::local_move how) {
    if (how == message_passing::local_move::none) return;
    const std::size_t block = work[r].size() / plan.ranks;
    const auto copy = [&](const vector& from, std::uint32_t source, std::uint32_t target) {
      for (std::size_t e = 0; e < block; ++e) work[r][target * block + e] = from[source * block + e];
    };
    if (how == message_passing::local_move::copy_own) return copy(input[r], r, r);
    const vector old = work[r];
    for (std::uint32_t i = 0; i < plan.ranks; ++i) {
      if (how == message_passing::local_move::rotate_in) copy(input[r], (r + i) % plan.ranks, i);
      if (how == message_passing::local_move::rotate_out) copy(old, i, (r + plan.ranks - i) % plan.ranks);
    }
  }

  std::vector<rank_state> ranks_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::deque<vector>> flying_;
};

}  // namespace mimd::test

#endif
