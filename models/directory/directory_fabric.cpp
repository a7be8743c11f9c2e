#include "directory/directory_fabric.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "coherence/coherence_observer.h"
#include "infrastructure/power_of_two.h"
#include "infrastructure/transaction_log.h"

namespace mimd {

namespace {

const directory_fabric_parameters& checked(const directory_fabric_parameters& p) {
  if (p.port_nodes.empty() || p.port_nodes.size() > max_directory_nodes) {
    throw std::invalid_argument("directory: " + std::to_string(p.port_nodes.size()) +
                                " coherent ports, but 1 to " + std::to_string(max_directory_nodes) +
                                " are possible");
  }
  if (p.nodes == 0 || p.nodes > max_directory_nodes) {
    throw std::invalid_argument("node.count must be 1 to " + std::to_string(max_directory_nodes));
  }
  if (p.plain_ports > p.port_nodes.size())
    throw std::invalid_argument("directory: more plain ports than ports");
  for (const device_region& d : p.devices) {
    if (d.node >= p.nodes)
      throw std::invalid_argument("directory: there is no node " + std::to_string(d.node));
    if (d.begin < p.memory_size) throw std::invalid_argument("directory: a device lies in memory");
  }
  for (const unsigned node : p.port_nodes) {
    if (node >= p.nodes) throw std::invalid_argument("directory: there is no node " + std::to_string(node));
  }
  if (p.line < 16 || (p.line & (p.line - 1)) != 0) {
    throw std::invalid_argument("l1.line must be a power of two, at least 16 B");
  }
  if (p.form.refuses() && p.timing.retry == 0) {
    throw std::invalid_argument("directory.retry_time must not be 0 when requests may be refused");
  }
  const bool coma = p.form.protocol == directory_form::protocol_name::coma;
  if (coma != p.attraction.has_value() || (coma && p.port_nodes.size() != p.nodes)) {
    throw std::invalid_argument("coherence.protocol: coma needs one attraction memory a node, and only coma");
  }
  if (coma && !is_power_of_two(p.attraction->block)) {
    throw std::invalid_argument("attraction: blocks of " + std::to_string(p.attraction->block) +
                                " B, which is no power of two");
  }
  using kind = sharer_format_parameters::format_kind;
  if (coma && (p.sparse || p.format.kind == kind::dir_i_nb || p.format.kind == kind::pointer_pool)) {
    throw std::invalid_argument(
        "directory.format: lines of attraction memories cannot be recalled for want of entries or pointers");
  }
  return p;
}

}  // namespace

directory_fabric_base::directory_fabric_base(const sc_core::sc_module_name& name,
                                             const directory_fabric_parameters& parameters,
                                             memory_pages::placement placement, timing_mode timing)
    : sc_module(name),
      coherent("coherent",
               static_cast<unsigned>(checked(parameters).port_nodes.size()) - parameters.plain_ports),
      parameters_(parameters),
      description_(directory_protocol_of(parameters.form)),
      protocol_(description_),
      timing_mode_(timing),
      agenda_(agenda::of_simulation()),
      packets_(*this, parameters.line) {
  parameters_.format.nodes = static_cast<unsigned>(parameters.port_nodes.size());
  const directory_timing& times = parameters.timing;
  for (unsigned i = 0; i < directory_message_count; ++i) {
    const auto type = static_cast<directory_message_type>(i);
    const bool answers = !is_request(type) && !is_forward(type);
    node_times_[i] = times.entry + (answers ? times.reply_exit : times.exit);
    if (is_request(type)) node_times_[i] += times.request;
  }
  memory_pages_parameters pages;
  pages.size = parameters.memory_size;
  pages.page = parameters.page;
  pages.line = parameters.line;
  pages.entries = !parameters.sparse;
  for (unsigned n = 0; n < parameters.nodes; ++n) {
    homes_.push_back(std::make_unique<home_directory>(*this, n, parameters_.format, parameters.sparse,
                                                      parameters.seed + n));
    home_names_.push_back("node_" + std::to_string(n) + ".directory");
    pages.formats.push_back(&homes_.back()->format());
  }
  pages_ = std::make_unique<memory_pages>(
      pages, std::move(placement), [this](address_t first, const memory_page& page) { placed(first, page); });
  for (unsigned i = 0; i < parameters.port_nodes.size(); ++i) {
    agents_.push_back(std::make_unique<requester_agent>(*this, static_cast<node_id>(i),
                                                        parameters.port_nodes[i], parameters.line));
    port_names_.push_back("port_" + std::to_string(i));
    if (i < coherent.size()) {
      coherent[i].bind(*agents_[i]);
    } else {
      plain_agents_.push_back(std::make_unique<plain_agent>(*agents_[i], parameters.line, timing));
    }
  }
  for (const device_region& d : parameters.devices) {
    devices_.push_back(std::make_unique<device_window>(*this, d));
  }
}

void directory_fabric_base::set_observer(coherence_observer* observer) {
  observer_ = observer;
  for (unsigned i = 0; i < plain_agents_.size(); ++i) {
    plain_agents_[i]->set_observer(observer, static_cast<unsigned>(coherent.size()) + i);
  }
}

void directory_fabric_base::end_of_elaboration() {
  for (unsigned i = 0; i < coherent.size(); ++i) {
    agents_[i]->set_cache(dynamic_cast<coherence_backward&>(*coherent[i].get_base_port().get_interface()));
  }
  for (unsigned i = 0; i < plain_agents_.size(); ++i)
    agents_[coherent.size() + i]->set_cache(*plain_agents_[i]);
  for (const auto& a : agents_) presence_.push_back(a->cache().presence());
  if (!transport_ && parameters_.nodes > 1) {
    throw std::logic_error(std::string(name()) + ": several nodes, but no transport between them");
  }
  foresees_arrival_ = transport_ && transport_->foresees_arrival();
  multicasts_ = transport_ && transport_->multicasts();
  in_tree_.resize(parameters_.nodes);
}

void directory_fabric_base::count_rows() {
  agent_rows_.resize(description_.agent.size());
  home_rows_.resize(description_.home.size());
}

// --- messages

void directory_fabric_base::send(directory_packet& p, time_ps ready) {
  p.sent = ready;
  const bool local = p.from == p.to;
  ready = leaves(p, ready);
  if (loose()) {
    p.arrival = local ? ready : transport_->travel(p, ready);
    p.next = nullptr;
    (last_undelivered_ ? last_undelivered_->next : undelivered_) = &p;
    last_undelivered_ = &p;
    return;
  }
  if (p.destination != home_node) agents_[p.destination]->cache().expect_arrival(p.line);
  if (local) {
    agenda_.schedule(p, ready);
  } else if (foresees_arrival_) {
    agenda_.schedule(p, transport_->travel(p, ready));
  } else {
    transport_->carry(p, ready);
  }
}

void directory_fabric_base::arrived(directory_packet& p) {
  deliver(p, now_ps());
  progress_pages();
  look_for_quiet();
}

void directory_fabric_base::deliver(directory_packet& p, time_ps at) {
  if (log_) record_message(p, at);
  if (p.destination == home_node) {
    homes_[p.to]->receive(p, at);
  } else {
    agents_[p.destination]->receive(p, at);
  }
}

void directory_fabric_base::wait_for_transaction() {
  while (in_transaction_) {  // only behind a memory that waits
    ++queued_;
    sc_core::wait(transaction_done_);
    --queued_;
  }
}

void directory_fabric_base::deliver_all() {
  while (undelivered_) {
    directory_packet& p = *undelivered_;
    undelivered_ = p.next;
    if (!undelivered_) last_undelivered_ = nullptr;
    delivered_ = p.arrival;
    deliver(p, p.arrival);
  }
}

// --- quiet

bool directory_fabric_base::quiet() const {
  if (packets_.in_use() != 0 || !kept_.empty()) return false;
  return std::all_of(agents_.begin(), agents_.end(), [](const auto& a) { return a->quiet(); });
}

void directory_fabric_base::when_quiet(std::function<void()> then) {
  if (quiet()) {
    then();
  } else {
    when_quiet_ = std::move(then);
  }
}

std::string directory_fabric_base::waiting() const {
  std::string text;
  for (const auto& a : agents_) text += a->waiting();
  for (const auto& h : homes_) text += h->waiting();
  for (const kept_request& k : kept_) {
    text += port_names_[k.agent->port()] + " waits for a page that " +
            (swapper_ ? "comes from disk; " : "moves to another node; ");
  }
  return text;
}

// --- flat COMA

std::optional<address_t> directory_fabric_base::lost_line() const {
  std::optional<address_t> lost;
  pages_->for_each([&](address_t first, memory_page& page) {
    for (address_t line = first; !lost && line < first + pages_->page_bytes(); line += parameters_.line) {
      const home_line& known = *page.entry(pages_->line_in_page(line)).state;
      if (known.owner == no_node) continue;  // at home, or never touched
      if (!description_.agent_states[agents_[known.owner]->holds(line)].owner) lost = line;
    }
  });
  return lost;
}

std::uint64_t directory_fabric_base::lines_with_owner() const {
  std::uint64_t lines = 0;
  pages_->for_each([&](address_t, memory_page& page) {
    for (unsigned i = 0; i < pages_->page_bytes() / parameters_.line; ++i) {
      lines += page.entry(i).state->owner != no_node;
    }
  });
  return lines;
}

// --- debug

void directory_fabric_base::placed(address_t first, const memory_page& page) {
  const auto written = unplaced_.find(first);
  if (written == unplaced_.end()) return;
  std::vector<std::uint8_t> bytes = std::move(written->second);
  unplaced_.erase(written);
  homes_[page.home]->debug_memory(first, bytes.data(), static_cast<unsigned>(bytes.size()), true);
}

bool directory_fabric_base::debug_read_line(address_t line, unsigned offset, std::uint8_t* data,
                                            unsigned size) {
  const auto give = [&](const std::uint8_t* copy) {
    if (copy) std::memcpy(data, copy + offset, size);
    return copy != nullptr;
  };
  const std::uint64_t hashed = presence_view::hash(line);
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    const bool possible = !agents_[i]->quiet() || presence_[i].may_hold(hashed);
    if (possible && give(agents_[i]->copy_of(line))) return true;
  }
  const std::uint8_t* newest = nullptr;
  packets_.for_each_with_data(line, [&](const directory_packet& p) {
    if (p.newest) newest = p.data;
  });
  if (give(newest)) return true;
  home_directory& home = *homes_[pages_->find(line)->home];
  for (const node_id owner : home.owners_of(line)) {
    if (owner != no_node && give(agents_[owner]->leaving_copy(line))) return true;
  }
  if (give(home.unwritten(line))) return true;
  return home.debug_memory(line + offset, data, size, false) == size;
}

bool directory_fabric_base::debug_write_line(address_t line, unsigned offset, std::uint8_t* data,
                                             unsigned size) {
  const memory_page& page = *pages_->find(line);
  if (homes_[page.home]->debug_memory(line + offset, data, size, true) != size) return false;
  for (unsigned n = 0; page.replicas && n < nodes(); ++n) {
    if (page.replicas[n]) homes_[n]->debug_memory(line + offset, data, size, true);
  }
  const std::uint64_t hashed = presence_view::hash(line);
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    if (agents_[i]->quiet() && !presence_[i].may_hold(hashed)) continue;
    agents_[i]->debug_update(line, offset, data, size);
  }
  packets_.for_each_with_data(line, [&](directory_packet& p) {
    if (p.offered) {
      homes_[p.to]->rewrite(p, offset, data, size);
    } else {
      std::memcpy(p.data + offset, data, size);
      p.reread = true;
    }
  });
  return true;
}

unsigned directory_fabric_base::debug(address_t address, std::uint8_t* data, unsigned size, bool write) {
  unsigned done = 0;
  debug_writes_ += write;
  while (done < size) {
    const address_t at = address + done;
    if (at >= pages_->size()) {
      device_window* const device = device_at(at);
      return device ? done + device->debug(at, data + done, size - done, write) : done;
    }
    const address_t line = at & ~static_cast<address_t>(parameters_.line - 1);
    const auto offset = static_cast<unsigned>(at - line);
    const unsigned count = std::min(size - done, parameters_.line - offset);
    if (!pages_->find(at)) {
      const address_t first = at & ~(pages_->page_bytes() - 1);
      if (write) {
        std::vector<std::uint8_t>& bytes = unplaced_[first];
        bytes.resize(pages_->page_bytes());
        std::memcpy(&bytes[at - first], data + done, count);
      } else {
        const auto known = unplaced_.find(first);
        if (known == unplaced_.end()) {
          std::memset(data + done, 0, count);
        } else {
          std::memcpy(data + done, &known->second[at - first], count);
        }
      }
    } else if (!(write ? debug_write_line(line, offset, data + done, count)
                       : debug_read_line(line, offset, data + done, count))) {
      break;
    }
    if (write && observer_) observer_->debug_written(at, data + done, count);
    done += count;
  }
  return done;
}

// --- records

time_ps directory_fabric_base::recorded_until(time_ps now) const {
  for (const auto& a : agents_) now = a->oldest(now);
  return now;
}

void directory_fabric_base::record(std::uint64_t transaction, time_ps begin, time_ps end, const char* type,
                                   node_id port, address_t line, const char* outcome) {
  log_->record(
      {transaction << 16, 0, begin, end, type, port_names_[port].c_str(), line, parameters_.line, outcome});
}

// A message is a child of the request that it is a consequence of; what receives it is its agent.
void directory_fabric_base::record_message(const directory_packet& p, time_ps at) {
  const bool to_home = p.destination == home_node;
  const std::string& receiver = to_home ? home_names_[p.to] : port_names_[p.destination];
  const std::string& sender = p.source == home_node ? home_names_[p.from] : port_names_[p.source];
  log_->record({++message_records_ << 16 | 1, p.transaction << 16, p.sent, at, to_string(p.type),
                receiver.c_str(), p.line, carries_data(p.type) ? parameters_.line : 0, sender.c_str()});
}

void directory_fabric_base::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  for (std::size_t n = 0; n < homes_.size(); ++n) {
    homes_[n]->declare_traces(recorder, prefix + "." + home_names_[n]);
  }
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    agents_[i]->declare_traces(recorder, prefix + "." + port_names_[i] + ".agent");
  }
}

}  // namespace mimd
