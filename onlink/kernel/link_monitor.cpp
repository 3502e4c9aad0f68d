// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/link_monitor.hpp"

#include <linux/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

#include "onlink/kernel/netlink_message.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

constexpr std::size_t receive_size = 32768;

}  // namespace

struct LinkMonitor::State {
  State(Netlink asking, int link) : netlink(std::move(asking)), index(link) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (socket != nullptr) mnl_socket_close(socket);
  }

  std::expected<void, Error> listen() {
    socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket == nullptr) return std::unexpected(system_error(errno, "open rtnetlink socket"));
    if (mnl_socket_bind(socket, RTMGRP_LINK, MNL_SOCKET_AUTOPID) < 0) {
      return std::unexpected(system_error(errno, "listen to link notices"));
    }
    return {};
  }

  // As it is now: the first look, and after notices were lost.
  std::expected<void, Error> look(Seen& seen) {
    Request request(RTM_GETLINK, 0);
    request.payload<ifinfomsg>().ifi_index = index;
    request.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    auto asked = netlink.transact(request.header(), "interface " + std::to_string(index),
                                  [&](const nlmsghdr& message) { take(message, seen); });
    if (asked || asked.error().sys_errno != ENODEV) return asked;
    seen.gone = true;
    return {};
  }

  void take(const nlmsghdr& message, Seen& seen) {
    const bool removed = message.nlmsg_type == RTM_DELLINK;
    if (!removed && message.nlmsg_type != RTM_NEWLINK) return;
    if (mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg)) return;
    const auto& info = payload_of<ifinfomsg>(message);
    // A bridge tells of its ports in messages of its own family; one that leaves it is not deleted.
    if (info.ifi_index != index || info.ifi_family != AF_UNSPEC) return;
    if (removed) {
      seen.gone = seen.went_down = true;
      return;
    }
    const Attributes<IFLA_MAX> attributes(message, sizeof(ifinfomsg));
    const auto changes = attributes.value<std::uint32_t>(IFLA_CARRIER_CHANGES).value_or(carrier_changes);
    const bool runs = (info.ifi_flags & IFF_UP) != 0 && (info.ifi_flags & IFF_RUNNING) != 0;
    if (!runs || (up && changes != carrier_changes)) seen.went_down = true;
    up = runs;
    carrier_changes = changes;
  }

  void deliver(std::size_t size, Seen& seen) {
    const nlmsghdr* message = buffer.data();
    for (int left = static_cast<int>(size); mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      take(*message, seen);
    }
  }

  Netlink netlink;
  int index;
  mnl_socket* socket = nullptr;
  bool up = false;
  std::uint32_t carrier_changes = 0;
  std::vector<nlmsghdr> buffer = std::vector<nlmsghdr>(receive_size / sizeof(nlmsghdr));
};

LinkMonitor::LinkMonitor(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
LinkMonitor::LinkMonitor(LinkMonitor&&) noexcept = default;
LinkMonitor& LinkMonitor::operator=(LinkMonitor&&) noexcept = default;
LinkMonitor::~LinkMonitor() = default;

std::expected<LinkMonitor, Error> LinkMonitor::open(int index) {
  auto netlink = Netlink::open();
  if (!netlink) return std::unexpected(netlink.error());
  auto state = std::make_unique<State>(*std::move(netlink), index);
  if (auto listening = state->listen(); !listening) return std::unexpected(listening.error());
  Seen first;
  if (auto looked = state->look(first); !looked) return std::unexpected(looked.error());
  if (first.gone) {
    return std::unexpected(
        Error{ErrorCode::no_interface, ENODEV, "interface " + std::to_string(index) + ": no such interface"});
  }
  return LinkMonitor(std::move(state));
}

int LinkMonitor::fd() const noexcept { return mnl_socket_get_fd(state_->socket); }

std::expected<LinkMonitor::Seen, Error> LinkMonitor::read() {
  Seen seen;
  while (true) {
    const auto size = mnl_socket_recvfrom(state_->socket, state_->buffer.data(), receive_size);
    if (size >= 0) {
      state_->deliver(static_cast<std::size_t>(size), seen);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) break;
    if (errno != ENOBUFS) return std::unexpected(system_error(errno, "read link notices"));
    if (auto looked = state_->look(seen); !looked) return std::unexpected(looked.error());
  }
  seen.up_now = state_->up && !seen.gone;
  return seen;
}

}  // namespace onlink::inline v0::kernel
