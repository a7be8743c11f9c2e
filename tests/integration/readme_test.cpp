// What README.md and the pages of docs/ tell a user to type works.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> pages() {
  std::vector<fs::path> all{MIMD_SOURCE_DIR "/README.md"};
  for (const auto& entry : fs::directory_iterator(MIMD_SOURCE_DIR "/docs")) {
    if (entry.path().extension() == ".md") all.push_back(entry.path());
  }
  return all;
}

std::vector<std::string> lines_of(const fs::path& page) {
  std::ifstream in(page);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST(readme, every_machine_it_tells_to_start_runs) {
  const fs::path scratch = fs::path(testing::TempDir()) / ("readme_" + std::to_string(getpid()));
  fs::create_directories(scratch);
  // a program of the reader's, as scripts/record-threads leaves it
  fs::create_directories(scratch / "trace.d");
  std::ofstream(scratch / "trace.d/index") << "mimd-threads 1\nprogram yours\nthread 0 thread-0.trace\n";
  std::ofstream(scratch / "trace.d/thread-0.trace")
      << "mimd-thread 1 0\nL 7fffffffe590 8\nS 5555555ec384 4\nE 2\n";
  std::ofstream(scratch / "program.txt") << "rank-1.txt\n";
  std::ofstream(scratch / "rank-1.txt") << "0 init\n0 compute 1000\n0 finalize\n";
  std::ofstream(scratch / "schedule.goal") << "num_ranks 2\nrank 0 {\nl1: calc 100\n}\n";

  unsigned commands = 0;
  for (const fs::path& page : pages()) {
    for (const std::string& line : lines_of(page)) {
      static const std::regex command_line(R"(    mimd-(uma|numa|noc|mpp) -.*)");
      if (!std::regex_match(line, command_line)) continue;
      const std::string command =
          "cd '" + scratch.string() + "' && '" MIMD_BINARY_DIR "'/" + line.substr(4) + " >output 2>&1";
      const int status = std::system(command.c_str());
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << page << ": " << line;
      ++commands;
    }
  }
  EXPECT_GE(commands, 7u);
  for (const char* left : {"stream.json", "histogram.csv", "fft.vcd", "fft.gtkw", "fft.log", "lu.ini",
                           "program.json", "dash.json", "halo.json", "messages.log"}) {
    EXPECT_TRUE(fs::exists(scratch / left) && fs::file_size(scratch / left) > 0) << left;
  }
  fs::remove_all(scratch);
}

TEST(readme, every_file_it_names_is_there) {
  const std::regex link(R"(\]\(([^)#]+)\)|`((?:scripts|docs|models|tests|tb|platforms)/[\w./-]+)`)");
  unsigned links = 0;
  for (const fs::path& page : pages()) {
    for (const std::string& line : lines_of(page)) {
      for (std::sregex_iterator i(line.begin(), line.end(), link), end; i != end; ++i) {
        const bool quoted = (*i)[2].matched;
        const fs::path path =
            quoted ? fs::path(MIMD_SOURCE_DIR) / (*i)[2].str() : page.parent_path() / (*i)[1].str();
        EXPECT_TRUE(fs::exists(path)) << page << " names " << path;
        ++links;
      }
    }
  }
  EXPECT_GE(links, 20u);
}
