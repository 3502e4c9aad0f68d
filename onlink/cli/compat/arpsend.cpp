// SPDX-License-Identifier: Apache-2.0
// arpsend of OpenVZ's vzctl 4.9: its options, lines on standard error and statuses. Kept, since scripts have learnt to
// live with it: a frame of our own that comes back counts as another computer's, VLAN tags are not looked at, and -D
// with an IPv6 address says 0 whoever has it. Each of these now comes with a warning.
#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "onlink/cli/command.hpp"
#include "onlink/cli/compat/arpsend_dialogue.hpp"
#include "onlink/cli/compat/arpsend_ipv6.hpp"
#include "onlink/cli/compat/off_link.hpp"
#include "onlink/cli/console.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

using compat::ArpsendDialogue;
using compat::ArpsendMode;
using compat::ArpsendPlan;
using compat::ArpsendStatus;

constexpr std::size_t max_targets = 1024;

constexpr option long_options[] = {
    {"update", 0, nullptr, 'U'},  {"detect", 0, nullptr, 'D'}, {"request", 0, nullptr, 'Q'},
    {"reply", 0, nullptr, 'P'},   {"count", 1, nullptr, 'c'},  {"timeout", 1, nullptr, 'w'},
    {"src-hw", 1, nullptr, 's'},  {"trg-hw", 1, nullptr, 't'}, {"src-arp", 1, nullptr, 'S'},
    {"trg-arp", 1, nullptr, 'T'}, {"src-ip", 1, nullptr, 'i'}, {"trg-ip", 1, nullptr, 'e'},
    {"at-once", 0, nullptr, 'o'}, {nullptr, 0, nullptr, 0},
};

struct CommandLine {
  ArpsendPlan plan{};
  std::optional<ArpsendMode> mode{};
  std::string interface{};
  std::vector<Ipv6Address> ipv6{};
  bool has_source = false;
  bool wrong = false;
};

// "broadcast", or twelve digits in pairs, each pair with or without a colon behind it.
std::optional<MacAddress> read_mac(std::string_view text) {
  if (text == "broadcast") return broadcast_mac;
  const auto mac = parse_mac(text);
  return mac ? std::optional{*mac} : std::nullopt;
}

void read_address(const char* text, bool source, CommandLine& line) {
  if (std::strchr(text, ':') != nullptr) {
    const auto ipv6 = parse_ipv6(text);
    line.wrong |= !ipv6;
    if (ipv6) line.ipv6.push_back(*ipv6);
    line.has_source |= source;
    return;
  }
  const auto ipv4 = parse_ipv4(text);
  line.wrong |= !ipv4 || ipv4->is_broadcast() || (!source && line.plan.targets.size() == max_targets);
  if (!ipv4) return;
  if (source) {
    line.plan.source = *ipv4;
    line.has_source = true;
  } else {
    line.plan.targets.push_back(*ipv4);
  }
}

void read_mode(ArpsendMode mode, CommandLine& line) {
  line.wrong |= line.mode.has_value();
  line.mode = mode;
}

void read_hardware(std::optional<MacAddress>& into, CommandLine& line) {
  into = read_mac(optarg);
  line.wrong |= !into;
}

void read_option(int letter, CommandLine& line) {
  ArpsendPlan& plan = line.plan;
  switch (letter) {
    case 'U':
      return read_mode(ArpsendMode::update, line);
    case 'D':
      return read_mode(ArpsendMode::detect, line);
    case 'Q':
      return read_mode(ArpsendMode::request, line);
    case 'P':
      return read_mode(ArpsendMode::reply, line);
    case 'c': {
      const int count = std::atoi(optarg);  // NOLINT(cert-err34-c): as the original reads it
      line.wrong |= count == 0;
      if (count > 0) plan.count = static_cast<std::uint32_t>(count);
      return;
    }
    case 'w':
      plan.interval = std::chrono::seconds{std::atoi(optarg)};  // NOLINT(cert-err34-c)
      return;
    case 's':
      return read_hardware(plan.frame_source, line);
    case 't':
      return read_hardware(plan.frame_destination, line);
    case 'S':
      return read_hardware(plan.sender_mac, line);
    case 'T':
      return read_hardware(plan.target_mac, line);
    case 'i':
      return read_address(optarg, true, line);
    case 'e':
      return read_address(optarg, false, line);
    case 'o':
      plan.at_once = true;
      return;
    case 'v':
      plan.verbose = true;
      return;
    default:
      line.wrong = true;
  }
}

CommandLine read_command_line(int argc, char** argv) {
  CommandLine line;
  optind = 0;
  for (int letter = 0; !line.wrong && letter != -1;) {
    letter = ::getopt_long(argc, argv, "UDQPc:w:s:t:S:T:i:e:ov", long_options, nullptr);
    if (letter != -1) read_option(letter, line);
  }
  const bool has_target = !line.plan.targets.empty() || !line.ipv6.empty();
  line.wrong |= !line.mode || optind + 1 != argc || (line.mode == ArpsendMode::detect && !has_target) ||
                (line.mode == ArpsendMode::update && !line.has_source);
  if (line.wrong) return line;
  line.interface = argv[optind];
  line.plan.mode = *line.mode;
  // Asked for one address, the first answer is the answer.
  line.plan.at_once |= line.plan.mode == ArpsendMode::detect && line.plan.targets.size() <= 1;
  return line;
}

int fail(TextWriter& err, std::string_view text) {
  err.print("arpsend: {}\n", text);
  return ArpsendStatus::system_error;
}

std::string reason(int number) { return std::strerror(number); }

// The interface as the original looks at it, or what it says about it.
std::optional<std::string> look_at(kernel::Netlink& netlink, const std::string& interface, ArpsendPlan& plan) {
  const auto link = netlink.find_link(interface);
  if (!link) return fmt::format("unknown iface {} : {}", interface, reason(ENODEV));
  if (!link->up) return fmt::format("iface '{}' is down", interface);
  if (link->noarp || link->loopback) return fmt::format("iface '{}' is not ARPable", interface);
  const auto addresses = netlink.addresses(link->index, Family::ipv4);
  if (!addresses || addresses->empty()) {
    return fmt::format("can't get iface '{}' address : {}", interface, reason(EADDRNOTAVAIL));
  }
  plan.own_mac = link->mac;
  plan.own_address = addresses->front().prefix.address.ipv4();
  return std::nullopt;
}

// The original asks all the same, and takes silence for "free".
void warn_off_link(kernel::Netlink& netlink, const CommandLine& line, TextWriter& err) {
  const auto link = netlink.find_link(line.interface);
  if (!link) return;
  for (const Ipv4Address target : line.plan.targets) compat::warn_off_link("arpsend", netlink, *link, target, err);
}

// What a frame that could not leave, or a link that went, is in the original's words.
int fail_in_run(TextWriter& err, const Error& error) {
  return fail(err, fmt::format("sendto : {}", reason(error.sys_errno != 0 ? error.sys_errno : ENETDOWN)));
}

int run_dialogue(Port& port, const ArpsendPlan& plan, TextWriter& err) {
  ArpsendDialogue dialogue(plan, monotonic_now(), err);
  const Interrupt interrupt;
  const RunResult result = run(dialogue, port, {.interrupt = &interrupt});
  if (interrupt.requested()) die_by_signal(interrupt.signal());
  if (result.error) return fail_in_run(err, *result.error);
  return dialogue.status();
}

// One IPv6 address, and the original leaves all others alone.
int with_ipv6(const CommandLine& line, TextWriter& err) {
  for (const Ipv4Address target : line.plan.targets) {
    err.print("arpsend: warning: nothing was sent: the status says nothing about {}\n", to_string(target));
  }
  if (line.mode == ArpsendMode::update) return compat::announce_ipv6(line.ipv6.back(), line.interface, err);
  if (line.mode == ArpsendMode::detect) return compat::detect_ipv6(line.ipv6, line.interface, err);
  err.print("arpsend: warning: nothing was sent: the status says nothing about {} (onlink resolve asks)\n",
            to_string(line.ipv6.back()));
  return ArpsendStatus::done;
}

int run_arpsend(int argc, char** argv) {
  FileWriter err{STDERR_FILENO, "standard error", FileWriter::Buffering::none};
  CommandLine line = read_command_line(argc, argv);
  if (line.wrong) {
    err.print(
        "Usage: {} <-U -i <src_ip_addr> | -D -e <trg_ip_addr> [-e <trg_ip_addr>] ...> [-c <count>] [-w <timeout>] "
        "interface_name\n",
        argv[0]);
    return ArpsendStatus::usage;
  }
  if (!line.ipv6.empty()) return with_ipv6(line, err);
  auto netlink = kernel::Netlink::open();
  if (!netlink) return fail(err, fmt::format("socket : {}", reason(netlink.error().sys_errno)));
  const auto port = open_packet_port({.interface = line.interface, .ring_bytes = 0});
  if (!port && port.error().code == ErrorCode::permission) return fail(err, fmt::format("socket : {}", reason(EPERM)));
  if (const auto complaint = look_at(*netlink, line.interface, line.plan)) return fail(err, *complaint);
  if (!port) return fail(err, fmt::format("socket : {}", reason(port.error().sys_errno)));
  warn_off_link(*netlink, line, err);
  return run_dialogue(**port, line.plan, err);
}

}  // namespace

extern const Command arpsend_tool;
constinit const Command arpsend_tool{
    .name = "arpsend",
    .summary = "vzctl's arpsend: ask for an address, or announce one",
    .imitate = run_arpsend,
};

}  // namespace onlink::inline v0::cli
