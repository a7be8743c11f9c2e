#include "infrastructure/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "infrastructure/nearest_name.h"

namespace mimd {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw file_error(in_quotes(path) + " cannot be written: " + why);
}

[[noreturn]] void fail(const std::string& path, int error) {
  fail(path, std::generic_category().message(error));
}

// Where path leads when links are followed, also if the last link leads to nothing yet.
fs::path follow(const std::string& path) {
  fs::path target = path;
  std::error_code error;
  for (int links = 0; fs::is_symlink(target, error); ++links) {
    if (links == 40) fail(path, ELOOP);
    const fs::path next = fs::read_symlink(target, error);
    if (error) fail(path, error.value());
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target;
}

fs::path folder_of(const fs::path& target) {
  return target.parent_path().empty() ? fs::path(".") : target.parent_path();
}

}  // namespace

void require_writable(const std::string& path) {
  if (path.empty()) fail(path, "it has no name");
  const fs::path target = follow(path);
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) fail(path, EISDIR);
  if (fs::exists(status) && access(target.c_str(), W_OK) != 0) fail(path, errno);
  if (fs::exists(status) && !fs::is_regular_file(status)) return;
  if (!target.has_filename()) fail(path, EISDIR);
  const fs::path folder = folder_of(target);
  if (!fs::exists(folder, error)) fail(path, "there is no folder " + in_quotes(folder.string()));
  if (!fs::is_directory(folder, error)) fail(path, ENOTDIR);
  if (access(folder.c_str(), W_OK | X_OK) != 0) fail(path, errno);
}

atomic_file::atomic_file(const std::string& path) : path_(path) {
  require_writable(path);
  const fs::path target = follow(path);
  target_ = target.string();
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    temporary_ = target_;
  } else {
    // O_EXCL: two runs that write the same file never share a temporary.
    for (int attempt = 0; temporary_.empty(); ++attempt) {
      const fs::path name =
          folder_of(target) / ("." + target.filename().string() + "." + std::to_string(getpid()) + "." +
                               std::to_string(attempt) + ".tmp");
      const int handle = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (handle < 0 && (errno != EEXIST || attempt == 1000)) fail(path, errno);
      if (handle >= 0) {
        close(handle);
        temporary_ = name.string();
      }
    }
    if (fs::exists(status)) fs::permissions(temporary_, status.permissions(), error);
  }
  stream_.open(temporary_, std::ios::binary);
  if (!stream_) fail(path, errno);
}

atomic_file::~atomic_file() {
  if (!temporary_.empty() && temporary_ != target_) unlink(temporary_.c_str());
}

void atomic_file::commit() {
  errno = 0;
  stream_.close();
  if (!stream_) fail(path_, errno != 0 ? errno : EIO);
  if (temporary_ != target_ && std::rename(temporary_.c_str(), target_.c_str()) != 0) fail(path_, errno);
  temporary_.clear();
}

}  // namespace mimd
