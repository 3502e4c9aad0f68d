// SPDX-License-Identifier: Apache-2.0
// How the processes of a lab speak with each other while it is built: whole messages over a pair of connected sockets.
// The end of a process is the end of its channel.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "onlink/base/error.hpp"
#include "onlink/kernel/namespaces.hpp"

namespace onlink::inline v0::lab {

class Channel {
 public:
  // The two ends, for the two sides of a fork().
  [[nodiscard]] static std::expected<std::pair<Channel, Channel>, Error> pair();

  // True when it arrived in the other's queue.
  bool send(const std::string& message) noexcept;
  bool send(const Error& error) noexcept;

  // The next message; an Error that the other side sent, or system when it is gone (`who` names it).
  [[nodiscard]] std::expected<std::string, Error> receive(const std::string& who);

  // An Error that has arrived; nothing when none has. Does not wait.
  [[nodiscard]] std::optional<Error> error_at_hand();

  [[nodiscard]] int fd() const noexcept { return socket_.fd(); }
  void close() noexcept { socket_.reset(); }

 private:
  explicit Channel(int fd) noexcept : socket_(fd) {}
  bool send(char kind, const std::string& message) noexcept;

  kernel::FileDescriptor socket_;
};

}  // namespace onlink::inline v0::lab
