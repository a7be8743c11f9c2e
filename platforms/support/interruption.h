// Ctrl-C (SIGINT) and SIGTERM: the first asks for an orderly end, the second kills.
#ifndef MIMD_PLATFORMS_SUPPORT_INTERRUPTION_H
#define MIMD_PLATFORMS_SUPPORT_INTERRUPTION_H

namespace mimd::interruption {

void catch_signals();  // to be called first in a program, so that early signals count as well
bool requested();      // has one come? Callable from any thread

}  // namespace mimd::interruption

#endif
