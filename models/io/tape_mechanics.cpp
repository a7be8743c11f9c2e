#include "io/tape_mechanics.h"

#include "io/parameter_fields.h"

namespace mimd {

namespace {

std::uint64_t pitch(const tape_mechanics_parameters& p) {
  return p.sector_size.value + p.gap.value;
}

template <class Parameters, class Visitor>
void visit_tape_fields(Parameters& p, const Visitor& field) {
  const auto byte_times = between(duration{1}, duration{1'000'000'000});
  const auto times = between(duration{0}, duration{100'000'000'000'000});
  field("sector_size", p.sector_size, between(byte_count{64}, byte_count{65536}).power_of_two(),
        "capacity of a block");
  field("sectors", p.sectors, between(std::uint64_t{1}, std::uint64_t{1} << 32), "blocks of the reel");
  field("gap", p.gap, between(byte_count{0}, byte_count{65536}),
        "length of a gap, in bytes of the recording");
  field("byte_time", p.byte_time, byte_times, "time for a byte to pass the head");
  field("wind_byte_time", p.wind_byte_time, byte_times, "time for a byte to pass while winding");
  field("start_time", p.start_time, times, "from rest to the first byte");
  field("stop_time", p.stop_time, times, "from the end of a gap to rest");
}

void check(const tape_mechanics_parameters& p) {
  const field_checker checker("tape");
  visit_tape_fields(p, checker);
  if (p.wind_byte_time.ps > never / 4 / (p.sectors * pitch(p))) {
    checker.fail("wind_byte_time", to_string(p.wind_byte_time), "winds the reel in more than 53 days");
  }
}

}  // namespace

void declare(parameter_set& parameters, tape_mechanics_parameters& variables, const std::string& prefix) {
  visit_tape_fields(variables, field_declarer(parameters, prefix));
}

tape_mechanics::tape_mechanics(const tape_mechanics_parameters& parameters) : parameters_(parameters) {
  check(parameters_);
}

time_ps tape_mechanics::wind_time(std::uint64_t blocks) const {
  return blocks * pitch(parameters_) * parameters_.wind_byte_time.ps;
}

time_ps tape_mechanics::seek(time_ps now, std::uint64_t sector) {
  time_ps rest = 0;
  if (moving_) {
    const time_ps stopped = last_end_ + gap_time() + parameters_.stop_time.ps;
    if (stopped > now) rest = stopped - now;
    moving_ = false;
  }
  const time_ps wind = wind_time(sector > position_ ? sector - position_ : position_ - sector);
  position_ = sector;
  return rest + wind;
}

motion tape_mechanics::access(time_ps now, std::uint64_t sector) {
  motion m;
  const time_ps gap_end = last_end_ + gap_time();
  if (moving_ && sector == position_ && now <= gap_end) {
    m.latency = gap_end - now;
  } else {
    m.positioning = seek(now, sector);
    m.latency = parameters_.start_time.ps;
  }
  m.transfer = transfer_time();
  position_ = sector + 1;
  moving_ = true;
  last_end_ = now + m.total();
  return m;
}

}  // namespace mimd
