// SPDX-License-Identifier: Apache-2.0
// ndisc6 1.0.5: its options, lines and statuses. Kept, since scripts have learnt to live with it: --multiple takes the
// next word for its value, an advertisement from another address than the target's is none, and silence about a target
// behind a router reads like silence about a neighbour. The warnings are ours.
#include <fmt/format.h>
#include <getopt.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include "onlink/cli/command.hpp"
#include "onlink/cli/compat/host_names.hpp"
#include "onlink/cli/compat/ndisc6_dialogue.hpp"
#include "onlink/cli/console.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/privileges.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

using compat::HostNames;
using compat::Ndisc6Dialogue;
using compat::Ndisc6Plan;
using compat::Ndisc6Status;
using compat::NoAddress;

constexpr option long_options[] = {
    {"single", 0, nullptr, '1'},   {"no-solicit", 0, nullptr, 'd'}, {"help", 0, nullptr, 'h'},
    {"multiple", 1, nullptr, 'm'},  // the original's slip, which costs a word
    {"numeric", 0, nullptr, 'n'},  {"quiet", 0, nullptr, 'q'},      {"retry", 1, nullptr, 'r'},
    {"source", 1, nullptr, 's'},   {"version", 0, nullptr, 'V'},    {"verbose", 0, nullptr, 'v'},
    {"wait", 1, nullptr, 'w'},     {nullptr, 0, nullptr, 0},
};

enum class Wanted : std::uint8_t { lookup, help, version, refusal };

struct CommandLine {
  Ndisc6Plan plan{};
  Wanted wanted = Wanted::lookup;
  bool numeric = false;
  bool wait_is_too_long = false;
  std::optional<std::string> source{};  // -s
  std::optional<std::string> swallowed{};
  std::string target{}, interface{};
};

// As strtoul reads it: decimal, 0 octal, 0x hexadecimal, nothing 0.
std::optional<std::uint32_t> read_number(const char* text) {
  char* end = nullptr;
  errno = 0;
  const unsigned long number = std::strtoul(text, &end, 0);
  if (errno != 0 || *end != '\0' || number > std::numeric_limits<std::uint32_t>::max()) return {};
  return static_cast<std::uint32_t>(number);
}

void read_number_option(char letter, CommandLine& line) {
  const auto number = read_number(optarg);
  if (!number) {
    line.wanted = Wanted::refusal;
  } else if (letter == 'r') {
    line.plan.tries = *number;
  } else {
    // A number that its int does not hold is no wait at all.
    line.wait_is_too_long = *number > std::numeric_limits<std::int32_t>::max();
    line.plan.wait = std::chrono::milliseconds{line.wait_is_too_long ? 0 : *number};
  }
}

void read_option(int letter, CommandLine& line) {
  switch (letter) {
    case '1':
      line.plan.all_answers = false;
      return;
    case 'd':
      line.plan.solicit = false;
      return;
    case 'h':
      line.wanted = Wanted::help;
      return;
    case 'm':
      line.plan.all_answers = true;
      if (optarg != nullptr) line.swallowed = optarg;
      return;
    case 'n':
      line.numeric = true;
      return;
    case 'q':
    case 'v':
      line.plan.verbose = letter == 'v';
      return;
    case 'r':
    case 'w':
      return read_number_option(static_cast<char>(letter), line);
    case 's':
      line.source = optarg;
      return;
    case 'V':
      line.wanted = Wanted::version;
      return;
    default:
      line.wanted = Wanted::refusal;
  }
}

CommandLine read_command_line(int argc, char** argv) {
  CommandLine line;
  optind = 0;
  for (int letter = 0; line.wanted == Wanted::lookup && letter != -1;) {
    letter = ::getopt_long(argc, argv, "1dhmnqr:s:Vvw:", long_options, nullptr);
    if (letter != -1) read_option(letter, line);
  }
  if (line.wanted != Wanted::lookup) return line;
  if (optind + 2 != argc) {
    line.wanted = Wanted::refusal;
    return line;
  }
  line.target = argv[optind];
  line.interface = argv[optind + 1];
  return line;
}

void print_help(TextWriter& out) {
  out.print(
      "Usage: ndisc6 [OPTION]... ADDRESS INTERFACE\n"
      "Asks for the link-layer address of an IPv6 neighbor, in the manner of ndisc6 1.0.5 (this is onlink).\n"
      "\n"
      "  -1, --single       end with the first answer (the default)\n"
      "  -d, --no-solicit   ask nothing: wait for advertisements\n"
      "  -h, --help         print this\n"
      "  -m                 print every answer of the wait; the long form, --multiple, takes a word that it ignores\n"
      "  -n, --numeric      ADDRESS is no name\n"
      "  -q, --quiet        print the link-layer address alone\n"
      "  -r, --retry N      ask at most N times (3)\n"
      "  -s, --source ADDR  ask from this address of ours\n"
      "  -V, --version      print the version\n"
      "  -v, --verbose      tell what is done (the default)\n"
      "  -w, --wait MS      wait for an answer (1000 ms)\n"
      "\n"
      "Ends with 0: answered, 1: error, 2: no answer, or not understood.\n");
}

int fail(TextWriter& err, std::string_view what, std::string_view reason) {
  err.print("{}: {}\n", what, reason);
  return Ndisc6Status::error;
}

std::string reason(int number) { return std::strerror(number); }

// "eth0" of "eth0:1", the names that interfaces' second addresses once had.
std::string without_label(const std::string& interface) { return interface.substr(0, interface.find(':')); }

class Ndisc6 {
 public:
  Ndisc6(kernel::Netlink& netlink, CommandLine line, TextWriter& out, TextWriter& err)
      : netlink_(netlink), line_(std::move(line)), out_(out), err_(err) {}

  int run() {
    if (line_.source) {
      if (const auto wrong = take_source()) return *wrong;
    }
    const auto target = address_of(line_.target);
    if (!target) return fail(err_, line_.target, target.error());
    line_.plan.target = *target;
    if (!find_link()) return no_interface();
    if (line_.plan.verbose) {
      out_.print("Soliciting {} ({}) on {}...\n", line_.target, to_string(*target), line_.interface);
    }
    warn_in_advance();
    return ask();
  }

 private:
  [[nodiscard]] std::expected<Ipv6Address, std::string> address_of(const std::string& text);
  [[nodiscard]] std::optional<int> take_source();
  [[nodiscard]] bool find_link();
  [[nodiscard]] int no_interface();
  [[nodiscard]] bool is_ours(const Ipv6Address& address);
  [[nodiscard]] std::optional<std::string> choose_source();
  void read_own_addresses();
  void warn_in_advance();
  [[nodiscard]] int ask();
  [[nodiscard]] int converse(Port& port);
  [[nodiscard]] int wait_in_vain();

  kernel::Netlink& netlink_;
  CommandLine line_;
  TextWriter& out_;
  TextWriter& err_;
  HostNames names_;
  kernel::Link link_{};
  std::optional<Ipv6Address> source_{};
};

// In getaddrinfo's words.
std::expected<Ipv6Address, std::string> Ndisc6::address_of(const std::string& text) {
  const auto found = line_.numeric ? names_.literal(text, Family::ipv6) : names_.address_of(text, Family::ipv6);
  if (found) return found->ipv6();
  switch (found.error()) {
    case NoAddress::other_family:
      return std::unexpected("Address family for hostname not supported");
    case NoAddress::unreachable:
      return std::unexpected("Temporary failure in name resolution");
    case NoAddress::unknown:
      break;
  }
  return std::unexpected("Name or service not known");
}

bool Ndisc6::find_link() {
  const auto link = netlink_.find_link(without_label(line_.interface));
  if (link) link_ = *link;
  return link.has_value();
}

int Ndisc6::no_interface() {
  err_.print("{}{}{}\n", line_.interface, line_.interface.empty() ? "" : ": ", reason(ENODEV));
  return Ndisc6Status::error;
}

bool Ndisc6::is_ours(const Ipv6Address& address) {
  const auto addresses = netlink_.addresses(0, Family::ipv6);
  return addresses && std::ranges::any_of(*addresses, [&](const kernel::InterfaceAddress& one) {
           return one.prefix.address.ipv6() == address && !one.tentative &&
                  (!address.is_link_local() || one.interface == link_.index);
         });
}

// -s. The kernel looks at it as at every address that a socket is bound to.
std::optional<int> Ndisc6::take_source() {
  const auto source = address_of(*line_.source);
  if (!source) return fail(err_, *line_.source, source.error());
  if (!find_link()) return no_interface();
  if (source->is_unspecified()) return std::nullopt;
  line_.plan.bound = *source;
  if (source->is_multicast()) {
    err_.print("ndisc6: warning: {} is a group: answers to the address that is really asked from go unheard\n",
               *line_.source);
    return std::nullopt;
  }
  if (!is_ours(*source)) return fail(err_, *line_.source, reason(EADDRNOTAVAIL));
  source_ = *source;
  return std::nullopt;
}

// Why nothing can be sent, where that is so.
std::optional<std::string> Ndisc6::choose_source() {
  const auto route = netlink_.route_get(solicited_node_address(line_.plan.target), link_.index);
  if (!route || route->kind == kernel::RouteKind::unreachable) return reason(ENETUNREACH);
  if (source_) {
    line_.plan.source = *source_;
  } else if (route->preferred_source) {
    line_.plan.source = route->preferred_source->ipv6();
  } else {
    return reason(EADDRNOTAVAIL);
  }
  return std::nullopt;
}

void Ndisc6::read_own_addresses() {
  const auto addresses = netlink_.addresses(0, Family::ipv6);
  if (!addresses) return;
  for (const kernel::InterfaceAddress& one : *addresses) line_.plan.own.push_back(one.prefix.address.ipv6());
}

void Ndisc6::warn_in_advance() {
  const std::string target = to_string(line_.plan.target);
  if (line_.swallowed) {
    err_.print("ndisc6: warning: --multiple took '{}' for its value; -m takes none\n", *line_.swallowed);
  }
  if (line_.wait_is_too_long) err_.print("ndisc6: warning: -w is too large, and nothing is waited for\n");
  if (line_.plan.target.is_multicast()) {
    err_.print("ndisc6: warning: {} is a group: nobody answers for it\n", target);
    return;
  }
  const auto route = netlink_.route_get(line_.plan.target);
  if (!route) return;
  if (route->kind == kernel::RouteKind::local) {
    err_.print("ndisc6: warning: {} is an address of this machine, which does not answer itself\n", target);
  } else if (route->kind == kernel::RouteKind::gateway) {
    err_.print("ndisc6: warning: {} is behind the router {}: silence says nothing about it\n", target,
               route->gateway ? to_string(*route->gateway) : "");
  }
}

// Where nothing can be heard, there is nothing to wait for.
int Ndisc6::wait_in_vain() {
  err_.print("ndisc6: warning: {} hears nothing, so silence says nothing\n", line_.interface);
  Ndisc6Dialogue dialogue(line_.plan, Instant{}, out_, err_);
  Output output;
  while (const auto deadline = dialogue.next_deadline()) dialogue.on_deadline(*deadline, output);
  return dialogue.status();
}

int Ndisc6::ask() {
  auto complaint = choose_source();
  const auto port =
      open_packet_port({.interface = link_.name, .filter = {.arp = false, .icmpv6 = true}, .ring_bytes = 0});
  if (!port && !complaint) complaint = reason(link_.up ? ENOBUFS : ENETUNREACH);
  const bool sends = line_.plan.solicit && line_.plan.tries != 0;
  if (complaint && sends) return fail(err_, "Sending ICMPv6 packet", *complaint);
  if (!port) return wait_in_vain();
  line_.plan.mac = link_.mac;
  read_own_addresses();
  if (const auto dropped = kernel::drop_privileges(); !dropped) return fail(err_, "ndisc6", dropped.error().context);
  return converse(**port);
}

int Ndisc6::converse(Port& port) {
  Ndisc6Dialogue dialogue(line_.plan, monotonic_now(), out_, err_);
  const Interrupt interrupt;
  const auto on_frame_sent = [&](Bytes, const ClockPair&) { dialogue.note_sent(); };
  const RunResult result = onlink::run(dialogue, port, {.interrupt = &interrupt, .on_frame_sent = on_frame_sent});
  if (interrupt.requested()) die_by_signal(interrupt.signal());
  if (result.error) {
    const bool up = find_link() && link_.up;  // then it has lost its carrier
    dialogue.fail(reason(up ? ENOBUFS : ENETUNREACH));
  }
  return dialogue.status();
}

int run_ndisc6(int argc, char** argv) {
  // As the original's: a signal takes along what a pipe was to get.
  const auto buffering = is_terminal(STDOUT_FILENO) ? FileWriter::Buffering::none : FileWriter::Buffering::full;
  FileWriter out{STDOUT_FILENO, "standard output", buffering};
  FileWriter err{STDERR_FILENO, "standard error", FileWriter::Buffering::none};
  CommandLine line = read_command_line(argc, argv);
  if (line.wanted == Wanted::help) {
    print_help(out);
    return Ndisc6Status::answered;
  }
  if (line.wanted == Wanted::version) {
    out.print("ndisc6: in the manner of version 1.0.5; this is onlink\n");
    return Ndisc6Status::answered;
  }
  if (line.wanted == Wanted::refusal) {
    err.print("Try \"{} -h\" for more information.\n", argv[0]);
    return Ndisc6Status::usage;
  }
  if (!kernel::has_capability(kernel::Capability::net_raw)) return fail(err, "Raw IPv6 socket", reason(EPERM));
  auto netlink = kernel::Netlink::open();
  if (!netlink) return fail(err, "netlink", reason(netlink.error().sys_errno));
  return Ndisc6(*netlink, std::move(line), out, err).run();
}

}  // namespace

extern const Command ndisc6_tool;
constinit const Command ndisc6_tool{
    .name = "ndisc6",
    .summary = "ndisc6: ask an IPv6 neighbour for its MAC address",
    .imitate = run_ndisc6,
};

}  // namespace onlink::inline v0::cli
