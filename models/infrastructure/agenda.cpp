#include "infrastructure/agenda.h"

namespace mimd {

namespace {

// The kernel looks after what comes from outside, Ctrl-C for one, in between.
constexpr unsigned most_steps_ahead = 4096;

// Lives as long as the SystemC context it was made in; a second context (none in practice) would get its own.
agenda* the_agenda = nullptr;

}  // namespace

agenda::agenda(const sc_core::sc_module_name& name) : sc_module(name), wake_("wake") {
  if (sc_core::sc_get_time_resolution() != sc_core::sc_time(1, sc_core::SC_PS)) {
    SC_REPORT_FATAL("mimd/agenda", "the SystemC time resolution must be 1 ps");
  }
  SC_HAS_PROCESS(agenda);
  SC_METHOD(run);
  sensitive << wake_;
  dont_initialize();
}

agenda& agenda::of_simulation() {
  if (!the_agenda) the_agenda = new agenda(sc_core::sc_gen_unique_name("agenda"));
  return *the_agenda;
}

void agenda::arm(time_ps at) {
  const time_ps now = now_ps();
  armed_ = at;
  if (at <= now) {
    wake_.notify(sc_core::SC_ZERO_TIME);
  } else {
    wake_.notify(until(at));  // replaces a later notification; an earlier one cannot be pending
  }
}

// Who else can run, or is to run at a time, does so before later events of the agenda.
void agenda::run() {
  running_ = true;
  time_ps next = never;
  fired_ += wheel_.fire_until(now_ps(), next);
  for (unsigned step = 0; next <= ahead_limit_ && step < most_steps_ahead && next < next_activity(); ++step) {
    agenda_reached() = next;
    fired_ += wheel_.fire_until(next, next);
  }
  running_ = false;
  armed_ = never;
  if (next != never) arm(next);
}

}  // namespace mimd
