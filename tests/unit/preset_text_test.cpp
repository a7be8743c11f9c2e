// Presets as their files say them.
#include "platforms/support/preset_text.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "platforms/noc/noc_parameters.h"
#include "platforms/noc/noc_summary.h"
#include "platforms/numa/numa_summary.h"

namespace mimd {
namespace {

TEST(preset_text, begins_with_what_it_is_and_its_source) {
  const std::string text = "# A machine\n# Source: A paper\n#\n# more\n[cpu]\ncount = 2\n";
  const preset p = preset_of("name", text);
  EXPECT_EQ(p.name, "name");
  EXPECT_EQ(p.meaning, "A machine");
  EXPECT_EQ(p.source, "A paper");
  EXPECT_EQ(p.ini, text);
}

TEST(preset_text, must_say_so) {
  EXPECT_THROW(preset_of("name", "[cpu]\n"), std::logic_error);
  EXPECT_THROW(preset_of("name", "# A machine\n[cpu]\n"), std::logic_error);
}

TEST(preset_text, of_every_machine_sets_parameters_it_has) {
  const auto presets = numa_presets();
  EXPECT_GE(presets.size(), 4u);
  for (const preset& p : presets) {
    SCOPED_TRACE(p.name);
    parameter_set set;
    numa_parameters parameters;
    parameters.declare(set);
    EXPECT_NO_THROW(set.load_ini_text(p.ini, p.name));
    EXPECT_NO_THROW(parameters.resolve(set, timing_mode::approximate, 1));
    EXPECT_FALSE(p.source.empty());
  }
  for (const preset& p : noc_presets()) {
    SCOPED_TRACE(p.name);
    parameter_set set;
    noc_parameters parameters;
    parameters.declare(set);
    EXPECT_NO_THROW(set.load_ini_text(p.ini, p.name));
    EXPECT_NO_THROW(parameters.resolve(set, 1));
    EXPECT_TRUE(parameters.energy.given());
  }
}

}  // namespace
}  // namespace mimd
