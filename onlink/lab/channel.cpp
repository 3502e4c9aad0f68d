// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/channel.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <vector>

#include "onlink/base/text.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::lab {
namespace {

constexpr char message_kind = 'M';
constexpr char error_kind = 'E';
constexpr std::size_t largest_message = std::size_t{64} * 1024;

std::string packed(const Error& error) {
  return std::to_string(static_cast<int>(error.code)) + " " + std::to_string(error.sys_errno) + " " + error.context;
}

Error unpacked(std::string_view text) {
  const auto code = parse_decimal(take_until(text, ' '), static_cast<std::uint32_t>(ErrorCode::system));
  const auto sys_errno = parse_decimal(take_until(text, ' '), 4096);
  return {code ? static_cast<ErrorCode>(*code) : ErrorCode::system, static_cast<int>(sys_errno.value_or(0)),
          std::string(text)};
}

}  // namespace

std::expected<std::pair<Channel, Channel>, Error> Channel::pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::unexpected(kernel::system_error(errno, "create a pair of sockets"));
  }
  return std::pair{Channel(ends[0]), Channel(ends[1])};
}

bool Channel::send(char kind, const std::string& message) noexcept {
  const std::string all = kind + message;
  return ::send(socket_.fd(), all.data(), all.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(all.size());
}
bool Channel::send(const std::string& message) noexcept { return send(message_kind, message); }
bool Channel::send(const Error& error) noexcept { return send(error_kind, packed(error)); }

std::expected<std::string, Error> Channel::receive(const std::string& who) {
  std::string buffer(largest_message, '\0');
  ssize_t size = 0;
  do {
    size = ::recv(socket_.fd(), buffer.data(), buffer.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return std::unexpected(Error{ErrorCode::system, 0, who + ": its process ended while it was set up"});
  buffer.resize(static_cast<std::size_t>(size));
  if (buffer[0] == error_kind) return std::unexpected(unpacked(std::string_view(buffer).substr(1)));
  return buffer.substr(1);
}

std::optional<Error> Channel::error_at_hand() {
  std::string buffer(largest_message, '\0');
  const ssize_t size = ::recv(socket_.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0 || buffer[0] != error_kind) return std::nullopt;
  buffer.resize(static_cast<std::size_t>(size));
  return unpacked(std::string_view(buffer).substr(1));
}

}  // namespace onlink::inline v0::lab
