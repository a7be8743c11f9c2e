#include "noc/fluid_network.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace mimd::noc {

fluid_network::fluid_network(timing_wheel& wheel, std::unique_ptr<train_links> shape,
                             const train_network_parameters& p)
    : train_network(wheel),
      shape_(std::move(shape)),
      latency_(p.link_latency),
      has_terminals_(p.injection_bandwidth > 0),
      damage_rate_(p.damage_rate),
      random_(p.seed),
      links_(shape_->links() + (has_terminals_ ? 2 * shape_->nodes() : 0)) {
  for (std::uint32_t l = 0; l < links_.size(); ++l)
    links_[l].capacity = 1e-12 * (l < shape_->links() ? p.link_bandwidth : p.injection_bandwidth);
}

std::string fluid_network::link_name(std::uint32_t link) const {
  if (link < shape_->links()) return shape_->link_name(link);
  const std::uint32_t terminal = link - shape_->links();
  return (terminal % 2 == 0 ? "in_n" : "out_n") + std::to_string(terminal / 2);
}

void fluid_network::send(train& t, time_ps at) {
  t.mover = this;
  t.damaged = false;
  t.at = 0;
  t.to = t.source == t.destination ? 1 : 0;
  wheel_.schedule(t, t.to == 1 ? at : at + hops(t.source, t.destination) * latency_);
}

void fluid_network::move(train& t) {
  now_ = t.time();
  if (t.to == 0) {
    begin_to_flow(t);
  } else {
    if (t.source != t.destination) end(t);
    arrived(t);
  }
}

void fluid_network::approach(const train& t) const {
  if (t.to != 0) expected(t);
}

void fluid_network::begin_to_flow(train& t) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<std::uint32_t>(flows_.size()));
    flows_.emplace_back();
  }
  t.at = unused_.back();
  t.to = 1;
  unused_.pop_back();
  route_.clear();
  shape_->route(t.source, t.destination, route_);
  flow& f = flows_[t.at];
  f.weight = 1 / static_cast<double>(route_.size());
  if (has_terminals_) {
    route_.push_back(shape_->links() + 2 * t.source);
    route_.push_back(shape_->links() + 2 * t.destination + 1);
  }
  hops_made_ += route_.size();
  f.message = &t;
  f.left = static_cast<double>(shape_->bytes_on_links(t.bytes));
  f.rate = 0;
  f.since = now_;
  f.route.clear();
  double slowest = links_[route_.front()].capacity;
  for (std::uint32_t hop = 0; hop < route_.size(); ++hop) {
    link_state& l = links_[route_[hop]];
    f.route.push_back({route_[hop], static_cast<std::uint32_t>(l.users.size())});
    l.users.push_back({t.at, hop});
    l.busy += static_cast<time_ps>(std::llround(f.left / l.capacity));
    slowest = std::min(slowest, l.capacity);
    change(route_[hop]);
  }
  f.alone = now_ + static_cast<time_ps>(std::ceil(f.left / slowest));
}

void fluid_network::end(train& t) {
  flow& f = flows_[t.at];
  waited_ += now_ - std::min(now_, f.alone);
  for (const crossing& c : f.route) {
    std::vector<user>& users = links_[c.link].users;
    users[c.place] = users.back();
    flows_[users[c.place].flow].route[users[c.place].hop].place = c.place;
    users.pop_back();
    change(c.link);
    if (damage_rate_ > 0 && random_.uniform() < damage_rate_) t.damaged = true;
  }
  unused_.push_back(t.at);
}

// All that begin and end at one time are shared out together.
void fluid_network::change(std::uint32_t link) {
  if (links_[link].changed) return;
  links_[link].changed = true;
  changed_.push_back(link);
  if (!share_.pending()) wheel_.schedule(share_, now_);
}

void fluid_network::share() {
  now_ = share_.time();
  find_concerned();
  fill();
  for (const std::uint32_t f : concerned_) settle(flows_[f]);
  for (const std::uint32_t l : changed_) links_[l].changed = false;
  changed_.clear();
  concerned_.clear();
}

void fluid_network::find_concerned() {
  for (std::size_t i = 0; i < changed_.size(); ++i) {
    link_state& l = links_[changed_[i]];
    l.left = l.capacity;
    l.weight = 0;
    l.open = l.users.size();
    for (const user& u : l.users) {
      flow& f = flows_[u.flow];
      l.weight += f.weight;
      if (f.seen) continue;
      f.seen = true;
      f.share = -1;
      concerned_.push_back(u.flow);
      for (const crossing& c : f.route) {
        if (links_[c.link].changed) continue;
        links_[c.link].changed = true;
        changed_.push_back(c.link);
      }
    }
  }
}

// The level of what a weight of one gets rises until a link is full; who crosses it has its share then. That
// of other links only rises by it, so that what the heap says of a link is too low at worst.
void fluid_network::fill() {
  levels_.clear();
  for (const std::uint32_t l : changed_)
    if (links_[l].open != 0) levels_.emplace_back(level(l), l);
  std::make_heap(levels_.begin(), levels_.end(), std::greater<>());
  while (!levels_.empty()) {
    std::pop_heap(levels_.begin(), levels_.end(), std::greater<>());
    const auto [said, link] = levels_.back();
    if (links_[link].open == 0) {
      levels_.pop_back();
      continue;
    }
    const double now = level(link);
    if (now > said) {
      levels_.back().first = now;
      std::push_heap(levels_.begin(), levels_.end(), std::greater<>());
      continue;
    }
    levels_.pop_back();
    for (const user& u : links_[link].users) {
      flow& f = flows_[u.flow];
      if (f.share >= 0) continue;
      f.share = now * f.weight;
      for (const crossing& c : f.route) {
        link_state& l = links_[c.link];
        l.left = std::max(0.0, l.left - f.share);
        l.weight -= f.weight;
        --l.open;
      }
    }
  }
}

void fluid_network::settle(flow& f) {
  f.seen = false;
  if (std::abs(f.share - f.rate) <= 1e-12 * f.rate) return;
  f.left = std::max(0.0, f.left - f.rate * static_cast<double>(now_ - f.since));
  f.since = now_;
  f.rate = f.share;
  wheel_.schedule(*f.message, now_ + static_cast<time_ps>(std::ceil(f.left / f.rate)));
}

}  // namespace mimd::noc
