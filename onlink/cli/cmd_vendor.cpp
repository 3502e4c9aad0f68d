// SPDX-License-Identifier: Apache-2.0
// onlink vendor: what a MAC address tells about itself. Nothing is sent and no privilege is needed.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/print/mac_kind.hpp"
#include "onlink/print/vendor.hpp"
#include "onlink/print/vendor_report.hpp"

namespace onlink::inline v0::cli {
namespace {

// An address with the MAC that its interface identifier holds, if it holds one.
struct Derived {
  Ipv6Address address;
  std::optional<MacAddress> mac;
};
using Target = std::variant<MacAddress, MacPrefix, Derived>;

Derived derive(const Ipv6Address& address) {
  std::array<std::uint8_t, 8> identifier{};
  std::ranges::copy(address.octets.begin() + 8, address.octets.end(), identifier.begin());
  return {address, mac_of_eui64(identifier)};
}

// Besides the usual notations those with longer groups: Huawei and H3C write b827-eb91-220b, HP b827eb-91220b.
std::optional<MacAddress> parse_any_mac(std::string_view text) {
  if (const auto mac = parse_mac(text)) return *mac;
  const bool three_groups = text.size() == 14 && text[4] == '-' && text[9] == '-';
  const bool two_groups = text.size() == 13 && text[6] == '-';
  if (!three_groups && !two_groups) return std::nullopt;
  std::string digits{text};
  std::erase(digits, '-');
  const auto mac = parse_mac(digits);
  return mac ? std::optional{*mac} : std::nullopt;
}

std::expected<Target, Error> parse_target(std::string_view text) {
  if (const auto mac = parse_any_mac(text)) return *mac;
  if (const auto address = parse_ipv6(text.substr(0, text.find('%')))) return derive(*address);
  if (const auto prefix = parse_mac_prefix(text)) return *prefix;
  return std::unexpected(
      usage_error(fmt::format("'{}': not a MAC address, a prefix of one, or an IPv6 address", text)));
}

class VendorRun {
 public:
  VendorRun(Context& context, const VendorRegistry& registry, bool brief)
      : context_(context),
        registry_(registry),
        brief_(brief),
        rows_(context.out, {.format = context.format, .color = context.color, .csv_fields = vendor_fields()}) {}

  void show(const Target& target) {
    std::visit([this](const auto& value) { show_one(value); }, target);
  }

  void show_name(std::string_view part) {
    const auto found = registry_.search_name(part);
    if (found.empty()) context_.say(fmt::format("no vendor's name contains '{}'", part));
    show_all(found);
  }

  [[nodiscard]] ExitCode exit_code() const {
    if (known_ == 0) return ExitCode::no;
    return known_ == asked_ ? ExitCode::yes : ExitCode::partial;
  }

 private:
  void count(bool known) {
    ++asked_;
    known_ += known ? 1 : 0;
  }

  void show_one(const MacAddress& mac) {
    count(is_known(mac, registry_));
    if (context_.quiet) return;
    if (context_.format != RowFormat::text) {
      rows_.print(vendor_row(mac, registry_));
    } else if (brief_) {
      context_.out.print_line("{}", vendor_line(mac, registry_));
    } else {
      context_.out.write((asked_ > 1 ? "\n" : "") + vendor_block(mac, registry_));
    }
  }

  void show_one(const MacPrefix& prefix) { show_all(registry_.search_prefix(prefix)); }

  void show_one(const Derived& derived) {
    if (derived.mac) {
      show_one(*derived.mac);
      return;
    }
    count(false);
    context_.say(fmt::format("{}: no MAC address in it: its interface identifier is not a modified EUI-64",
                             to_string(derived.address)));
  }

  void show_all(const std::vector<VendorMatch>& matches) {
    count(!matches.empty());
    if (context_.quiet) return;
    for (const VendorMatch& match : matches) {
      if (context_.format == RowFormat::text) {
        context_.out.print_line("{}", registration_line(match));
      } else {
        rows_.print(registration_row(match));
      }
    }
  }

  Context& context_;
  const VendorRegistry& registry_;
  bool brief_;
  RowPrinter rows_;
  std::size_t asked_ = 0;
  std::size_t known_ = 0;
};

// The target of a line of some other program's output: the line itself if it is one word, else the first MAC address
// in it.
std::optional<Target> target_in(std::string_view line) {
  constexpr std::string_view blanks = " \t\r,;()[]";
  std::optional<std::string_view> only;
  std::size_t words = 0;
  while (true) {
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) break;
    line.remove_prefix(first);
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    if (const auto mac = parse_any_mac(word)) return *mac;
    only = word;
    ++words;
    line.remove_prefix(word.size());
  }
  if (words != 1) return std::nullopt;
  const auto target = parse_target(*only);
  return target ? std::optional(*target) : std::nullopt;
}

// Answers line by line, so that it can stand behind something that runs.
std::optional<Error> read_lines(std::istream& in, VendorRun& run, Context& context) {
  std::size_t found = 0;
  std::size_t passed_over = 0;
  for (std::string line; !context.out.closed() && std::getline(in, line);) {
    if (const auto target = target_in(line)) {
      ++found;
      run.show(*target);
      context.out.flush();
    } else if (line.find_first_not_of(" \t\r") != std::string::npos && !line.starts_with('#')) {
      ++passed_over;
    }
  }
  if (found == 0) return usage_error("standard input: no MAC address in it");
  if (passed_over != 0)
    context.say(fmt::format("{} line{} without a MAC address passed over", passed_over, passed_over == 1 ? "" : "s"));
  return std::nullopt;
}

std::expected<std::vector<Target>, Error> parse_targets(std::span<const std::string> words) {
  std::vector<Target> targets;
  for (const std::string& word : words) {
    auto target = parse_target(word);
    if (!target) return std::unexpected(std::move(target.error()));
    targets.push_back(*target);
  }
  return targets;
}

ExitCode run_vendor(const Arguments& arguments, Context& context) {
  const auto words = arguments.values("MAC");
  const auto names = arguments.values("name");
  if (words.empty() && names.empty()) {
    return context.fail(usage_error("a MAC address is missing: MAC..., - for standard input, or --name TEXT"));
  }
  std::optional<VendorRegistry> newer;
  if (const auto path = arguments.text("oui-file")) {
    auto loaded = VendorRegistry::load(std::string(*path));
    if (!loaded) return context.fail(loaded.error());
    newer.emplace(*std::move(loaded));
  }
  const bool from_input = words.size() == 1 && words[0] == "-";
  const auto targets = parse_targets(from_input ? std::span<const std::string>{} : words);
  if (!targets) return context.fail(targets.error());

  VendorRun run(context, newer ? *newer : VendorRegistry::builtin(), arguments.given("brief"));
  for (const std::string& name : names) run.show_name(name);
  for (const Target& target : *targets) run.show(target);
  if (from_input) {
    if (const auto error = read_lines(std::cin, run, context)) return context.fail(*error);
  }
  return run.exit_code();
}

constexpr Positional positionals[] = {
    {.name = "MAC",
     .help =
         "an address (52:54:00:12:34:56, with dashes, 5254.0012.3456 or bare), a prefix of one (00:22:72, "
         "70b3d5f2f, 74:1a:e0:90/28), an IPv6 address made from one, or - to find addresses in the lines of standard "
         "input",
     .arity = Arity::any},
};
constexpr Option options[] = {
    {.name = "oui-file",
     .value = "FILE",
     .help = "a registry to use instead of the built-in one: the IEEE's CSV or oui.txt, Wireshark's manuf, arp-scan's "
             "ieee-oui.txt",
     .completes = Completes::file},
    {.name = "name",
     .value = "TEXT",
     .help = "list the registrations whose vendor's name contains it",
     .repeatable = true},
    {.name = "brief", .letter = 'b', .help = "one line for each address"},
};
constexpr Example examples[] = {
    {"onlink vendor 52:54:00:12:34:56", "a virtual machine of QEMU or KVM"},
    {"onlink vendor fe80::222:72ff:fe01:203", "the MAC address behind an IPv6 address, and its maker"},
    {"ip neigh | onlink vendor --brief -", "who made every neighbour of this host"},
    {"onlink vendor --name 'raspberry pi'", "all blocks of a maker"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "every address has a registered vendor or is of a well-known kind"},
    {ExitCode::no, "none has"},
    {ExitCode::usage, "not a MAC address, or FILE is not a vendor registry"},
    {ExitCode::partial, "some have"},
    {ExitCode::system, "FILE cannot be read"},
};

}  // namespace

extern const Command vendor_command;
constinit const Command vendor_command{
    .name = "vendor",
    .summary = "tell a MAC address's maker, kind, notations and IPv6 addresses",
    .description =
        "The makers are those of the IEEE's registries (MA-L, MA-M, MA-S, IAB), compiled in; the longest registered "
        "prefix wins. Addresses that nobody registered are named by their kind: drawn at random, shared by routers "
        "(VRRP, CARP, HSRP, GLBP), made by a hypervisor or a container runtime, or a multicast group.\n\n"
        "Nothing is sent and no privilege is needed.",
    .positionals = positionals,
    .options = options,
    .common_options = common::rows,
    .examples = examples,
    .exits = exits,
    .run = run_vendor,
};

}  // namespace onlink::inline v0::cli
