// Opens traces: finds out what a file is by its content and gives one stream a thread.
//
// A path is a file in one of the formats of line_formats.h, plain or compressed (byte_source.h), giving one
// stream; or a recorded multi-thread program (docs/trace-format.md): its index file, or the directory that
// holds it as "index". Errors are std::runtime_error with one line "FILE[:LINE]: ...".
#ifndef MIMD_TB_TRACES_OPEN_TRACE_H
#define MIMD_TB_TRACES_OPEN_TRACE_H

#include <memory>
#include <string>
#include <vector>

#include "tb/traces/trace_record.h"

namespace mimd::tb {

// The streams of all paths in the order given (`--trace FILE...`: one file a CPU, or one recorded program).
// A recorded multi-thread program stands alone: its lock, barrier and thread numbers mean nothing beside
// another's.
std::vector<std::unique_ptr<trace_stream>> open_traces(const std::vector<std::string>& paths);

// One stream file.
std::unique_ptr<trace_stream> open_stream(const std::string& path);

}  // namespace mimd::tb

#endif
