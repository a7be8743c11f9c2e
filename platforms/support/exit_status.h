// What a machine's exit status says.
#ifndef MIMD_PLATFORMS_SUPPORT_EXIT_STATUS_H
#define MIMD_PLATFORMS_SUPPORT_EXIT_STATUS_H

namespace mimd {

enum exit_status : int {
  good = 0,
  wrong_result = 1,  // the program's result is wrong, or coherence was violated
  usage = 2,         // a wrong option, value or input
  stopped = 3,       // deadlock, --max-time, or a model gave up
  interrupted = 130  // SIGINT or SIGTERM; partial statistics were written
};

}  // namespace mimd

#endif
