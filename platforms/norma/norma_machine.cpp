#include "platforms/norma/norma_machine.h"

#include <algorithm>

#include "platforms/support/network_statistics.h"

namespace mimd {

// Host and memories know nothing of each other but this.
class norma_machine::program final : public tb::workload {
 public:
  program(norma_machine& machine, std::unique_ptr<tb::message_workload> of_ranks)
      : machine_(machine), workload_(std::move(of_ranks)) {}

  void prepare(tb::memory_image&) override {
    for (const auto& n : machine_.nodes_) n->lay_out();
    workload_->prepare(machine_);
  }
  void run(processor& cpu) override { machine_.run_rank(cpu, *workload_); }
  tb::verdict check(tb::memory_image&) override {
    if (machine_.ranks_.unreceived() != 0) return {false, machine_.ranks_.waiting(), {}};
    return workload_->check(machine_);
  }

 private:
  norma_machine& machine_;
  std::unique_ptr<tb::message_workload> workload_;
};

norma_machine::norma_machine(const sc_core::sc_module_name& name, const norma_parameters& parameters,
                             timing_mode timing, std::uint64_t seed, bool)
    : shared_memory_machine(name, parameters, timing, seed),
      parameters_(parameters),
      network_("network", parameters.network.message_network(1, parameters.fidelity)),
      carrier_(network_, parameters.nodes(), parameters.node.driver.packet_bytes, timing, parameters.faults),
      ranks_(parameters.nodes(), parameters.messages) {
  build_processors(parameters_.node.coherence());
  for (unsigned n = 0; n < parameters_.nodes(); ++n) {
    nodes_.push_back(std::make_unique<norma_node>(("node_" + std::to_string(n)).c_str(), n, parameters_,
                                                  parameters_.node, timing, carrier_, ranks_));
    names_.push_back("cpu_" + std::to_string(n));
    nodes_[n]->bind(processor_at(n), cache_at(n), names_[n]);
    ranks_.attach(nodes_[n]->endpoint());
  }
}

norma_machine::~norma_machine() = default;

std::unique_ptr<tb::workload> norma_machine::make_own_workload(const std::string& workload_name) {
  for (const tb::message_workload_description& w : workloads())
    if (w.name == workload_name)
      return std::make_unique<program>(*this, w.make(parameters_.programs.workload));
  return nullptr;
}

void norma_machine::load_messages(std::unique_ptr<tb::message_workload> workload) {
  load_program(std::make_unique<program>(*this, std::move(workload)));
}

// As MPI has it: a rank ends when all have called finalize, so that it answers until then.
void norma_machine::run_rank(processor& p, tb::message_workload& workload) {
  norma_node& n = *nodes_[p.id()];
  n.begin(p, processor_at(p.id()));
  communicator ranks(n.endpoint(), parameters_.algorithms);
  workload.run(ranks);
  if (parameters_.messages.eager_credits != 0) ranks.barrier();
  n.endpoint().finish();
}

void norma_machine::debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) {
  nodes_[0]->bus().debug(address, data, size, write);
}

void norma_machine::when_quiet(std::function<void()> then) {
  when_buses_quiet(0, std::move(then));
}

void norma_machine::when_buses_quiet(unsigned n, std::function<void()> then) {
  if (n == nodes_.size()) return then();
  nodes_[n]->bus().when_quiet(
      [this, n, next = std::move(then)]() mutable { when_buses_quiet(n + 1, std::move(next)); });
}

std::string norma_machine::waiting_inside() const {
  std::string text = ranks_.waiting();
  for (const auto& n : nodes_) {
    const std::string one = n->interface().waiting();
    if (!one.empty()) text += (text.empty() ? "" : "; ") + one;
  }
  return text;
}

time_ps norma_machine::recorded_until(time_ps now) const {
  for (const auto& n : nodes_) now = std::min(now, n->bus().recorded_until(now));
  return now;
}

void norma_machine::record_interconnect(trace_recorder* recorder, transaction_log* log) {
  if (log != nullptr)
    ranks_.observe([this, log](const message_passing::message& m, time_ps at) {
      transaction_record r;
      r.id = ++logged_ << 16 | 1;  // the buses' series begin with 2
      r.begin = m.sent;
      r.end = at;
      r.type = (m.tag & message_passing::collective_tag) != 0 ? "collective" : "message";
      r.agent = names_[m.sender].c_str();
      r.address = m.receiver;
      r.size = static_cast<std::uint32_t>(std::min<std::uint64_t>(m.size, ~std::uint32_t{0}));
      r.outcome = names_[m.receiver].c_str();
      log->record(r);
    });
  for (const auto& n : nodes_) {
    n->bus().set_transaction_log(log, n->number() + 2);
    if (recorder != nullptr)
      n->declare_traces(*recorder, std::string(name()) + ".node_" + std::to_string(n->number()));
  }
}

void norma_machine::register_inside(statistics& all) {
  for (const auto& n : nodes_)
    n->register_statistics(all, "node_" + std::to_string(n->number()), processor_at(n->number()),
                           [this] { return finish_time(); });
  const message_passing::message_counts& k = ranks_.counts();
  all.add("mpi.messages", k.messages, "messages sent");
  all.add("mpi.bytes", k.bytes, "bytes in them");
  all.add("mpi.operations", k.operations, "sends and receives of all ranks");
  all.add("mpi.unexpected", k.unexpected, "messages that came before a receive for them");
  all.add("mpi.rendezvous", k.rendezvous, "messages longer than mpi.eager_limit, or without credit");
  all.add(
      "mpi.lost", [this] { return carrier_.lost(); }, "packets damaged on the way that nobody sent again");
  if (parameters_.faults.reliable) register_reliability(all, [this] { return carrier_.reliability(); });
  all.add(
      "noc.packets", [this] { return carrier_.carried(); }, "packets that the interfaces sent, each once");
  register_latencies(all, "noc.latency", network_.latencies());
  register_hops(all, network_.latencies());
  register_channels(all, network_.structure(),
                    [this](std::uint32_t channel) { return network_.load(channel).flits; });
}

}  // namespace mimd
