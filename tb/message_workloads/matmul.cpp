// Dense matrix product C = A B on a grid of ranks, each with a block of each matrix.
//
// summa: panels of A go along the rows of the grid, panels of B along its columns, in the order of k, so that
// the result is bit-exact (van de Geijn and Watts, "SUMMA: scalable universal matrix multiplication
// algorithm", 1997). cannon: a square grid of as many ranks as there are, blocks of A move left and of B up;
// the order of k differs from place to place, so the result is compared within the bound of rounding (Cannon,
// 1969).
#include <cmath>
#include <optional>

#include "tb/message_workloads/workloads.h"
#include "tb/problems/matmul_problem.h"
#include "tb/workloads/support.h"

namespace mimd::tb {
namespace {

constexpr std::uint64_t element = sizeof(double);
constexpr std::uint64_t widest_panel = 16;

// One block in private memory.
struct block {
  range rows{0, 0};
  range columns{0, 0};
  address_t at = 0;

  std::uint64_t height() const { return rows.end - rows.begin; }
  std::uint64_t width() const { return columns.end - columns.begin; }
  std::uint64_t bytes() const { return height() * width() * element; }
  address_t place(std::uint64_t i, std::uint64_t j) const {
    return at + ((i - rows.begin) * width() + (j - columns.begin)) * element;
  }
};

void put_block(memory_image& memory, const block& b, const std::vector<double>& matrix, std::uint64_t n) {
  std::vector<double> values;
  for (std::uint64_t i = b.rows.begin; i < b.rows.end; ++i)
    for (std::uint64_t j = b.columns.begin; j < b.columns.end; ++j)
      values.push_back(i < n && j < n ? matrix[i * n + j] : 0.0);
  put(memory, b.at, values);
}

void get_block(memory_image& memory, const block& b, std::vector<double>& matrix, std::uint64_t n) {
  const auto values = get<double>(memory, b.at, b.height() * b.width());
  for (std::uint64_t i = b.rows.begin; i < std::min(n, b.rows.end); ++i)
    for (std::uint64_t j = b.columns.begin; j < std::min(n, b.columns.end); ++j)
      matrix[i * n + j] = values[(i - b.rows.begin) * b.width() + (j - b.columns.begin)];
}

// c = or += a b, element by element; `fresh`: c holds nothing yet.
void multiply(processor& cpu, const block& c, address_t a, std::uint64_t a_pitch, address_t b,
              std::uint64_t b_pitch, std::uint64_t depth, bool fresh) {
  for (std::uint64_t i = 0; i < c.height(); ++i) {
    for (std::uint64_t j = 0; j < c.width(); ++j) {
      const address_t at = c.at + (i * c.width() + j) * element;
      double sum = fresh ? 0.0 : cpu.load<double>(at);
      for (std::uint64_t k = 0; k < depth; ++k)
        sum += cpu.load<double>(a + (i * a_pitch + k) * element) *
               cpu.load<double>(b + (k * b_pitch + j) * element);
      cpu.store(at, sum);
      cpu.compute(2 * depth);
    }
  }
}

class matmul final : public message_workload {
 public:
  explicit matmul(const workload_parameters& p) : p_(p), n_(p.size), cannon_(p.variant == "cannon") {
    const unsigned ranks = p_.processors;
    if (cannon_) {
      while ((rows_ + 1) * (rows_ + 1) <= ranks) ++rows_;
      columns_ = rows_;
      return;
    }
    for (unsigned h = 1; h * h <= ranks; ++h)
      if (ranks % h == 0) rows_ = h;
    columns_ = ranks / rows_;
  }

  void prepare(private_memories& memories) override {
    problem_.emplace(n_, p_.seed);
    local_.resize(rows_ * columns_);
    const std::uint64_t size = (n_ + rows_ - 1) / rows_;  // cannon: of a block, filled up with zeros
    const auto part = [&](unsigned i, unsigned parts) {
      return cannon_ ? range{i * size, (i + 1) * size} : share(n_, 1, i, parts);
    };
    for (unsigned r = 0; r < local_.size(); ++r) {
      memory_image& memory = memories.of(r);
      local& l = local_[r];
      const unsigned i = r / columns_;
      const unsigned j = r % columns_;
      l.a = {part(i, rows_), part(j, columns_), 0};
      l.b = {part(i, rows_), part(j, columns_), 0};
      l.c = {part(i, rows_), part(j, columns_), 0};
      for (block* b : {&l.a, &l.b, &l.c}) b->at = memory.allocate(std::max<std::uint64_t>(b->bytes(), 8));
      l.panel_a = memory.allocate(
          std::max<std::uint64_t>(cannon_ ? 2 * l.a.bytes() : l.a.height() * widest_panel * element, 8));
      l.panel_b = memory.allocate(
          std::max<std::uint64_t>(cannon_ ? 2 * l.b.bytes() : l.b.width() * widest_panel * element, 8));
      put_block(memory, l.a, problem_->a, n_);
      put_block(memory, l.b, problem_->b, n_);
      put(memory, l.c.at, std::vector<double>(l.c.height() * l.c.width(), 0.0));
    }
  }

  void run(communicator& ranks) override {
    if (ranks.rank() >= local_.size()) return;
    for (std::uint64_t i = 0; i < p_.iterations; ++i) {
      if (cannon_) {
        run_cannon(ranks);
      } else {
        run_summa(ranks);
      }
    }
  }

  verdict check(private_memories& memories) override {
    std::vector<double> found(n_ * n_, 0.0);
    for (unsigned r = 0; r < local_.size(); ++r) get_block(memories.of(r), local_[r].c, found, n_);
    const std::vector<double> expected = problem_->result();
    return cannon_ ? within_rounding(found, expected) : compare(found, expected, "C");
  }

 private:
  struct local {
    block a;
    block b;
    block c;
    address_t panel_a = 0;
    address_t panel_b = 0;
  };

  static unsigned owner(std::uint64_t k, std::uint64_t n, unsigned parts) {
    return static_cast<unsigned>(((k + 1) * parts - 1) / n);
  }

  void run_summa(communicator& ranks) {
    const local& l = local_[ranks.rank()];
    const unsigned row = ranks.rank() / columns_;
    const unsigned column = ranks.rank() % columns_;
    std::vector<std::uint32_t> in_row;
    std::vector<std::uint32_t> in_column;
    for (unsigned j = 0; j < columns_; ++j) in_row.push_back(row * columns_ + j);
    for (unsigned i = 0; i < rows_; ++i) in_column.push_back(i * columns_ + column);
    communicator along_row = ranks.group(in_row, 1);
    communicator along_column = ranks.group(in_column, 2);
    for (std::uint64_t k = 0; k < n_;) {
      const unsigned a_owner = owner(k, n_, columns_);
      const unsigned b_owner = owner(k, n_, rows_);
      const std::uint64_t end =
          std::min({k + widest_panel, share(n_, 1, a_owner, columns_).end, share(n_, 1, b_owner, rows_).end});
      const std::uint64_t width = end - k;
      if (a_owner == column) {
        for (std::uint64_t i = l.a.rows.begin; i < l.a.rows.end; ++i)
          copy_with(ranks.cpu(), l.panel_a + (i - l.a.rows.begin) * width * element, l.a.place(i, k),
                    width * element);
      }
      along_row.broadcast(a_owner, l.panel_a, l.a.height() * width * element);
      const address_t b = b_owner == row ? l.b.place(k, l.b.columns.begin) : l.panel_b;
      along_column.broadcast(b_owner, b, width * l.b.width() * element);
      multiply(ranks.cpu(), l.c, l.panel_a, width, b, l.b.width(), width, k == 0);
      k = end;
    }
  }

  void run_cannon(communicator& ranks) {
    const local& l = local_[ranks.rank()];
    const unsigned q = rows_;
    const unsigned i = ranks.rank() / q;
    const unsigned j = ranks.rank() % q;
    const auto at = [q](unsigned row, unsigned column) { return row % q * q + column % q; };
    address_t a = l.panel_a;
    address_t b = l.panel_b;
    address_t next_a = l.panel_a + l.a.bytes();
    address_t next_b = l.panel_b + l.b.bytes();
    ranks.exchange(at(i, j + q - i), l.a.at, l.a.bytes(), at(i, j + i), a, l.a.bytes(), 0);
    ranks.exchange(at(i + q - j, j), l.b.at, l.b.bytes(), at(i + j, j), b, l.b.bytes(), 1);
    for (unsigned step = 0; step < q; ++step) {
      multiply(ranks.cpu(), l.c, a, l.a.width(), b, l.b.width(), l.a.width(), step == 0);
      if (step + 1 == q) break;
      ranks.exchange(at(i, j + q - 1), a, l.a.bytes(), at(i, j + 1), next_a, l.a.bytes(), 2);
      std::swap(a, next_a);
      ranks.exchange(at(i + q - 1, j), b, l.b.bytes(), at(i + 1, j), next_b, l.b.bytes(), 3);
      std::swap(b, next_b);
    }
  }

  // Twice the usual bound of a dot product: n roundings, whatever the order.
  verdict within_rounding(const std::vector<double>& found, const std::vector<double>& expected) const {
    const double unit = 2.3e-16 * 2.0 * static_cast<double>(n_);
    for (std::uint64_t i = 0; i < n_; ++i) {
      for (std::uint64_t j = 0; j < n_; ++j) {
        double size = 0;
        for (std::uint64_t k = 0; k < n_; ++k)
          size += std::abs(problem_->a[i * n_ + k] * problem_->b[k * n_ + j]);
        const std::size_t e = i * n_ + j;
        if (!(std::abs(found[e] - expected[e]) <= unit * size))
          return {false, "C[" + std::to_string(e) + "] is " + std::to_string(found[e]) + ", not " +
                             std::to_string(expected[e])};
      }
    }
    return {true,
            "C: " + std::to_string(found.size()) + " values equal the sequential result within rounding"};
  }

  workload_parameters p_;
  std::uint64_t n_;
  bool cannon_;
  unsigned rows_ = 1;
  unsigned columns_ = 1;
  std::optional<matmul_problem> problem_;
  std::vector<local> local_;
};

}  // namespace

message_workload_description describe_message_matmul() {
  return {
      {"matmul", "dense matrix product C = A B of doubles in blocks", {"summa", "cannon"}, 80, "matrix rows"},
      [](const workload_parameters& p) -> std::unique_ptr<message_workload> {
        return std::make_unique<matmul>(checked(p, describe_message_matmul(), {1, 1u << 14}));
      }};
}

}  // namespace mimd::tb
