// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/link_ready.hpp"

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

using std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds{2};
constexpr auto poll_interval = std::chrono::microseconds{200};

// Asks `ready` (-> expected<bool, Error>) again and again: the kernel's notifications of these changes are no more
// prompt, and one that came before we listened would be missed.
template <class Ready>
std::expected<void, Error> await(const std::string& what, Ready ready) {
  const auto deadline = steady_clock::now() + patience;
  while (true) {
    const auto now_ready = ready();
    if (!now_ready) return std::unexpected(now_ready.error());
    if (*now_ready) return {};
    if (steady_clock::now() > deadline) return std::unexpected(system_error(ETIMEDOUT, what));
    std::this_thread::sleep_for(poll_interval);
  }
}

std::expected<void, Error> await_link(Netlink& netlink, int index, const char* what, bool Link::* state) {
  return await("interface " + std::to_string(index) + ": " + what, [&]() -> std::expected<bool, Error> {
    const auto link = netlink.find_link(index);
    if (!link) return std::unexpected(link.error());
    return (*link).*state;
  });
}

}  // namespace

std::expected<void, Error> await_running(Netlink& netlink, int index) {
  return await_link(netlink, index, "wait for its carrier", &Link::running);
}

std::expected<void, Error> await_forwarding(Netlink& netlink, int port_index) {
  return await_link(netlink, port_index, "wait for the bridge to forward", &Link::forwarding);
}

std::expected<void, Error> await_address(Netlink& netlink, const IpAddress& address) {
  return await("wait for the address " + to_string(address), [&]() -> std::expected<bool, Error> {
    const auto route = netlink.route_get(address);
    if (!route) return std::unexpected(route.error());
    return route->kind == RouteKind::local;
  });
}

}  // namespace onlink::inline v0::kernel
