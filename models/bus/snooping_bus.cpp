#include "bus/snooping_bus.h"

#include <sstream>
#include <stdexcept>

namespace mimd {

namespace {

const bus_parameters& checked(const bus_parameters& p) {
  const std::string complaint = p.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

const char* to_string(bus_transaction transaction) {
  static const char* const names[bus_transaction_count] = {"-",     "BusRd",  "BusRdX",  "BusUpgr",
                                                           "BusWT", "BusUpd", "BusUpdM", "BusWB",
                                                           "IoRd",  "IoWr",   "DevRd",   "DevWr"};
  return names[static_cast<unsigned>(transaction)];
}

std::string bus_parameters::check() const {
  if (period == 0) return "bus.clock must be below 1 THz";
  if (width == 0 || (width & (width - 1)) != 0) return "bus.width must be a power of two";
  if (address_cycles == 0) return "bus.address_cycles must be at least 1";
  if (split && outstanding == 0) return "bus.outstanding must be at least 1";
  if (service % period != 0 && !asynchronous) return "the service time must be a multiple of the bus cycle";
  if (line < 16 || (line & (line - 1)) != 0) return "the line size must be a power of two, at least 16 B";
  return {};
}

snooping_bus_base::snooping_bus_base(const sc_core::sc_module_name& name, const bus_parameters& parameters,
                                     const snooping_protocol& protocol, timing_mode timing,
                                     unsigned coherent_masters, unsigned plain_masters, unsigned targets)
    : sc_module(name),
      coherent("coherent", coherent_masters),
      parameters_(checked(parameters)),
      address_phase_(parameters.address_cycles * parameters.period),
      width_shift_(static_cast<unsigned>(__builtin_ctz(parameters.width))),
      protocol_(protocol),
      timing_(timing),
      agenda_(agenda::of_simulation()),
      arbiter_(parameters.policy, coherent_masters + plain_masters),
      masters_(coherent_masters + plain_masters),
      tenure_(parameters.asynchronous ? 1 : parameters.period),
      data_bus_(parameters.asynchronous ? 1 : parameters.period),
      expected_fetch_(0) {
  for (unsigned i = 0; i < masters_.size(); ++i) {
    links_.push_back(std::make_unique<bus_master_link>(*this, i));
    masters_[i].name = "master " + std::to_string(i);
  }
  for (unsigned i = 0; i < coherent_masters; ++i) coherent[i].bind(*links_[i]);
  for (unsigned i = 0; i < plain_masters; ++i) {
    plain_agents_.push_back(
        std::make_unique<plain_agent>(*links_[coherent_masters + i], parameters.line, timing));
    masters_[coherent_masters + i].agent = plain_agents_.back().get();
  }
  for (unsigned i = 0; i < targets; ++i)
    target_ports_.push_back(std::make_unique<initiator_port>(static_cast<initiator_port::client&>(*this)));
  if (parameters.service > 0) parameters_.split = false;
  if (timing == timing_mode::loose) {
    idle_.push_back(&loose_);
    SC_HAS_PROCESS(snooping_bus_base);
    SC_THREAD(carry_out_posted);
    SC_METHOD(give_turns);
    sensitive << next_turn_;
    dont_initialize();
  } else {
    const unsigned slots = parameters_.split ? parameters.outstanding : 1;
    for (unsigned i = 0; i < slots; ++i) {
      slots_.push_back(std::make_unique<transaction>(*this));
      idle_.push_back(slots_.back().get());
    }
    in_flight_.reserve(slots);
  }
  counters_.by_master.resize(masters_.size());
}

void snooping_bus_base::map(unsigned target, address_t begin, std::uint64_t size, bool device) {
  if (target >= target_ports_.size()) throw std::invalid_argument("bus: no target " + std::to_string(target));
  if (size == 0 || begin % parameters_.line != 0 || size % parameters_.line != 0) {
    throw std::invalid_argument("bus: region " + std::to_string(begin) + " + " + std::to_string(size) +
                                " is not a multiple of the line size");
  }
  for (const region& r : regions_) {
    if (begin < r.begin + r.size && r.begin < begin + size) {
      throw std::invalid_argument("bus: region " + std::to_string(begin) + " overlaps region " +
                                  std::to_string(r.begin));
    }
  }
  regions_.push_back({begin, size, target, device});
}

void snooping_bus_base::set_observer(coherence_observer* observer, unsigned first, unsigned first_plain) {
  observer_ = observer;
  first_agent_ = first;
  first_plain_agent_ = first_plain;
  for (unsigned i = 0; i < plain_agents_.size(); ++i)
    plain_agents_[i]->set_observer(observer, first_plain + i);
}

void snooping_bus_base::end_of_elaboration() {
  for (unsigned i = 0; i < coherent.size(); ++i) {
    masters_[i].agent = dynamic_cast<coherence_backward*>(coherent[i].get_base_port().get_interface());
  }
  turns_ = parameters_.turns && outer_ == nullptr;
  if (turns_ && parameters_.split) flights_.reserve(parameters_.outstanding);
  for (const master& m : masters_) presence_.push_back(m.agent ? m.agent->presence() : presence_view{});
}

region_kind snooping_bus_base::kind_of(address_t address) const {
  const region* r = find_region(address);
  return !r ? region_kind::nothing : r->device ? region_kind::device : region_kind::memory;
}

time_ps snooping_bus_base::recorded_until(time_ps now) const {
  time_ps oldest = now;
  for (const master& m : masters_) {
    for (const coherence_request* r = m.head; r; r = r->next) oldest = std::min(oldest, r->arrival);
  }
  for (const transaction* t : in_flight_) oldest = std::min(oldest, t->request->arrival);
  if (timing_ == timing_mode::loose && idle_.empty()) oldest = std::min(oldest, loose_.request->arrival);
  return oldest;
}

std::string snooping_bus_base::waiting() const {
  std::ostringstream out;
  for (const master& m : masters_) {
    for (const coherence_request* r = m.head; r; r = r->next) {
      out << m.name << " waits with " << to_string(r->event) << " of line 0x" << std::hex << r->line
          << std::dec << "; ";
    }
  }
  for (const transaction* t : in_flight_) {
    out << masters_[t->request->master].name << " holds the bus with " << to_string(t->type) << " of line 0x"
        << std::hex << t->request->line << std::dec << "; ";
  }
  return out.str();
}

void snooping_bus_base::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  std::vector<std::string> types{"idle"};
  for (unsigned i = 1; i < bus_transaction_count; ++i)
    types.push_back(to_string(static_cast<bus_transaction>(i)));
  recorder.declare(traced_type_, prefix + ".transaction", trace_kind::words(types));
  recorder.declare(traced_master_, prefix + ".master", trace_kind::integer(16, trace_kind::radix::decimal));
  recorder.declare(traced_address_, prefix + ".address", trace_kind::integer(64));
}

}  // namespace mimd
