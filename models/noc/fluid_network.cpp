#include "noc/fluid_network.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "noc/routing.h"

namespace mimd::noc {

namespace {

// Rounded up, but for what is an error of the arithmetic; at most longer than can be simulated.
time_ps duration_of(double bytes, double rate) {
  const double ps = bytes / rate;
  return ps < 0x1p63 ? static_cast<time_ps>(std::ceil(std::max(0.0, ps * (1 - 1e-12)))) : time_ps{1} << 63;
}

}  // namespace

fluid_network::fluid_network(timing_wheel& wheel, std::unique_ptr<train_links> shape,
                             const train_network_parameters& p)
    : train_network(wheel),
      shape_(std::move(shape)),
      planes_(p.planes),
      latency_(p.link_latency),
      has_terminals_(p.injection_bandwidth > 0),
      damage_rate_(p.damage_rate),
      random_(p.seed),
      links_(first_terminal() + (has_terminals_ ? 2 * shape_->nodes() : 0)) {
  for (std::uint32_t l = 0; l < links_.size(); ++l)
    links_[l].capacity = (l < first_terminal() ? p.link_bandwidth : p.injection_bandwidth) / 1e12;
}

std::string fluid_network::link_name(std::uint32_t link) const {
  if (link < first_terminal()) {
    const std::string name = shape_->link_name(link % shape_->links());
    return planes_ == 1 || name.empty() ? name : "p" + std::to_string(link / shape_->links()) + "_" + name;
  }
  const std::uint32_t terminal = link - first_terminal();
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
  hops_made_ += route_.size();
  if (planes_ > 1) {
    const auto plane = static_cast<std::uint32_t>(flow_hash(t.source, t.destination) % planes_);
    for (std::uint32_t& link : route_) link += plane * shape_->links();
  }
  if (has_terminals_) {
    route_.push_back(first_terminal() + 2 * t.source);
    route_.push_back(first_terminal() + 2 * t.destination + 1);
  }
  f.message = &t;
  f.bytes = f.left = static_cast<double>(shape_->bytes_on_links(t.bytes));
  f.rate = 0;
  f.since = f.begun = now_;
  f.route.clear();
  for (std::uint32_t hop = 0; hop < route_.size(); ++hop) {
    link_state& l = links_[route_[hop]];
    f.route.push_back({route_[hop], static_cast<std::uint32_t>(l.users.size())});
    l.users.push_back({t.at, hop});
    change(route_[hop]);
  }
}

void fluid_network::end(train& t) {
  flow& f = flows_[t.at];
  double slowest = links_[f.route.front().link].capacity;
  for (const crossing& c : f.route) {
    std::vector<user>& users = links_[c.link].users;
    users[c.place] = users.back();
    flows_[users[c.place].flow].route[users[c.place].hop].place = c.place;
    users.pop_back();
    link_state& l = links_[c.link];
    l.busy += duration_of(f.bytes, l.capacity);
    slowest = std::min(slowest, l.capacity);
    change(c.link);
    if (damage_rate_ > 0 && c.link < first_terminal() && random_.uniform() < damage_rate_) t.damaged = true;
  }
  const time_ps alone = duration_of(f.bytes, slowest);
  waited_ += now_ - f.begun - std::min(now_ - f.begun, alone);
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
  if (f.rate > 0 && std::abs(f.share - f.rate) <= 1e-12 * f.rate) return;
  f.left = std::max(0.0, f.left - f.rate * static_cast<double>(now_ - f.since));
  f.since = now_;
  f.rate = f.share;
  wheel_.schedule(*f.message, now_ + duration_of(f.left, f.rate));
}

}  // namespace mimd::noc
