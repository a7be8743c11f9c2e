// Directory formats: what they cost, whom they invalidate, and that they never forget a sharer.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "directory/coarse_vector_format.h"
#include "directory/full_map_format.h"
#include "directory/home_core.h"
#include "directory/limited_pointer_format.h"
#include "directory/pointer_pool_format.h"
#include "directory/sparse_directory.h"
#include "infrastructure/random.h"

namespace {

using namespace mimd;
using kind = sharer_format_parameters::format_kind;
using overflow = limited_pointer_format::on_overflow;

// One line of a format.
struct line {
  explicit line(sharer_format& f, std::uint64_t number = 0) : format(f), words(f.words(), ~sharer_word{0}) {
    format.open(words.data(), number);
  }
  void add(unsigned node) { format.add(words.data(), static_cast<node_id>(node)); }
  void remove(unsigned node) { format.remove(words.data(), static_cast<node_id>(node)); }
  bool room(unsigned node) const { return format.room(words.data(), static_cast<node_id>(node), no_node); }
  std::set<unsigned> nodes() const {
    std::vector<node_id> list;
    format.collect(words.data(), list);
    std::set<unsigned> found(list.begin(), list.end());
    EXPECT_EQ(found.size(), list.size()) << "each node once";
    return found;
  }
  sharer_format& format;
  std::vector<sharer_word> words;
};

TEST(directory_formats, cost_the_bits_of_the_formulas) {
  for (const unsigned p : {2u, 16u, 48u, 64u, 256u, 1024u}) {
    unsigned log2p = 0;
    while ((1u << log2p) < p) ++log2p;
    EXPECT_EQ(full_map_format(p).bits_per_block(), p + 1);
    for (const unsigned i : {1u, 4u, 10u}) {
      EXPECT_EQ(limited_pointer_format(p, i, overflow::broadcast).bits_per_block(), i * log2p + 2);
      EXPECT_EQ(limited_pointer_format(p, i, overflow::give_up_a_sharer).bits_per_block(), i * log2p + 1);
      for (const unsigned r : {1u, 2u}) {
        const unsigned regions = (p + r - 1) / r;
        EXPECT_EQ(coarse_vector_format(p, i, r).bits_per_block(), std::max(i * log2p, regions) + 2);
        EXPECT_EQ(coarse_vector_format(p, 0, r).bits_per_block(), regions + 1);
      }
    }
  }
}

TEST(directory_formats, cost_a_pool_and_a_sparse_directory_in_all) {
  // 1,000 pointers of 64 nodes: 10 bits of link; 6 of node. A block: head, dirty, everybody.
  const pointer_pool_format pool(64, 1000);
  EXPECT_EQ(pool.bits_per_block(), 12u);
  EXPECT_EQ(pool.total_bits(1 << 20), (std::uint64_t{1} << 20) * 12 + 1000 * (6 + 10));
  // 1,024 entries in 256 sets for 2^20 blocks: 4,096 blocks a set and "none", a tag of 13 bits.
  full_map_format map(64);
  EXPECT_EQ(map.total_bits(1 << 20), (std::uint64_t{1} << 20) * 65);
  const sparse_directory sparse({1024, 4}, map, 1);
  EXPECT_EQ(sparse.total_bits(1 << 20), 1024u * (65 + 13));
}

// What a home sends for a write.
struct sent_messages {
  void send(directory_message_type type, node_id destination, node_id, unsigned) {
    if (type == directory_message_type::invalidate) invalidated.insert(destination);
  }
  void pass_data(node_id) {}
  void write_memory() {}
  void free_slot() {}
  node_id injection_target() { return no_node; }
  bool older(node_id, node_id) const { return false; }
  std::set<unsigned> invalidated;
};

// The nodes invalidated for a write by `writer`, after all of `readers` have read.
std::set<unsigned> invalidated_by_write(sharer_format& format, const std::vector<unsigned>& readers,
                                        unsigned writer) {
  directory_form form;
  form.protocol = directory_form::protocol_name::msi;
  const compiled_directory_protocol protocol(directory_protocol_of(form));
  const home_core core(protocol);
  line entry(format);
  std::vector<node_id> scratch;
  line_sharers sharers(format, entry.words.data(), scratch);
  home_line home;
  const auto request = [&](directory_message_type type, unsigned node) {
    sent_messages sent;
    const home_event event = core.event_of(home, sharers, type, static_cast<node_id>(node), 0);
    core.step(home, sharers, event, static_cast<node_id>(node), sent);
    if (event == home_event::get_s_overflow) core.step(home, sharers, home_event::last_ack, no_node, sent);
    return sent.invalidated;
  };
  for (const unsigned reader : readers) request(directory_message_type::get_s, reader);
  return request(directory_message_type::get_m, writer);
}

TEST(directory_formats, invalidate_for_a_write_exactly_whom_the_formulas_say) {
  constexpr unsigned p = 32;
  constexpr unsigned i = 4;
  constexpr unsigned r = 8;
  for (unsigned s = 0; s < p; ++s) {
    for (const bool writer_read : {false, true}) {
      // Every third node reads, the writer among them or not: s sharers other than the writer.
      std::vector<unsigned> readers;
      const unsigned writer = 1;
      for (unsigned k = 0; readers.size() < s; ++k) {
        const unsigned node = k * 3 % p;
        if (node != writer) readers.push_back(node);
      }
      const std::set<unsigned> others(readers.begin(), readers.end());
      ASSERT_EQ(others.size(), s);
      if (writer_read) readers.push_back(writer);
      const std::size_t all = readers.size();

      full_map_format map(p);
      EXPECT_EQ(invalidated_by_write(map, readers, writer), others);
      limited_pointer_format broadcast(p, i, overflow::broadcast);
      EXPECT_EQ(invalidated_by_write(broadcast, readers, writer).size(), all <= i ? s : p - 1);
      limited_pointer_format no_broadcast(p, i, overflow::give_up_a_sharer);
      const auto limited = invalidated_by_write(no_broadcast, readers, writer);
      EXPECT_EQ(limited.size(), std::min<std::size_t>(all, i) - writer_read);
      EXPECT_TRUE(std::includes(others.begin(), others.end(), limited.begin(), limited.end()));
      for (const unsigned pointers : {0u, i}) {
        std::set<unsigned> regions;
        for (const unsigned reader : readers) {
          for (unsigned n = reader / r * r; n < (reader / r + 1) * r; ++n) regions.insert(n);
        }
        regions.erase(writer);
        coarse_vector_format coarse(p, pointers, r);
        EXPECT_EQ(invalidated_by_write(coarse, readers, writer), all <= pointers ? others : regions);
      }
      pointer_pool_format pool(p, p);
      EXPECT_EQ(invalidated_by_write(pool, readers, writer), others);
    }
  }
}

// Random readers and replacements, beside a plain set.
TEST(directory_formats, never_forget_a_sharer_and_are_exact_where_they_say_so) {
  for (const unsigned nodes : {3u, 16u, 70u}) {
    for (unsigned k = 0; k < sharer_format_names().size(); ++k) {
      sharer_format_parameters parameters;
      parameters.kind = static_cast<kind>(k);
      parameters.nodes = nodes;
      parameters.pointers = 3;
      parameters.region = 3;
      parameters.pool_size = 40;
      const auto format = make_sharer_format(parameters);
      line entry(*format);
      std::set<unsigned> sharers;
      random_generator random(nodes * 10 + k);
      for (unsigned step = 0; step < 3000; ++step) {
        const auto node = static_cast<unsigned>(random.below(nodes));
        const auto choice = random.below(20);
        if (choice == 0) {
          format->clear(entry.words.data());
          sharers.clear();
        } else if (choice < 12) {
          if (!entry.room(node)) sharers.erase(format->victim(entry.words.data()));
          entry.add(node);
          sharers.insert(node);
        } else {
          entry.remove(node);
          sharers.erase(node);
        }
        const std::set<unsigned> found = entry.nodes();
        ASSERT_TRUE(std::includes(found.begin(), found.end(), sharers.begin(), sharers.end()))
            << sharer_format_names()[k];
        if (parameters.kind != kind::dir_i_b && parameters.kind != kind::coarse_vector) {
          ASSERT_EQ(found, sharers) << sharer_format_names()[k];
        }
        ASSERT_EQ(format->empty(entry.words.data()), found.empty());
        for (unsigned n = 0; n < nodes; ++n) {
          ASSERT_TRUE(!format->certain(entry.words.data(), static_cast<node_id>(n)) || sharers.count(n));
        }
      }
    }
  }
}

TEST(directory_formats, dir_i_nb_gives_up_the_oldest_sharer) {
  limited_pointer_format format(16, 2, overflow::give_up_a_sharer);
  line entry(format);
  entry.add(5);
  entry.add(9);
  EXPECT_TRUE(entry.room(9));
  EXPECT_FALSE(entry.room(7));
  EXPECT_EQ(format.victim(entry.words.data()), 5);
  entry.add(7);
  EXPECT_EQ(entry.nodes(), (std::set<unsigned>{7, 9}));
}

TEST(pointer_pool, is_shared_by_all_lines_and_names_one_to_reclaim) {
  pointer_pool_format format(16, 3);
  line a(format, 100);
  line b(format, 200);
  EXPECT_FALSE(format.line_to_reclaim());
  a.add(1);
  a.add(2);
  b.add(1);
  EXPECT_EQ(format.free_pointers(), 0u);
  EXPECT_FALSE(b.room(2));
  EXPECT_TRUE(b.room(1));
  std::set<std::uint64_t> lines;
  for (int i = 0; i < 3; ++i) lines.insert(format.line_to_reclaim().value());
  EXPECT_EQ(lines, (std::set<std::uint64_t>{100, 200}));
  format.clear(a.words.data());
  EXPECT_EQ(format.free_pointers(), 2u);
  EXPECT_TRUE(b.room(2));
}

TEST(pointer_pool, remembers_everybody_when_it_runs_out_in_the_middle_of_a_transaction) {
  pointer_pool_format format(4, 2);
  line a(format, 1);
  line b(format, 2);
  a.add(0);
  b.add(0);
  a.add(1);
  EXPECT_EQ(a.nodes().size(), 4u);
  EXPECT_EQ(format.free_pointers(), 1u);
  EXPECT_FALSE(format.certain(a.words.data(), 0));
}

TEST(sparse_directory, replaces_the_least_recently_used_entry_that_may_be_recalled) {
  full_map_format format(8);
  sparse_directory directory({8, 2}, format, 1);  // 4 sets
  auto* const a = directory.allocate(0);
  auto* const b = directory.allocate(4);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(directory.allocate(8), nullptr);
  EXPECT_NE(directory.allocate(1), nullptr) << "another set";
  EXPECT_EQ(directory.find(0), a);
  const auto any = [](const sparse_directory::entry&) { return true; };
  EXPECT_EQ(directory.victim(8, any), b);
  EXPECT_EQ(directory.victim(8, [&](const sparse_directory::entry& e) { return &e != b; }), a);
  EXPECT_EQ(directory.victim(8, [](const sparse_directory::entry&) { return false; }), nullptr);
  format.add(b->sharers, 3);
  directory.release(*b);
  EXPECT_EQ(directory.find(4), nullptr);
  auto* const c = directory.allocate(8);
  ASSERT_NE(c, nullptr);
  EXPECT_TRUE(format.empty(c->sharers));
  EXPECT_EQ(directory.in_use(), 3u);
}

TEST(sparse_directory, keeps_the_next_free_entry_of_a_set_for_who_was_refused) {
  full_map_format format(64);
  sparse_directory directory({8, 2}, format, 1);  // 4 sets
  sparse_directory::entry* const a = directory.allocate(0);
  sparse_directory::entry* const b = directory.allocate(4);
  directory.keep_for(8);
  directory.keep_for(12);  // another is first
  directory.release(*a);
  EXPECT_EQ(directory.allocate(12), nullptr);
  EXPECT_EQ(directory.allocate(0), nullptr) << "nor who had it before";
  EXPECT_NE(directory.allocate(1), nullptr) << "another set";
  directory.release(*b);
  EXPECT_NE(directory.allocate(0), nullptr) << "a second one is free";
  EXPECT_EQ(directory.allocate(12), nullptr);
  sparse_directory::entry* const kept = directory.allocate(8);
  ASSERT_NE(kept, nullptr);
  directory.release(*kept);
  EXPECT_NE(directory.allocate(12), nullptr) << "no longer kept";
}

TEST(sparse_directory, replaces_at_random_the_same_way_for_the_same_seed) {
  full_map_format format(8);
  const auto victims = [&](std::uint64_t seed) {
    sparse_directory directory({4, 4, sparse_directory_parameters::replacement_policy::random}, format, seed);
    for (std::uint64_t line = 0; line < 4; ++line) directory.allocate(line);
    std::vector<std::uint64_t> lines;
    for (int i = 0; i < 64; ++i) {
      lines.push_back(directory.victim(9, [](const sparse_directory::entry&) { return true; })->line);
    }
    return lines;
  };
  EXPECT_EQ(victims(1), victims(1));
  EXPECT_NE(victims(1), victims(2));
  const auto lines = victims(1);
  EXPECT_EQ(std::set<std::uint64_t>(lines.begin(), lines.end()).size(), 4u);
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(directory_formats, name_the_parameter_that_is_out_of_range) {
  const auto make = [](kind k, unsigned nodes, unsigned pointers, unsigned region, std::uint32_t pool) {
    return error_of([=] { make_sharer_format({k, nodes, pointers, region, pool}); });
  };
  EXPECT_EQ(make(kind::full_map, 0, 1, 1, 1), "directory: 0 nodes, but 1 to 4096 are possible");
  EXPECT_EQ(make(kind::dir_i_b, 4, 0, 1, 1), "directory.pointers: 0, but 1 to 64 are possible");
  EXPECT_EQ(make(kind::dir_i_nb, 4, 65, 1, 1), "directory.pointers: 65, but 1 to 64 are possible");
  EXPECT_EQ(make(kind::coarse_vector, 4, 65, 1, 1), "directory.pointers: 65, but 0 to 64 are possible");
  EXPECT_EQ(make(kind::coarse_vector, 4, 1, 5, 1), "directory.region: 5, but 1 to 4 nodes are possible");
  EXPECT_EQ(make(kind::coarse_vector, 4, 1, 0, 1), "directory.region: 0, but 1 to 4 nodes are possible");
  EXPECT_EQ(make(kind::pointer_pool, 4, 1, 1, 0),
            "directory.pool: 0 pointers, but 1 to 16777216 are possible");
  full_map_format format(4);
  EXPECT_EQ(error_of([&] {
              sparse_directory({12, 4}, format, 1);
            }),
            "directory.sparse_entries: 12 is not a power of two times 4 ways");
  EXPECT_EQ(error_of([&] {
              sparse_directory({4, 0}, format, 1);
            }),
            "directory.sparse_ways: 0, but 1 to 64 are possible");
}

}  // namespace
