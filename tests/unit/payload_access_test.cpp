#include "infrastructure/payload_access.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace {

using bytes = std::vector<unsigned char>;

struct fixture {
  tlm::tlm_generic_payload payload;
  bytes data, enables;

  fixture(tlm::tlm_command command, bytes d, unsigned width, bytes e = {})
      : data(std::move(d)), enables(std::move(e)) {
    payload.set_command(command);
    payload.set_data_ptr(data.data());
    payload.set_data_length(static_cast<unsigned>(data.size()));
    payload.set_streaming_width(width);
    if (!enables.empty()) {
      payload.set_byte_enable_ptr(enables.data());
      payload.set_byte_enable_length(static_cast<unsigned>(enables.size()));
    }
  }
};

// Not inlined: with the buffers' sizes in sight, GCC warns of the moves of other sizes that are not taken.
[[gnu::noinline]] bool apply(tlm::tlm_generic_payload& payload, unsigned char* memory) {
  return mimd::apply_payload(payload, memory);
}

constexpr unsigned char on = TLM_BYTE_ENABLED, off = TLM_BYTE_DISABLED;

TEST(payload_access, streaming_width_zero_or_beyond_the_length_is_the_length) {
  for (unsigned width : {0u, 6u, 7u, ~0u}) {
    fixture f(tlm::TLM_WRITE_COMMAND, {1, 2, 3, 4, 5, 6}, width);
    EXPECT_EQ(mimd::footprint(f.payload), 6u);
    EXPECT_TRUE(mimd::is_contiguous(f.payload));
    bytes memory(8, 99);
    EXPECT_TRUE(apply(f.payload, memory.data()));
    EXPECT_EQ(memory, (bytes{1, 2, 3, 4, 5, 6, 99, 99}));
  }
}

TEST(payload_access, a_streaming_write_wraps_and_the_last_beat_wins) {
  fixture f(tlm::TLM_WRITE_COMMAND, {1, 2, 3, 4, 5, 6, 7, 8}, 3);
  bytes memory(5, 99);
  EXPECT_EQ(mimd::footprint(f.payload), 3u);
  apply(f.payload, memory.data());
  EXPECT_EQ(memory, (bytes{7, 8, 6, 99, 99}));
}

TEST(payload_access, a_streaming_read_repeats_the_same_bytes) {
  fixture f(tlm::TLM_READ_COMMAND, bytes(7, 0), 2);
  bytes memory{10, 20, 30, 40, 50, 60, 70, 80};
  apply(f.payload, memory.data());
  EXPECT_EQ(f.data, (bytes{10, 20, 10, 20, 10, 20, 10}));
}

TEST(payload_access, byte_enables_repeat_and_leave_disabled_bytes_alone_on_both_sides) {
  fixture w(tlm::TLM_WRITE_COMMAND, {1, 2, 3, 4, 5}, 5, {on, off});
  bytes memory(5, 99);
  apply(w.payload, memory.data());
  EXPECT_EQ(memory, (bytes{1, 99, 3, 99, 5}));
  fixture r(tlm::TLM_READ_COMMAND, bytes(5, 77), 5, {on, off, off});
  apply(r.payload, memory.data());
  EXPECT_EQ(r.data, (bytes{1, 77, 77, 99, 77}));
}

TEST(payload_access, an_ignored_command_moves_nothing) {
  fixture f(tlm::TLM_IGNORE_COMMAND, {1, 2}, 2);
  bytes memory(2, 99);
  EXPECT_FALSE(apply(f.payload, memory.data()));
  EXPECT_EQ(memory, bytes(2, 99));
  EXPECT_EQ(f.data, (bytes{1, 2}));
}

TEST(payload_access, impossible_attributes_get_their_response) {
  fixture f(tlm::TLM_READ_COMMAND, bytes(4), 4, {on});
  EXPECT_EQ(mimd::payload_status(f.payload), tlm::TLM_OK_RESPONSE);
  f.payload.set_byte_enable_length(0);
  EXPECT_EQ(mimd::payload_status(f.payload), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  f.payload.set_data_ptr(nullptr);
  EXPECT_EQ(mimd::payload_status(f.payload), tlm::TLM_GENERIC_ERROR_RESPONSE);
  f.payload.set_data_length(0);
  EXPECT_EQ(mimd::payload_status(f.payload), tlm::TLM_BURST_ERROR_RESPONSE);
}

// Any payload, whole or cut into segments, does what the definition in the header says, byte by byte.
TEST(payload_access, whole_and_segmented_accesses_follow_the_definition) {
  std::mt19937_64 random(1);
  auto below = [&](std::uint64_t n) { return static_cast<unsigned>(random() % n); };
  for (int round = 0; round < 20'000; ++round) {
    const unsigned length = 1 + below(80);
    const bool read = below(2) == 0;
    bytes data(length), enables(below(2) == 0 ? 0 : 1 + below(length + 4));
    for (auto& b : data) b = static_cast<unsigned char>(random());
    for (auto& e : enables) e = below(2) == 0 ? on : off;
    const unsigned width = below(length + 4);
    bytes memory(length + 8);
    for (auto& b : memory) b = static_cast<unsigned char>(random());

    bytes expected_memory = memory, expected_data = data;
    const unsigned w = width == 0 ? length : width;
    for (unsigned k = 0; k < length; ++k) {
      if (!enables.empty() && enables[k % enables.size()] == off) continue;
      if (read) {
        expected_data[k] = memory[k % w];
      } else {
        expected_memory[k % w] = data[k];
      }
    }

    fixture f(read ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND, data, width, enables);
    const unsigned segment = 1 + below(length);
    for (unsigned at = 0; at < mimd::footprint(f.payload); at += segment) {
      const unsigned n = std::min(segment, mimd::footprint(f.payload) - at);
      if (read) {
        mimd::read_segment(f.payload, at, n, memory.data() + at);
      } else {
        mimd::write_segment(f.payload, at, n, memory.data() + at);
      }
    }
    ASSERT_EQ(memory, expected_memory) << round;
    ASSERT_EQ(f.data, expected_data) << round;
  }
}

}  // namespace
