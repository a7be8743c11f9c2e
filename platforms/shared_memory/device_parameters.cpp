#include "platforms/shared_memory/device_parameters.h"

#include "platforms/support/complaint.h"

namespace mimd {

void device_parameters::declare(parameter_set& set, const std::string& place) {
  set.add("disk.present", has_disk, any, "a disk controller " + place + ", its interrupt to processor 0");
  mimd::declare(set, disk, "disk");
  set.add("tape.present", has_tape, any, "a tape controller " + place);
  mimd::declare(set, tape, "tape");
  set.add("dma.present", has_dma, any, "a memory-to-memory DMA engine " + place);
  mimd::declare(set, dma, "dma");
}

void device_parameters::resolve(const parameter_set& set) const {
  if (!has_disk) refuse_without_effect(set, {"disk."}, "disk.present is false");
  complain_about(set, {"disk.sectors_per_track", "disk.track_skew", "disk.cylinder_skew"},
                 [&] { disk_mechanics(disk.mechanics); });
  if (!has_tape) refuse_without_effect(set, {"tape."}, "tape.present is false");
  if (!has_dma) refuse_without_effect(set, {"dma."}, "dma.present is false");
}

}  // namespace mimd
