// The topologies, by family. `dims` means what each family says; channels between routers take `link_cycles`,
// those to terminals `terminal_cycles`.
//
//   family               dims                      routers, terminals
//   crossbar             {n}                       one router of n terminals
//   ring                 {n}                       a torus of one dimension
//   mesh, torus          radix of each dimension   product of the radices (dimension 0 varies fastest)
//   hypercube            {n}                       2^n
//   flattened-butterfly  radix of each dimension   as a mesh, but every router has a link to each of those
//                                                  that differ from it in one coordinate; coordinates d
//                                                  apart: link_cycles + (d - 1)·length_cycles
//   fat-tree             {k, n}                    k-ary n-tree: n levels of k^(n-1) routers,
//                                                  level 0 the roots;
//                                                  k^n terminals below level n-1
//   butterfly, omega     {k, n}                    n stages of k^(n-1) routers; one way: terminals inject at
//                                                  the first and eject at the last
//   dragonfly            {a, h, p} or {a, h, p, g} g groups (a·h + 1 unless given) of a routers, all joined
//                                                  within a group, each with h channels to other groups and
//                                                  p terminals; channels between groups:
//                                                  link_cycles + length_cycles
//   star                 {n, s1, s2, …}            a tree of switches:
//                                                  n terminals a leaf switch,
//                                                  s1 leaf switches below each switch of the next level,
//                                                  and so on;
//                                                  {n} is one switch
//   file                 none                      what `file` says, see below
//
// Meshes, tori, rings, hypercubes and flattened butterflies take `concentration` terminals a router: those of
// router r are r·concentration and following, unless `terminal_block` lays the terminals out as a finer grid
// of block[d] terminals a router in dimension d. Dimensions of one router have no links; rings of two routers
// have two links between them.
//
// The file: one item a line, # starts a comment; routers are r0…, terminals t0… (all numbers up to the
// largest must be there).
//
//   routers 4
//   terminal t0 r0               injects and ejects at r0
//   terminal t1 r1 r2 cycles 2   injects at r1, ejects at r2; its channels take 2 cycles
//   link r0 r1                   channels both ways
//   channel r1 r2 cycles 3       one way
//
// The geometry follows: Dally and Towles, "Principles and Practices of Interconnection Networks", 2004;
// Petrini and Vanneschi, "k-ary n-trees", 1997; Kim, Dally and Abts, "Flattened butterfly", 2007; Kim, Dally,
// Scott and Abts, "Technology-driven, highly-scalable dragonfly topology", 2008.
#ifndef MIMD_NOC_TOPOLOGIES_H
#define MIMD_NOC_TOPOLOGIES_H

#include <cstdint>
#include <string>
#include <vector>

#include "noc/topology.h"

namespace mimd::noc {

struct topology_parameters {
  std::string family = "mesh";
  std::vector<std::uint32_t> dims{8, 8};
  std::uint32_t concentration = 1;
  std::uint32_t link_cycles = 1;  // at least 1, as terminal_cycles
  std::uint32_t terminal_cycles = 1;
  std::string file;                           // family "file": the graph
  std::vector<std::uint32_t> terminal_block;  // empty, or one number a dimension; their product counts
  std::uint32_t length_cycles = 0;            // of longer channels, as the family says
};

// Throws std::invalid_argument (one line) for an impossible topology, std::runtime_error for a file that
// cannot be read or is wrong (with file and line).
topology make_topology(const topology_parameters& parameters);
std::vector<std::string> topology_names();

}  // namespace mimd::noc

#endif
