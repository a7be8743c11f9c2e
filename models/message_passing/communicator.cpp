#include "message_passing/communicator.h"

#include <algorithm>

namespace mimd {

using namespace message_passing;

namespace {

// Calls part(address, bytes) for each run of a set's blocks that lies together, in the set's order.
template <class Part>
void for_each_run(const block_set& s, address_t base, std::uint64_t count, std::uint32_t blocks,
                  unsigned element_bytes, const Part& part) {
  address_t begin = 0;
  std::uint64_t bytes = 0;
  for (std::uint32_t i = 0; i < s.count; ++i) {
    if (s.mask != 0 && (i & s.mask) == 0) continue;
    const auto b = static_cast<std::uint32_t>((std::uint64_t{s.first} + i) % blocks);
    const address_t from = base + part_of(count, blocks, b) * element_bytes;
    const address_t to = base + part_of(count, blocks, b + 1) * element_bytes;
    if (bytes != 0 && from == begin + bytes) {
      bytes += to - from;
      continue;
    }
    if (bytes != 0) part(begin, bytes);
    begin = from;
    bytes = to - from;
  }
  if (bytes != 0) part(begin, bytes);
}

// Where the set's blocks lie together, that place; else 0.
address_t place_of(const block_set& s, address_t base, std::uint64_t count, std::uint32_t blocks,
                   unsigned element_bytes) {
  address_t place = 0;
  unsigned runs = 0;
  for_each_run(s, base, count, blocks, element_bytes, [&](address_t begin, std::uint64_t) {
    place = begin;
    ++runs;
  });
  return runs == 1 ? place : 0;
}

template <class T>
T combined(combination how, T a, T b) {
  switch (how) {
    case combination::minimum:
      return std::min(a, b);
    case combination::maximum:
      return std::max(a, b);
    case combination::sum:
      break;
  }
  return static_cast<T>(a + b);
}

template <class T>
void combine_elements(processor& cpu, address_t own, address_t received, std::uint64_t count, combination how,
                      bool before) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const T mine = cpu.load<T>(own + i * sizeof(T));
    const T theirs = cpu.load<T>(received + i * sizeof(T));
    cpu.store(own + i * sizeof(T), before ? combined(how, theirs, mine) : combined(how, mine, theirs));
  }
  cpu.compute(count);
}

}  // namespace

communicator::communicator(message_endpoint& endpoint, const collective_algorithms& algorithms)
    : endpoint_(endpoint), algorithms_(algorithms), rank_(endpoint.rank()) {}

communicator communicator::group(std::vector<std::uint32_t> members, std::uint32_t context) const {
  communicator part(endpoint_, algorithms_);
  part.members_ = std::move(members);
  part.context_ = context;
  part.rank_ = static_cast<std::uint32_t>(std::find(part.members_.begin(), part.members_.end(), rank_) -
                                          part.members_.begin());
  return part;
}

receive_status communicator::wait(request r) {
  receive_status status = endpoint_.wait(r);
  if (!members_.empty())
    status.source = static_cast<std::uint32_t>(std::find(members_.begin(), members_.end(), status.source) -
                                               members_.begin());
  return status;
}

receive_status communicator::exchange(std::uint32_t to, address_t sent, std::uint64_t sent_bytes,
                                      std::uint32_t from, address_t received, std::uint64_t received_bytes,
                                      std::uint32_t tag) {
  const request in = ireceive(from, tag, received, received_bytes);
  const request out = isend(to, tag, sent, sent_bytes);
  const receive_status status = wait(in);
  wait(out);
  return status;
}

void communicator::barrier() {
  collective(message_passing::collective::barrier, 0, {});
}

void communicator::broadcast(std::uint32_t root, address_t data, std::uint64_t bytes) {
  collective(message_passing::collective::broadcast, root, {data, 0, bytes, element::byte, {}});
}

void communicator::reduce(std::uint32_t root, address_t data, std::uint64_t count, element e,
                          combination how) {
  collective(message_passing::collective::reduce, root, {data, 0, count, e, how});
}

void communicator::allreduce(address_t data, std::uint64_t count, element e, combination how) {
  collective(message_passing::collective::allreduce, 0, {data, 0, count, e, how});
}

void communicator::scan(address_t data, std::uint64_t count, element e, combination how) {
  collective(message_passing::collective::scan, 0, {data, 0, count, e, how});
}

void communicator::gather(std::uint32_t root, address_t data, std::uint64_t bytes) {
  collective(message_passing::collective::gather, root, {data, 0, bytes * size(), element::byte, {}});
}

void communicator::scatter(std::uint32_t root, address_t data, std::uint64_t bytes) {
  collective(message_passing::collective::scatter, root, {data, 0, bytes * size(), element::byte, {}});
}

void communicator::allgather(address_t data, std::uint64_t bytes) {
  collective(message_passing::collective::allgather, 0, {data, 0, bytes * size(), element::byte, {}});
}

void communicator::all_to_all(address_t input, address_t data, std::uint64_t bytes) {
  collective(message_passing::collective::all_to_all, 0, {data, input, bytes * size(), element::byte, {}});
}

void communicator::collective(message_passing::collective c, std::uint32_t root, const vector& v) {
  const collective_stages stages = stages_of(c, algorithms_);
  for (std::uint32_t i = 0; i < stages.count; ++i)
    run_schedule({stages.stage[i].messages, size(), root},
                 collective_tag | context_ << 8 | static_cast<std::uint32_t>(c), v);
}

void communicator::run_schedule(const schedule& plan, std::uint32_t tag, const vector& v) {
  collective_step s;
  for (std::uint32_t index = 0; plan.step(rank(), index, s); ++index) {
    begin_step(plan, s, tag, v);
    if (s.waits) end_steps(plan, v);
  }
  end_steps(plan, v);
}

void communicator::begin_step(const schedule& plan, const collective_step& s, std::uint32_t tag,
                              const vector& v) {
  const unsigned element_bytes = bytes_of(v.kind);
  const std::uint32_t blocks = plan.blocks();
  move(s.before, v);
  incoming in;
  address_t to = 0;
  if (s.receive_from != no_rank) {
    in.step = s;
    in.bytes = elements_of(s.received, v.count, blocks) * element_bytes;
    if (s.how == reception::store) to = place_of(s.received, v.data, v.count, blocks, element_bytes);
    if (to == 0 && in.bytes != 0) to = in.buffer = endpoint_.take_buffer(in.bytes);
  }
  outgoing out;
  address_t from = 0;
  if (s.send_to != no_rank) {
    const address_t base = s.from_input ? v.input : v.data;
    out.bytes = elements_of(s.sent, v.count, blocks) * element_bytes;
    from = place_of(s.sent, base, v.count, blocks, element_bytes);
    // What comes in, now or in a step that begins before this one ends, must not change what is sent.
    const bool overwritten = from < to + in.bytes && to < from + out.bytes;
    if (out.bytes != 0 && (from == 0 || overwritten || !s.waits)) {
      out.buffer = endpoint_.take_buffer(out.bytes);
      address_t next = out.buffer;
      for_each_run(s.sent, base, v.count, blocks, element_bytes, [&](address_t begin, std::uint64_t bytes) {
        copy_with(cpu(), next, begin, bytes);
        next += bytes;
      });
      from = out.buffer;
    }
  }
  if (s.receive_from != no_rank) {
    in.r = ireceive(s.receive_from, tag, to, in.bytes);
    incoming_.push_back(in);
  }
  if (s.send_to != no_rank) {
    out.r = isend(s.send_to, tag, from, out.bytes);
    outgoing_.push_back(out);
  }
}

// All that was begun: first everything is here and has left, then it is put in its place, in order.
void communicator::end_steps(const schedule& plan, const vector& v) {
  for (const outgoing& out : outgoing_) {
    wait(out.r);
    if (out.buffer != 0) endpoint_.give_buffer_back(out.buffer, out.bytes);
  }
  outgoing_.clear();
  for (const incoming& in : incoming_) {
    wait(in.r);
    if (in.buffer == 0) continue;
    address_t from = in.buffer;
    const unsigned element_bytes = bytes_of(v.kind);
    for_each_run(in.step.received, v.data, v.count, plan.blocks(), element_bytes,
                 [&](address_t to, std::uint64_t bytes) {
                   if (in.step.how == reception::store) {
                     copy_with(cpu(), to, from, bytes);
                   } else {
                     combine(to, from, bytes / element_bytes, v, in.step.how == reception::combine_before);
                   }
                   from += bytes;
                 });
    endpoint_.give_buffer_back(in.buffer, in.bytes);
  }
  incoming_.clear();
}

void communicator::combine(address_t own, address_t received, std::uint64_t count, const vector& v,
                           bool before) {
  switch (v.kind) {
    case element::byte:
      return combine_elements<std::uint8_t>(cpu(), own, received, count, v.how, before);
    case element::u32:
      return combine_elements<std::uint32_t>(cpu(), own, received, count, v.how, before);
    case element::u64:
      return combine_elements<std::uint64_t>(cpu(), own, received, count, v.how, before);
    case element::f64:
      return combine_elements<double>(cpu(), own, received, count, v.how, before);
  }
}

void communicator::move(local_move how, const vector& v) {
  const std::uint64_t block = v.count / size();
  const std::uint32_t ranks = size();
  const auto copy = [&](address_t from, std::uint32_t source, std::uint32_t target) {
    copy_with(cpu(), v.data + target * block, from + source * block, block);
  };
  switch (how) {
    case local_move::none:
      break;
    case local_move::copy_own:
      copy(v.input, rank(), rank());
      break;
    case local_move::rotate_in:
      for (std::uint32_t i = 0; i < ranks; ++i) copy(v.input, (rank() + i) % ranks, i);
      break;
    case local_move::rotate_out: {
      const address_t old = endpoint_.take_buffer(v.count);
      copy_with(cpu(), old, v.data, v.count);
      for (std::uint32_t i = 0; i < ranks; ++i) copy(old, i, (rank() + ranks - i) % ranks);
      endpoint_.give_buffer_back(old, v.count);
      break;
    }
  }
}

}  // namespace mimd
