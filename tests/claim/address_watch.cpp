// SPDX-License-Identifier: Apache-2.0
#include "tests/claim/address_watch.hpp"

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "onlink/kernel/netlink_message.hpp"
#include "onlink/run/clock.hpp"

namespace onlink::inline v0::test {
namespace {

constexpr int look_ms = 50;
constexpr int buffer_bytes = 4 << 20;

int open_notices() {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  sockaddr_nl groups{};
  groups.nl_family = AF_NETLINK;
  groups.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&groups), sizeof groups) != 0) {
    throw std::runtime_error("listen to address notices");
  }
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes);
  return fd;
}

std::optional<IpAddress> address_of(int family, const kernel::Attributes<IFA_MAX>& attributes) {
  // On a point-to-point link IFA_ADDRESS is the other end's.
  const std::size_t kind = attributes[IFA_LOCAL] != nullptr ? IFA_LOCAL : IFA_ADDRESS;
  if (family == AF_INET6) {
    const auto octets = attributes.value<std::array<std::uint8_t, 16>>(kind);
    return octets ? std::optional<IpAddress>{Ipv6Address{*octets}} : std::nullopt;
  }
  const auto octets = attributes.value<std::array<std::uint8_t, 4>>(kind);
  return octets ? std::optional<IpAddress>{Ipv4Address::from_octets(*octets)} : std::nullopt;
}

}  // namespace

struct AddressWatch::Socket {
  std::string host{};
  int fd = -1;
};

AddressWatch::AddressWatch(const std::vector<Host>& hosts) {
  for (const Host& host : hosts) host.host->run([&] { sockets_.push_back({host.name, open_notices()}); });
  thread_ = std::thread([this] { watch(); });
}

AddressWatch::~AddressWatch() {
  over_ = true;
  thread_.join();
  for (const Socket& socket : sockets_) ::close(socket.fd);
}

void AddressWatch::watch() {
  std::vector<pollfd> waited;
  for (const Socket& socket : sockets_) waited.push_back({socket.fd, POLLIN, 0});
  alignas(nlmsghdr) char buffer[32768];
  while (!over_) {
    ::poll(waited.data(), waited.size(), look_ms);
    for (const Socket& socket : sockets_) {
      for (ssize_t size = 0; (size = ::recv(socket.fd, buffer, sizeof buffer, 0)) > 0;) {
        auto left = static_cast<int>(size);
        for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer); mnl_nlmsg_ok(message, left);
             message = mnl_nlmsg_next(message, &left)) {
          read(socket.host, *message);
        }
      }
    }
  }
}

void AddressWatch::read(const std::string& host, const nlmsghdr& message) {
  const bool there = message.nlmsg_type == RTM_NEWADDR;
  if (!there && message.nlmsg_type != RTM_DELADDR) return;
  const auto& about = kernel::payload_of<ifaddrmsg>(message);
  const kernel::Attributes<IFA_MAX> attributes(message, sizeof(ifaddrmsg));
  const std::uint32_t flags = attributes.value<std::uint32_t>(IFA_FLAGS).value_or(about.ifa_flags);
  const auto address = address_of(about.ifa_family, attributes);
  if (!address) return;
  take({.host = host,
        .address = *address,
        .usable = there && (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0,
        .duplicate = there && (flags & IFA_F_DADFAILED) != 0});
}

void AddressWatch::take(const Notice& notice) {
  const Instant now = monotonic_now();
  const std::lock_guard lock(mutex_);
  if (notice.duplicate) duplicates_.emplace_back(notice.host, notice.address);
  const auto open = std::ranges::find_if(holdings_, [&](const Holding& holding) {
    return holding.host == notice.host && holding.address == notice.address && !holding.to;
  });
  if (notice.usable && open == holdings_.end()) {
    holdings_.push_back({notice.host, notice.address, now, std::nullopt});
  } else if (!notice.usable && open != holdings_.end()) {
    open->to = now;
  }
}

std::vector<AddressWatch::Holding> AddressWatch::holdings(const IpAddress& address) const {
  const std::lock_guard lock(mutex_);
  std::vector<Holding> found;
  std::ranges::copy_if(holdings_, std::back_inserter(found),
                       [&](const Holding& holding) { return holding.address == address; });
  return found;
}

bool AddressWatch::holds(const std::string& host, const IpAddress& address) const {
  return std::ranges::any_of(holdings(address),
                             [&](const Holding& holding) { return holding.host == host && !holding.to; });
}

bool AddressWatch::found_duplicate(const std::string& host, const IpAddress& address) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(duplicates_, std::pair{host, address}) != duplicates_.end();
}

std::size_t AddressWatch::most_holders(const IpAddress& address) const {
  const std::vector<Holding> all = holdings(address);
  std::size_t most = 0;
  for (const Holding& begun : all) {
    most = std::max(most, static_cast<std::size_t>(std::ranges::count_if(all, [&](const Holding& other) {
                      return other.from <= begun.from && (!other.to || *other.to > begun.from);
                    })));
  }
  return most;
}

}  // namespace onlink::inline v0::test
