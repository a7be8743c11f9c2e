// A natural logarithm that is the same on every host.
//
// That of a C library differs in its last bit between versions and processors (with and without fused
// multiply-add), and a random gap that is rounded to a cycle may then differ by one. This one is made of
// additions, multiplications and divisions, which IEEE 754 defines to the bit; the project is compiled with
// -ffp-contract=off. Plain C++.
#ifndef MIMD_INFRASTRUCTURE_EXACT_LOG_H
#define MIMD_INFRASTRUCTURE_EXACT_LOG_H

namespace mimd {

// ln(1 - p) for 0 <= p < 1, within 4 units in the last place: -log_of_rest(u) of a uniform u is exponentially
// distributed with mean 1.
double log_of_rest(double p);

}  // namespace mimd

#endif
