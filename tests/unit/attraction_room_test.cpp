// Whom a home offers a line that lost its master.
#include "directory/attraction_room.h"

#include <gtest/gtest.h>

#include "directory/full_map_format.h"

namespace {

using namespace mimd;

struct bench {
  static constexpr address_t line = 64 * 5;
  attraction_room room{{4, 2, 64}, 4};
  full_map_format format{4};
  std::vector<sharer_word> entry = std::vector<sharer_word>(format.words());
  std::vector<node_id> scratch;
  line_sharers sharers{format, entry.data(), scratch};

  std::vector<node_id> offered(node_id giver) {
    std::vector<node_id> all{room.next(line, giver, sharers)};
    while (all.back() != no_node) all.push_back(room.next(line, no_node, sharers));
    room.settled(line);
    return all;
  }
};

using nodes = std::vector<node_id>;

TEST(attraction_room, asks_all_others_once_from_the_giver_on_if_all_have_a_free_way) {
  bench b;
  EXPECT_EQ(b.offered(2), (nodes{3, 0, 1, no_node}));
  EXPECT_EQ(b.offered(0), (nodes{1, 2, 3, no_node})) << "an offer that is settled is forgotten";
}

TEST(attraction_room, asks_sharers_first_then_free_ways_then_shared_copies_then_the_rest) {
  bench b;
  const address_t other = b.line + 4 * 64;  // of the same set
  b.room.note_master(b.line, 1, 1);
  b.room.note_master(other, 1, 1);  // node 1: two masters
  b.room.note_master(b.line, 2, 1);
  b.room.note_copy(other, 2, 1);  // node 2: a master and a copy
  b.sharers.add(3);
  EXPECT_EQ(b.offered(0), (nodes{3, 2, 1, no_node}));
  b.room.note_copy(other, 2, -1);
  b.sharers.remove(3);
  EXPECT_EQ(b.offered(0), (nodes{2, 3, 1, no_node})) << "from the giver on";
}

TEST(attraction_room, knows_sets_apart) {
  bench b;
  b.room.note_master(b.line + 64, 1, 2);
  EXPECT_EQ(b.offered(0).front(), 1);
}

TEST(counted_sharers, count_a_sharer_once) {
  bench b;
  counted_sharers counted(b.sharers, b.room, b.line);
  counted.add(1);
  counted.add(1);
  EXPECT_EQ(b.offered(0), (nodes{1, 2, 3, no_node}));
  counted.clear();
  b.room.note_copy(b.line, 1, 1);
  EXPECT_EQ(b.offered(0), (nodes{1, 2, 3, no_node})) << "one of two ways is free";
  b.room.note_copy(b.line, 1, 1);
  EXPECT_EQ(b.offered(0), (nodes{2, 3, 1, no_node})) << "both are taken";
}

}  // namespace
