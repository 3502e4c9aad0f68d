// SPDX-License-Identifier: Apache-2.0
// Linux namespaces (namespaces(7)): a process's own network, and, where it is not root, its own users so that it may
// have one. A namespace lives as long as a process is in it or a descriptor is open to it.
#pragma once

#include <sys/types.h>

#include <expected>
#include <functional>
#include <utility>

#include "onlink/base/error.hpp"

namespace onlink::inline v0::kernel {

// Owns a file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() noexcept = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~FileDescriptor() { reset(); }
  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

// Puts the calling process in a new network namespace whose loopback is up. When it lacks the right to (CAP_SYS_ADMIN),
// it enters a new user namespace first, in which its user and group are root. Errors say what forbids it and how to
// allow it (kernel.unprivileged_userns_clone, user.max_user_namespaces, AppArmor's restriction). REQUIRES: a
// single-threaded process.
[[nodiscard]] std::expected<void, Error> enter_new_network();

// The calling thread's network namespace; that of another process; a new, empty one (loopback up), which the calling
// thread does not enter and which needs CAP_SYS_ADMIN over the calling process's user namespace.
[[nodiscard]] std::expected<FileDescriptor, Error> current_network();
[[nodiscard]] std::expected<FileDescriptor, Error> network_of(pid_t process);
[[nodiscard]] std::expected<FileDescriptor, Error> new_network();

// Moves the calling thread into the network namespace.
[[nodiscard]] std::expected<void, Error> enter_network(int namespace_fd);

// Moves the calling process into the user namespace (when it is another one) and the network namespace of a process.
// REQUIRES: a single-threaded process.
[[nodiscard]] std::expected<void, Error> join_process(pid_t process);

// Runs `work` on a helper thread inside the network namespace and waits for it. Sockets that it opens stay in that
// namespace wherever they are used later.
[[nodiscard]] std::expected<void, Error> run_in_network(int namespace_fd, const std::function<void()>& work);

}  // namespace onlink::inline v0::kernel
