// --dump-config: what it writes, read back, is the identical machine, run and result.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

namespace fs = std::filesystem;

class dump_config : public testing::Test {
 protected:
  dump_config() : folder_(fs::path(testing::TempDir()) / ("dump_config_" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~dump_config() override { fs::remove_all(folder_); }

  // Runs mimd-uma in the test's folder; its exit status.
  int uma(const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() +
                                "' && '" MIMD_BINARY_DIR "/mimd-uma' --no-progress " + arguments +
                                " >output 2>errors";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  nlohmann::json statistics(const std::string& name) const {
    nlohmann::json all = nlohmann::json::parse(read(name));
    all.erase("host");
    return all;
  }

 private:
  fs::path folder_;
};

// Not one of them a default; strings, choices, units and fractions among them.
const char* const unusual =
    "--workload stencil --timing lt --seed 77 --set workload.size=32 --set workload.iterations=3 "
    "--set cpu.count=3 --set cpu.clock=1.25GHz --set cpu.consistency=tso --set cpu.store_buffer=3 "
    "--set coherence.protocol=dragon --set l1.size=3KiB --set l1.ways=3 --set l1.line=32 --set "
    "l1.replacement=random "
    "--set l2.size=24KiB --set l2.ways=6 --set l2.inclusive=false --set bus.clock=66.6MHz --set "
    "bus.split=true "
    "--set bus.arbitration=fcfs --set memory.access_time=73.5ns --set memory.bandwidth=1.5GB/s --set "
    "memory.banks=3 "
    "--set memory.size=1MiB";

}  // namespace

TEST_F(dump_config, round_trips_byte_for_byte) {
  ASSERT_EQ(uma(std::string(unusual) + " --dump-config first.ini"), 0) << read("errors");
  ASSERT_EQ(uma("--config first.ini --dump-config second.ini"), 0) << read("errors");
  EXPECT_EQ(read("first.ini"), read("second.ini"));
  ASSERT_EQ(uma("--dump-config plain.ini"), 0);
  EXPECT_NE(read("first.ini"), read("plain.ini"));
  ASSERT_EQ(uma("--config first.ini --dump-config -"), 0);
  EXPECT_EQ(read("output"), read("first.ini")) << "standard output holds nothing else";
}

TEST_F(dump_config, gives_the_identical_run) {
  ASSERT_EQ(uma(std::string(unusual) + " --dump-config it.ini"), 0) << read("errors");
  ASSERT_EQ(uma(std::string(unusual) + " --stats a.json --vcd a.vcd"), 0) << read("errors");
  ASSERT_EQ(uma("--config it.ini --stats b.json --vcd b.vcd"), 0) << read("errors");
  EXPECT_EQ(statistics("a.json"), statistics("b.json"));
  EXPECT_EQ(read("a.vcd"), read("b.vcd"));
  ASSERT_EQ(uma("--config it.ini --set l1.size=1536B --stats c.json"), 0) << read("errors");
  EXPECT_NE(statistics("a.json")["statistics"], statistics("c.json")["statistics"])
      << "--set comes after --config";
}

TEST_F(dump_config, keeps_a_recorded_program_and_its_options) {
  ASSERT_EQ(uma(std::string("--trace '" MIMD_TEST_DATA
                            "/traces/matmul.lk.xz' --set cpu.count=1 --set trace.locks=free "
                            "--check-coherence --dump-config it.ini")),
            0)
      << read("errors");
  ASSERT_EQ(uma("--config it.ini --dump-config again.ini"), 0) << read("errors");
  EXPECT_EQ(read("it.ini"), read("again.ini"));
  EXPECT_NE(read("it.ini").find("matmul.lk.xz"), std::string::npos);
}

TEST_F(dump_config, is_whole_or_not_at_all) {
  EXPECT_EQ(uma("--workload stencil --set cpu.cuont=3 --dump-config it.ini"), 2);
  EXPECT_EQ(read("it.ini"), "");
  EXPECT_NE(read("errors").find("cpu.count"), std::string::npos) << "suggests the nearest name";
}
