// SPDX-License-Identifier: Apache-2.0
// iputils' arping of 20221126: its options, lines and statuses. Kept, since scripts have learnt to live with it: more
// replies than probes are status 1, -D on an interface without ARP says "free", and an interface without an address
// asks from another one's. Each of these now comes with a warning.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>

#include "onlink/cli/command.hpp"
#include "onlink/cli/compat/arping_habets.hpp"
#include "onlink/cli/compat/arping_iputils_dialogue.hpp"
#include "onlink/cli/compat/arping_iputils_options.hpp"
#include "onlink/cli/compat/arping_world.hpp"
#include "onlink/cli/compat/off_link.hpp"
#include "onlink/cli/compat/steady_port.hpp"
#include "onlink/cli/console.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/privileges.hpp"
#include "onlink/kernel/source_address.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

using compat::ArpingDialogue;
using compat::ArpingLine;
using compat::ArpingPlan;
using compat::ArpingStatus;

std::string reason(int number) { return std::strerror(number); }

class Arping {
 public:
  Arping(kernel::Netlink& netlink, const ArpingLine& line, TextWriter& out, TextWriter& err)
      : netlink_(netlink), line_(line), out_(out), err_(err) {}

  int run();

 private:
  using Status = std::optional<int>;  // when it is over already

  [[nodiscard]] Status find_target();
  [[nodiscard]] Status find_link();
  [[nodiscard]] Status require_usable_link();
  [[nodiscard]] Status find_source();
  [[nodiscard]] Status borrow_source();
  void warn_of_source();
  [[nodiscard]] ArpingPlan plan() const;
  int converse(Port& port, ArpingDialogue& dialogue);

  int fail(std::string_view text, int status = ArpingStatus::error) {
    out_.flush();
    err_.print("arping: {}\n", text);
    return status;
  }

  kernel::Netlink& netlink_;
  const ArpingLine& line_;
  TextWriter& out_;
  TextWriter& err_;
  kernel::Link link_{};
  Ipv4Address target_{}, source_{};
  compat::HostNames names_;
};

Arping::Status Arping::find_target() {
  if (const auto address = compat::read_address(names_, line_.target)) {
    target_ = *address;
    return {};
  }
  const auto target = names_.address_of(line_.target, Family::ipv4);
  if (!target) return fail(fmt::format("{}: {}", line_.target, compat::reason(target.error())));
  target_ = target->ipv4();
  return {};
}

Arping::Status Arping::find_link() {
  if (!line_.interface.empty()) {
    const auto link = netlink_.find_link(line_.interface);
    // By its first name only.
    if (!link || link->name != line_.interface) {
      return fail(fmt::format("Device {} not available.", line_.interface));
    }
    link_ = *link;
    return {};
  }
  const auto route = netlink_.route_get(target_);
  if (!route || route->kind == kernel::RouteKind::unreachable) {
    return fail("NETLINK_ROUTE unexpected iov element", ArpingStatus::bad);
  }
  const auto link = netlink_.find_link(route->interface);
  if (!link) return fail("no usable device");
  link_ = *link;
  return {};
}

Arping::Status Arping::require_usable_link() {
  if (!link_.up) {
    if (!line_.quiet) out_.print("Interface \"{}\" is down\n", link_.name);
    return ArpingStatus::error;
  }
  if (!link_.noarp && !link_.loopback) return {};
  if (!line_.quiet) out_.print("Interface \"{}\" is not ARPable\n", link_.name);
  if (!line_.detect_duplicate) return ArpingStatus::error;
  out_.flush();
  err_.print("arping: warning: nothing was asked on {}: the status says nothing about {}\n", link_.name,
             to_string(target_));
  return ArpingStatus::good;
}

Arping::Status Arping::find_source() {
  if (line_.source) {
    const auto source = compat::read_address(names_, *line_.source);
    if (!source) return fail("invalid source " + *line_.source);
    source_ = *source;
  } else if (line_.unsolicited && !line_.detect_duplicate) {
    source_ = target_;
  } else {
    return line_.detect_duplicate ? Status{} : borrow_source();
  }
  const auto ours = kernel::require_source(source_, link_.name);
  if (!ours) return fail("bind: " + reason(ours.error().sys_errno));
  return {};
}

Arping::Status Arping::borrow_source() {
  const auto source = kernel::source_towards(target_, link_.name);
  if (!source) return fail("connect: " + reason(source.error().sys_errno));
  source_ = *source;
  return {};
}

void Arping::warn_of_source() {
  if (line_.source || source_.is_unspecified()) return;
  const auto addresses = netlink_.addresses(link_.index, Family::ipv4);
  if (!addresses) return;
  const bool own = std::ranges::any_of(*addresses, [&](const auto& one) { return one.prefix.address == source_; });
  if (own) return;
  err_.print("arping: warning: {} is no address of {}: whoever answers may learn it wrongly\n", to_string(source_),
             link_.name);
}

ArpingPlan Arping::plan() const {
  return {.target = target_,
          .source = source_,
          .mac = link_.mac,
          .interface = link_.name,
          .detect_duplicate = line_.detect_duplicate,
          .unsolicited = line_.unsolicited,
          .as_reply = line_.as_reply,
          .broadcast_only = line_.broadcast_only,
          .first_reply_ends = line_.first_reply_ends,
          .quiet = line_.quiet,
          .count = line_.count,
          .limit = line_.limit,
          .interval = line_.interval};
}

int Arping::run() {
  if (const Status over = find_target()) return *over;
  if (const Status over = find_link()) return *over;
  if (const Status over = require_usable_link()) return *over;
  if (const Status over = find_source()) return *over;
  const auto port = open_packet_port({.interface = link_.name, .without_carrier = true, .ring_bytes = 0});
  if (!port) return fail("bind: " + reason(port.error().sys_errno));
  warn_of_source();
  if (!line_.unsolicited) compat::warn_off_link("arping", netlink_, link_, target_, err_);
  if (const auto dropped = kernel::drop_privileges(); !dropped) return fail(dropped.error().context);
  ArpingDialogue dialogue(plan(), monotonic_now(), out_, err_);
  if (source_.is_unspecified() && !line_.source && !line_.detect_duplicate) {
    return fail("no source address in not-DAD mode");
  }
  return converse(**port, dialogue);
}

int Arping::converse(Port& port, ArpingDialogue& dialogue) {
  compat::SteadyPort steady(
      port, {.on_receive = [&](const Error& error) { dialogue.fail_receiving(reason(error.sys_errno)); },
             .on_send = [&](const Error&) { dialogue.fail_sending(); }});
  const Interrupt interrupt({SIGINT, SIGQUIT, SIGTERM});
  const RunResult result = onlink::run(dialogue, steady, {.interrupt = &interrupt});
  if (result.error) return fail(result.error->context);
  static_cast<void>(steady.check_link());  // it may be lost since the last look
  dialogue.finish(steady.was_lost());
  return dialogue.status();
}

// openHAB takes whatever names the other arping's author in its help for that one.
void print_usage(TextWriter& err) {
  err.print(
      "\n"
      "Usage:\n"
      "  arping [options] <destination>\n"
      "\n"
      "Asks by ARP who has an IPv4 address, in the manner of arping from iputils 20221126 (this is onlink).\n"
      "With --habets as its first word: in the manner of the other arping.\n"
      "\n"
      "  -c <count>     end after so many probes; with -w: after so many replies\n"
      "  -w <timeout>   end after so many seconds\n"
      "  -i <interval>  seconds from probe to probe (1)\n"
      "  -f             end with the first reply\n"
      "  -b             ask everybody each time, not only who answered\n"
      "  -D             is the address taken? 0: no, 1: yes\n"
      "  -U             announce the address to the neighbours, as a request\n"
      "  -A             the same, as a reply\n"
      "  -I <device>    the interface; else the route's\n"
      "  -s <source>    ask from this address of ours\n"
      "  -q             print nothing\n"
      "  -V             print the version\n"
      "  -h             print this\n");
}

// What standard output would not take is an error of its own.
int end(int status, FileWriter& out, TextWriter& err) {
  out.flush();
  if (!out.error()) return status;
  err.print("arping: write error\n");
  return ArpingStatus::bad;
}

int run_line(const ArpingLine& line, TextWriter& out, TextWriter& err) {
  switch (line.wanted) {
    case ArpingLine::Wanted::usage:
      print_usage(err);
      return ArpingStatus::error;
    case ArpingLine::Wanted::version:
      out.print("arping from iputils 20221126, in its manner; this is onlink\n");
      return ArpingStatus::good;
    case ArpingLine::Wanted::refusal:
      err.print("arping: {}\n", line.complaint);
      return ArpingStatus::bad;
    case ArpingLine::Wanted::run:
      break;
  }
  auto netlink = kernel::Netlink::open();
  if (!kernel::has_capability(kernel::Capability::net_raw) || !netlink) {
    err.print("arping: socket: {}\n", reason(netlink ? EPERM : netlink.error().sys_errno));
    return ArpingStatus::error;
  }
  return Arping(*netlink, line, out, err).run();
}

int run_arping(int argc, char** argv) {
  if (argc > 1 && std::string_view{argv[1]} == "--habets") return compat::run_habets_arping(argc - 1, argv + 1);
  const auto buffering = is_terminal(STDOUT_FILENO) ? FileWriter::Buffering::none : FileWriter::Buffering::full;
  FileWriter out{STDOUT_FILENO, "standard output", buffering};
  FileWriter err{STDERR_FILENO, "standard error", FileWriter::Buffering::none};
  const int status = run_line(compat::read_arping_line(argc, argv), out, err);
  return end(status, out, err);
}

}  // namespace

extern const Command arping_tool;
constinit const Command arping_tool{
    .name = "arping",
    .summary = "iputils' arping (--habets: the other): ask, announce",
    .imitate = run_arping,
};

}  // namespace onlink::inline v0::cli
