// The bytes of a disk or tape.
#include "io/storage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <vector>

namespace mimd {
namespace {

TEST(storage, host_range_files_and_limits) {
  storage s(512, 10);
  const auto data = [] {
    std::vector<unsigned char> bytes(1000);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(1 + i * 7 + i / 256);
    return bytes;
  }();
  s.write(700, data.data(), data.size());
  std::vector<unsigned char> all(s.size());
  s.read(0, all.data(), all.size());
  EXPECT_EQ(std::count(all.begin(), all.begin() + 700, 0), 700);
  EXPECT_TRUE(std::equal(data.begin(), data.end(), all.begin() + 700));

  const std::string file = testing::TempDir() + "mimd_storage_test.img";
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data.data()), 1000);
  EXPECT_EQ(s.load_image(file, 8), 1000U);
  s.read(8 * 512, all.data(), 1000);
  EXPECT_TRUE(std::equal(data.begin(), data.end(), all.begin()));
  EXPECT_THROW(s.load_image(file, 9), std::runtime_error);
  std::remove(file.c_str());
  EXPECT_THROW(s.load_image(file), std::runtime_error);
  EXPECT_THROW(s.read(5119, all.data(), 2), std::out_of_range);
  EXPECT_THROW(s.write(~std::uint64_t{0}, all.data(), 2), std::out_of_range);
  EXPECT_THROW(s.mark_bad(10), std::out_of_range);
}

}  // namespace
}  // namespace mimd
