// Locks, semaphore, barriers and queue on the functional machine, under many interleavings, SC and TSO.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "infrastructure/random.h"
#include "tb/functional_machine.h"
#include "tb/synchronisation/barriers.h"
#include "tb/synchronisation/bounded_queue.h"
#include "tb/synchronisation/locks.h"
#include "tb/synchronisation/semaphore.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t seeds = 20;
constexpr unsigned processor_counts[] = {1, 2, 3, 7, 16};

// Calls body(machine, processors) for many seeds and processor counts, sequentially consistent and with store
// buffers.
template <typename Body>
void for_many_machines(Body body) {
  for (const unsigned store_buffer : {0u, 1u, 8u}) {
    for (const unsigned processors : processor_counts) {
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        functional_parameters parameters;
        parameters.processors = processors;
        parameters.memory_size = 1u << 16;
        parameters.seed = seed;
        parameters.store_buffer = store_buffer;
        parameters.access_limit = 5'000'000;
        functional_machine machine(parameters);
        SCOPED_TRACE("processors " + std::to_string(processors) + ", seed " + std::to_string(seed) +
                     ", buffer " + std::to_string(store_buffer));
        body(machine, processors);
      }
    }
  }
}

template <typename Lock>
class locks : public testing::Test {};
using all_locks =
    testing::Types<test_and_set_lock, test_and_test_and_set_lock, ticket_lock, memory_lock, mcs_lock>;
TYPED_TEST_SUITE(locks, all_locks);

TYPED_TEST(locks, let_one_processor_in_and_publish_its_stores) {
  constexpr std::uint64_t rounds = 20;
  for_many_machines([&](functional_machine& machine, unsigned processors) {
    const address_t counter = allocate_lines(machine.memory(), 1, default_line);
    TypeParam lock(machine.memory(), processors);
    unsigned inside = 0;
    unsigned most = 0;
    machine.run([&](processor& cpu) {
      for (std::uint64_t i = 0; i < rounds; ++i) {
        lock.acquire(cpu);
        most = std::max(most, ++inside);
        const auto old = cpu.load<std::uint64_t>(counter);
        cpu.compute(3);
        cpu.store(counter, old + 1);
        --inside;
        lock.release(cpu);
      }
    });
    EXPECT_EQ(most, 1u);
    std::uint64_t found = 0;
    machine.memory().read(counter, &found, sizeof(found));
    EXPECT_EQ(found, rounds * processors);
  });
}

// All arrive one after the other, far enough apart to have joined the queue, while processor 0 holds the
// lock.
template <typename Lock>
void expect_order_of_arrival() {
  const auto dawdle = [](processor& cpu) {
    for (unsigned i = 0; i < 100; ++i) cpu.compute(1);
  };
  for_many_machines([&](functional_machine& machine, unsigned processors) {
    const address_t turn = allocate_lines(machine.memory(), 1, default_line);
    Lock lock(machine.memory(), processors);
    std::vector<unsigned> order;
    machine.run([&](processor& cpu) {
      wait_until_equal(cpu, turn, cpu.id());
      dawdle(cpu);
      if (cpu.id() != 0) cpu.store(turn, cpu.id() + 1);
      lock.acquire(cpu);
      order.push_back(cpu.id());
      if (cpu.id() == 0) {
        cpu.store<std::uint32_t>(turn, 1);
        wait_until_equal(cpu, turn, cpu.count());
        dawdle(cpu);
      }
      lock.release(cpu);
    });
    std::vector<unsigned> expected(processors);
    std::iota(expected.begin(), expected.end(), 0u);
    EXPECT_EQ(order, expected);
  });
}

TEST(ticket_lock, serves_in_order_of_arrival) {
  expect_order_of_arrival<ticket_lock>();
}

TEST(mcs_lock, serves_in_order_of_arrival) {
  expect_order_of_arrival<mcs_lock>();
}

TEST(semaphore, admits_as_many_as_it_has_units) {
  for_many_machines([](functional_machine& machine, unsigned) {
    constexpr unsigned units = 3;
    semaphore admission(machine.memory(), units);
    unsigned inside = 0;
    unsigned most = 0;
    machine.run([&](processor& cpu) {
      for (int i = 0; i < 20; ++i) {
        admission.acquire(cpu);
        most = std::max(most, ++inside);
        cpu.compute(5);
        --inside;
        admission.release(cpu);
      }
    });
    EXPECT_LE(most, units);
    EXPECT_GE(most, 1u);
  });
}

TEST(semaphore, is_used_up_and_given_back) {
  functional_machine machine({});
  semaphore one(machine.memory(), 1);
  machine.run([&](processor& cpu) {
    EXPECT_TRUE(one.try_acquire(cpu));
    EXPECT_FALSE(one.try_acquire(cpu));
    one.release(cpu);
    EXPECT_TRUE(one.try_acquire(cpu));
  });
}

// Nobody leaves before all have arrived, and plain stores before the barrier are seen behind it.
template <typename Make>
void expect_separation(Make make) {
  constexpr std::uint32_t phases = 12;
  for_many_machines([&](functional_machine& machine, unsigned processors) {
    const address_t words = allocate_lines(machine.memory(), processors, default_line);
    auto barrier = make(machine.memory(), processors);
    std::vector<std::uint32_t> arrived(processors, 0);
    machine.run([&](processor& cpu) {
      for (std::uint32_t phase = 1; phase <= phases; ++phase) {
        cpu.store(words + cpu.id() * default_line, phase);
        arrived[cpu.id()] = phase;
        barrier->wait(cpu);
        EXPECT_GE(*std::min_element(arrived.begin(), arrived.end()), phase);
        for (unsigned i = 0; i < processors; ++i) {
          EXPECT_GE(cpu.load<std::uint32_t>(words + i * default_line), phase);
        }
      }
    });
  });
}

TEST(central_barrier, separates_phases) {
  expect_separation([](auto& memory, unsigned n) { return std::make_unique<central_barrier>(memory, n); });
}

TEST(tree_barrier, separates_phases) {
  for (const unsigned fan_in : {2u, 3u, 4u}) {
    expect_separation(
        [&](auto& memory, unsigned n) { return std::make_unique<tree_barrier>(memory, n, fan_in); });
  }
}

TEST(dissemination_barrier, separates_phases) {
  expect_separation(
      [](auto& memory, unsigned n) { return std::make_unique<dissemination_barrier>(memory, n); });
}

TEST(bounded_queue, keeps_each_producers_order_and_loses_nothing) {
  constexpr std::uint64_t items = 30;  // of a producer
  for_many_machines([&](functional_machine& machine, unsigned processors) {
    if (processors == 1) return;
    const unsigned producers = processors / 2;
    const unsigned consumers = processors - producers;
    bounded_queue queue(machine.memory(), 4);
    std::vector<std::vector<std::uint64_t>> got(consumers);
    machine.run([&](processor& cpu) {
      if (cpu.id() < producers) {
        for (std::uint64_t i = 0; i < items; ++i) queue.enqueue(cpu, cpu.id() * items + i);
        return;
      }
      const unsigned me = cpu.id() - producers;
      const std::uint64_t all = items * producers;
      const std::uint64_t mine = all * (me + 1) / consumers - all * me / consumers;
      for (std::uint64_t i = 0; i < mine; ++i) got[me].push_back(queue.dequeue(cpu));
    });
    std::vector<std::uint64_t> together;
    for (const auto& one : got) {
      std::vector<std::uint64_t> last(producers, 0);
      for (const std::uint64_t item : one) {
        EXPECT_GE(item + 1, last[item / items]);
        last[item / items] = item + 1;
        together.push_back(item);
      }
    }
    std::sort(together.begin(), together.end());
    std::vector<std::uint64_t> expected(items * producers);
    std::iota(expected.begin(), expected.end(), std::uint64_t{0});
    EXPECT_EQ(together, expected);
  });
}

TEST(bounded_queue, is_first_in_first_out_and_knows_full_and_empty) {
  functional_machine machine({});
  bounded_queue queue(machine.memory(), 4);
  machine.run([&](processor& cpu) {
    for (std::uint64_t round = 0; round < 5; ++round) {
      EXPECT_EQ(queue.try_dequeue(cpu), std::nullopt);
      for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(queue.try_enqueue(cpu, round + i));
      EXPECT_FALSE(queue.try_enqueue(cpu, 99));
      for (std::uint64_t i = 0; i < 4; ++i) EXPECT_EQ(queue.try_dequeue(cpu), round + i);
    }
  });
  EXPECT_THROW(bounded_queue(machine.memory(), 3), std::invalid_argument);
}

// The machine itself: what makes the tests above able to fail.

TEST(functional_machine, loses_updates_without_a_lock) {
  functional_parameters parameters;
  parameters.processors = 4;
  functional_machine machine(parameters);
  const address_t counter = allocate_lines(machine.memory(), 1, default_line);
  machine.run([&](processor& cpu) {
    for (int i = 0; i < 100; ++i) cpu.store(counter, cpu.load<std::uint64_t>(counter) + 1);
  });
  std::uint64_t found = 0;
  machine.memory().read(counter, &found, sizeof(found));
  EXPECT_LT(found, 400u);
}

unsigned store_buffering_outcomes(unsigned store_buffer, bool fenced) {
  unsigned relaxed = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    functional_parameters parameters;
    parameters.processors = 2;
    parameters.memory_size = 1u << 14;
    parameters.seed = seed;
    parameters.store_buffer = store_buffer;
    functional_machine machine(parameters);
    const address_t words = allocate_lines(machine.memory(), 2, default_line);
    std::uint32_t seen[2] = {1, 1};
    machine.run([&](processor& cpu) {
      cpu.store<std::uint32_t>(words + cpu.id() * default_line, 1);
      if (fenced) cpu.fence();
      seen[cpu.id()] = cpu.load<std::uint32_t>(words + (1 - cpu.id()) * default_line);
    });
    relaxed += seen[0] == 0 && seen[1] == 0;
  }
  return relaxed;
}

TEST(functional_machine, relaxes_store_buffering_only_with_store_buffers_and_without_fences) {
  EXPECT_EQ(store_buffering_outcomes(0, false), 0u);
  EXPECT_GT(store_buffering_outcomes(8, false), 0u);
  EXPECT_EQ(store_buffering_outcomes(8, true), 0u);
}

TEST(functional_machine, ends_a_deadlock_and_passes_on_exceptions) {
  functional_parameters parameters;
  parameters.processors = 3;
  parameters.access_limit = 10000;
  functional_machine stuck(parameters);
  const address_t word = allocate_lines(stuck.memory(), 1, default_line);
  EXPECT_THROW(stuck.run([&](processor& cpu) { wait_until_equal(cpu, word, 1); }), std::runtime_error);

  functional_machine thrower(parameters);
  EXPECT_THROW(thrower.run([&](processor& cpu) {
    const std::vector<int> unwound(10);
    while (cpu.id() != 2) cpu.compute(1);
    throw std::invalid_argument("from a program");
  }),
               std::invalid_argument);

  functional_machine outside(parameters);
  EXPECT_THROW(outside.run([&](processor& cpu) { cpu.load<int>(outside.memory().size()); }),
               std::runtime_error);
}

TEST(random_generator, is_xoshiro256_and_stays_in_bounds) {
  random_generator a(7);
  random_generator b(7);
  random_generator other(7, 1);
  bool differs = false;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t x = a.next();
    EXPECT_EQ(x, b.next());
    differs = differs || x != other.next();
  }
  EXPECT_TRUE(differs);
  std::vector<unsigned> hits(10, 0);
  for (int i = 0; i < 10000; ++i) ++hits[a.below(10)];
  for (const unsigned n : hits) EXPECT_NEAR(n, 1000, 150);
  for (int i = 0; i < 1000; ++i) {
    const double u = a.uniform();
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
  }
}

}  // namespace
}  // namespace mimd::tb
