// What machines with directories print of their transactions.
#ifndef MIMD_PLATFORMS_DIRECTORY_TRANSACTION_TABLE_H
#define MIMD_PLATFORMS_DIRECTORY_TRANSACTION_TABLE_H

#include <iosfwd>
#include <string>

#include "infrastructure/statistics.h"

namespace mimd {

// By who served them: count, share, mean latency.
void print_transactions(std::ostream& out, const statistics& all);
// ", busiest home 12.3 %"
std::string busiest_home(unsigned nodes, const statistics& all);

}  // namespace mimd

#endif
