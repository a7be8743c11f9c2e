#include "platforms/support/machine_main.h"

#include <cstdlib>
#include <iostream>
#include <systemc>

#include "platforms/support/interruption.h"

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  return sc_core::sc_elab_and_sim(argc, argv);
}

namespace mimd {

namespace {

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

// Standard output is for results: what SystemC would print there goes to standard error.
void report_to_stderr(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
  if ((actions & sc_core::SC_DISPLAY) != 0) {
    std::cerr << one_line(std::string(report.get_msg_type()) + ": " + report.get_msg()) << '\n';
  }
  sc_core::sc_report_handler::default_handler(report, actions & ~static_cast<unsigned>(sc_core::SC_DISPLAY));
}

int body_status(const std::string& name, const std::function<int()>& body) {
  const auto say = [&](const std::string& text) { std::cerr << name << ": " << one_line(text) << '\n'; };
  try {
    return body();
  } catch (const sc_core::sc_report& report) {
    // The kernel wraps an exception that left a process; its text is ours.
    const bool wrapped = std::string(report.get_msg_type()) == sc_core::SC_ID_SIMULATION_UNCAUGHT_EXCEPTION_;
    say(wrapped ? report.get_msg() : std::string(report.get_msg_type()) + ": " + report.get_msg());
    return wrapped ? exit_status::usage : exit_status::stopped;
  } catch (const std::bad_alloc&) {
    say("not enough memory");
  } catch (const std::exception& e) {
    say(e.what());
  }
  return exit_status::usage;
}

}  // namespace

int run_guarded(const std::string& name, const std::function<int()>& body) {
  interruption::catch_signals();
  sc_core::sc_report_handler::set_handler(report_to_stderr);
  // "Simulation stopped by user": said by run_control where it matters.
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  const int status = body_status(name, body);
  if (!std::cout.flush()) {
    std::cerr << name << ": standard output cannot be written\n";
    return exit_status::usage;
  }
  return status;
}

void write_statistics(const command_line& line, const platform_description& platform,
                      const statistics& results, const host_figures& host) {
  const run_identity identity{version(), platform.name, line.seed, to_string(line.timing)};
  for (const std::string& path : line.stats) {
    statistics_report{identity, platform.parameters, results, host}.write_file(path);
  }
}

}  // namespace mimd
