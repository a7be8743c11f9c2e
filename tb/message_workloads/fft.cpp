// Radix-2 fast Fourier transform, the values divided in blocks among a power of two of the ranks: first
// everybody sends everybody the values that bit reversal moves there; butterflies within a block need no
// message, those between blocks exchange whole blocks. Each value is computed as on shared memory.
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/fft_problem.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t element = sizeof(complex_number);

complex_number load(processor& cpu, address_t at) {
  return {cpu.load<double>(at), cpu.load<double>(at + 8)};
}
void store(processor& cpu, address_t at, complex_number x) {
  cpu.store(at, x.re);
  cpu.store(at + 8, x.im);
}

class fft final : public message_workload {
 public:
  explicit fft(const workload_parameters& p) : p_(p), n_(p.size) {
    fft_problem::check_size(n_);
    while (2 * active_ <= std::min<std::uint64_t>(p_.processors, n_)) active_ *= 2;
    block_ = n_ / active_;
  }

  void prepare(private_memories& memories) override {
    problem_.emplace(n_, p_.seed);
    for (unsigned r = 0; r < active_; ++r) {
      memory_image& memory = memories.of(r);
      local l{};
      for (address_t* a : {&l.input, &l.work, &l.other, &l.packed}) *a = memory.allocate(block_ * element);
      l.twiddles = memory.allocate(std::max<std::uint64_t>(n_ / 2, 1) * element);
      const auto first = problem_->input.begin() + static_cast<std::ptrdiff_t>(r * block_);
      put(memory, l.input, std::vector<complex_number>(first, first + static_cast<std::ptrdiff_t>(block_)));
      put(memory, l.twiddles, problem_->twiddles);
      local_.push_back(l);
    }
  }

  void run(communicator& ranks) override {
    if (ranks.rank() >= active_) return;
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      reverse(ranks);
      for (std::uint64_t half = 1; half < block_; half *= 2) butterflies(ranks, half);
      for (std::uint64_t half = block_; half < n_; half *= 2) between_blocks(ranks, half);
    }
  }

  verdict check(private_memories& memories) override {
    const std::vector<complex_number> expected = problem_->result();
    const std::string wrong = problem_->wrong(expected);
    if (!wrong.empty()) return {false, wrong};
    std::vector<complex_number> found;
    for (unsigned r = 0; r < active_; ++r) {
      const auto part = get<complex_number>(memories.of(r), local_[r].work, block_);
      found.insert(found.end(), part.begin(), part.end());
    }
    return compare(flat(found), flat(expected), "re, im");
  }

 private:
  struct local {
    address_t input;
    address_t work;
    address_t other;   // a block from elsewhere
    address_t packed;  // what is sent to one rank after the other
    address_t twiddles;
  };

  // Element i of the reordered values is input reversed(i). What rank s has for rank r, in the order of i:
  template <class Body>
  void for_each_moved(std::uint64_t s, std::uint64_t r, const Body& body) const {
    for (std::uint64_t i = r * block_; i < (r + 1) * block_; ++i) {
      const std::uint64_t from = problem_->reversed(i);
      if (from / block_ == s) body(from % block_, i % block_);
    }
  }

  void reverse(communicator& ranks) {
    processor& cpu = ranks.cpu();
    const std::uint64_t me = ranks.rank();
    const local& l = local_[me];
    std::vector<communicator::request> sent;
    std::vector<std::pair<communicator::request, std::uint64_t>> open;
    address_t in = l.other;
    std::vector<address_t> places(active_, 0);
    for (std::uint64_t s = 0; s < active_; ++s) {
      std::uint64_t count = 0;
      for_each_moved(s, me, [&count](std::uint64_t, std::uint64_t) { ++count; });
      if (count == 0 || s == me) continue;
      places[s] = in;
      open.emplace_back(ranks.ireceive(static_cast<std::uint32_t>(s), 0, in, count * element), s);
      in += count * element;
    }
    address_t out = l.packed;
    for (std::uint64_t turn = 0; turn < active_; ++turn) {
      const std::uint64_t r = (me + turn) % active_;
      const address_t begin = out;
      for_each_moved(me, r, [&](std::uint64_t from, std::uint64_t to) {
        const complex_number x = load(cpu, l.input + from * element);
        if (r == me) {
          store(cpu, l.work + to * element, x);
        } else {
          store(cpu, out, x);
          out += element;
        }
        cpu.compute(4);
      });
      if (out != begin) sent.push_back(ranks.isend(static_cast<std::uint32_t>(r), 0, begin, out - begin));
    }
    for (const auto& [request, s] : open) {
      ranks.wait(request);
      address_t from = places[s];
      for_each_moved(s, me, [&](std::uint64_t, std::uint64_t to) {
        store(cpu, l.work + to * element, load(cpu, from));
        from += element;
      });
    }
    for (const communicator::request r : sent) ranks.wait(r);
  }

  void butterflies(communicator& ranks, std::uint64_t half) {
    processor& cpu = ranks.cpu();
    const local& l = local_[ranks.rank()];
    for (std::uint64_t pair = 0; pair < block_ / 2; ++pair) {
      const std::uint64_t offset = pair & (half - 1);
      const address_t at = l.work + (2 * (pair - offset) + offset) * element;
      const complex_number w = load(cpu, l.twiddles + offset * (n_ / 2 / half) * element);
      const complex_number x = load(cpu, at);
      const complex_number t = product(w, load(cpu, at + half * element));
      store(cpu, at, {x.re + t.re, x.im + t.im});
      store(cpu, at + half * element, {x.re - t.re, x.im - t.im});
      cpu.compute(10);
    }
  }

  // This block has one side of all its butterflies.
  void between_blocks(communicator& ranks, std::uint64_t half) {
    processor& cpu = ranks.cpu();
    const std::uint64_t me = ranks.rank();
    const local& l = local_[me];
    const auto partner = static_cast<std::uint32_t>(me ^ (half / block_));
    ranks.exchange(partner, l.work, block_ * element, partner, l.other, block_ * element, 1);
    const bool lower = partner > me;
    for (std::uint64_t i = 0; i < block_; ++i) {
      const std::uint64_t offset = (me * block_ + i) & (half - 1);
      const complex_number w = load(cpu, l.twiddles + offset * (n_ / 2 / half) * element);
      const complex_number own = load(cpu, l.work + i * element);
      const complex_number other = load(cpu, l.other + i * element);
      const complex_number x = lower ? own : other;
      const complex_number t = product(w, lower ? other : own);
      store(cpu, l.work + i * element,
            lower ? complex_number{x.re + t.re, x.im + t.im} : complex_number{x.re - t.re, x.im - t.im});
      cpu.compute(8);
    }
  }

  workload_parameters p_;
  std::uint64_t n_;
  std::uint64_t active_ = 1;
  std::uint64_t block_ = 1;
  std::optional<fft_problem> problem_;
  std::vector<local> local_;
};

}  // namespace

message_workload_description describe_message_fft() {
  return {{"fft", "radix-2 fast Fourier transform of complex doubles in blocks", {}, 8192, "elements"},
          [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
            return std::make_unique<fft>(checked(p, describe_message_fft(), {2, 1u << 26}));
          }};
}

}  // namespace mimd::tb
