#include "memory/page_migration.h"

#include <algorithm>
#include <stdexcept>

#include "memory/node_distances.h"

namespace mimd {

namespace {

constexpr std::uint64_t most_pages = std::uint64_t{1} << 38;

const page_migration_parameters& checked(const page_migration_parameters& p) {
  const std::string complaint = p.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

std::string page_migration_parameters::check() const {
  if (nodes < 1 || nodes > most_memory_nodes)
    return "nodes must be 1 ... " + std::to_string(most_memory_nodes);
  if (pages < 1 || pages > most_pages) return "pages must be 1 ... 2^38";
  if (sharing_threshold > replication_threshold) {
    return "the sharing threshold must not exceed the replication threshold";
  }
  return {};
}

page_migration::page_migration(const page_migration_parameters& parameters)
    : parameters_(checked(parameters)), words_((parameters.nodes + 63) / 64), numbers_(parameters.pages, 0) {
  if (parameters_.sharing_threshold == 0) {
    parameters_.sharing_threshold = std::max(1u, parameters_.replication_threshold / 4);
  }
}

page_migration::record_number page_migration::record_of(std::uint64_t page) {
  record_number r = numbers_[page];
  if (r == 0) {
    records_.push_back({interval_, 0, false});
    misses_.resize(misses_.size() + parameters_.nodes);
    holders_.resize(holders_.size() + words_);
    r = static_cast<record_number>(records_.size());
    numbers_.set(page, r);
  }
  page_record& record = records_[r - 1];
  if (record.interval != interval_) {
    record.interval = interval_;
    record.written = false;
    count_again(r);
  }
  return r;
}

void page_migration::count_again(record_number r) {
  std::fill_n(misses(r), parameters_.nodes, 0);
}

page_decision page_migration::note_miss(std::uint64_t page, unsigned node, unsigned home, bool write) {
  const record_number r = record_of(page);
  page_record& record = records_[r - 1];
  const bool local = node == home || (record.replicas != 0 && holds(r, node));
  ++(local ? counters_.local_misses : counters_.remote_misses);
  const std::uint32_t count = ++misses(r)[node];

  if (write) record.written = true;
  if (write && record.replicas != 0) {
    count_again(r);
    ++counters_.collapses;
    return {page_decision::action::collapse, home};
  }
  if (local) return {};
  if (parameters_.replication_threshold != 0 && count >= parameters_.replication_threshold &&
      !record.written && shared(r, node)) {
    count_again(r);
    ++counters_.replications;
    return {page_decision::action::replicate, node};
  }
  if (parameters_.migration_threshold != 0 && record.replicas == 0 && count > misses(r)[home] &&
      count - misses(r)[home] > parameters_.migration_threshold) {
    count_again(r);
    ++counters_.migrations;
    return {page_decision::action::migrate, node};
  }
  return {};
}

bool page_migration::shared(record_number r, unsigned node) {
  const std::uint32_t* const all = misses(r);
  for (unsigned other = 0; other < parameters_.nodes; ++other) {
    if (other != node && all[other] >= parameters_.sharing_threshold) return true;
  }
  return false;
}

void page_migration::add_replica(std::uint64_t page, unsigned node) {
  const record_number r = record_of(page);
  if (holds(r, node)) return;
  holders_[std::size_t{r - 1} * words_ + node / 64] |= std::uint64_t{1} << (node % 64);
  ++records_[r - 1].replicas;
  ++counters_.replicas;
}

unsigned page_migration::drop_replicas(std::uint64_t page) {
  const record_number r = numbers_[page];
  if (r == 0) return 0;
  const unsigned dropped = records_[r - 1].replicas;
  std::fill_n(&holders_[std::size_t{r - 1} * words_], words_, 0);
  records_[r - 1].replicas = 0;
  counters_.replicas -= dropped;
  return dropped;
}

bool page_migration::has_replica(std::uint64_t page, unsigned node) const {
  const record_number r = numbers_[page];
  return r != 0 && holds(r, node);
}

}  // namespace mimd
