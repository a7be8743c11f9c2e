#include "io/disk_mechanics.h"

#include <cmath>

#include "io/parameter_fields.h"

namespace mimd {

namespace {

template <class Parameters, class Visitor>
void visit_disk_fields(Parameters& p, const Visitor& field) {
  const auto times = between(duration{0}, duration{1'000'000'000'000});
  field("sector_size", p.sector_size, between(byte_count{64}, byte_count{65536}).power_of_two(),
        "capacity of a sector");
  field("sectors_per_track", p.sectors_per_track, between(1, 65536), "sectors of a track");
  field("heads", p.heads, between(1, 256), "tracks of a cylinder");
  field("cylinders", p.cylinders, between(1, 1048576), "cylinders of the disk");
  field("rotation", p.rotation, between(duration{1'000'000}, duration{1'000'000'000'000}),
        "time of one turn");
  field("seek_base", p.seek_base, times, "constant part of a short seek");
  field("seek_per_root", p.seek_per_root, times, "part of a short seek for each square root of a cylinder");
  field("long_seek", p.long_seek, at_least(1), "cylinders from which on a seek is long");
  field("long_seek_base", p.long_seek_base, times, "constant part of a long seek");
  field("long_seek_per_cylinder", p.long_seek_per_cylinder, times, "part of a long seek for each cylinder");
  field("head_switch", p.head_switch, times, "change to another head of the cylinder");
  field("track_skew", p.track_skew, between(0, 65535), "sectors by which a cylinder's next track is turned");
  field("cylinder_skew", p.cylinder_skew, between(0, 65535), "sectors by which the next cylinder is turned");
}

void check(const disk_mechanics_parameters& p) {
  const field_checker checker("disk");
  visit_disk_fields(p, checker);
  const auto below_track = [&](const char* name, unsigned skew) {
    if (skew < p.sectors_per_track) return;
    checker.fail(name, std::to_string(skew), "must be less than sectors_per_track");
  };
  below_track("track_skew", p.track_skew);
  below_track("cylinder_skew", p.cylinder_skew);
}

}  // namespace

void declare(parameter_set& parameters, disk_mechanics_parameters& variables, const std::string& prefix) {
  visit_disk_fields(variables, field_declarer(parameters, prefix));
}

disk_mechanics::disk_mechanics(const disk_mechanics_parameters& parameters) : parameters_(parameters) {
  check(parameters_);
  sectors_per_cylinder_ = std::uint64_t{parameters_.sectors_per_track} * parameters_.heads;
}

time_ps disk_mechanics::seek_time(unsigned distance) const {
  if (distance == 0) return 0;
  if (distance >= parameters_.long_seek) {
    return parameters_.long_seek_base.ps + parameters_.long_seek_per_cylinder.ps * distance;
  }
  const double arm =
      static_cast<double>(parameters_.seek_per_root.ps) * std::sqrt(static_cast<double>(distance));
  return parameters_.seek_base.ps + static_cast<time_ps>(std::llround(arm));
}

unsigned disk_mechanics::slot(std::uint64_t sector) const {
  const std::uint64_t cylinder = sector / sectors_per_cylinder_;
  const std::uint64_t head = sector % sectors_per_cylinder_ / parameters_.sectors_per_track;
  const std::uint64_t skew_in_cylinder = std::uint64_t{parameters_.track_skew} * (parameters_.heads - 1);
  const std::uint64_t skew =
      cylinder * (skew_in_cylinder + parameters_.cylinder_skew) + head * parameters_.track_skew;
  return static_cast<unsigned>((sector + skew) % parameters_.sectors_per_track);
}

time_ps disk_mechanics::slot_begin(std::uint64_t slot) const {
  return slot * parameters_.rotation.ps / parameters_.sectors_per_track;
}

time_ps disk_mechanics::passes_at(std::uint64_t sector) const {
  return slot_begin(slot(sector));
}

time_ps disk_mechanics::seek(time_ps, std::uint64_t sector) {
  const auto cylinder = static_cast<unsigned>(sector / sectors_per_cylinder_);
  const auto head = static_cast<unsigned>(sector % sectors_per_cylinder_ / parameters_.sectors_per_track);
  time_ps positioning = 0;
  if (cylinder != cylinder_) {
    positioning = seek_time(cylinder > cylinder_ ? cylinder - cylinder_ : cylinder_ - cylinder);
  } else if (head != head_) {
    positioning = parameters_.head_switch.ps;
  }
  cylinder_ = cylinder;
  head_ = head;
  return positioning;
}

motion disk_mechanics::access(time_ps now, std::uint64_t sector) {
  motion m;
  m.positioning = seek(now, sector);
  const unsigned where = slot(sector);
  const time_ps angle = (now + m.positioning) % parameters_.rotation.ps;
  const time_ps begin = slot_begin(where);
  m.latency = begin >= angle ? begin - angle : begin + parameters_.rotation.ps - angle;
  m.transfer = slot_begin(where + 1U) - begin;
  return m;
}

}  // namespace mimd
