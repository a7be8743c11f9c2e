// Programs are compiled, recorded, read back and replayed: what they do is known, so are their traces.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/replay_machine.h"
#include "tb/traces/open_trace.h"
#include "tb/traces/replay.h"

namespace {

using kind = mimd::tb::trace_record::kind;
using mimd::tb::trace_record;
using thread_records = std::vector<trace_record>;

class recorder : public testing::Test {
 protected:
  recorder()
      : folder_(std::filesystem::temp_directory_path() / ("mimd-recorder-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~recorder() override { std::filesystem::remove_all(folder_); }

  std::string trace() const { return (folder_ / "trace").string(); }

  // Runs a script of the project; what the program printed, and its exit status.
  std::pair<std::string, int> run(const std::string& script, const std::string& words) {
    const std::string command =
        "cd " + folder_.string() + " && " MIMD_SOURCE_DIR "/scripts/" + script + " " + words;
    FILE* const pipe = ::popen(command.c_str(), "r");
    std::string text;
    char part[256];
    while (std::fgets(part, sizeof part, pipe) != nullptr) text += part;
    const int status = ::pclose(pipe);
    return {text, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
  }
  std::pair<std::string, int> record(const std::string& words) {
    return run("record-threads",
               "-o " + trace() + " " MIMD_SOURCE_DIR "/tests/integration/recorded/" + words);
  }

  std::vector<thread_records> read() const {
    std::vector<thread_records> threads;
    for (const auto& stream : mimd::tb::open_traces({trace()})) {
      threads.emplace_back();
      std::vector<trace_record> some(100);
      for (std::size_t n = stream->read(some.data(), 100); n != 0; n = stream->read(some.data(), 100)) {
        threads.back().insert(threads.back().end(), some.begin(),
                              some.begin() + static_cast<std::ptrdiff_t>(n));
      }
    }
    return threads;
  }

  // Replays the trace; the threads that wait for ever.
  std::vector<std::string> replay(mimd::tb::lock_order order) const {
    auto streams = mimd::tb::open_traces({trace()});
    std::vector<mimd::time_ps> times;
    for (std::size_t i = 0; i < streams.size(); ++i) times.push_back(1 + 7 * i % 5);
    mimd::test::replay_machine machine(times);
    mimd::tb::trace_replay r(std::move(streams), {order, 0}, machine);
    const bool ended = machine.run(r);
    EXPECT_EQ(ended, r.waiting().empty());
    return r.waiting();
  }
  void expect_replays() const {
    EXPECT_EQ(replay(mimd::tb::lock_order::recorded), std::vector<std::string>());
    EXPECT_EQ(replay(mimd::tb::lock_order::free), std::vector<std::string>());
  }

  std::filesystem::path folder_;
};

std::size_t count(const thread_records& records, kind what) {
  std::size_t n = 0;
  for (const trace_record& r : records) n += r.what == what;
  return n;
}
std::size_t count(const std::vector<thread_records>& threads, kind what) {
  std::size_t n = 0;
  for (const thread_records& records : threads) n += count(records, what);
  return n;
}

// The acquisitions of every lock are 1, 2, 3, ... over all threads, each thread's own in rising order.
void expect_whole_lock_orders(const std::vector<thread_records>& threads) {
  std::map<mimd::address_t, std::set<std::uint64_t>> acquisitions;
  for (const thread_records& records : threads) {
    std::map<mimd::address_t, std::uint64_t> last;
    for (const trace_record& r : records) {
      if (r.what != kind::lock) continue;
      EXPECT_TRUE(acquisitions[r.address].insert(r.sequence).second) << "twice";
      EXPECT_GT(r.sequence, last[r.address]);
      last[r.address] = r.sequence;
    }
  }
  for (const auto& [lock, numbers] : acquisitions) EXPECT_EQ(numbers.size(), *numbers.rbegin());
}

TEST_F(recorder, records_a_pthread_program_exactly) {
  const auto [text, status] = record("pthreads.c -- hello");
  EXPECT_EQ(text, "40 40 hello\n");
  EXPECT_EQ(status, 3) << "the program's status";
  const std::vector<thread_records> threads = read();
  ASSERT_EQ(threads.size(), 5u);
  EXPECT_EQ(count(threads[0], kind::create), 4u);
  EXPECT_EQ(count(threads[0], kind::join), 4u);
  for (std::size_t t = 1; t < 5; ++t) {
    const thread_records& r = threads[t];
    EXPECT_EQ(r.front().what, kind::start);
    EXPECT_EQ(count(r, kind::lock), 10u);
    EXPECT_EQ(count(r, kind::unlock), 10u);
    EXPECT_EQ(count(r, kind::barrier), 2u);
    EXPECT_EQ(count(r, kind::atomic_update), 10u);
    EXPECT_EQ(count(r, kind::store), 256u + 10) << "the array, and the counter in the mutex";
    EXPECT_EQ(count(r, kind::load), 10u);
    // A spin loop leaves what it saw first and what ended it.
    EXPECT_LE(count(r, kind::atomic_load), 2u);
    std::uint64_t uses = 0;
    for (const trace_record& b : r) {
      if (b.what == kind::atomic_update) {
        EXPECT_EQ(b.sequence, 0u) << "relaxed: free in order";
      }
      if (b.what != kind::barrier) continue;
      EXPECT_EQ(b.sequence, ++uses);
      EXPECT_EQ(b.participants, 4u);
    }
  }
  EXPECT_EQ(count(threads, kind::atomic_store), 1u);
  expect_whole_lock_orders(threads);
  expect_replays();
}

TEST_F(recorder, records_an_openmp_program) {
  const auto [text, status] = record("openmp.c -fopenmp");
  EXPECT_EQ(text, "179700 3 15 5 1198\n");
  EXPECT_EQ(status, 0);
  const std::vector<thread_records> threads = read();
  ASSERT_EQ(threads.size(), 3u);
  std::multiset<std::size_t> barriers;
  for (const thread_records& r : threads) barriers.insert(count(r, kind::barrier));
  EXPECT_EQ(barriers, (std::multiset<std::size_t>{7, 8, 8}));
  EXPECT_EQ(count(threads, kind::lock), 6u) << "critical and lock, by each of three";
  EXPECT_EQ(count(threads, kind::unlock), 6u);
  EXPECT_EQ(count(threads, kind::post), 2u + 6) << "two regions, six ordered turns";
  EXPECT_EQ(count(threads, kind::wait), 2u + 1 + 6) << "the others of the teams, six ordered turns";
  expect_whole_lock_orders(threads);
  expect_replays();
}

TEST_F(recorder, records_conditions_semaphores_and_own_locks) {
  const auto [text, status] = record("conditions.cpp");
  EXPECT_EQ(text, "4950 200\n");
  EXPECT_EQ(status, 0);
  const std::vector<thread_records> threads = read();
  ASSERT_EQ(threads.size(), 5u);
  EXPECT_EQ(count(threads, kind::create), 4u);
  EXPECT_EQ(count(threads, kind::join), 3u);
  EXPECT_EQ(threads[3].size(), 1u) << "starts, and ends by pthread_exit";
  EXPECT_EQ(count(threads, kind::atomic_store), 200u);
  std::size_t copied = 0;
  for (const trace_record& r : threads[1]) copied += r.what == kind::store && r.size == 64;
  EXPECT_EQ(copied, 100u * 3) << "lines written by memcpy";
  expect_whole_lock_orders(threads);
  EXPECT_EQ(replay(mimd::tb::lock_order::recorded), std::vector<std::string>());
}

TEST_F(recorder, refuses_what_it_cannot_do_with_status_2) {
  EXPECT_EQ(run("record-threads", "2>&1").second, 2);
  EXPECT_EQ(run("record-threads", "-o x -- 2>&1").second, 2);
  EXPECT_EQ(run("record-threads", "-o x absent.c 2>&1").second, 2);
  EXPECT_EQ(run("record-threads", "-o x -lm 2>&1").second, 2);
  EXPECT_EQ(run("record-program", "2>&1").second, 2);
  EXPECT_EQ(run("record-program", "-o x.zst ./absent 2>&1").second, 2);
}

TEST_F(recorder, records_a_program_with_valgrind) {
  if (std::system("command -v valgrind >/dev/null") != 0) GTEST_SKIP() << "valgrind is not installed";
  const auto [text, status] = run("record-program", "-o echo.trace sh -c 'echo hello; exit 5'");
  EXPECT_EQ(text, "hello\n");
  EXPECT_EQ(status, 5);
  const auto stream = mimd::tb::open_stream((folder_ / "echo.trace").string());
  std::vector<trace_record> some(4096);
  std::map<kind, std::size_t> found;
  for (std::size_t n = stream->read(some.data(), 4096); n != 0; n = stream->read(some.data(), 4096)) {
    for (std::size_t i = 0; i < n; ++i) ++found[some[i].what];
  }
  EXPECT_GT(found[kind::fetch], 50'000u);
  EXPECT_GT(found[kind::load], 10'000u);
  EXPECT_GT(found[kind::store], 5'000u);
  EXPECT_GT(found[kind::modify], 100u);
}

TEST_F(recorder, records_every_thread_under_qemu) {
  if (std::system("command -v qemu-$(uname -m) >/dev/null") != 0)
    GTEST_SKIP() << "qemu-user is not installed";
  ASSERT_EQ(std::system(("gcc -O2 -pthread " MIMD_SOURCE_DIR "/tests/integration/recorded/pthreads.c -o " +
                         (folder_ / "program").string())
                            .c_str()),
            0);
  const auto [text, status] = run("record-qemu", "-o " + trace() + " ./program hello");
  EXPECT_EQ(text, "40 40 hello\n");
  EXPECT_EQ(status, 3);
  const std::vector<thread_records> threads = read();
  ASSERT_EQ(threads.size(), 5u);
  for (const thread_records& r : threads) {
    EXPECT_EQ(r.front().what, kind::fetch);
    EXPECT_GT(count(r, kind::fetch), count(r, kind::load));
    EXPECT_GT(count(r, kind::store), 100u);
  }
}

}  // namespace
