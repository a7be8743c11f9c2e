// What disk, tape and DMA engine have in common: the register window, the interrupt line, the data path to
// memory, and one process, made at elaboration, that serves one command at a time.
//
// Registers: io_registers.h; a target_port, so b_transport, nb_transport and transport_dbg (reads have no
// side effect, debug writes are refused). Each register access takes register_latency. No DMI. Data:
// burst_mover.h. The interrupt line is a level; the port may be left unbound. Wrong commands end in a status
// bit and an interrupt, never in an exception. The sockets are those of with_sockets (io_sockets.h).
//
// Not modelled: contention on the register port, a queue of commands, reset.
//
// Accounts: busy_ps is the time from the writing of commands to their `done`.
//
// Errors: std::invalid_argument for a parameter outside its range.
#ifndef MIMD_IO_IO_DEVICE_H
#define MIMD_IO_IO_DEVICE_H

#include <array>
#include <cstdint>
#include <string>
#include <systemc>
#include <vector>

#include "infrastructure/agenda_event.h"
#include "infrastructure/parameters.h"
#include "infrastructure/statistics.h"
#include "infrastructure/target_port.h"
#include "infrastructure/timing_mode.h"
#include "infrastructure/trace.h"
#include "io/burst_mover.h"
#include "io/io_registers.h"
#include "io/register_window.h"

namespace mimd {

struct io_device_parameters {
  std::uint64_t register_base =
      0;  // of the window on the register socket (0: the bus subtracts it); no option
  duration register_latency{10'000};  // 0 ... 1 s
  duration command_overhead{0};       // before a command's first motion or burst, 0 ... 1 s
  byte_count burst{64};               // a power of two, 4 B ... 4 KiB
};

void declare(parameter_set& parameters, io_device_parameters& variables, const std::string& prefix);

// sc_out<bool> that may stay unbound.
using interrupt_port = sc_core::sc_port<sc_core::sc_signal_inout_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

class io_device : public sc_core::sc_module, private access_target {
 public:
  interrupt_port interrupt;

  struct counters {
    std::uint64_t commands = 0;  // accepted
    std::uint64_t errors = 0;    // of them, ended with an error
    std::uint64_t rejected = 0;
    std::uint64_t interrupts = 0;  // rising edges
    std::uint64_t register_reads = 0;
    std::uint64_t register_writes = 0;
    time_ps busy_ps = 0;
  };
  const counters& count() const { return counters_; }
  const burst_mover& data_path() const { return mover_; }
  virtual void register_statistics(statistics& all, const std::string& prefix) const;
  void declare_traces(trace_recorder& recorder, const std::string& prefix);
  bool idle() const { return (registers_[index(io_register::status)] & io_status::busy) == 0; }

 protected:
  struct request {
    std::uint64_t command;
    std::uint64_t memory;
    std::uint64_t sector;
    std::uint64_t count;
  };

  // What the device is doing, for the waves.
  enum class activity : std::uint8_t { idle, command, positioning, latency, transfer, memory };

  io_device(const sc_core::sc_module_name& name, const io_device_parameters& parameters, timing_mode timing,
            std::uint64_t capacity, unsigned sector_size);

  // Serves one command in the process; may wait through mover(). Returns error bits of io_status.
  virtual std::uint64_t execute(const request& command) = 0;
  // A word for each activity.
  virtual std::vector<std::string> activity_words() const = 0;

  void show(activity what, time_ps at) { activity_trace_.set(at, static_cast<std::uint64_t>(what)); }
  burst_mover& mover() { return mover_; }
  target_port& register_port() { return register_port_; }
  void set_transferred(std::uint64_t amount) { registers_[index(io_register::transferred)] = amount; }

 private:
  static constexpr std::size_t index(unsigned offset) { return offset / 8; }

  time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) override;
  bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) override;
  unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) override;

  void write(const tlm::tlm_generic_payload& payload, time_ps at);
  void start_command(time_ps at);
  void change_status(std::uint64_t clear, std::uint64_t set, time_ps at);
  void serve();
  void drive_interrupt();

  io_device_parameters parameters_;
  register_window window_;
  target_port register_port_;
  burst_mover mover_;
  std::array<std::uint64_t, io_register::window / 8> registers_{};
  request request_{};
  time_ps started_ = 0;
  bool line_ = false;
  agenda_event start_;
  agenda_event status_changed_;
  counters counters_;
  trace_signal activity_trace_;
  trace_signal interrupt_trace_;
};

}  // namespace mimd

#endif
