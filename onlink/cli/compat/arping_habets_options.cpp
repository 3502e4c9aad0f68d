// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arping_habets_options.hpp"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace onlink::inline v0::cli::compat {
namespace {

void refuse(std::string complaint, HabetsLine& line) {
  line.wanted = HabetsLine::Wanted::refusal;
  line.complaint = std::move(complaint);
}

// As atoi reads it: what is no number is 0.
int read_integer() { return std::atoi(optarg); }  // NOLINT(cert-err34-c)

// As strtod reads it. Seconds; below zero there is no limit.
std::optional<Duration> read_time() {
  const double seconds = std::strtod(optarg, nullptr);
  return seconds < 0 ? std::nullopt : std::optional{from_seconds(seconds)};
}

std::optional<MacAddress> read_hardware(std::string_view complaint, HabetsLine& line) {
  const auto mac = read_habets_mac(optarg);
  if (!mac) refuse(fmt::format("{} MAC addr {}\n", complaint, optarg), line);
  return mac;
}

void read_vlan(HabetsLine& line) {
  const int vlan = read_integer();
  if (vlan < 0 || vlan > 4095) return refuse(fmt::format("arping: vlan tag must 0-4095. Is {}\n", vlan), line);
  line.plan.vlan = static_cast<std::uint16_t>(vlan);
}

void read_priority(HabetsLine& line) {
  const int priority = read_integer();
  if (priority < 0 || priority > 7) {
    return refuse(fmt::format("arping: 802.1p priority must be 0-7. It's {}\n", priority), line);
  }
  line.plan.priority = static_cast<std::uint8_t>(priority);
}

// The last of -q, -D, -r and -R counts; -r and -R together show both.
void read_display(int letter, HabetsLine& line) {
  HabetsDisplay& display = line.plan.display;
  switch (letter) {
    case 'D':
      display = HabetsDisplay::dots;
      return;
    case 'q':
      display = HabetsDisplay::nothing;
      return;
    case 'r':
      display = display == HabetsDisplay::asked ? HabetsDisplay::both : HabetsDisplay::found;
      return;
    default:
      display = display == HabetsDisplay::found ? HabetsDisplay::both : HabetsDisplay::asked;
  }
}

void read_switch(int letter, HabetsLine& line) {
  HabetsPlan& plan = line.plan;
  switch (letter) {
    case '0':
    case 'b':
      line.source_address = letter == '0' ? Ipv4Address{} : Ipv4Address{0xffffffff};
      line.source_host.reset();
      return;
    case 'a':
      plan.beep = true;
      return;
    case 'A':
      plan.addressed_only = true;
      return;
    case 'B':
      line.everybody = true;
      return;
    case 'd':
      plan.find_duplicates = true;
      return;
    case 'e':
      plan.beep_on_timeout = true;
      return;
    case 'F':
      line.no_guessing = true;
      return;
    case 'p':
      line.promiscuous = true;
      return;
    case 'P':
      plan.as_reply = true;
      return;
    case 'u':
      plan.show_sent = true;
      return;
    case 'U':
      plan.unsolicited = true;
      return;
    case 'v':
      ++line.verbose;
      return;
    case 'z':  // seccomp, or none: we give up every privilege
    case 'Z':
      return;
    case 'h':
      line.wanted = HabetsLine::Wanted::help;
      return;
    default:
      line.wanted = HabetsLine::Wanted::usage;
  }
}

void read_option(int letter, HabetsLine& line) {
  HabetsPlan& plan = line.plan;
  switch (letter) {
    case 'c':
      plan.count = read_integer();
      return;
    case 'C':
      plan.enough_replies = read_integer();
      return;
    case 'g':
      line.group = optarg;
      return;
    case 'i':
    case 'I':
      line.interface = optarg;
      return;
    case 'm':
      line.timestamp = optarg;
      return;
    case 'Q':
      return read_priority(line);
    case 's':
      line.source_mac = read_hardware("arping: Weird", line);
      return;
    case 'S':
      line.source_host = optarg;
      line.source_address.reset();
      return;
    case 't':
      line.target_mac = read_hardware("Illegal", line);
      return;
    case 'T':
      line.ping_host = optarg;
      return;
    case 'V':
      return read_vlan(line);
    case 'w':
      plan.limit = read_time();
      return;
    case 'W':
      plan.wait = read_time();
      return;
    case 'D':
    case 'q':
    case 'r':
    case 'R':
      return read_display(letter, line);
    default:
      read_switch(letter, line);
  }
}

void read_target(int argc, char** argv, HabetsLine& line) {
  const bool for_addresses_only = line.plan.unsolicited || line.target_mac;
  if (optind + 1 < argc) return refuse("arping: Too many args on command line. Expected at most one.\n", line);
  if (line.plan.priority && !line.plan.vlan) return refuse("arping: -Q requires the use of 802.1Q (-V)\n", line);
  if (line.ping_host && (for_addresses_only || line.everybody)) {
    return refuse("arping: -T can only be used to ping MAC and -BtU only to ping IPs", line);
  }
  if (optind < argc) {
    line.target = argv[optind];
  } else if (!line.everybody || for_addresses_only) {
    line.wanted = HabetsLine::Wanted::usage;
  }
}

}  // namespace

HabetsLine read_habets_line(int argc, char** argv) {
  HabetsLine line;
  optind = 0;
  // Wherever it stands, written out.
  for (int i = 1; i < argc; ++i) {
    if (std::string_view{argv[i]} == "--help") line.wanted = HabetsLine::Wanted::long_help;
  }
  for (int letter = 0; line.wanted == HabetsLine::Wanted::run && letter != -1;) {
    letter = ::getopt(argc, argv, "0aAbBC:c:dDeFg:hi:I:m:pPqQ:rRs:S:t:T:uUvV:w:W:zZ");
    if (letter != -1) read_option(letter, line);
  }
  if (line.wanted == HabetsLine::Wanted::run) read_target(argc, argv, line);
  return line;
}

std::optional<MacAddress> read_habets_mac(const std::string& text) {
  std::array<unsigned, 6> numbers{};
  // NOLINTNEXTLINE(cert-err34-c): as the original reads them
  const int found = std::sscanf(text.c_str(), "%x:%x:%x:%x:%x:%x", &numbers[0], &numbers[1], &numbers[2], &numbers[3],
                                &numbers[4], &numbers[5]);
  if (found == 6) {
    MacAddress mac;
    std::ranges::transform(numbers, mac.octets.begin(), [](unsigned n) { return static_cast<std::uint8_t>(n); });
    return mac;
  }
  const bool dashed = text.size() == 17 && text.find('-') != std::string::npos;
  const bool dotted = text.size() == 14 && text.find('.') == 4;
  if (!dashed && !dotted) return std::nullopt;
  const auto mac = parse_mac(text);
  return mac ? std::optional{*mac} : std::nullopt;
}

}  // namespace onlink::inline v0::cli::compat
