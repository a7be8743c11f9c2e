#include "io/io_device.h"

#include "io/parameter_fields.h"

namespace mimd {

namespace {

template <class Parameters, class Visitor>
void visit_device_fields(Parameters& p, const Visitor& field) {
  const auto times = between(duration{0}, duration{1'000'000'000'000});
  field("register_latency", p.register_latency, times, "time of a register access");
  field("command_overhead", p.command_overhead, times, "the controller's own time before a command starts");
  field("burst", p.burst, between(byte_count{4}, byte_count{4096}).power_of_two(),
        "largest transfer on the bus; no burst crosses a multiple of it");
}

const io_device_parameters& checked(const io_device_parameters& p) {
  visit_device_fields(p, field_checker("i/o controller"));
  return p;
}

}  // namespace

void declare(parameter_set& parameters, io_device_parameters& variables, const std::string& prefix) {
  visit_device_fields(variables, field_declarer(parameters, prefix));
}

io_device::io_device(const sc_core::sc_module_name& name, const io_device_parameters& parameters,
                     timing_mode timing, std::uint64_t capacity, unsigned sector_size)
    : sc_core::sc_module(name),
      interrupt("interrupt"),
      parameters_(checked(parameters)),
      window_(parameters.register_base, io_register::window),
      register_port_(*this, 0, timing),
      mover_(static_cast<unsigned>(parameters.burst.value)) {
  registers_[index(io_register::capacity)] = capacity;
  registers_[index(io_register::sector_size)] = sector_size;
  SC_HAS_PROCESS(io_device);
  SC_THREAD(serve);
  SC_METHOD(drive_interrupt);
  sensitive << status_changed_.event();
  dont_initialize();
}

time_ps io_device::access(unsigned, tlm::tlm_generic_payload& payload, time_ps at) {
  if (!window_.accepts(payload)) return at;
  if (payload.is_read()) {
    ++counters_.register_reads;
    window_.read(payload, [this](unsigned offset) { return registers_[index(offset)]; });
  } else {
    ++counters_.register_writes;
    write(payload, at);
  }
  return at + parameters_.register_latency.ps;
}

bool io_device::start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  done = access(port, payload, at);
  return true;
}

unsigned io_device::debug(unsigned, tlm::tlm_generic_payload& payload) {
  return window_.debug(payload, [this](unsigned offset) { return registers_[index(offset)]; });
}

void io_device::write(const tlm::tlm_generic_payload& payload, time_ps at) {
  std::uint64_t acknowledged = 0;
  bool starts = false;
  window_.write(
      payload, [this](unsigned offset) { return registers_[index(offset)]; },
      [&](unsigned offset, std::uint64_t value, unsigned bytes) {
        switch (offset) {
          case io_register::command:
            starts = (bytes & 1) != 0;
            [[fallthrough]];
          case io_register::memory:
          case io_register::sector:
          case io_register::count:
            registers_[index(offset)] = value;
            break;
          case io_register::acknowledge:
            acknowledged = value & (io_status::done | io_status::any_error);
            break;
          default:
            break;
        }
      });
  if (acknowledged != 0) change_status(acknowledged, 0, at);
  if (starts) start_command(at);
}

void io_device::start_command(time_ps at) {
  if (!idle()) {
    ++counters_.rejected;
    change_status(0, io_status::rejected, at);
    return;
  }
  ++counters_.commands;
  request_ = {registers_[index(io_register::command)], registers_[index(io_register::memory)],
              registers_[index(io_register::sector)], registers_[index(io_register::count)]};
  set_transferred(0);
  started_ = at;
  registers_[index(io_register::status)] |= io_status::busy;
  show(activity::command, at);
  start_.notify_at(at);
}

void io_device::change_status(std::uint64_t clear, std::uint64_t set, time_ps at) {
  std::uint64_t& status = registers_[index(io_register::status)];
  status = (status & ~clear) | set;
  // An earlier notification wins over a later one; both see the newest status.
  status_changed_.notify_at(at);
}

void io_device::serve() {
  for (;;) {
    sc_core::wait(start_.event());
    mover_.begin();
    mover_.wait_until(mover_.now() + parameters_.command_overhead.ps);
    const std::uint64_t errors = execute(request_);
    mover_.synchronise();
    if (errors != 0) ++counters_.errors;
    counters_.busy_ps += now_ps() - started_;
    show(activity::idle, now_ps());
    change_status(io_status::busy, io_status::done | errors, now_ps());
  }
}

void io_device::register_statistics(statistics& all, const std::string& prefix) const {
  all.add(prefix + ".commands", counters_.commands, "commands accepted");
  all.add(prefix + ".errors", counters_.errors, "commands that ended with an error");
  all.add(prefix + ".rejected", counters_.rejected, "commands written while another ran");
  all.add(prefix + ".interrupts", counters_.interrupts, "times that the interrupt line rose");
  all.add(prefix + ".register_reads", counters_.register_reads, "reads of registers");
  all.add(prefix + ".register_writes", counters_.register_writes, "writes of registers");
  all.add(prefix + ".busy_ps", counters_.busy_ps, "time from command to done, of commands that have ended");
  all.add(
      prefix + ".bursts", [this] { return mover_.bursts(); }, "bursts to and from memory");
  all.add(
      prefix + ".bytes_to_memory", [this] { return mover_.bytes_stored(); }, "bytes written to memory");
  all.add(
      prefix + ".bytes_from_memory", [this] { return mover_.bytes_fetched(); }, "bytes read from memory");
}

void io_device::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  recorder.declare(activity_trace_, prefix + ".activity", trace_kind::words(activity_words()));
  recorder.declare(interrupt_trace_, prefix + ".interrupt", trace_kind::flag());
}

// The only process that writes the line, whoever changed the status.
void io_device::drive_interrupt() {
  const bool level = (registers_[index(io_register::status)] & io_status::interrupting) != 0;
  if (level == line_) return;
  line_ = level;
  interrupt_trace_.set(now_ps(), level ? 1 : 0);
  if (level) ++counters_.interrupts;
  if (interrupt.size() > 0) interrupt->write(level);
}

}  // namespace mimd
