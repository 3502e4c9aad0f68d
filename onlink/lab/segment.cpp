// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/segment.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/system_error.hpp"
#include "onlink/lab/host_process.hpp"

namespace onlink::inline v0::lab {
namespace {

using Done = std::expected<void, Error>;

// Without fe80:: addresses of its own the segment stays silent: it is a switch.
Done bring_up_silently(kernel::Netlink& netlink, int index) {
  auto done = kernel::change_link(netlink, index, {.automatic_link_local = false});
  if (done) done = kernel::change_link(netlink, index, {.up = true});
  return done;
}

// In the child. The order matters: the request is void when the parent has died before it.
void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(EXIT_FAILURE);
}

void take_default_signals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

std::expected<std::vector<RunningHost>, Error> Segment::build() {
  if (auto done = kernel::enter_new_network(); !done) return std::unexpected(done.error());
  if (auto done = make_bridge(); !done) return std::unexpected(done.error());
  for (const PlannedHost& host : plan_.hosts) {
    if (auto done = start(host); !done) return std::unexpected(done.error());
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (auto done = connect(members_[i], i + 1); !done) return std::unexpected(done.error());
  }
  std::vector<RunningHost> hosts;
  for (Member& member : members_) {
    if (auto done = await(member); !done) return std::unexpected(done.error());
    hosts.push_back(describe(*member.host, member.process));
  }
  return hosts;
}

Done Segment::make_bridge() {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return std::unexpected(netlink.error());
  netlink_ = std::move(*netlink);
  if (auto done = kernel::create_bridge(*netlink_, {.name = "lan", .up = false}); !done) return done;
  const auto bridge = netlink_->find_link("lan");
  if (!bridge) return std::unexpected(bridge.error());
  bridge_ = bridge->index;
  return bring_up_silently(*netlink_, bridge_);
}

Done Segment::start(const PlannedHost& host) {
  auto ends = Channel::pair();
  if (!ends) return std::unexpected(ends.error());
  const pid_t holder = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) return std::unexpected(kernel::system_error(errno, host.name + ": start a process"));
  if (process == 0) {
    die_with(holder);
    take_default_signals();
    ends->first.close();
    members_.clear();
    netlink_.reset();
    be_host(plan_, host, std::move(ends->second));
  }
  members_.push_back({.host = &host, .process = process, .channel = std::move(ends->first)});
  return {};
}

Done Segment::connect(Member& member, std::size_t number) {
  const PlannedHost& host = *member.host;
  if (const auto message = member.channel.receive(host.name); !message) return std::unexpected(message.error());
  const auto network = kernel::network_of(member.process);
  if (!network) return std::unexpected(network.error());
  const std::string port = "port" + std::to_string(number);
  auto done =
      kernel::create_veth(*netlink_, {.name = port, .master = bridge_, .up = false},
                          {.name = host_interface, .mac = host.mac, .namespace_fd = network->fd(), .up = false});
  if (!done) return done;
  const auto link = netlink_->find_link(port);
  if (!link) return std::unexpected(link.error());
  member.port = link->index;
  if (done = bring_up_silently(*netlink_, member.port); !done) return done;
  member.channel.send(is_connected);
  return {};
}

Done Segment::await(Member& member) {
  if (const auto message = member.channel.receive(member.host->name); !message) return std::unexpected(message.error());
  return kernel::await_forwarding(*netlink_, member.port);
}

}  // namespace onlink::inline v0::lab
