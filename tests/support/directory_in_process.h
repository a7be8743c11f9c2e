// The random tester on a machine with directories, in a process of its own.
#ifndef MIMD_TESTS_SUPPORT_DIRECTORY_IN_PROCESS_H
#define MIMD_TESTS_SUPPORT_DIRECTORY_IN_PROCESS_H

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "platforms/directory/directory_machine.h"
#include "tests/support/in_child.h"
#include "tests/support/jitter_transport.h"
#include "tests/support/machine_in_process.h"

namespace mimd::test {

inline settings joined(std::initializer_list<settings> parts) {
  settings all;
  for (const settings& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// Without a time to try again where the form refuses no request: the machine would say that it has no effect.
inline settings for_its_form(settings values) {
  const auto is = [](const char* name) {
    return [name](const auto& setting) { return setting.first == name; };
  };
  const auto value_of = [&](const char* name) {
    const auto found = std::find_if(values.rbegin(), values.rend(), is(name));
    return found != values.rend() ? found->second : std::string();
  };
  const std::string protocol = value_of("coherence.protocol");
  const bool has_clean_owners = protocol == "mesi" || protocol == "moesi";
  if (value_of("directory.busy") == "nack") return values;
  if (has_clean_owners && value_of("directory.clean_eviction") != "notified") return values;
  values.erase(std::remove_if(values.begin(), values.end(), is("directory.retry_time")), values.end());
  return values;
}

inline std::string in_words(const settings& values) {
  std::string words;
  for (const auto& [name, value] : values) words += " --set " + name + "=" + value;
  return words;
}

struct random_run {
  std::string trouble;  // "" if the result is right and nothing was incoherent
  std::uint64_t accesses = 0;
  std::vector<std::uint64_t> agent_rows;  // uses, as in the form's directory_protocol
  std::vector<std::uint64_t> home_rows;
};

// The random tester with the coherence checker. Later settings override earlier ones. jitter: messages travel
// by jitter_transport.h, whatever the settings say of the network. In_process: a machine_in_process.
template <class In_process>
random_run run_random_tester_in(const settings& values, timing_mode timing, std::uint64_t seed, bool jitter) {
  const nlohmann::json found = in_child(
      [&]() -> nlohmann::json {
        In_process here(for_its_form(values), timing, seed, true);
        jitter_transport unordered(seed);
        if (jitter) here.machine().fabric().set_transport(unordered);
        here.machine().load_workload("random-test");
        const tb::verdict verdict = here.run();
        std::string trouble = verdict.correct ? "" : verdict.text;
        const coherence_checker& checker = *here.machine().checker();
        if (checker.violation_count() != 0) trouble += "; " + checker.violations().front();
        return {{"trouble", trouble},
                {"accesses", checker.accesses_checked()},
                {"agent", here.machine().fabric().agent_rows_used()},
                {"home", here.machine().fabric().home_rows_used()}};
      },
      300);
  random_run run;
  if (found.contains("error")) {
    run.trouble = found.at("error").get<std::string>();
    return run;
  }
  run.trouble = found.at("trouble").get<std::string>();
  run.accesses = found.at("accesses").get<std::uint64_t>();
  run.agent_rows = found.at("agent").get<std::vector<std::uint64_t>>();
  run.home_rows = found.at("home").get<std::vector<std::uint64_t>>();
  return run;
}

}  // namespace mimd::test

#endif
