// SPDX-License-Identifier: Apache-2.0
// Thomas Habets' arping 2.23: its options, lines and statuses. Kept, since scripts have learnt to live with it: one
// reply is status 0 though the link went down behind it, -d names nobody, and an announcement ends with 1, for nobody
// answers it.
#include "onlink/cli/compat/arping_habets.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "onlink/cli/command.hpp"
#include "onlink/cli/compat/arping_habets_interface.hpp"
#include "onlink/cli/compat/arping_habets_options.hpp"
#include "onlink/cli/compat/arping_world.hpp"
#include "onlink/cli/compat/off_link.hpp"
#include "onlink/cli/compat/steady_port.hpp"
#include "onlink/cli/console.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/privileges.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

using compat::HabetsDialogue;
using compat::HabetsLine;
using compat::HabetsPlan;

constexpr int refused = HabetsDialogue::status_bad;

constexpr const char* timestamp_types[] = {"host",    "host_lowprec",     "host_hiprec",
                                           "adapter", "adapter_unsynced", "host_hiprec_unsynced"};

class HabetsArping {
 public:
  HabetsArping(kernel::Netlink& netlink, HabetsLine line, TextWriter& out, TextWriter& err)
      : netlink_(netlink), line_(std::move(line)), plan_(line_.plan), out_(out), err_(err) {}

  int run();

 private:
  [[nodiscard]] bool find_hosts();
  [[nodiscard]] bool find_host(const std::string& host, char option, char instead, Ipv4Address& into);
  [[nodiscard]] bool find_target();
  [[nodiscard]] bool find_mac_target(const std::string& target);
  [[nodiscard]] std::string choose_interface();
  [[nodiscard]] bool use_interface(const std::string& name);
  [[nodiscard]] bool check_timestamp();
  [[nodiscard]] bool check_group();
  [[nodiscard]] bool find_source();
  [[nodiscard]] bool set_up();
  int converse(Port& port);

  bool fail(std::string_view text) {
    out_.flush();
    err_.print("arping: {}\n", text);
    return false;
  }
  bool fail_to_open(const std::string& name, std::string_view text) {
    fail(fmt::format("libnet_init(LIBNET_LINK, {}): {}", name, text));
    if (::geteuid() != 0) fail("you may need to run as root");
    return false;
  }

  kernel::Netlink& netlink_;
  HabetsLine line_;
  HabetsPlan plan_;
  TextWriter& out_;
  TextWriter& err_;
  kernel::Link link_{};
  compat::HostNames names_;
};

bool HabetsArping::find_host(const std::string& host, char option, char instead, Ipv4Address& into) {
  const auto address = names_.address_of(host, Family::ipv4);
  if (!address) {
    return fail(fmt::format("Can't resolve {}, or {} is broadcast. If it is, use -{} instead of -{}", host, host,
                            instead, option));
  }
  into = address->ipv4();
  return true;
}

bool HabetsArping::find_hosts() {
  plan_.target = Ipv4Address{0xffffffff};
  if (line_.source_address) plan_.source = *line_.source_address;
  if (line_.source_host && !find_host(*line_.source_host, 'S', 'b', plan_.source)) return false;
  return !line_.ping_host || find_host(*line_.ping_host, 'T', 'B', plan_.target);
}

bool HabetsArping::find_mac_target(const std::string& target) {
  const auto mac = compat::read_habets_mac(target);
  if (!mac) return fail("Illegal mac addr " + target);
  if (plan_.unsolicited || line_.target_mac) {
    return fail("Options given only apply to IP ping, but MAC address given as argument");
  }
  plan_.ping_mac = true;
  plan_.destination = *mac;
  return true;
}

bool HabetsArping::find_target() {
  plan_.title = line_.target.value_or(to_string(plan_.target));
  if (!line_.target) return true;
  const std::string& target = *line_.target;
  if (target.find(':') != std::string::npos || compat::read_habets_mac(target)) return find_mac_target(target);
  if (line_.ping_host) return fail("Options given only apply to MAC ping, but no MAC address given as argument");
  const auto address = names_.address_of(target, Family::ipv4);
  if (!address) return fail("Can't resolve " + target);
  plan_.title = to_string(*address);
  if (!line_.everybody) plan_.target = address->ipv4();
  return true;
}

std::string HabetsArping::choose_interface() {
  const auto links = netlink_.links().value_or(std::vector<kernel::Link>{});
  if (line_.no_guessing) return compat::guess_interface(links);
  const auto addresses = netlink_.addresses(0, Family::ipv4).value_or(std::vector<kernel::InterfaceAddress>{});
  if (const auto found = compat::interface_for(links, addresses, plan_.target)) {
    if (line_.verbose != 0) out_.print("arping: Autodetected interface {}\n", *found);
    return *found;
  }
  std::string guess = compat::guess_interface(links);
  fail("lookup dev: No matching interface found using getifaddrs().");
  fail("Unable to automatically find interface to use. Is it on the local LAN?");
  fail(fmt::format("Use -i to manually specify interface. Guessing interface {}.", guess));
  return guess;
}

bool HabetsArping::use_interface(const std::string& name) {
  const auto link = netlink_.find_link(name);
  if (!link) return fail_to_open(name, "libnet_check_iface() ioctl: No such device");
  if (!link->up) return fail_to_open(name, fmt::format("libnet_check_iface(): {} is down", name));
  if (!kernel::has_capability(kernel::Capability::net_raw)) {
    return fail_to_open(name, "libnet_open_link(): UID/EUID 0 or capability CAP_NET_RAW required");
  }
  link_ = *link;
  return true;
}

// Only the kernel's own stamps are to be had here.
bool HabetsArping::check_timestamp() {
  if (!line_.timestamp) return true;
  const auto type = std::ranges::find_if(
      timestamp_types, [&](const char* one) { return ::strcasecmp(one, line_.timestamp->c_str()) == 0; });
  if (type == std::end(timestamp_types)) return fail(fmt::format("Unknown timestamp type \"{}\"", *line_.timestamp));
  if (type != std::begin(timestamp_types)) {
    fail(
        fmt::format("Failed to set timestamp type \"{}\" ({}): That type of time stamp is not supported by that device",
                    *line_.timestamp, type - std::begin(timestamp_types)));
  }
  return true;
}

// The original would run as that group; we run without any privilege as it is.
bool HabetsArping::check_group() {
  if (line_.verbose != 0 && ::getpwnam("sshd") == nullptr) out_.write("arping: getpwnam(sshd): Success\n");
  if (!line_.group) return true;
  const std::string& group = *line_.group;
  const bool number = !group.empty() && group.find_first_not_of("0123456789") == std::string::npos;
  if (number || ::getgrnam(group.c_str()) != nullptr) return true;
  return fail(group + " is not a number or group");
}

bool HabetsArping::find_source() {
  const auto addresses = netlink_.addresses(link_.index, Family::ipv4);
  std::optional<Ipv4Address> own;
  if (addresses && !addresses->empty()) own = addresses->front().prefix.address.ipv4();
  plan_.mac = line_.source_mac.value_or(link_.mac);
  const bool given = line_.source_host || line_.source_address;
  if (!own && !given) {
    fail(fmt::format("Unable to get the IPv4 address of interface {}:", link_.name));
    fail("libnet_get_ipaddr4(): ioctl(): Cannot assign requested address");
    return fail("Use -S to specify address manually.");
  }
  if (!given) plan_.source = *own;
  if (line_.verbose == 0) return true;
  out_.print("This box:   Interface: {}  IP: {}   MAC address: {}\n", link_.name,
             to_string(own.value_or(Ipv4Address{0xffffffff})), to_string(plan_.mac));
  return true;
}

bool HabetsArping::set_up() {
  if (!line_.interface && !kernel::has_capability(kernel::Capability::net_raw)) {
    return fail_to_open("lo0", "libnet_check_iface() ioctl: No such device");
  }
  if (line_.interface && !use_interface(*line_.interface)) return false;
  if (line_.target_mac) plan_.destination = *line_.target_mac;
  if (!find_hosts() || !find_target()) return false;
  if (!line_.interface && !use_interface(choose_interface())) return false;
  return check_timestamp() && check_group() && find_source();
}

int HabetsArping::run() {
  if (!set_up()) return refused;
  std::random_device random;
  plan_.seed = std::uint64_t{random()} << 32 | random();
  const auto port = open_packet_port({.interface = link_.name,
                                      .filter = {.arp = true, .icmp = true},
                                      .promiscuous = line_.promiscuous,
                                      .without_carrier = true,
                                      .ring_bytes = 0});
  if (!port) {
    fail_to_open(link_.name, port.error().context);
    return refused;
  }
  const bool asks = !plan_.ping_mac && !plan_.unsolicited && !plan_.as_reply;
  if (line_.interface && asks) compat::warn_off_link("arping", netlink_, link_, plan_.target, err_);
  if (const auto dropped = kernel::drop_privileges(); !dropped) {
    fail(dropped.error().context);
    return refused;
  }
  return converse(**port);
}

int HabetsArping::converse(Port& port) {
  HabetsDialogue dialogue(plan_, monotonic_now(), out_, err_);
  // No room to send is no failure to the original: it never learns.
  const auto tell = [&](const Error& error) {
    if (error.sys_errno != ENOBUFS) dialogue.fail_sending(std::strerror(error.sys_errno));
  };
  compat::SteadyPort steady(port, {.on_send = tell});
  const Interrupt interrupt({SIGINT});
  const RunResult result = onlink::run(dialogue, steady, {.interrupt = &interrupt});
  if (result.error) fail(result.error->context);
  dialogue.finish();
  return dialogue.status();
}

constexpr std::string_view synopsis =
    "Usage: arping [-0aAbdDeFpPqrRuUvzZ] [-c <count>] [-C <count>] [-w <sec>] [-W <sec>] [-i <interface>]\n"
    "              [-S <host/ip>] [-s <MAC>] [-t <MAC>] [-T <host/ip>] [-V <vlan>] [-Q <priority>] [-g <group>]\n"
    "              [-m <type>] <host/ip/MAC | -B>\n"
    "In the manner of arping 2.23 by Thomas Habets; this is onlink.\n";

// By the author's name above and by how -w begins here, openHAB knows which arping it has.
constexpr std::string_view explanation =
    "\n"
    "Asks by ARP who has an address, or by ICMP echo which address is behind a MAC address.\n"
    "\n"
    "  -c count      send so many requests\n"
    "  -C count      end after so many replies\n"
    "  -w sec Specify a timeout: end after so many seconds\n"
    "  -W sec        from request to request (1)\n"
    "  -i interface  ask there; -I is the same\n"
    "  -F            take the first interface, whatever the target's network\n"
    "  -S host/ip    ask from this address; -0: from 0.0.0.0; -b: from 255.255.255.255\n"
    "  -s MAC        ask from this MAC address; -p: listen to everything that goes by\n"
    "  -t MAC        ask this station only\n"
    "  -T host/ip    the address to write to when a MAC address is asked (255.255.255.255)\n"
    "  -B            ask for 255.255.255.255\n"
    "  -U            announce: an unsolicited request; -P: replies instead of requests\n"
    "  -V vlan       with this 802.1Q tag; -Q priority: and this 802.1p priority\n"
    "  -A            count replies of the address that was written to only\n"
    "  -d            end with 1 if two MAC addresses answer, else with 0\n"
    "  -D            an exclamation mark for a reply, a dot for none\n"
    "  -r            print the MAC address or the address that was found; -R: the other one; both: both\n"
    "  -u            index=received/sent\n"
    "  -q            print nothing; -v: more\n"
    "  -a            beep at replies; -e: at missing ones\n"
    "  -g, -m, -z, -Z  are taken; this program keeps no privilege, and its time stamps are the kernel's\n"
    "  -h            a short help; --help: this\n";

int run_line(HabetsLine line, TextWriter& out, TextWriter& err) {
  switch (line.wanted) {
    case HabetsLine::Wanted::help:
    case HabetsLine::Wanted::usage:
      out.write(synopsis);
      return line.wanted == HabetsLine::Wanted::help ? HabetsDialogue::status_good : refused;
    case HabetsLine::Wanted::long_help:
      out.write(synopsis);
      out.write(explanation);
      return HabetsDialogue::status_good;
    case HabetsLine::Wanted::refusal:
      err.write(line.complaint);
      return refused;
    case HabetsLine::Wanted::run:
      break;
  }
  auto netlink = kernel::Netlink::open();
  if (!netlink) {
    err.print("arping: {}\n", netlink.error().context);
    return refused;
  }
  return HabetsArping(*netlink, std::move(line), out, err).run();
}

}  // namespace

int compat::run_habets_arping(int argc, char** argv) {
  std::string name = "arping";  // in getopt's complaints, whatever the link is called
  std::vector<char*> words(argv, argv + argc + 1);
  words[0] = name.data();
  const auto buffering = is_terminal(STDOUT_FILENO) ? FileWriter::Buffering::none : FileWriter::Buffering::full;
  FileWriter out{STDOUT_FILENO, "standard output", buffering};
  FileWriter err{STDERR_FILENO, "standard error", FileWriter::Buffering::none};
  return run_line(read_habets_line(argc, words.data()), out, err);
}

extern const Command arping_habets_tool;
constinit const Command arping_habets_tool{
    .name = "arping-habets",
    .summary = "Thomas Habets' arping: ask an address or a MAC",
    .imitate = compat::run_habets_arping,
};

}  // namespace onlink::inline v0::cli
