// Communication patterns in SimGrid's S4U, for scripts/compare-simgrid: prints the time in seconds at which the last
// rank ends.
//
// usage: simgrid_patterns PLATFORM.xml pingpong|rd|bino|pair|halo BYTES [FARTHEST | GRID...]
#include <simgrid/s4u.hpp>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

namespace {

int ranks;
double bytes;
double last_end = 0;
int token;

sg4::Mailbox* box(int from, int to, int tag = 0) {
  return sg4::Mailbox::by_name(std::to_string(from) + "-" + std::to_string(to) + "-" + std::to_string(tag));
}

void send(int from, int to) {
  box(from, to)->put(&token, static_cast<uint64_t>(bytes));
}
void receive(int from, int to) {
  box(from, to)->get<int>();
}
void exchange(int me, int to, int from) {
  sg4::CommPtr out = box(me, to)->put_async(&token, static_cast<uint64_t>(bytes));
  receive(from, me);
  out->wait();
}

void recursive_doubling(int me) {
  for (int bit = 1; bit < ranks; bit *= 2) exchange(me, me ^ bit, me ^ bit);
}

void binomial(int me) {
  int bit = 1;
  while (bit < ranks && (me & bit) == 0) bit *= 2;
  if (me != 0) receive(me ^ bit, me);
  for (bit /= 2; bit != 0; bit /= 2)
    if (me + bit < ranks) send(me, me + bit);
}

void pairwise(int me) {
  const bool power = (ranks & (ranks - 1)) == 0;
  for (int i = 1; i < ranks; ++i)
    exchange(me, power ? me ^ i : (me + i) % ranks, power ? me ^ i : (me + ranks - i) % ranks);
}

void halo(int me, const std::vector<int>& grid) {
  std::vector<sg4::CommPtr> out;
  std::vector<sg4::CommPtr> in;
  std::vector<void*> got(2 * grid.size());
  int stride = 1;
  for (std::size_t d = 0; d < grid.size(); ++d) {
    const int here = me / stride % grid[d];
    for (int way = 0; way < 2; ++way) {
      const int there = (here + (way == 0 ? 1 : grid[d] - 1)) % grid[d];
      const int peer = me + (there - here) * stride;
      const int face = static_cast<int>(2 * d) + way;
      in.push_back(box(peer, me, face ^ 1)->get_async<void>(&got[static_cast<std::size_t>(face)]));
      out.push_back(box(me, peer, face)->put_async(&token, static_cast<uint64_t>(bytes)));
    }
    stride *= grid[d];
  }
  for (auto& c : out) c->wait();
  for (auto& c : in) c->wait();
}

}  // namespace

int main(int argc, char** argv) {
  sg4::Engine engine(&argc, argv);
  if (argc < 4) {
    std::fprintf(stderr, "usage: simgrid_patterns PLATFORM PATTERN BYTES [FARTHEST | GRID...]\n");
    return 2;
  }
  engine.load_platform(argv[1]);
  const std::string pattern = argv[2];
  bytes = std::atof(argv[3]);
  std::vector<int> rest;
  for (int i = 4; i < argc; ++i) rest.push_back(std::atoi(argv[i]));
  ranks = static_cast<int>(engine.get_host_count());
  for (int me = 0; me < ranks; ++me) {
    const auto run = [me, pattern, rest] {
      if (pattern == "rd") recursive_doubling(me);
      if (pattern == "bino") binomial(me);
      if (pattern == "pair") pairwise(me);
      if (pattern == "halo") halo(me, rest);
      if (pattern == "pingpong" && me == 0) {
        send(0, rest.at(0));
        receive(rest.at(0), 0);
      }
      if (pattern == "pingpong" && me == rest.at(0)) {
        receive(0, me);
        send(me, 0);
      }
      last_end = std::max(last_end, sg4::Engine::get_clock());
    };
    sg4::Actor::create("rank", sg4::Host::by_name("node-" + std::to_string(me)), run);
  }
  engine.run();
  std::printf("%.12g\n", last_end);
  return 0;
}
