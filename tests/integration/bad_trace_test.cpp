// Traces that are cut short, damaged, or not traces: one line that names the file (and the line where there
// are lines), whatever the format and the compression; never a crash, never a run that goes on with half a
// trace.
#include <cstdlib>

#include "infrastructure/random.h"
#include "tests/support/refused_run.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;

struct format_sample {
  const char* name;
  std::string text;
};

std::string lackey_lines(unsigned count) {
  std::string text = "==1== Lackey\n";
  for (unsigned i = 0; i < count; ++i) {
    const std::string address = std::to_string(10'000'000 + 64 * i);
    text += (i % 3 == 0 ? "I  " : i % 3 == 1 ? " L " : " S ") + address + ",4\n";
  }
  return text;
}

std::string lines_of(unsigned count, const char* operations, bool with_size) {
  std::string text;
  for (unsigned i = 0; i < count; ++i) {
    text += std::string(1, operations[i % 3]) + ' ' + std::to_string(20'000 + 32 * i) +
            (with_size ? " 4\n" : "\n");
  }
  return text;
}

std::string thread_lines(unsigned count) {
  return "mimd-thread 1 0\n" + lines_of(count, "LSM", true) + "E " + std::to_string(count) + '\n';
}

std::vector<format_sample> samples() {
  return {{"lackey", lackey_lines(600)},
          {"compact", lines_of(600, "ILS", true)},
          {"dinero", lines_of(600, "012", false)},
          {"threads", thread_lines(600)}};
}

void write(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string compressed(const test::scratch_directory& scratch, const std::string& text,
                       const std::string& tool) {
  const std::string plain = scratch.file("plain");
  const std::string packed = scratch.file("packed");
  write(plain, text);
  if (std::system((tool + " -c -q <" + plain + " >" + packed).c_str()) != 0)
    throw std::runtime_error(tool + " does not run");
  return test::text_of(packed);
}

words replay(const std::string& file) {
  return {"--quiet", "--no-progress", "--timing", "lt", "--set", "cpu.count=1", "--trace", file};
}

TEST(bad_trace, good_samples_are_replayed) {
  const test::scratch_directory scratch;
  for (const format_sample& sample : samples()) {
    for (const char* tool : {"cat", "gzip", "xz", "zstd"}) {
      write(scratch.file("t"),
            tool == std::string("cat") ? sample.text : compressed(scratch, sample.text, tool));
      const test::program_run run = test::run_mimd_uma(replay(scratch.file("t")));
      EXPECT_EQ(run.status, 0) << sample.name << ' ' << tool << ": " << run;
      EXPECT_EQ(run.errors, "");
    }
  }
}

// A plain file cut behind a line is a shorter trace, unless its format has an end line.
TEST(bad_trace, plain_text_cut_short) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("cut.trace");
  random_generator random(1);
  for (const format_sample& sample : samples()) {
    for (int i = 0; i < 6; ++i) {
      const std::size_t size = 1 + random.next() % (sample.text.size() - 2);
      if (sample.text[size - 1] == '\n' && sample.name != std::string("threads")) continue;
      write(file, sample.text.substr(0, size));
      SCOPED_TRACE(sample.name + std::string(" cut at ") + std::to_string(size));
      test::expect_refused(replay(file), {"cut.trace"});
    }
  }
}

TEST(bad_trace, compressed_data_cut_anywhere) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("cut.trace");
  random_generator random(2);
  for (const format_sample& sample : samples()) {
    for (const char* tool : {"gzip", "xz", "zstd"}) {
      const std::string whole = compressed(scratch, sample.text, tool);
      std::vector<std::size_t> cuts{1, 5, 12, whole.size() - 1, whole.size() - 4};
      for (int i = 0; i < 4; ++i) cuts.push_back(1 + random.next() % (whole.size() - 1));
      for (const std::size_t size : cuts) {
        write(file, whole.substr(0, size));
        SCOPED_TRACE(sample.name + std::string(" ") + tool + " cut at " + std::to_string(size));
        test::expect_refused(replay(file), {"cut.trace"});
      }
    }
  }
}

// A changed byte may hit what nothing checks (a time stamp); what comes out is then the whole trace.
TEST(bad_trace, compressed_data_with_changed_bytes) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("changed.trace");
  random_generator random(3);
  for (const char* tool : {"gzip", "xz", "zstd"}) {
    const std::string whole = compressed(scratch, lackey_lines(600), tool);
    for (int i = 0; i < 12; ++i) {
      std::string bytes = whole;
      for (int k = 0; k < 3; ++k)
        bytes[random.next() % bytes.size()] ^= static_cast<char>(1 + random.next() % 255);
      write(file, bytes);
      const test::program_run run = test::run_mimd_uma(replay(file));
      if (run.status == 0) continue;
      EXPECT_EQ(test::complaint_about(run, {"changed.trace"}), "") << tool << " change " << i << ": " << run;
    }
  }
}

TEST(bad_trace, random_bytes_and_other_files) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("noise.trace");
  random_generator random(4);
  const words heads{"",
                    std::string("\x1f\x8b\x08\x00", 4),
                    std::string("\xfd"
                                "7zXZ\0",
                                6),
                    std::string("\x28\xb5\x2f\xfd", 4),
                    "mimd-thread 1 0\n",
                    "mimd-threads 1\n",
                    "I 4000 4\n",
                    "0 4000\n"};
  for (const std::string& head : heads) {
    for (const std::size_t size : {3u, 200u, 70'000u}) {
      std::string bytes = head;
      for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random.next());
      write(file, bytes);
      test::expect_refused(replay(file), {"noise.trace"});
    }
  }
  write(file, "");
  test::expect_refused(replay(file), {"noise.trace", "empty"});
  write(file, std::string(3'000'000, 'I'));
  test::expect_refused(replay(file), {"noise.trace"});
  test::expect_refused(replay(scratch.file("")), {scratch.file("")});
  test::expect_refused(replay(scratch.file("none")), {scratch.file("none")});
}

struct bad_lines {
  std::string text;
  words culprits;
};

TEST(bad_trace, wrong_lines_are_named) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("t");
  const std::vector<bad_lines> all{
      {"I 4000 4\nX 4000 4\n", {"/t:2"}},
      {"I 4000 4\nL 4000\n", {"/t:2"}},
      {"I 4000 4\nL 4000 0\n", {"/t:2"}},
      {"I 4000 4\nL 4000 5000\n", {"/t:2"}},
      {"I 4000 4\nL 4000 99999999999999999999\n", {"/t:2"}},
      {"I 4000 4\nL 123456789abcdef01 4\n", {"/t:2"}},
      {"I 4000 4\nL xyz 4\n", {"/t:2"}},
      {"I  4000,4\n L 4000;4\n", {"/t:2"}},
      {"0 4000\n3 4000\n", {"/t:2"}},
      {"0 4000\n0\n", {"/t:2"}},
      {"mimd-thread 2 0\nE 0\n", {"/t", "version"}},
      {"mimd-thread 1 x\nE 0\n", {"/t"}},
      {"mimd-thread 1 0\nL 4000 4\nE 2\n", {"/t:3"}},
      {"mimd-thread 1 0\nL 4000 4\nE 1\nL 4000 4\n", {"/t:4"}},
      {"mimd-thread 1 0\nQ 4000\nE 1\n", {"/t:2"}},
      {"mimd-thread 1 0\nU 4000\nE 1\n", {"/t", "0x4000", "not held"}},
      {"mimd-thread 1 0\nC 7\nE 1\n", {"/t", "thread 7"}},
      {"mimd-thread 1 0\nJ 7\nE 1\n", {"/t", "thread 7"}},
      {"mimd-thread 1 0\nB 4000 1 0\nE 1\n", {"/t"}},
      {"mimd-threads 1\n", {"/t", "no thread"}},
      {"mimd-threads 1\nthread 0 none\n", {"none"}},
      {"mimd-threads 1\nthread 1 none\n", {"/t:2"}},
      {"mimd-threads 1\nhello\n", {"/t:2"}},
      {"mimd-threads 1\nthread 0 t\n", {"/t", "index"}},
  };
  for (const bad_lines& bad : all) {
    write(file, bad.text);
    SCOPED_TRACE(bad.text);
    test::expect_refused(replay(file), bad.culprits);
  }
}

TEST(bad_trace, more_threads_than_processors) {
  const test::scratch_directory scratch;
  write(scratch.file("a"), "0 1000\n");
  write(scratch.file("b"), "0 2000\n");
  words two = replay(scratch.file("a"));
  two.push_back(scratch.file("b"));
  test::expect_refused(two, {"2 threads", "cpu.count"});
}

// Found in the middle of the run: no statistics, no waves, no log of half a run.
TEST(bad_trace, a_damaged_end_leaves_no_outputs) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("long.trace");
  write(file, lines_of(200'000, "ILS", true) + "L oops 4\n");
  words given = replay(file);
  for (const char* word : {"--stats", "s.json", "--vcd", "w.vcd", "--transactions", "t.json"}) {
    given.push_back(word[0] == '-' ? word : scratch.file(word));
  }
  test::expect_refused(given, {"long.trace:200001"});
  EXPECT_EQ(test::files_in(scratch), 1u) << "only the trace is there";
}

}  // namespace
}  // namespace mimd
