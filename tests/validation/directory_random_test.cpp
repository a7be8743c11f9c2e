// Random walks through machines of 16 nodes: every form of the directory protocol with every format, with and
// without a sparse directory. What is checked: tb/model_checker/directory_random_walk.h.
#include <gtest/gtest.h>

#include <iostream>

#include "tb/model_checker/directory_random_walk.h"

namespace {

using namespace mimd;
using kind = sharer_format_parameters::format_kind;

std::vector<sharer_format_parameters> all_formats(unsigned nodes) {
  std::vector<sharer_format_parameters> formats;
  const auto add = [&](kind k, unsigned pointers, unsigned region, std::uint32_t pool) {
    formats.push_back({k, nodes, pointers, region, pool});
  };
  add(kind::full_map, 4, 4, 64);
  add(kind::dir_i_b, 2, 4, 64);
  add(kind::dir_i_nb, 1, 4, 64);
  add(kind::dir_i_nb, 2, 4, 64);
  add(kind::dir_i_nb, 3, 4, 64);
  add(kind::coarse_vector, 2, 4, 64);
  add(kind::coarse_vector, 0, 3, 64);
  add(kind::pointer_pool, 4, 4, 1);
  add(kind::pointer_pool, 4, 4, 9);
  return formats;
}

void walk_all(bool sparse) {
  std::uint64_t accesses = 0;
  std::uint64_t recalls = 0;
  for (const directory_form& form : all_directory_forms()) {
    for (const sharer_format_parameters& format : all_formats(16)) {
      tb::directory_random_walk_parameters p;
      p.form = form;
      p.format = format;
      p.steps = 20'000;
      if (sparse) p.sparse = {4, 2, sparse_directory_parameters::replacement_policy::lru};
      tb::directory_random_walk_result result;
      ASSERT_NO_THROW(result = tb::walk_directory(p))
          << form.name() << ", " << sharer_format_names()[static_cast<unsigned>(format.kind)];
      accesses += result.reads + result.writes;
      recalls += result.recalls;
    }
  }
  std::cout << accesses << " accesses, " << recalls << " recalls\n";
  EXPECT_GT(accesses, 50'000u);
  EXPECT_GT(recalls, 1'000u);
}

TEST(directory_random_walk, finds_every_form_and_format_coherent) {
  walk_all(false);
}

TEST(directory_random_walk, finds_every_form_and_format_coherent_with_a_sparse_directory) {
  walk_all(true);
}

// With two ways a node, 24 masters fill three quarters of all there is.
TEST(directory_random_walk, finds_every_form_of_coma_coherent_when_room_is_scarce) {
  for (const directory_form& form : all_coma_forms()) {
    for (const unsigned cache_lines : {2u, 3u, 8u}) {
      tb::directory_random_walk_parameters p;
      p.form = form;
      p.format.nodes = 16;
      p.lines = 24;
      p.cache_lines = cache_lines;
      p.steps = 200'000;
      tb::directory_random_walk_result result;
      ASSERT_NO_THROW(result = tb::walk_directory(p)) << form.name();
      std::cout << form.name() << ", " << cache_lines << " lines a node: " << result.reads + result.writes
                << " accesses, " << result.injections << " injections\n";
      EXPECT_GT(result.injections, 1'000u);
    }
  }
}

// The oldest request that was refused is served next. Without that, others overtake it more than 150 times
// here.
TEST(directory_random_walk, overtakes_no_refused_request_for_ever) {
  for (const directory_form& form : all_directory_forms()) {
    if (form.busy != directory_form::busy_line::nack) continue;
    tb::directory_random_walk_parameters p;
    p.form = form;
    p.format.nodes = 16;
    p.lines = 1;
    p.steps = 300'000;
    EXPECT_LE(tb::walk_directory(p).most_overtaken, 7u * p.format.nodes) << form.name();
  }
}

// The rows that are left need a race that chance rarely makes; that they can happen is the model checker's to
// say.
TEST(directory_random_walk, uses_nearly_every_row_of_every_form) {
  for (const directory_form& form : all_directory_forms()) {
    const directory_protocol protocol = directory_protocol_of(form);
    std::vector<std::uint64_t> agent(protocol.agent.size());
    std::vector<std::uint64_t> home(protocol.home.size());
    for (const bool sparse : {false, true}) {
      for (const sharer_format_parameters& format : all_formats(4)) {
        tb::directory_random_walk_parameters p;
        p.form = form;
        p.format = format;
        p.lines = 4;
        p.cache_lines = 2;
        p.steps = 100'000;
        if (sparse) p.sparse = {2, 2, sparse_directory_parameters::replacement_policy::random};
        const auto result = tb::walk_directory(p);
        for (std::size_t i = 0; i < agent.size(); ++i) agent[i] += result.agent_use[i];
        for (std::size_t i = 0; i < home.size(); ++i) home[i] += result.home_use[i];
      }
    }
    std::string missing;
    std::size_t count = 0;
    for (std::size_t i = 0; i < agent.size(); ++i) {
      if (agent[i] != 0) continue;
      missing += "; " + protocol.agent_states[protocol.agent[i].state].name + " on " +
                 to_string(protocol.agent[i].event);
      ++count;
    }
    for (std::size_t i = 0; i < home.size(); ++i) {
      if (home[i] != 0) continue;
      missing += "; home: " + protocol.home_states[protocol.home[i].state].name + " on " +
                 to_string(protocol.home[i].event);
      ++count;
    }
    std::cout << form.name() << ": " << agent.size() + home.size() - count << " of "
              << agent.size() + home.size() << " rows" << missing << "\n";
    EXPECT_LE(count, 6u) << form.name() << missing;
  }
}

}  // namespace
