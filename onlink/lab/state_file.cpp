// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/state_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::lab {
namespace {

constexpr std::string_view state_suffix = ".state";
constexpr mode_t only_us = S_IRWXU;

bool is_ours(const struct stat& status) {
  return S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// After sudo the variable may still name the directory of another user.
std::string choose_path() {
  struct stat status{};
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && runtime[0] == '/' && ::stat(runtime, &status) == 0 && is_ours(status)) {
    return std::string(runtime) + "/onlink-lab";
  }
  return "/tmp/onlink-lab-" + std::to_string(::geteuid());
}

std::string state_name(const std::string& lab) { return lab + std::string(state_suffix); }

bool lock_at_once(int fd) { return ::flock(fd, LOCK_EX | LOCK_NB) == 0; }

}  // namespace

std::expected<void, Error> write_state(int fd, const RunningLab& lab) {
  const std::string text = to_text(lab);
  const bool written =
      ::ftruncate(fd, 0) == 0 && ::pwrite(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (!written) return std::unexpected(kernel::system_error(errno, "write the state file of lab " + lab.name));
  return {};
}

std::expected<RunningLab, Error> read_state(int fd) {
  std::string text;
  std::array<char, 4096> part{};
  while (true) {
    const ssize_t size = ::pread(fd, part.data(), part.size(), static_cast<off_t>(text.size()));
    if (size < 0) return std::unexpected(kernel::system_error(errno, "read a lab's state file"));
    if (size == 0) return parse_running_lab(text);
    text.append(part.data(), static_cast<std::size_t>(size));
  }
}

std::expected<StateDirectory, Error> StateDirectory::open() {
  std::string path = choose_path();
  if (::mkdir(path.c_str(), only_us) != 0 && errno != EEXIST) {
    return std::unexpected(kernel::system_error(errno, path + ": create the directory of labs"));
  }
  kernel::FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return std::unexpected(kernel::system_error(errno, path + ": open the directory of labs"));
  struct stat status{};
  if (::fstat(directory.fd(), &status) != 0 || !is_ours(status)) {
    return std::unexpected(
        Error{ErrorCode::permission, EPERM, path + ": is not ours alone; remove it, or set XDG_RUNTIME_DIR"});
  }
  return StateDirectory(std::move(path), std::move(directory));
}

std::expected<kernel::FileDescriptor, Error> StateDirectory::lock() const {
  kernel::FileDescriptor file(
      ::openat(directory_.fd(), "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) return std::unexpected(kernel::system_error(errno, path_ + "/lock: open"));
  while (::flock(file.fd(), LOCK_EX) != 0) {
    if (errno != EINTR) return std::unexpected(kernel::system_error(errno, path_ + "/lock: lock"));
  }
  return file;
}

std::expected<StateDirectory::Opened, Error> StateDirectory::open_state(const std::string& lab) const {
  kernel::FileDescriptor file(
      ::openat(directory_.fd(), state_name(lab).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) return std::unexpected(kernel::system_error(errno, path_ + "/" + state_name(lab) + ": open"));
  const bool in_use = !lock_at_once(file.fd());
  return Opened{.file = std::move(file), .in_use = in_use};
}

void StateDirectory::remove(const std::string& lab) const noexcept {
  ::unlinkat(directory_.fd(), state_name(lab).c_str(), 0);
  ::unlink(hosts_path(lab).c_str());
}

std::vector<std::string> StateDirectory::names() const {
  std::vector<std::string> names;
  const auto close = [](DIR* stream) { ::closedir(stream); };
  const std::unique_ptr<DIR, decltype(close)> stream(::opendir(path_.c_str()), close);
  while (const dirent* const entry = stream ? ::readdir(stream.get()) : nullptr) {
    const std::string_view name(std::begin(entry->d_name));
    if (name.ends_with(state_suffix)) names.emplace_back(name.substr(0, name.size() - state_suffix.size()));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace onlink::inline v0::lab
