// Every format, plain and compressed, and every way in which a trace can be wrong.
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tb/traces/open_trace.h"

namespace {

using kind = mimd::tb::trace_record::kind;
using mimd::tb::trace_record;
namespace io = boost::iostreams;

class trace_reader : public testing::Test {
 protected:
  trace_reader()
      : folder_(std::filesystem::temp_directory_path() / ("mimd-reader-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~trace_reader() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  static std::vector<trace_record> read(mimd::tb::trace_stream& stream, std::size_t batch = 3) {
    std::vector<trace_record> all;
    std::vector<trace_record> some(batch);
    for (std::size_t n = stream.read(some.data(), batch); n != 0; n = stream.read(some.data(), batch)) {
      all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(n));
    }
    EXPECT_EQ(stream.read(some.data(), batch), 0u) << "the end is not the end";
    return all;
  }
  std::vector<trace_record> read(const std::string& content) {
    return read(*mimd::tb::open_stream(write("trace", content)));
  }

  // The error of reading `content`, without the folder's name; "" if there was none.
  std::string error(const std::string& content) {
    try {
      read(content);
    } catch (const std::runtime_error& e) {
      const std::string text = e.what();
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
      const std::string prefix = folder_.string() + "/";
      return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : text;
    }
    return "";
  }

  std::filesystem::path folder_;
};

std::string same_record(const trace_record& r) {
  std::ostringstream out;
  out << static_cast<int>(r.what) << ' ' << std::hex << r.address << std::dec << ' ' << r.size << ' '
      << r.sequence << ' ' << r.participants;
  return out.str();
}

void expect_records(const std::vector<trace_record>& found, const std::vector<trace_record>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(same_record(found[i]), same_record(expected[i])) << "record " << i;
}

trace_record reference(kind what, mimd::address_t address, std::uint32_t size) {
  return {address, 0, size, 0, what};
}

template <typename Filter>
std::string compressed(const std::string& text, Filter filter) {
  std::string out;
  io::filtering_ostream stream;
  stream.push(filter);
  stream.push(io::back_inserter(out));
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.reset();
  return out;
}

const char* const lackey_text =
    "==12== Lackey, an example Valgrind tool\n"
    "--12-- warning\n"
    "I  0401ab70,3\n"
    " S 1fff000708,8\n"
    " L 04222cac,512\n"
    "==12== in between\n"
    " M ffffffffffffffff,1\n"
    "==12== Exit code:       0\n";

std::string long_lackey_text() {
  std::ostringstream out;
  for (unsigned i = 0; i < 60'000; ++i) out << "I  " << std::hex << 0x400000 + 7919 * i % 65536 << ",3\n";
  return out.str();
}

TEST_F(trace_reader, reads_lackey_and_skips_valgrinds_own_lines) {
  expect_records(read(lackey_text),
                 {reference(kind::fetch, 0x401ab70, 3), reference(kind::store, 0x1fff000708, 8),
                  reference(kind::load, 0x4222cac, 512), reference(kind::modify, 0xffffffffffffffff, 1)});
}

TEST_F(trace_reader, reads_compact_lines) {
  expect_records(read("L 109102 4\nS ff 8\nI 0 1\nM ABCDEF 16\n"),
                 {reference(kind::load, 0x109102, 4), reference(kind::store, 0xff, 8),
                  reference(kind::fetch, 0, 1), reference(kind::modify, 0xabcdef, 16)});
}

TEST_F(trace_reader, reads_dinero_with_and_without_sizes) {
  expect_records(
      read("0 1000\n1 0x2000 8\n2 3000 10\nr 10 1\nw 20\ni  30 2 \nm 40\n"),
      {reference(kind::load, 0x1000, 4), reference(kind::store, 0x2000, 8),
       reference(kind::fetch, 0x3000, 16), reference(kind::load, 0x10, 1), reference(kind::store, 0x20, 4),
       reference(kind::fetch, 0x30, 2), reference(kind::load, 0x40, 4)});
}

TEST_F(trace_reader, reads_every_record_of_a_thread) {
  expect_records(read("mimd-thread 1 7\nG\nI 10 4\nL 20 8\nS 30 2\nM 40 1\nA 50 4 3\nA 50 4\nR 50 4 5\nW 50 "
                      "4\nF\nK 60 9\n"
                      "U 60\nB 70 2 4\nP 80\nV 80 0\nC 12\nJ 12\nE 17\n"),
                 {{0, 0, 0, 0, kind::start},
                  reference(kind::fetch, 0x10, 4),
                  reference(kind::load, 0x20, 8),
                  reference(kind::store, 0x30, 2),
                  reference(kind::modify, 0x40, 1),
                  {0x50, 3, 4, 0, kind::atomic_update},
                  {0x50, 0, 4, 0, kind::atomic_update},
                  {0x50, 5, 4, 0, kind::atomic_load},
                  {0x50, 0, 4, 0, kind::atomic_store},
                  {0, 0, 0, 0, kind::fence},
                  {0x60, 9, 0, 0, kind::lock},
                  {0x60, 0, 0, 0, kind::unlock},
                  {0x70, 2, 0, 4, kind::barrier},
                  {0x80, 0, 0, 0, kind::post},
                  {0x80, 0, 0, 0, kind::wait},
                  {12, 0, 0, 0, kind::create},
                  {12, 0, 0, 0, kind::join}});
  EXPECT_EQ(mimd::tb::open_stream(write("trace", "mimd-thread 1 7\nE 0\n"))->thread(), 7u);
}

TEST_F(trace_reader, decompresses_by_content_and_not_by_name) {
  const std::string text = long_lackey_text();
  const std::vector<trace_record> expected = read(text);
  ASSERT_EQ(expected.size(), 60'000u);
  expect_records(read(compressed(text, io::gzip_compressor())), expected);
  expect_records(read(compressed(text, io::lzma_compressor())), expected);
  expect_records(read(compressed(text, io::zstd_compressor())), expected);
}

TEST_F(trace_reader, joins_concatenated_compressed_files) {
  const std::string once = long_lackey_text();
  for (const std::string& part :
       {compressed(once, io::gzip_compressor()), compressed(once, io::lzma_compressor()),
        compressed(once, io::zstd_compressor())}) {
    EXPECT_EQ(read(part + part).size(), 120'000u);
  }
}

TEST_F(trace_reader, batches_of_any_size_give_the_same_records) {
  const std::string path = write("trace", long_lackey_text());
  const std::vector<trace_record> expected = read(*mimd::tb::open_stream(path), 60'000);
  for (const std::size_t batch : {1u, 7u, 1024u}) {
    expect_records(read(*mimd::tb::open_stream(path), batch), expected);
  }
}

TEST_F(trace_reader, a_compressed_trace_cut_anywhere_is_an_error) {
  const std::string text = long_lackey_text();
  for (const auto& [name, whole] :
       {std::pair<std::string, std::string>{"gzip", compressed(text, io::gzip_compressor())},
        {"xz", compressed(text, io::lzma_compressor())},
        {"zstd", compressed(text, io::zstd_compressor())}}) {
    for (const std::size_t size :
         {std::size_t{8}, std::size_t{20}, whole.size() / 2, whole.size() - 12, whole.size() - 1}) {
      EXPECT_NE(error(whole.substr(0, size)), "") << name << " cut to " << size << " of " << whole.size();
    }
    EXPECT_NE(error(whole.substr(0, whole.size() / 2)).find("truncated"), std::string::npos) << name;
  }
}

TEST_F(trace_reader, damaged_compressed_data_is_an_error) {
  const std::string text = long_lackey_text();
  for (std::string whole :
       {compressed(text, io::gzip_compressor()), compressed(text, io::lzma_compressor())}) {
    for (std::size_t i = 0; i < 64; ++i)
      whole[whole.size() / 2 + i] = static_cast<char>(whole[whole.size() / 2 + i] ^ 0x5a);
    EXPECT_NE(error(whole), "");
  }
}

TEST_F(trace_reader, names_file_line_and_reason_of_a_bad_line) {
  EXPECT_EQ(error("I  10,4\nhello\n"),
            "trace:2: not a line of valgrind --tool=lackey --trace-mem=yes: 'hello'");
  EXPECT_EQ(error("==1== x\nI  10,4\nI  10,-4\n"), "trace:3: not a size in bytes: 'I  10,-4'");
  EXPECT_EQ(error("I  10,0\n"), "trace:1: a reference of 0 bytes: 'I  10,0'");
  EXPECT_EQ(error("I  10,4097\n"), "trace:1: a reference of more than 4096 bytes: 'I  10,4097'");
  EXPECT_EQ(error("I  10\n"), "trace:1: no size after the address: 'I  10'");
  EXPECT_EQ(error("I  10,4 x\n"), "trace:1: more than an address and a size: 'I  10,4 x'");
  EXPECT_EQ(error("I  12345678901234567,4\n"),
            "trace:1: not a hexadecimal address of 1 to 16 digits: 'I  12345678901234567,4'");
  EXPECT_EQ(error("I  ffffffffffffffff,2\n"),
            "trace:1: a reference beyond the end of the address space: 'I  ffffffffffffffff,2'");
  EXPECT_EQ(error("L 10 4\nX 10 4\n"), "trace:2: not a line 'I|L|S|M HEXADDRESS SIZE': 'X 10 4'");
  EXPECT_EQ(error("0 10\n\n"),
            "trace:2: not a Dinero line 'LABEL HEXADDRESS [SIZE]' with label 0, 1, 2, r, w, i or m: ''");
  EXPECT_EQ(error("0 10\n4 10\n").substr(0, 8), "trace:2:");
  EXPECT_EQ(error("I  10,4\n\x01\xff\n"),
            "trace:2: not a line of valgrind --tool=lackey --trace-mem=yes: '\\x01\\xff'");
}

TEST_F(trace_reader, a_bad_line_far_into_the_file_keeps_its_number) {
  EXPECT_EQ(error(long_lackey_text() + "I  g,1\n").substr(0, 12), "trace:60001:");
}

TEST_F(trace_reader, what_is_no_trace_is_refused) {
  EXPECT_EQ(error(""), "trace: the trace is empty");
  EXPECT_EQ(error("==1== Lackey\n==1== Exit code: 0\n"), "trace: the trace is empty");
  EXPECT_EQ(
      error("int main() {}\n"),
      "trace:1: not a trace (lackey, Dinero, 'OP HEXADDRESS SIZE' or recorded threads): 'int main() {}'");
  EXPECT_NE(error(std::string(300'000, '\0')), "");
  EXPECT_NE(error(std::string(300'000, 'I')).find("more than 65536 characters"), std::string::npos);
  EXPECT_NE(error("I  10,4\nI  1").find("trace:2: the last line has no end"), std::string::npos);
  EXPECT_THROW(mimd::tb::open_stream((folder_ / "absent").string()), std::runtime_error);
}

TEST_F(trace_reader, a_thread_trace_must_be_whole) {
  EXPECT_EQ(error("mimd-thread 1 0\nL 10 4\n"),
            "trace:3: no end line: the trace is truncated, or its program was killed");
  EXPECT_EQ(error("mimd-thread 1 0\nL 10 4\nE 2\n"),
            "trace:3: the end line counts other records than there are before it: 'E 2'");
  EXPECT_EQ(error("mimd-thread 1 0\nE 0\nL 10 4\n"), "trace:3: more lines after the end line");
  EXPECT_EQ(error("mimd-thread 2 0\nE 0\n"),
            "trace:1: version '2' of the thread trace format is unknown; this program reads 1");
  EXPECT_EQ(error("mimd-thread 1 x\nE 0\n"), "trace:1: the header is not 'mimd-thread 1 NUMBER'");
  for (const char* bad : {"K 10",     "K 10 0",       "K x 1", "U",    "U 10 1",  "B 10 1", "B 10 0 2",
                          "B 10 1 0", "B 10 1 65536", "V 10",  "C -1", "J 65536", "F 1",    "G 1",
                          "A 10 4 x", "A 10 0",       "Z 1 1", "",     "E",       "E x"}) {
    EXPECT_EQ(error(std::string("mimd-thread 1 0\n") + bad + "\nE 1\n").substr(0, 8), "trace:2:") << bad;
  }
}

TEST_F(trace_reader, an_index_gives_one_stream_a_thread) {
  write("t0", "mimd-thread 1 0\nL 10 4\nE 1\n");
  write("t1", compressed("mimd-thread 1 1\nS 20 8\nE 1\n", io::zstd_compressor()));
  const std::string index = write("index", "mimd-threads 1\nprogram ./a.out 3\nthread 0 t0\nthread 1 t1\n");
  for (const std::string& path : {index, folder_.string()}) {
    const auto streams = mimd::tb::open_traces({path});
    ASSERT_EQ(streams.size(), 2u);
    expect_records(read(*streams[0]), {reference(kind::load, 0x10, 4)});
    expect_records(read(*streams[1]), {reference(kind::store, 0x20, 8)});
    EXPECT_EQ(streams[1]->thread(), 1u);
  }
  EXPECT_THROW(mimd::tb::open_traces({index, index}), std::runtime_error);
  for (const char* bad :
       {"mimd-threads 1\n", "mimd-threads 2\nthread 0 t0\n", "mimd-threads 1\nthread 1 t1\n",
        "mimd-threads 1\nthread 0 t1\n", "mimd-threads 1\nthread 0\n", "mimd-threads 1\nthreads\n",
        "mimd-threads 1\nthread 0 absent\n", "mimd-threads 1\nthread 0 index\n"}) {
    EXPECT_THROW(mimd::tb::open_traces({write("index", bad)}), std::runtime_error) << bad;
  }
}

TEST_F(trace_reader, one_file_a_processor) {
  const std::string a = write("a", "L 10 4\n");
  const std::string b = write("b", "0 20\n");
  const auto streams = mimd::tb::open_traces({a, b});
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[1]->name(), b);
  EXPECT_THROW(mimd::tb::open_traces({}), std::runtime_error);
}

TEST_F(trace_reader, counts_the_bytes_of_the_stored_file) {
  const std::string whole = compressed(long_lackey_text(), io::zstd_compressor());
  const auto stream = mimd::tb::open_stream(write("trace", whole));
  EXPECT_EQ(stream->bytes_total(), whole.size());
  read(*stream);
  EXPECT_EQ(stream->bytes_consumed(), whole.size());
}

TEST_F(trace_reader, reads_the_recorded_reference_traces) {
  const auto stream = mimd::tb::open_stream(MIMD_TEST_DATA "/traces/matmul.lk.xz");
  std::uint64_t fetches = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  for (const trace_record& r : read(*stream, 4096)) {
    fetches += r.what == kind::fetch;
    reads += r.what == kind::load || r.what == kind::modify;
    writes += r.what == kind::store;
  }
  EXPECT_EQ(fetches, 1558390u);
  EXPECT_EQ(reads, 439322u);
  EXPECT_EQ(writes, 2288u);
}

}  // namespace
