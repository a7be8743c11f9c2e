// Several networks side by side that join the same nodes. The parts of a message stay together.
#ifndef MIMD_NOC_TRAIN_PLANES_H
#define MIMD_NOC_TRAIN_PLANES_H

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "noc/routing.h"
#include "noc/train_network.h"

namespace mimd::noc {

class train_planes final : public train_network, private train_receiver {
 public:
  train_planes(timing_wheel& wheel, std::vector<std::unique_ptr<train_network>> planes)
      : train_network(wheel), planes_(std::move(planes)), last_(planes_.front().get()) {
    for (const auto& plane : planes_) plane->set_receiver(*this);
  }

  void send(train& t, time_ps at) override { plane_of(t).send(t, at); }
  void move(train& t) override {
    last_ = &plane_of(t);
    last_->move(t);
  }
  time_ps last_free() const override { return last_->last_free(); }

  std::uint32_t nodes() const override { return planes_.front()->nodes(); }
  std::uint32_t hops(std::uint32_t a, std::uint32_t b) const override { return planes_.front()->hops(a, b); }
  std::uint32_t links() const override {
    return static_cast<std::uint32_t>(planes_.size()) * planes_.front()->links();
  }
  time_ps busy(std::uint32_t link) const override {
    return planes_[link / planes_.front()->links()]->busy(link % planes_.front()->links());
  }
  std::string link_name(std::uint32_t link) const override {
    const std::string name = planes_.front()->link_name(link % planes_.front()->links());
    return name.empty() ? name : "p" + std::to_string(link / planes_.front()->links()) + "_" + name;
  }
  time_ps waited() const override {
    time_ps sum = 0;
    for (const auto& plane : planes_) sum += plane->waited();
    return sum;
  }
  std::uint64_t hops_made() const override {
    std::uint64_t sum = 0;
    for (const auto& plane : planes_) sum += plane->hops_made();
    return sum;
  }

 private:
  train_network& plane_of(const train& t) {
    return *planes_[flow_hash(t.source, t.destination) % planes_.size()];
  }
  void train_arrived(train& t) override { arrived(t); }

  std::vector<std::unique_ptr<train_network>> planes_;
  train_network* last_;  // that moved a train last
};

}  // namespace mimd::noc

#endif
