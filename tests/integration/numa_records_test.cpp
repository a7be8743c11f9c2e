// One transaction of three parties, request to completion, can be put together again from the transaction
// log: a record for the requester, and under it one for each message with its sender and receiver; and from
// the waves: the states of both agents and what the home serves, at the same times.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "platforms/numa/numa_machine.h"
#include "tests/support/machine_run.h"
#include "tests/support/vcd_reader.h"

namespace mimd {
namespace {

using json = nlohmann::json;

std::vector<json> records_of(const std::string& file) {
  std::istringstream lines(test::text_of(file));
  std::vector<json> all;
  for (std::string line; std::getline(lines, line);) all.push_back(json::parse(line));
  return all;
}

// "GetS cpu_2 -> node_0.directory"
std::string message_of(const json& record) {
  return record.at("type").get<std::string>() + ' ' + record.at("outcome").get<std::string>() + " -> " +
         record.at("agent").get<std::string>();
}

struct chain {
  json root;
  std::vector<json> messages;  // in order of the log
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const json& m : messages) all.push_back(message_of(m));
    return all;
  }
};

class numa_records : public testing::TestWithParam<const char*> {
 protected:
  // mimd-numa with four nodes of a processor, false sharing, and all records.
  void run(const std::string& settings) {
    const test::machine_run run =
        test::run_machine("mimd-numa",
                          "--workload false-sharing --timing " + std::string(GetParam()) + settings +
                              " --set workload.size=50 --transactions " + scratch_.file("t") + " --vcd " +
                              scratch_.file("w.vcd"),
                          {"node.count=4", "cpu.count=4", "noc.fidelity=fixed"});
    ASSERT_EQ(run.status, 0) << run.errors;
    statistics_ = run.statistics;
    std::map<std::uint64_t, chain> chains;
    std::set<std::uint64_t> ids;
    for (json& record : records_of(scratch_.file("t"))) {
      const auto parent = record.at("parent").get<std::uint64_t>();
      const auto id = record.at("id").get<std::uint64_t>();
      EXPECT_TRUE(ids.insert(id).second) << "two records are called " << id;
      if (parent == 0) {
        chains[id].root = std::move(record);
      } else {
        chains[parent].messages.push_back(std::move(record));
      }
    }
    for (auto& [id, one] : chains) chains_.push_back(std::move(one));
  }

  // Chains of reads or writes that needed an owner, and whose three parties are on nodes of their own.
  std::vector<chain> of_three_parties(const std::string& type) const {
    std::vector<chain> found;
    for (const chain& c : chains_) {
      if (c.root.is_null() || c.root.at("type") != type || c.root.at("outcome") != "three_parties") continue;
      found.push_back(c);
    }
    return found;
  }

  const test::scratch_directory scratch_;
  json statistics_;
  std::vector<chain> chains_;
};

void expect_inside(const chain& c) {
  const auto line = c.root.at("address");
  for (const json& m : c.messages) {
    EXPECT_GE(m.at("begin_ps").get<std::uint64_t>(), c.root.at("begin_ps").get<std::uint64_t>()) << m;
    EXPECT_EQ(m.at("address"), line) << m;
  }
  // The first message leaves when the request begins; the data arrive when it is complete.
  ASSERT_FALSE(c.messages.empty());
  EXPECT_EQ(c.messages.front().at("begin_ps"), c.root.at("begin_ps"));
}

TEST_P(numa_records, have_ids_of_their_own_when_the_buses_of_nodes_are_recorded_too) {
  run(" --set node.coherence=bus");
  EXPECT_GT(chains_.size(), 100u);
}

TEST_P(numa_records, of_a_read_with_three_parties_are_its_messages_between_requester_home_and_owner) {
  run(" --set coherence.protocol=mesi");
  const std::vector<chain> reads = of_three_parties("Read");
  unsigned whole = 0;
  for (const chain& c : reads) {
    expect_inside(c);
    const std::string requester = c.root.at("agent");
    ASSERT_GE(c.messages.size(), 4u);
    const std::string home = c.messages[0].at("agent");
    const std::string owner = c.messages[1].at("agent");
    EXPECT_NE(requester, owner);
    const std::vector<std::string> names = c.names();
    if (names.size() != 4) continue;  // it met an invalidation as well
    ++whole;
    EXPECT_EQ(names[0], "GetS " + requester + " -> " + home);
    EXPECT_EQ(names[1], "FwdGetS " + home + " -> " + owner);
    std::map<std::string, json> last;
    for (std::size_t i = 2; i < 4; ++i) last[names[i]] = c.messages[i];
    const std::string data = "Data " + owner + " -> " + requester;
    const std::string back = "CopyBack " + owner + " -> " + home;
    const std::string clean = "CleanAck " + owner + " -> " + home;
    ASSERT_TRUE(last.count(data)) << names[2] << ", " << names[3];
    EXPECT_TRUE(last.count(back) || last.count(clean)) << names[2] << ", " << names[3];
    // Each begins where and when the one before has arrived.
    EXPECT_LE(c.messages[0].at("end_ps"), c.messages[1].at("begin_ps"));
    EXPECT_LE(c.messages[1].at("end_ps"), last[data].at("begin_ps"));
    EXPECT_EQ(last[data].at("end_ps"), c.root.at("end_ps"));
  }
  EXPECT_GT(whole, 0u) << reads.size();
}

TEST_P(numa_records, of_a_write_with_three_parties_show_the_line_handed_over) {
  run(" --set coherence.protocol=mesi");
  unsigned whole = 0;
  for (const chain& c : of_three_parties("Write")) {
    expect_inside(c);
    const std::vector<std::string> names = c.names();
    if (names.size() != 4 || c.messages[0].at("type") != "GetM") continue;
    if (c.messages[1].at("type") != "FwdGetM") continue;
    ++whole;
    const std::string requester = c.root.at("agent");
    const std::string home = c.messages[0].at("agent");
    const std::string owner = c.messages[1].at("agent");
    const std::multiset<std::string> last{names[2], names[3]};
    EXPECT_EQ(last, (std::multiset<std::string>{"Data " + owner + " -> " + requester,
                                                "TransferAck " + owner + " -> " + home}));
  }
  EXPECT_GT(whole, 0u);
}

TEST_P(numa_records, are_one_for_every_transaction_and_every_message) {
  run("");
  std::uint64_t transactions = 0, messages = 0, replacements = 0;
  for (const chain& c : chains_) {
    transactions += !c.root.is_null() && c.root.at("type") != "Put";
    replacements += !c.root.is_null() && c.root.at("type") == "Put";
    messages += c.messages.size();
    if (c.root.is_null()) {
      EXPECT_EQ(c.messages.size(), 0u) << "a message without the transaction that it belongs to";
    }
  }
  std::uint64_t counted = 0, put = 0, sent = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const std::string agent = "cpu_" + std::to_string(i) + ".agent.";
    for (const char* kind : {"local", "two_hop", "local_owner", "three_hop"}) {
      counted += statistics_.at(agent + "transactions." + kind).get<std::uint64_t>();
    }
    put += statistics_.at(agent + "replacements").get<std::uint64_t>();
  }
  for (unsigned t = 0; t < directory_message_count; ++t) {
    const std::string type = to_string(static_cast<directory_message_type>(t));
    sent += statistics_.at("directory.messages." + type).get<std::uint64_t>();
  }
  EXPECT_EQ(transactions, counted);
  EXPECT_EQ(replacements, put);
  EXPECT_EQ(messages, sent);
}

// The same transaction in the waves.
TEST_P(numa_records, agree_with_the_waves_of_requester_home_and_owner) {
  run(" --set coherence.protocol=mesi");
  const test::vcd_contents waves = test::read_vcd(scratch_.file("w.vcd"));
  const auto changed = [&](const std::string& signal, const std::string& value, std::uint64_t from,
                           std::uint64_t to) {
    for (const test::vcd_change& c : waves.changes_of(signal)) {
      if (c.value == value && c.time >= from && c.time <= to) return true;
    }
    return false;
  };
  unsigned seen = 0;
  for (const chain& c : of_three_parties("Read")) {
    if (c.messages.size() != 4) continue;
    const auto begin = c.root.at("begin_ps").get<std::uint64_t>();
    const auto end = c.root.at("end_ps").get<std::uint64_t>();
    const std::string requester = c.root.at("agent");
    const std::string home = c.messages[0].at("agent");
    EXPECT_TRUE(changed("numa." + requester + ".agent.state", "IS_D", begin, begin)) << c.root;
    EXPECT_TRUE(changed("numa." + requester + ".agent.state", "S", end, end)) << c.root;
    const auto arrives = c.messages[0].at("end_ps").get<std::uint64_t>();
    EXPECT_TRUE(changed("numa." + home + ".message", "GetS", arrives, end)) << c.root;
    if (++seen == 5) break;
  }
  EXPECT_GT(seen, 0u);
}

INSTANTIATE_TEST_SUITE_P(timing, numa_records, testing::Values("lt", "at"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace mimd
