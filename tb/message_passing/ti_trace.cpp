#include "tb/message_passing/ti_trace.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>

#include "infrastructure/nearest_name.h"
#include "infrastructure/units.h"
#include "tb/traffic/text_fields.h"

namespace mimd::tb {

using message_passing::call;
using message_passing::collective;

namespace {

namespace fs = std::filesystem;
using kind = call::kind;

constexpr std::uint64_t most_elements = std::uint64_t{1} << 48;
constexpr double longest_time = 1e18;  // picoseconds
constexpr std::uint32_t largest_tag = message_passing::collective_tag - 1;
constexpr std::uint32_t exchange_tag =
    message_passing::collective_tag | 100;  // of collectives with a size a rank
constexpr std::array<std::uint64_t, 7> type_sizes{8, 4, 1, 2, 8, 4, 1};
constexpr std::uint64_t of_exchange = std::uint64_t{1} << 63;  // names of their requests

std::uint64_t request_name(bool sends, std::uint32_t peer, std::uint32_t tag) {
  return std::uint64_t{sends} << 62 | std::uint64_t{peer & 0xffffffu} << 32 | tag;
}

}  // namespace

class ti_trace::reader {
 public:
  reader(ti_trace& trace, double rate) : t_(trace), ps_per_flop_(1e12 / rate) {}

  void read(const std::string& path) {
    std::vector<std::string> files;
    bool merged = false;
    {
      text_lines lines(path);
      while (lines.next()) {
        const std::string first(lines.word("file name"));
        merged = files.empty() && lines.more() && first.find_first_not_of("0123456789") == std::string::npos;
        if (merged) break;
        lines.require_end();
        const fs::path beside = fs::path(path).parent_path() / first;
        files.push_back(fs::exists(beside) ? beside.string() : first);
        if (!fs::is_regular_file(files.back()))
          lines.fail("there is no file " + in_quotes(first) + " for this rank");
      }
    }
    if (merged) {
      read_merged(path);
    } else {
      if (files.empty()) throw std::runtime_error(path + ": the trace names no file");
      t_.actions_.resize(files.size());
      for (std::uint32_t r = 0; r < files.size(); ++r) read_rank(files[r], r);
    }
    t_.done_.assign(t_.actions_.size(), 0);
  }

 private:
  void read_rank(const std::string& path, std::uint32_t rank) {
    text_lines lines(path);
    lines_ = &lines;
    rank_ = rank;
    default_type_ = type_sizes.back();
    while (lines.next()) {
      if (number("rank", 0, t_.actions_.size() - 1) != rank)
        lines.fail("this is the file of rank " + std::to_string(rank));
      read_action();
    }
  }

  // Twice: how many ranks there are decides what some actions mean.
  void read_merged(const std::string& path) {
    std::uint64_t last = 0;
    text_lines count(path);
    while (count.next()) last = std::max(last, count.number("rank", 0, (1u << 24) - 1));
    t_.actions_.resize(last + 1);
    std::vector<std::uint64_t> types(last + 1, type_sizes.back());
    text_lines lines(path);
    lines_ = &lines;
    while (lines.next()) {
      rank_ = static_cast<std::uint32_t>(number("rank", 0, last));
      default_type_ = types[rank_];
      read_action();
      types[rank_] = default_type_;
    }
  }

  void read_action() {
    const std::string name(lines_->word("action"));
    ++t_.count_;
    if (name == "init") {
      if (lines_->more()) {
        lines_->word("argument");
        default_type_ = type_sizes.front();
      }
    } else if (name == "finalize" || name == "comm_split" || name == "comm_dup" || name == "comm_size" ||
               name == "location" || name == "test") {
      while (lines_->more()) lines_->word("argument");
    } else if (name == "compute") {
      compute(real("number of flops") * ps_per_flop_);
    } else if (name == "sleep") {
      compute(real("time") * 1e12);
    } else if (name == "send" || name == "isend" || name == "recv" || name == "irecv") {
      point_to_point(name);
    } else if (name == "sendrecv" || name == "sendRecv") {
      send_and_receive();
    } else if (name == "wait") {
      wait();
    } else if (name == "waitall") {
      number("number of requests", 0, most_elements);
      add(kind::wait_all, 0, 0, 0);
    } else if (!read_collective(name) && !read_sized_collective(name)) {
      lines_->fail("there is no action " + in_quotes(name));
    }
    lines_->require_end();
  }

  void point_to_point(const std::string& name) {
    const bool sends = name == "send" || name == "isend";
    const bool waits = name == "send" || name == "recv";
    const std::uint32_t peer = sends ? rank("destination") : source();
    const std::uint32_t tag =
        sends ? static_cast<std::uint32_t>(number("tag", 0, largest_tag)) : tag_or_any();
    const std::uint64_t elements = number("size", 0, most_elements);
    const kind what = sends ? (waits ? kind::send : kind::isend) : waits ? kind::receive : kind::ireceive;
    add(what, peer, tag, elements * optional_type());
  }

  void send_and_receive() {
    const std::uint64_t sent = number("size sent", 0, most_elements);
    const std::uint32_t to = rank("destination");
    const std::uint64_t received = number("size received", 0, most_elements);
    const std::uint32_t from = source();
    const std::uint64_t send_type = optional_type();
    const std::uint64_t receive_type = optional_type();
    begin_exchange();
    receive_part(from, received * receive_type);
    send_part(to, sent * send_type);
    end_exchange();
  }

  void wait() {
    const std::uint32_t from = source();
    const std::uint32_t to = rank("destination");
    const std::uint32_t tag = tag_or_any();
    if (from != rank_ && to != rank_)
      lines_->fail("neither source nor destination of the request is this rank");
    const bool sends = from == rank_;
    add(kind::wait, 0, 0, request_name(sends, sends ? to : from, tag));
  }

  bool read_collective(const std::string& name) {
    static const std::map<std::string, collective> names{
        {"barrier", collective::barrier},     {"bcast", collective::broadcast},
        {"reduce", collective::reduce},       {"allreduce", collective::allreduce},
        {"gather", collective::gather},       {"scatter", collective::scatter},
        {"allgather", collective::allgather}, {"alltoall", collective::all_to_all},
        {"scan", collective::scan},           {"exscan", collective::scan}};
    const auto found = names.find(name);
    if (found == names.end()) return false;
    const collective c = found->second;
    if (c == collective::barrier) {
      add_collective(c, 0, 0);
      return true;
    }
    std::uint64_t elements = number("size", 0, most_elements);
    double flops = 0;
    if (c == collective::reduce || c == collective::allreduce || c == collective::scan) {
      flops = real("number of flops");
    } else if (message_passing::is_by_rank(c)) {
      const std::uint64_t received = number("size received", 0, most_elements);
      if (c == collective::scatter) elements = received;
    }
    std::uint32_t root = 0;
    if (c == collective::broadcast || c == collective::reduce || c == collective::gather ||
        c == collective::scatter)
      root = optional_root();
    const std::uint64_t type = optional_type();
    if (message_passing::is_by_rank(c)) optional_type();
    add_collective(c, root, elements * type);
    if (flops > 0) compute(flops * ps_per_flop_);
    return true;
  }

  bool read_sized_collective(const std::string& name) {
    const auto others = [this](auto part) {
      for (std::uint32_t i = 1; i < ranks(); ++i) part((rank_ + i) % ranks());
    };
    if (name == "gatherv" || name == "allgatherv") {
      const std::uint64_t mine = number("size", 0, most_elements);
      const auto theirs = sizes();
      const bool all = name == "allgatherv";
      const std::uint32_t root = all ? rank_ : optional_root();
      const std::uint64_t send_type = optional_type();
      const std::uint64_t receive_type = optional_type();
      begin_exchange();
      if (root == rank_) others([&](std::uint32_t r) { receive_part(r, theirs[r] * receive_type); });
      if (all) others([&](std::uint32_t r) { send_part(r, mine * send_type); });
      if (root != rank_) send_part(root, mine * send_type);
      end_exchange();
    } else if (name == "scatterv") {
      const auto theirs = sizes();
      const std::uint64_t mine = number("size received", 0, most_elements);
      const std::uint32_t root = optional_root();
      const std::uint64_t send_type = optional_type();
      const std::uint64_t receive_type = optional_type();
      scatter_sizes(theirs, send_type, mine * receive_type, root);
    } else if (name == "alltoallv") {
      number("size of the buffer", 0, most_elements);
      const auto sent = sizes();
      number("size of the buffer", 0, most_elements);
      const auto received = sizes();
      const std::uint64_t send_type = optional_type();
      const std::uint64_t receive_type = optional_type();
      begin_exchange();
      others([&](std::uint32_t r) { receive_part(r, received[r] * receive_type); });
      others([&](std::uint32_t r) { send_part(r, sent[r] * send_type); });
      end_exchange();
    } else if (name == "reducescatter") {
      const auto parts = sizes();
      const double flops = real("number of flops");
      const std::uint64_t type = optional_type();
      if (std::adjacent_find(parts.begin(), parts.end(), std::not_equal_to<>()) != parts.end()) {
        reduce_scatter_by_doubling(parts, type);
      } else {
        add_collective(collective::reduce, 0, parts.size() * parts[0] * type);
        scatter_sizes(parts, type, parts[rank_] * type, 0);
      }
      if (flops > 0) compute(flops * ps_per_flop_);
    } else {
      return false;
    }
    return true;
  }

  void scatter_sizes(const std::vector<std::uint64_t>& parts, std::uint64_t type, std::uint64_t mine,
                     std::uint32_t root) {
    begin_exchange();
    if (rank_ != root) {
      receive_part(root, mine);
    } else {
      for (std::uint32_t r = 0; r < ranks(); ++r)
        if (r != root) send_part(r, parts[r] * type);
    }
    end_exchange();
  }

  // In each round two ranks exchange what the other's tree, of `span` ranks, is still to have: all but the
  // parts of the sender's own. Where a tree has no partner, those of it who were served pass on what they got
  // (Thakur, Rabenseifner, Gropp, 2005, for operations that do not commute).
  void reduce_scatter_by_doubling(const std::vector<std::uint64_t>& parts, std::uint64_t type) {
    const std::uint32_t n = ranks();
    const auto all_but = [&](std::uint32_t first, std::uint32_t span) {
      std::uint64_t sum = 0;
      for (std::uint32_t r = 0; r < n; ++r)
        if (r < first || r >= first + span) sum += parts[r];
      return sum * type;
    };
    for (std::uint32_t span = 1; span < n; span *= 2) {
      const std::uint32_t partner = rank_ ^ span;
      const std::uint32_t mine = rank_ & ~(span - 1);
      const std::uint32_t other = partner & ~(span - 1);
      const std::uint64_t got = all_but(other, span);
      if (partner < n) {
        begin_exchange();
        receive_part(partner, got);
        send_part(partner, all_but(mine, span));
        end_exchange();
      }
      if (other + span <= n || mine + span >= n) continue;
      const std::uint32_t served = n - mine - span;  // of the ranks of this tree
      for (std::uint32_t half = span / 2; half != 0; half /= 2) {
        const std::uint32_t to = rank_ ^ half;
        const std::uint32_t bound = (rank_ & ~(2 * half - 1)) + served;
        begin_exchange();
        if (to > rank_ && rank_ < bound && to >= bound) send_part(to, got);
        if (to < rank_ && to < bound && rank_ >= bound) receive_part(to, got);
        end_exchange();
      }
    }
  }

  // Messages all at once: begun, then waited for in order.
  void begin_exchange() { parts_ = 0; }
  void receive_part(std::uint32_t from, std::uint64_t bytes) { part(kind::ireceive, from, bytes); }
  void send_part(std::uint32_t to, std::uint64_t bytes) { part(kind::isend, to, bytes); }
  void part(kind what, std::uint32_t peer, std::uint64_t bytes) {
    add(what, peer, exchange_tag, bytes);
    ++parts_;
  }
  void end_exchange() {
    for (; parts_ != 0; --parts_) add(kind::wait, 0, 0, of_exchange);
  }

  void compute(double ps) {
    if (!(ps >= 0 && ps <= longest_time)) lines_->fail("this takes no time that can be simulated");
    add(kind::compute, 0, 0, static_cast<std::uint64_t>(std::llround(ps)));
  }

  void add_collective(collective c, std::uint32_t root, std::uint64_t bytes) {
    t_.actions_[rank_].push_back({kind::collective, c, root, 0, bytes});
  }
  void add(kind what, std::uint32_t peer, std::uint32_t tag, std::uint64_t amount) {
    t_.actions_[rank_].push_back({what, collective::barrier, peer, tag, amount});
  }

  std::uint64_t number(const char* what, std::uint64_t low, std::uint64_t high) {
    return lines_->number(what, low, high);
  }
  std::uint32_t rank(const char* what) { return static_cast<std::uint32_t>(number(what, 0, ranks() - 1)); }
  // MPI_ANY_SOURCE and MPI_ANY_TAG are negative.
  std::uint32_t source() {
    const std::string_view word = lines_->word("source");
    if (word.front() == '-') return message_passing::any_source;
    return static_cast<std::uint32_t>(lines_->parse(word, "source", 0, ranks() - 1));
  }
  std::uint32_t tag_or_any() {
    const std::string_view word = lines_->word("tag");
    if (word.front() == '-') return message_passing::any_tag;
    return static_cast<std::uint32_t>(lines_->parse(word, "tag", 0, largest_tag));
  }
  double real(const char* what) {
    const std::string_view word = lines_->word(what);
    try {
      return parse_real(word);
    } catch (const std::invalid_argument&) {
      lines_->fail(std::string("the ") + what + ' ' + in_quotes(word) + " is not a number");
    }
  }
  std::uint64_t optional_type() {
    if (!lines_->more()) return default_type_;
    return type_sizes[number("type", 0, type_sizes.size() - 1)];
  }
  std::uint32_t optional_root() { return lines_->more() ? rank("root") : 0; }
  std::vector<std::uint64_t> sizes() {
    std::vector<std::uint64_t> result;
    for (std::uint32_t r = 0; r < ranks(); ++r) result.push_back(number("size", 0, most_elements));
    return result;
  }
  std::uint32_t ranks() const { return static_cast<std::uint32_t>(t_.actions_.size()); }

  ti_trace& t_;
  double ps_per_flop_;
  text_lines* lines_ = nullptr;
  std::uint32_t rank_ = 0;
  std::uint64_t default_type_ = 1;
  std::uint32_t parts_ = 0;
};

ti_trace::ti_trace(const std::string& path, double flops_per_second) {
  reader(*this, flops_per_second).read(path);
}

bool ti_trace::next(std::uint32_t rank, time_ps, call& c) {
  if (done_[rank] == actions_[rank].size()) return false;
  const action& a = actions_[rank][done_[rank]++];
  c = {};
  c.what = a.what;
  c.which = a.which;
  c.peer = a.peer;
  c.tag = a.tag;
  switch (a.what) {
    case kind::compute:
      c.duration = a.amount;
      break;
    case kind::wait:
      c.request = a.amount;
      break;
    case kind::isend:
    case kind::ireceive:
      c.bytes = a.amount;
      c.request = a.tag == exchange_tag ? of_exchange : request_name(a.what == kind::isend, a.peer, a.tag);
      break;
    default:
      c.bytes = a.amount;
  }
  return true;
}

}  // namespace mimd::tb
