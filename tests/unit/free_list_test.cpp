// Objects that are used again.
#include "infrastructure/free_list.h"

#include <gtest/gtest.h>

#include <memory>

namespace mimd {
namespace {

struct thing {
  int number = 0;
};

TEST(free_list, gives_what_came_back_last_as_it_was_and_makes_one_only_when_none_is_free) {
  free_list<thing> things;
  EXPECT_TRUE(things.none_free());
  thing& a = things.take();
  thing& b = things.take();
  EXPECT_NE(&a, &b);
  EXPECT_EQ(things.in_use(), 2u);
  b.number = 7;
  things.give_back(a);
  things.give_back(b);
  EXPECT_FALSE(things.none_free());
  EXPECT_EQ(things.in_use(), 0u);
  EXPECT_EQ(&things.take(), &b);
  EXPECT_EQ(b.number, 7);
  EXPECT_EQ(&things.take(), &a);
  EXPECT_EQ(things.all().size(), 2u);
}

TEST(free_list, makes_objects_as_it_is_told_and_leaves_them_where_they_are) {
  free_list<thing> things;
  int made = 0;
  const auto make = [&made] {
    auto t = std::make_unique<thing>();
    t->number = ++made;
    return t;
  };
  thing& first = things.take(make);
  for (int i = 2; i <= 100; ++i) EXPECT_EQ(things.take(make).number, i);
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(things.all().front().get(), &first);
  EXPECT_EQ(things.in_use(), 100u);
}

}  // namespace
}  // namespace mimd
