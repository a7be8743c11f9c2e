#include "message_passing/process_layer.h"

namespace mimd::message_passing {

namespace {

constexpr std::uint32_t collectives = 9;

}  // namespace

process_layer::process_layer(message_engine& engine, operation_stream& stream,
                             const collective_algorithms& algorithms)
    : engine_(engine), stream_(stream), processes_(engine.ranks()) {
  for (std::uint32_t c = 0; c < collectives; ++c)
    stages_.push_back(stages_of(static_cast<collective>(c), algorithms));
}

// Until something has to be waited for. Whatever is posted comes back through progressed(), perhaps at once.
void process_layer::advance(std::uint32_t rank) {
  call c;
  do {
    processes_[rank].state = blocked::no;
    if (!stream_.next(rank, engine_.free_at(rank), c)) {
      processes_[rank].state = blocked::ended;
      engine_.finish(rank);
      return;
    }
  } while (at_once(rank, c));
}

// True if the call is done and has posted nothing.
bool process_layer::at_once(std::uint32_t rank, const call& c) {
  process& p = processes_[rank];
  operation o;
  o.peer = c.peer;
  o.tag = c.tag;
  o.amount = c.what == call::kind::compute ? c.duration : c.bytes;
  o.cookie = blocking;
  p.state = blocked::until_done;
  switch (c.what) {
    case call::kind::compute:
      break;
    case call::kind::send:
      o.what = operation::kind::send;
      break;
    case call::kind::receive:
      o.what = operation::kind::receive;
      break;
    case call::kind::isend:
    case call::kind::ireceive:
      o.what = c.what == call::kind::isend ? operation::kind::send : operation::kind::receive;
      o.cookie = first_request + add_request(p, c.request);
      p.state = blocked::until_begun;
      break;
    case call::kind::wait:
      return is_done(rank, c.request);
    case call::kind::wait_all:
      p.state = blocked::until_all;
      if (p.outstanding != 0) return false;
      while (p.first_request != none) remove_request(p, p.first_request);
      return true;
    case call::kind::collective:
      p.state = blocked::in_collective;
      p.which = c.which;
      p.root = c.peer == any_source ? 0 : c.peer;
      p.bytes = is_by_rank(c.which) ? c.bytes * engine_.ranks() : c.bytes;
      p.stage = 0;
      p.index = 0;
      return next_step(rank);
  }
  engine_.post(rank, o);
  return false;
}

void process_layer::progressed(std::uint32_t rank, std::uint32_t cookie, progress p) {
  if (cookie == part_of_collective) return message_progressed(rank, p);
  if (cookie == blocking) {
    if (has_ended(p)) advance(rank);
    return;
  }
  if (has_ended(p)) request_done(rank, cookie - first_request);
  if (has_begun(p)) advance(rank);
}

std::uint32_t process_layer::add_request(process& p, std::uint64_t name) {
  std::uint32_t i = free_request_;
  if (i == none) {
    i = static_cast<std::uint32_t>(requests_.size());
    requests_.emplace_back();
  } else {
    free_request_ = requests_[i].next;
  }
  requests_[i] = {none, false, name};
  (p.first_request == none ? p.first_request : requests_[p.last_request].next) = i;
  p.last_request = i;
  ++p.outstanding;
  return i;
}

void process_layer::remove_request(process& p, std::uint32_t i) {
  std::uint32_t before = none;
  for (std::uint32_t r = p.first_request; r != i; r = requests_[r].next) before = r;
  (before == none ? p.first_request : requests_[before].next) = requests_[i].next;
  if (p.last_request == i) p.last_request = before;
  requests_[i].next = free_request_;
  free_request_ = i;
}

bool process_layer::is_done(std::uint32_t rank, std::uint64_t name) {
  process& p = processes_[rank];
  std::uint32_t i = p.first_request;
  while (i != none && requests_[i].name != name) i = requests_[i].next;
  if (i == none)
    throw program_error("rank " + std::to_string(rank) + " waits for a request that it has not made");
  if (requests_[i].done) {
    remove_request(p, i);
    return true;
  }
  p.state = blocked::until_request;
  p.awaited = i;
  return false;
}

void process_layer::request_done(std::uint32_t rank, std::uint32_t i) {
  process& p = processes_[rank];
  requests_[i].done = true;
  --p.outstanding;
  if (p.state == blocked::until_request && p.awaited == i) {
    remove_request(p, i);
    advance(rank);
  } else if (p.state == blocked::until_all && p.outstanding == 0) {
    while (p.first_request != none) remove_request(p, p.first_request);
    advance(rank);
  }
}

void process_layer::message_progressed(std::uint32_t rank, progress what) {
  process& p = processes_[rank];
  if (has_begun(what)) --p.to_begin;
  if (has_ended(what)) --p.to_end;
  if (p.to_begin == 0 && (p.to_end == 0 || !p.step_waits) && next_step(rank)) advance(rank);
}

// Posts the next step of the rank's collective; true if there is none left.
bool process_layer::next_step(std::uint32_t rank) {
  process& p = processes_[rank];
  const collective_stages& stages = stages_[static_cast<std::size_t>(p.which)];
  while (p.stage < stages.count) {
    const collective_stage& stage = stages.stage[p.stage];
    const schedule plan{stage.messages, engine_.ranks(), p.root};
    collective_step s;
    const bool network = stage.network != network_operation::none;
    if (network ? p.index != 0 : !plan.step(rank, p.index, s)) {
      ++p.stage;
      p.index = 0;
      continue;
    }
    ++p.index;
    if (network) {
      p.to_begin = 0;
      p.to_end = 1;
      p.step_waits = true;
      engine_.enter(rank, stage.network, p.bytes, part_of_collective);
      return false;
    }
    const bool sends = s.send_to != no_rank;
    const bool receives = s.receive_from != no_rank;
    if (!sends && !receives) continue;  // only moves of its own data
    p.step_waits = s.waits;
    p.to_begin = (sends ? 1u : 0u) + (receives ? 1u : 0u);
    p.to_end += p.to_begin;
    operation o;
    o.tag = collective_tag | static_cast<std::uint32_t>(p.which);
    o.cookie = part_of_collective;
    const std::uint64_t bytes = p.bytes;
    if (receives) {
      o.what = operation::kind::receive;
      o.peer = s.receive_from;
      o.amount = elements_of(s.received, bytes, plan.blocks());
      engine_.post(rank, o);
    }
    if (sends) {
      o.what = operation::kind::send;
      o.peer = s.send_to;
      o.amount = elements_of(s.sent, bytes, plan.blocks());
      engine_.post(rank, o);
    }
    return false;
  }
  return true;
}

std::string process_layer::waiting(std::uint32_t rank) const {
  switch (processes_[rank].state) {
    case blocked::in_collective:
      return "waits in a collective operation";
    case blocked::until_request:
      return "waits for a request";
    case blocked::until_all:
      return "waits for its requests";
    default:
      return {};
  }
}

}  // namespace mimd::message_passing
