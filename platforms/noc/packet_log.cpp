#include "platforms/noc/packet_log.h"

namespace mimd {

packet_log::packet_log(transaction_log& log, const noc::topology& shape, time_ps period)
    : log_(log), period_(period) {
  agents_.reserve(shape.terminals());
  for (std::uint32_t t = 0; t < shape.terminals(); ++t)
    agents_.push_back(shape.name(noc::endpoint{true, t, 0}));
}

const char* packet_log::hops_text(std::uint32_t hops) {
  while (outcomes_.size() <= hops) outcomes_.push_back(std::to_string(outcomes_.size()) + "_routers");
  return outcomes_[hops].c_str();
}

void packet_log::packet_done(const noc::packet& p) {
  const auto time = [this](noc::cycle c) { return (base_ + c) * period_; };
  transaction_record r;
  r.id = next_id_++;
  r.begin = time(p.created);
  r.end = time(p.arrived);
  r.type = "packet";
  r.agent = agents_[p.source].c_str();
  r.address = p.destination;
  r.size = p.flits;
  r.outcome = "arrived";
  log_.record(r);
  r.parent = r.id;
  r.id = next_id_++;
  r.begin = time(p.injected);
  r.type = "network";
  r.outcome = hops_text(p.hops);
  log_.record(r);
}

}  // namespace mimd
