#include "infrastructure/statistics.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "infrastructure/atomic_file.h"
#include "infrastructure/statistics_report.h"

namespace {

using namespace mimd;
namespace fs = std::filesystem;

std::uint64_t nearest_rank(std::vector<std::uint64_t> values, double p) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(p / 100 * static_cast<double>(values.size())));
  return values[rank == 0 ? 0 : rank - 1];
}

TEST(histogram, is_exact_when_values_are_small) {
  histogram h;
  std::vector<std::uint64_t> values;
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    values.push_back(random() % 128);
    h.add(values.back());
  }
  for (const double p : {0.0, 1.0, 25.0, 50.0, 90.0, 99.0, 100.0})
    EXPECT_EQ(h.percentile(p), nearest_rank(values, p));
}

TEST(histogram, percentiles_are_within_one_percent_over_64_bits) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 50; ++round) {
    histogram h;
    std::vector<std::uint64_t> values;
    wide_sum sum = 0;
    for (int i = 0; i < 500; ++i) {
      values.push_back(random() >> (random() % 64));
      h.add(values.back());
      sum += values.back();
    }
    for (const double p : {0.1, 10.0, 50.0, 75.0, 99.0, 99.9, 100.0}) {
      const auto exact = static_cast<double>(nearest_rank(values, p));
      EXPECT_NEAR(static_cast<double>(h.percentile(p)), exact, exact * 0.01) << p;
    }
    EXPECT_EQ(h.count(), 500u);
    EXPECT_TRUE(h.sum() == sum);
    EXPECT_EQ(h.min(), *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(h.max(), *std::max_element(values.begin(), values.end()));
    EXPECT_DOUBLE_EQ(h.mean(), static_cast<double>(sum) / 500);
  }
}

TEST(histogram, holds_the_extremes_and_can_be_cleared) {
  histogram h;
  EXPECT_EQ(h.percentile(50), 0u);
  EXPECT_EQ(h.mean(), 0.0);
  h.add(0);
  h.add(~std::uint64_t{0});
  h.add(~std::uint64_t{0});
  EXPECT_EQ(h.percentile(1), 0u);
  EXPECT_EQ(h.percentile(100), ~std::uint64_t{0});
  EXPECT_NEAR(h.mean(), 2.0 / 3.0 * 18446744073709551615.0, 1e6);
  h.clear();
  h.add(5);
  EXPECT_EQ(h.count(), 1u);
  EXPECT_EQ(h.min(), 5u);
  EXPECT_EQ(h.max(), 5u);
  EXPECT_EQ(h.percentile(50), 5u);
}

TEST(histogram, counts_small_values_exactly) {
  histogram h;
  for (const std::uint64_t v : {0, 3, 3, 16, 17, 32, 33, 64, 65, 127, 1000}) h.add(v);
  EXPECT_EQ(h.counted(0, 127), 10u);
  EXPECT_EQ(h.counted(17, 32), 2u);
  statistics s;
  s.add_counts("h", h, "values");
  for (const auto& [name, count] : std::vector<std::pair<std::string, std::uint64_t>>{
           {"0", 1}, {"1", 0}, {"3", 2}, {"16", 1}, {"17_32", 2}, {"33_64", 2}, {"65_up", 3}}) {
    EXPECT_EQ(s.count("h." + name), count) << name;
  }
}

TEST(time_average, weighs_values_by_their_time) {
  time_average a;
  a.set(10, 4);
  a.set(20, 1);
  EXPECT_DOUBLE_EQ(a.mean(40), (0 * 10 + 4 * 10 + 1 * 20) / 40.0);
  EXPECT_EQ(a.max(), 4u);
  a.restart(40);
  EXPECT_EQ(a.mean(40), 1.0);
  EXPECT_EQ(a.max(), 1u);
  a.set(50, 3);
  EXPECT_DOUBLE_EQ(a.mean(60), 2.0);
  time_average large(0, ~std::uint64_t{0});
  EXPECT_DOUBLE_EQ(large.mean(never - 1), 18446744073709551615.0);
}

TEST(statistics, order_is_natural) {
  std::vector<std::string> names{"cpu_10.a", "cpu_2.a",  "cpu_2",        "cpu_02.a",
                                 "bus",      "cpu_2.a1", "cpu_1.l1.hits"};
  std::sort(names.begin(), names.end(), natural_less);
  EXPECT_EQ(names, (std::vector<std::string>{"bus", "cpu_1.l1.hits", "cpu_2", "cpu_2.a", "cpu_02.a",
                                             "cpu_2.a1", "cpu_10.a"}));
  for (const auto& a : names) {
    EXPECT_FALSE(natural_less(a, a));
    for (const auto& b : names) EXPECT_EQ(natural_less(a, b) || natural_less(b, a), a != b);
  }
}

TEST(statistics, names_are_checked) {
  statistics s;
  const std::uint64_t x = 0;
  s.add("a.b", x, "");
  EXPECT_THROW(s.add("a.b", x, ""), std::invalid_argument);
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "a b", "a\"b", "a\n"}) {
    EXPECT_THROW(s.add(bad, x, ""), std::invalid_argument) << bad;
  }
  EXPECT_THROW(s.value("a.c"), std::invalid_argument);
}

struct example {
  std::uint64_t hits = ~std::uint64_t{0};
  std::uint64_t late = 3;
  histogram waits;
  histogram empty;
  statistics s;
  parameter_set parameters;
  std::string title = "a,\"b\"";
  example() {
    for (std::uint64_t i = 1; i <= 100; ++i) waits.add(i);
    parameters.add("run.title", title, any, "title");
    s.add("cpu_10.hits", hits, "hits");
    s.add("cpu_2.hits", late, "hits");
    s.add(
        "time_ps", [] { return std::uint64_t{1234}; }, "time");
    s.add_real(
        "bus.utilisation", [] { return 0.1; }, "share");
    s.add_real(
        "bus.whole", [] { return 2.0; }, "whole");
    s.add_real(
        "bus.nothing", [] { return std::nan(""); }, "absent");
    s.add("bus.wait", waits, "ps", "waiting time");
    s.add("bus.none", empty, "", "nothing");
  }
  statistics_report report() const {
    return {{"0.1.0", "mimd-test", 7, "at"}, parameters, s, {1.5, 10, 4096}};
  }
};

TEST(statistics, json_keeps_integers_and_leaves_out_what_does_not_exist) {
  example x;
  std::ostringstream out;
  x.report().write_json(out);
  const auto j = nlohmann::ordered_json::parse(out.str());
  const auto& s = j["statistics"];
  EXPECT_EQ(s["cpu_10.hits"].get<std::uint64_t>(), ~std::uint64_t{0});
  EXPECT_TRUE(s["cpu_10.hits"].is_number_unsigned());
  EXPECT_TRUE(s["bus.whole"].is_number_float());
  EXPECT_EQ(s["bus.utilisation"].get<double>(), 0.1);
  EXPECT_NE(out.str().find("\"bus.utilisation\": 0.1,"), std::string::npos);
  EXPECT_EQ(s["bus.wait.count"], 100);
  EXPECT_EQ(s["bus.wait.mean_ps"], 50.5);
  EXPECT_EQ(s["bus.wait.p50"], 50);
  EXPECT_EQ(s["bus.wait.p99"], 99);
  EXPECT_EQ(s["bus.wait.max"], 100);
  EXPECT_EQ(s["bus.none.count"], 0);
  EXPECT_FALSE(s.contains("bus.none.mean") || s.contains("bus.none.p50") || s.contains("bus.nothing"));
  EXPECT_EQ(j["mimd"]["seed"], 7);
  EXPECT_EQ(j["parameters"]["run.title"], x.title);
  EXPECT_EQ(j["host"]["peak_rss_bytes"], 4096);
  std::vector<std::string> order;
  for (const auto& item : s.items()) order.push_back(item.key());
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end(), natural_less));
}

TEST(statistics, csv_and_text_hold_the_same_numbers) {
  example x;
  std::ostringstream csv, text;
  x.report().write_csv(csv);
  x.report().write_text(text);
  EXPECT_NE(csv.str().find("\nparameters,run.title,\"a,\"\"b\"\"\"\n"), std::string::npos);
  EXPECT_NE(csv.str().find("\nstatistics,cpu_2.hits,3\nstatistics,cpu_10.hits,18446744073709551615\n"),
            std::string::npos);
  EXPECT_NE(text.str().find("  bus.wait.mean_ps  50.5\n"), std::string::npos);
}

TEST(statistics, values_are_read_when_asked) {
  example x;
  EXPECT_EQ(x.s.count("cpu_2.hits"), 3u);
  x.late = 4;
  EXPECT_EQ(x.s.count("cpu_2.hits"), 4u);
  EXPECT_THROW(x.s.count("bus.utilisation"), std::invalid_argument);
  EXPECT_THROW(x.s.value("bus.nothing"), std::invalid_argument);
}

TEST(statistics, lists_are_complete) {
  example x;
  std::ostringstream json, table;
  x.s.list_json(json);
  x.s.list(table);
  EXPECT_EQ(nlohmann::json::parse(json.str()).size(), x.s.size());
  EXPECT_NE(table.str().find("bus.nothing"), std::string::npos);
}

class scratch {
 public:
  scratch() : path(fs::temp_directory_path() / ("mimd_statistics_test_" + std::to_string(getpid()))) {
    fs::create_directory(path);
  }
  ~scratch() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
  const fs::path path;
};

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(atomic_file, appears_whole_or_not_at_all) {
  const scratch folder;
  {
    atomic_file file(folder / "x");
    file.stream() << "half";
    EXPECT_FALSE(fs::exists(folder / "x"));
  }
  EXPECT_EQ(folder.files(), 0u);
  {
    atomic_file file(folder / "x");
    file.stream() << "whole";
    file.commit();
  }
  EXPECT_EQ(content(folder / "x"), "whole");
  EXPECT_EQ(folder.files(), 1u);
}

TEST(atomic_file, follows_links_and_keeps_permissions) {
  const scratch folder;
  std::ofstream(folder / "real") << "old";
  chmod((folder / "real").c_str(), 0640);
  fs::create_symlink("real", folder / "link");
  fs::create_symlink("later", folder / "dangling");
  for (const char* name : {"link", "dangling"}) {
    atomic_file file(folder / name);
    file.stream() << "new";
    file.commit();
    EXPECT_TRUE(fs::is_symlink(folder / name));
  }
  EXPECT_EQ(content(folder / "real"), "new");
  EXPECT_EQ(content(folder / "later"), "new");
  EXPECT_EQ(static_cast<unsigned>(fs::status(folder / "real").permissions()), 0640u);
}

TEST(atomic_file, says_what_is_wrong) {
  const scratch folder;
  fs::create_symlink("loop", folder / "loop");
  for (const std::string& bad :
       {folder.path.string(), folder / "no/such/folder", folder / "loop", std::string(), folder / "a/"}) {
    EXPECT_THROW(require_writable(bad), file_error) << bad;
    EXPECT_THROW(atomic_file{bad}, file_error) << bad;
  }
  atomic_file full("/dev/full");
  full.stream() << "x";
  EXPECT_THROW(full.commit(), file_error);
  atomic_file null("/dev/null");
  null.stream() << "x";
  null.commit();
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(statistics, are_written_by_extension_and_repeat_byte_for_byte) {
  const scratch folder;
  example x;
  for (const char* name : {"a.json", "a.csv", "a.txt"}) {
    x.report().write_file(folder / name);
    const std::string first = content(folder / name);
    EXPECT_FALSE(first.empty());
    x.report().write_file(folder / name);
    EXPECT_EQ(content(folder / name), first);
  }
  for (const char* name : {"a.xml", "a", "json", "d.json/a"}) {
    EXPECT_THROW(x.report().write_file(folder / name), file_error) << name;
  }
}

}  // namespace
