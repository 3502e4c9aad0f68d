// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/host_lookup.hpp"

#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "onlink/print/printable.hpp"
#include "onlink/run/clock.hpp"

namespace onlink::inline v0::cli {
namespace {

struct Lookup {
  bool done = false;
  int status = ARES_SUCCESS;
  std::vector<IpAddress> addresses;
};

void append_address(const sockaddr& socket, std::vector<IpAddress>& addresses) {
  std::array<std::uint8_t, 16> octets{};
  if (socket.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &socket, sizeof v4);
    std::memcpy(octets.data(), &v4.sin_addr, sizeof v4.sin_addr);
    addresses.push_back(IpAddress::from_octets(Family::ipv4, octets));
  } else if (socket.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &socket, sizeof v6);
    std::memcpy(octets.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    addresses.push_back(IpAddress::from_octets(Family::ipv6, octets));
  }
}

extern "C" void onlink_host_found(void* argument, int status, int /*timeouts*/, ares_addrinfo* result) {
  Lookup& lookup = *static_cast<Lookup*>(argument);
  lookup.done = true;
  lookup.status = status;
  for (const ares_addrinfo_node* node = result == nullptr ? nullptr : result->nodes; node != nullptr;
       node = node->ai_next) {
    append_address(*node->ai_addr, lookup.addresses);
  }
  if (result != nullptr) ares_freeaddrinfo(result);
}

class Channel {
 public:
  Channel() {
    ares_options options{};
    options.timeout = 1500;
    options.tries = 2;
    ready_ = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS &&
             ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) == ARES_SUCCESS;
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() {
    if (ready_) ares_destroy(channel_);
    ares_library_cleanup();
  }
  [[nodiscard]] bool ready() const noexcept { return ready_; }

  void ask(const std::string& name, std::optional<Family> family, Lookup& lookup) {
    ares_addrinfo_hints hints{};
    hints.ai_family = !family ? AF_UNSPEC : *family == Family::ipv4 ? AF_INET : AF_INET6;
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, onlink_host_found, &lookup);
  }

  // Waits for and works off whatever the channel's sockets have, until `until` at the latest.
  void work(Instant until) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    const auto wanted = static_cast<unsigned>(ares_getsock(channel_, sockets, ARES_GETSOCK_MAXNUM));
    pollfd fds[ARES_GETSOCK_MAXNUM];
    nfds_t count = 0;
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      const bool read = (wanted & 1U << i) != 0, write = (wanted & 1U << (i + ARES_GETSOCK_MAXNUM)) != 0;
      if (read || write)
        fds[count++] = {sockets[i], static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0)), 0};
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - monotonic_now()).count();
    timeval limit{.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000}, next{};
    const timeval* wait = ares_timeout(channel_, &limit, &next);
    ::poll(fds, count, static_cast<int>(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000));
    for (nfds_t i = 0; i < count; ++i) {
      ares_process_fd(channel_, (fds[i].revents & ~POLLOUT) != 0 ? fds[i].fd : ARES_SOCKET_BAD,
                      (fds[i].revents & POLLOUT) != 0 ? fds[i].fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

 private:
  ares_channel channel_ = nullptr;
  bool ready_ = false;
};

Error lookup_error(std::string_view name, int status) {
  const bool absent = status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_EBADNAME;
  const std::string text =
      fmt::format("{}: look up: {}", printable(name), absent ? "no such host" : ares_strerror(status));
  return absent ? usage_error(text) : Error{ErrorCode::system, 0, text};
}

}  // namespace

std::expected<std::vector<IpAddress>, Error> look_up_host(std::string_view name, std::optional<Family> family,
                                                          Duration deadline) {
  Lookup lookup;  // outlives the channel, which calls back when it is destroyed
  Channel channel;
  if (!channel.ready()) return std::unexpected(Error{ErrorCode::system, 0, "cannot set up name look-ups"});
  channel.ask(std::string{name}, family, lookup);
  const Instant until = monotonic_now() + deadline;
  while (!lookup.done && monotonic_now() < until) channel.work(until);
  if (!lookup.done)
    return std::unexpected(
        Error{ErrorCode::system, 0,
              fmt::format("{}: look up: no server answered within {} s", printable(name), to_seconds(deadline))});
  if (lookup.addresses.empty())
    return std::unexpected(lookup_error(name, lookup.status == ARES_SUCCESS ? ARES_ENODATA : lookup.status));
  std::ranges::sort(lookup.addresses);
  const auto repeated = std::ranges::unique(lookup.addresses);
  lookup.addresses.erase(repeated.begin(), repeated.end());
  return std::move(lookup.addresses);
}

}  // namespace onlink::inline v0::cli
