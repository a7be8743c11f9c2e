// A file that is written whole or not at all.
//
// Text goes to a temporary file in the same folder; commit() moves it into place in one step, so that a
// reader sees the old file or the new one, whatever happens to the writer. Without a commit() nothing is left
// behind. A symbolic link is followed. What is no regular file (/dev/null, a pipe) is written directly at
// commit(). Errors: file_error, one line that names the file and the reason.
#ifndef MIMD_INFRASTRUCTURE_ATOMIC_FILE_H
#define MIMD_INFRASTRUCTURE_ATOMIC_FILE_H

#include <fstream>
#include <ostream>
#include <stdexcept>
#include <string>

namespace mimd {

struct file_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class atomic_file {
 public:
  explicit atomic_file(const std::string& path);
  ~atomic_file();
  atomic_file(const atomic_file&) = delete;
  atomic_file& operator=(const atomic_file&) = delete;

  std::ostream& stream() { return stream_; }
  void commit();

 private:
  std::string path_;       // as the user wrote it, for messages
  std::string target_;     // links followed
  std::string temporary_;  // == target_ for what is no regular file; "" when done
  std::ofstream stream_;
};

// Throws file_error unless a file of that name could be written now. Changes nothing.
void require_writable(const std::string& path);

}  // namespace mimd

#endif
