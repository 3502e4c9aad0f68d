// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/world.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <thread>
#include <utility>

#include "onlink/base/nud_state.hpp"
#include "onlink/kernel/link_ready.hpp"
#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "tests/compat/case_words.hpp"
#include "tests/compat/etc_view.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/must.hpp"

namespace onlink::compat_diff {
namespace {

using test::must;

constexpr std::string_view hosts_file =
    "127.0.0.1 localhost\n"
    "::1 localhost\n"
    "192.0.2.1 tester\n"
    "192.0.2.2 host2\n"
    "2001:db8::2 host2\n"
    "192.0.2.3 host3\n"
    "192.0.2.5 host5\n"
    "192.0.2.77 free\n"
    "192.0.2.254 router\n"
    "2001:db8::fe router\n";

// Nobody listens there, so that a question is refused at once.
constexpr std::string_view resolver_file = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";
constexpr std::string_view lookup_order =
    "passwd: files\ngroup: files\nhosts: files dns\nethers: files\nnetworks: files\nprotocols: files\n";

constexpr std::string_view users_file =
    "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr std::string_view groups_file = "root:x:0:\nnogroup:x:65534:\n";

std::map<std::string, std::string> etc_files(const Case& one) {
  std::map<std::string, std::string> files{{"hosts", std::string{hosts_file}},
                                           {"resolv.conf", std::string{resolver_file}},
                                           {"nsswitch.conf", std::string{lookup_order}},
                                           {"passwd", std::string{users_file}},
                                           {"group", std::string{groups_file}}};
  for (const std::string& value : one.values("etc")) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) throw std::runtime_error("@etc wants NAME=CONTENT");
    files[value.substr(0, equals)] = value.substr(equals + 1);
  }
  return files;
}

kernel::Netlink open_netlink_in(int namespace_fd) {
  std::expected<kernel::Netlink, Error> netlink = std::unexpected(Error{});
  must(kernel::run_in_network(namespace_fd, [&netlink] { netlink = kernel::Netlink::open(); }));
  return must(std::move(netlink));
}

kernel::FileDescriptor enter(const Case& one, const std::filesystem::path& scratch) {
  must(kernel::enter_new_network());
  replace_etc(etc_files(one), scratch);
  return must(kernel::new_network());
}

std::vector<ScriptedHost> hosts_of(const Case& one) {
  std::vector<ScriptedHost> hosts = standard_hosts();
  for (const std::string& text : one.values("host")) hosts.push_back(parse_host(text));
  return hosts;
}

std::vector<RawAnswer> answers_of(const Case& one) {
  std::vector<RawAnswer> answers;
  for (const std::string& text : one.values("answer")) {
    const std::size_t blank = text.find(' ');
    const IpAddress address = must(parse_ip(text.substr(0, blank)));
    answers.push_back({address.ipv4(), test::from_hex(text.substr(std::min(blank, text.size())))});
  }
  return answers;
}

constexpr std::string_view default_interface = "eth0";

// Takes "on IFACE" off the end of the words.
std::string interface_of(std::vector<std::string>& words) {
  if (words.size() < 2 || words[words.size() - 2] != "on") return std::string{default_interface};
  std::string name = words.back();
  words.resize(words.size() - 2);
  return name;
}

void add_address(kernel::Netlink& netlink, std::string_view text) {
  std::vector<std::string> words = split_words(text);
  const std::string interface = interface_of(words);
  const Prefix prefix = must(parse_prefix(words.at(0)));
  const kernel::Link link = must(netlink.find_link(interface));
  must(kernel::add_address(netlink, link.index, {.prefix = prefix, .without_detection = true}));
  if (link.up) must(kernel::await_address(netlink, prefix.address));
}

void add_route(kernel::Netlink& netlink, std::string_view text) {
  const std::vector<std::string> words = split_words(text);
  const IpAddress gateway = must(parse_ip(words.at(2)));
  const Prefix everywhere{gateway.is_ipv4() ? IpAddress{Ipv4Address{}} : IpAddress{Ipv6Address{}}, 0};
  must(kernel::add_route(
      netlink, {.destination = words[0] == "default" ? everywhere : must(parse_prefix(words[0])), .gateway = gateway}));
}

NudState parse_state(std::string_view name) {
  for (auto state = NudState::none;; state = static_cast<NudState>(std::to_underlying(state) + 1)) {
    if (to_string(state) == name) return state;
    if (state == NudState::permanent) throw std::runtime_error("there is no state " + std::string{name});
  }
}

void add_neighbor(kernel::Netlink& netlink, std::string_view text) {
  std::vector<std::string> words = split_words(text);
  const std::string interface = interface_of(words);
  kernel::NeighborEdit edit{.interface = must(netlink.find_link(interface)).index,
                            .address = must(parse_ip(words.at(0)))};
  if (words.at(1) == "proxy") {
    edit.proxy = true;
  } else {
    if (words.size() == 3) edit.mac = must(parse_mac(words[1]));
    edit.state = parse_state(words.back());
  }
  must(kernel::add_neighbor(netlink, edit));
}

}  // namespace

std::vector<ScriptedHost> standard_hosts() {
  constexpr std::string_view texts[] = {
      "192.0.2.2,2001:db8::2,fe80::2 02:00:00:00:00:02",
      "192.0.2.3,2001:db8::3,fe80::3 02:00:00:00:00:03",
      "192.0.2.3,2001:db8::3,fe80::3 02:00:00:00:00:04",
      "192.0.2.5,2001:db8::5 00:0c:29:12:34:56",
      "192.0.2.6 02:00:00:00:00:06 vlan=100",
      "192.0.2.7 02:00:00:00:00:07 llc",
      "192.0.2.8 02:00:00:00:00:08 pad=70616464696e672070616464696e67212100",
      "192.0.2.9,2001:db8::9 02:00:00:00:00:09 late=700",
      "192.0.2.10,2001:db8::a 02:00:00:00:00:0a times=3",
      "192.0.2.11 02:00:00:00:00:0b vlan=ad:100",
      "192.0.2.12 02:00:00:00:00:0c source=02:00:00:00:00:cc",
      "192.0.2.13 02:00:00:00:00:0d vlan=100 llc",
      "192.0.2.14 02:00:00:00:00:0e to=ff:ff:ff:ff:ff:ff",
      "192.0.2.15 02:00:00:00:00:0f in=7",
      "192.0.2.16,2001:db8::10 02:00:00:00:00:10 skip=1",
      "192.0.2.17 02:00:00:00:00:11 op=1",
      "192.0.2.254,2001:db8::fe,fe80::fe 02:00:00:00:00:fe router",
  };
  std::vector<ScriptedHost> hosts;
  for (const std::string_view text : texts) hosts.push_back(parse_host(text));
  return hosts;
}

World::World(const Case& one, const std::filesystem::path& scratch)
    : far_network_(enter(one, scratch)),
      netlink_(must(kernel::Netlink::open())),
      far_netlink_(open_netlink_in(far_network_.fd())),
      responder_(hosts_of(one), answers_of(one)) {
  // The kernel takes its time over a carrier that comes or goes, except where both ends have different indices.
  must(kernel::create_bridge(far_netlink_, {.name = "spare", .up = false}));
  add_wire("eth0", MacAddress::from_value(0x020000000001), true);
  add_wire("noip0", MacAddress::from_value(0x0200000000a1), true);
  add_wire("down0", MacAddress::from_value(0x0200000000a2), false);
}

void World::add_wire(const std::string& name, const MacAddress& mac, bool up) {
  must(kernel::create_veth(netlink_, {.name = name, .mac = mac, .up = false},
                           {.name = name, .namespace_fd = far_network_.fd(), .up = false}));
  const int near = must(netlink_.find_link(name)).index;
  const int far = must(far_netlink_.find_link(name)).index;
  must(kernel::change_link(netlink_, near, {.automatic_link_local = false}));
  must(kernel::change_link(far_netlink_, far, {.automatic_link_local = false}));
  must(kernel::change_link(far_netlink_, far, {.up = true}));
  if (!up) return;
  must(kernel::change_link(netlink_, near, {.up = true}));
  must(kernel::await_running(netlink_, near));
  must(kernel::await_running(far_netlink_, far));
}

void World::furnish(const Case& one) {
  // Else the label of each flow is a hash under a secret of this boot, which nothing could repeat.
  must(kernel::write_sysctl("net/ipv6/auto_flowlabels", "0"));
  must(kernel::write_sysctl("net/ipv6/conf/eth0/router_solicitations", "0"));
  for (const char* address : {"192.0.2.1/24", "2001:db8::1/64", "fe80::1/64"}) add_address(netlink_, address);
  for (const std::string& text : one.values("address")) add_address(netlink_, text);
  for (const char* route : {"198.51.100.0/24 via 192.0.2.254", "2001:db8:1::/64 via 2001:db8::fe"})
    add_route(netlink_, route);
  for (const std::string& text : one.values("route")) add_route(netlink_, text);
  for (const std::string& text : one.values("neighbor")) add_neighbor(netlink_, text);
}

void World::run_at_far_end(const std::function<void()>& work) const {
  must(kernel::run_in_network(far_network_.fd(), work));
}

void World::set_down() { must(kernel::change_link(netlink_, must(netlink_.find_link("eth0")).index, {.up = false})); }

void World::unplug() {
  must(kernel::change_link(far_netlink_, must(far_netlink_.find_link("eth0")).index, {.up = false}));
  // Until the kernel has noticed, a frame is refused; from then on it is lost in silence.
  constexpr int patience = 2000;
  for (int i = 0; i < patience && must(netlink_.find_link("eth0")).running; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

std::vector<std::string> World::neighbors() {
  std::vector<std::string> lines;
  for (const bool proxies : {false, true}) {
    for (const kernel::NeighborEntry& entry : must(netlink_.neighbors(kernel::NeighborQuery{.proxies = proxies}))) {
      // Of the kernel's own making.
      if (entry.address.is_multicast() || (entry.state == NudState::noarp && entry.address.is_unspecified())) continue;
      const std::string device = entry.interface == 0 ? "any" : must(netlink_.find_link(entry.interface)).name;
      lines.push_back(to_string(entry.address) + " on " + device + (entry.mac ? " " + to_string(*entry.mac) : "") +
                      (proxies ? " proxy" : " " + std::string{to_string(entry.state)}));
    }
  }
  std::ranges::sort(lines);
  return lines;
}

std::size_t World::sent_by(std::string_view interface) {
  std::ifstream table("/proc/self/net/dev");
  for (std::string line; std::getline(table, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    if (line.substr(line.find_first_not_of(' '), colon - line.find_first_not_of(' ')) != interface) continue;
    constexpr std::size_t packets_sent = 9;
    return std::stoul(split_words(line.substr(colon + 1)).at(packets_sent));
  }
  return 0;
}

}  // namespace onlink::compat_diff
