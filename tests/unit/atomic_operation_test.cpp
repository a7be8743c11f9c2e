#include "cpu/atomic_operation.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cpu/atomic_extension.h"

namespace {

using mimd::apply;
using op = mimd::atomic_operation;

constexpr std::uint64_t minus_one_8 = ~std::uint64_t{0};
constexpr std::uint64_t minus_one_4 = 0xffff'ffffu;

TEST(atomic_operation, swap_and_store_conditional_store_the_operand) {
  EXPECT_EQ(apply(op::swap, 1, 2, 9, 8), 2u);
  EXPECT_EQ(apply(op::store_conditional, 1, 2, 9, 8), 2u);
}

TEST(atomic_operation, load_reserved_leaves_memory_alone) {
  EXPECT_EQ(apply(op::load_reserved, 0x123456789abcdef0u, 2, 0, 8), 0x123456789abcdef0u);
}

TEST(atomic_operation, add_wraps_at_its_own_size) {
  EXPECT_EQ(apply(op::add, minus_one_8, 3, 0, 8), 2u);
  EXPECT_EQ(apply(op::add, minus_one_4, 3, 0, 4), 2u);
  EXPECT_EQ(apply(op::add, minus_one_4, 3, 0, 8), 0x1'0000'0002u);
}

TEST(atomic_operation, signed_and_unsigned_order_differ_on_the_top_bit_of_the_size) {
  EXPECT_EQ(apply(op::min_signed, 5, minus_one_8, 0, 8), minus_one_8);
  EXPECT_EQ(apply(op::max_signed, 5, minus_one_8, 0, 8), 5u);
  EXPECT_EQ(apply(op::min_unsigned, 5, minus_one_8, 0, 8), 5u);
  EXPECT_EQ(apply(op::max_unsigned, 5, minus_one_8, 0, 8), minus_one_8);
  EXPECT_EQ(apply(op::min_signed, 5, minus_one_4, 0, 4), minus_one_4);
  EXPECT_EQ(apply(op::max_signed, 5, minus_one_4, 0, 4), 5u);
  EXPECT_EQ(apply(op::min_signed, 5, minus_one_4, 0, 8), 5u);
  EXPECT_EQ(apply(op::max_unsigned, 5, minus_one_4, 0, 4), minus_one_4);
  EXPECT_EQ(apply(op::min_unsigned, 5, minus_one_4, 0, 4), 5u);
}

TEST(atomic_operation, bitwise_operations) {
  EXPECT_EQ(apply(op::bit_and, 0b1100, 0b1010, 0, 4), 0b1000u);
  EXPECT_EQ(apply(op::bit_or, 0b1100, 0b1010, 0, 4), 0b1110u);
  EXPECT_EQ(apply(op::bit_xor, 0b1100, 0b1010, 0, 8), 0b0110u);
}

TEST(atomic_operation, compare_swap_compares_only_the_accessed_bytes) {
  EXPECT_EQ(apply(op::compare_swap, 7, 1, 7, 8), 1u);
  EXPECT_EQ(apply(op::compare_swap, 7, 1, 8, 8), 7u);
  EXPECT_EQ(apply(op::compare_swap, 7, 1, 0x5'0000'0007u, 4), 1u);
  EXPECT_EQ(apply(op::compare_swap, 7, 1, 0x5'0000'0007u, 8), 7u);
}

TEST(atomic_operation, four_byte_results_are_zero_extended) {
  for (op o : {op::load_reserved, op::store_conditional, op::swap, op::add, op::min_signed, op::max_signed,
               op::min_unsigned, op::max_unsigned, op::bit_and, op::bit_or, op::bit_xor, op::compare_swap}) {
    EXPECT_EQ(apply(o, minus_one_8, minus_one_8, minus_one_8, 4) >> 32, 0u) << static_cast<int>(o);
  }
}

TEST(atomic_operation, other_sizes_are_refused) {
  for (unsigned size : {0u, 1u, 2u, 3u, 16u})
    EXPECT_THROW(apply(op::add, 1, 1, 0, size), std::invalid_argument);
}

TEST(atomic_extension, starts_undone_and_survives_a_bridge_that_copies_the_payload) {
  mimd::atomic_extension request;
  EXPECT_FALSE(request.done);
  request.operation = op::compare_swap;
  request.operand = 11;
  request.expected = 22;
  tlm::tlm_generic_payload original, copy;
  original.set_command(tlm::TLM_IGNORE_COMMAND);
  original.set_extension(&request);
  copy.deep_copy_from(original);
  auto* carried = copy.get_extension<mimd::atomic_extension>();
  ASSERT_NE(carried, nullptr);
  ASSERT_NE(carried, &request);
  EXPECT_EQ(carried->operation, op::compare_swap);
  EXPECT_EQ(carried->operand, 11u);
  EXPECT_EQ(carried->expected, 22u);
  carried->result = 33;
  carried->done = true;
  original.update_original_from(copy);
  EXPECT_TRUE(request.done);
  EXPECT_EQ(request.result, 33u);
  copy.free_all_extensions();
  original.clear_extension(&request);
}

}  // namespace
