// Allocation in a machine's memory, and its division among nodes.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tb/functional_machine.h"
#include "tb/workload.h"

namespace mimd::tb {
namespace {

class one_memory final : public memory_image {
 public:
  void read(address_t, void*, std::uint64_t) override {}
  void write(address_t, const void*, std::uint64_t) override {}
  std::uint64_t size() const override { return 64 * 1024; }
};

class divided_memory final : public memory_image {
 public:
  struct placement {
    address_t first;
    std::uint64_t bytes;
    unsigned node;
  };

  void read(address_t, void*, std::uint64_t) override {}
  void write(address_t, const void*, std::uint64_t) override {}
  std::uint64_t size() const override { return 1024 * 1024; }
  unsigned nodes() const override { return 4; }
  std::uint64_t page() const override { return 16384; }
  void place(address_t first, std::uint64_t bytes, unsigned node) override {
    placed.push_back({first, bytes, node});
  }

  std::vector<placement> placed;
};

TEST(memory_image, of_a_machine_with_one_memory_is_one_node) {
  one_memory memory;
  EXPECT_EQ(memory.nodes(), 1u);
  EXPECT_EQ(memory.node_of(7), 0u);
  const address_t first = memory.allocate_on(0, 100);
  EXPECT_EQ(first % 4096, 0u);
  EXPECT_EQ(memory.allocate(8), first + 4096);
}

TEST(memory_image, allocates_whole_pages_on_a_node_and_shares_none_with_the_next) {
  divided_memory memory;
  memory.allocate(8);
  const address_t first = memory.allocate_on(3, 16384 + 1);
  EXPECT_EQ(first % 16384, 0u);
  EXPECT_GE(memory.allocate(8), first + 2 * 16384);
  ASSERT_EQ(memory.placed.size(), 1u);
  EXPECT_EQ(memory.placed[0].first, first);
  EXPECT_EQ(memory.placed[0].bytes, 2 * 16384u);
  EXPECT_EQ(memory.placed[0].node, 3u);
}

TEST(memory_image, that_is_too_small_for_whole_pages_says_so) {
  one_memory memory;
  memory.allocate(32 * 1024);
  try {
    memory.allocate_on(0, 28 * 1024 + 1);
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("memory.size"), std::string::npos) << error.what();
  }
}

TEST(functional_machine, has_loads_of_another_nodes_pages_take_longer) {
  functional_parameters parameters;
  parameters.processors = 4;
  parameters.nodes = 2;
  parameters.remote_time = 70'000;
  functional_machine machine(parameters);
  memory_image& memory = machine.memory();
  const address_t on[] = {memory.allocate_on(0, 8), memory.allocate_on(1, 8)};
  machine.run([&](processor& cpu) {
    for (unsigned node = 0; node < 2; ++node) {
      const time_ps before = cpu.now();
      cpu.load<std::uint64_t>(on[node]);
      EXPECT_EQ(cpu.now() - before, node == cpu.id() / 2 ? 1'000u : 71'000u);
    }
  });
  EXPECT_THROW(memory.place(on[0], 8, 2), std::invalid_argument);
}

}  // namespace
}  // namespace mimd::tb
