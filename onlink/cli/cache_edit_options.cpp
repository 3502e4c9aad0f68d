// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_edit_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/base/text.hpp"
#include "onlink/cli/cache_filter.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEdit;

struct Protocol {
  std::string_view name;
  std::uint8_t number;
};
// /etc/iproute2/rt_protos as it comes.
constexpr Protocol protocols[] = {{"redirect", 1}, {"kernel", 2},      {"boot", 3},   {"static", 4}, {"gated", 8},
                                  {"ra", 9},       {"mrt", 10},        {"zebra", 11}, {"bird", 12},  {"dhcp", 16},
                                  {"mrouted", 17}, {"keepalived", 18}, {"babel", 42}, {"openr", 99}, {"bgp", 186},
                                  {"isis", 187},   {"ospf", 188},      {"rip", 189},  {"eigrp", 192}};

// What excludes what; nothing when all is well.
std::optional<Error> contradiction(const Arguments& arguments) {
  const auto given = [&](std::string_view name) { return arguments.given(name); };
  constexpr std::string_view takes_no_mac[] = {"proxy", "use", "managed"};
  for (const std::string_view name : takes_no_mac) {
    if (!given(name)) continue;
    if (given("MAC")) return usage_error(fmt::format("--{} and a MAC address exclude each other", name));
    if (given("state")) return usage_error(fmt::format("--{} and --state exclude each other", name));
  }
  if (!given("proxy")) return std::nullopt;
  constexpr std::string_view not_of_a_proxy[] = {"use", "managed", "extern-learn", "extern-valid"};
  for (const std::string_view name : not_of_a_proxy) {
    if (given(name)) return usage_error(fmt::format("--proxy and --{} exclude each other", name));
  }
  return std::nullopt;
}

std::optional<Error> read_state(const Arguments& arguments, EditOptions& options) {
  const auto word = arguments.text("state");
  if (!word) return std::nullopt;
  options.state = static_cast<NudState>(std::ranges::find(state_words, *word) - std::begin(state_words));
  options.edit.state = *options.state;
  if (options.edit.mac && !kernel::valid_states.contains(*options.state)) {
    return usage_error(fmt::format("--state {}: an entry in this state has no MAC address", *word));
  }
  return std::nullopt;
}

std::optional<Error> read_protocol(const Arguments& arguments, NeighborEdit& edit) {
  const auto text = arguments.text("protocol");
  if (!text) return std::nullopt;
  const auto number = parse_protocol(*text);
  if (!number) return usage_error(fmt::format("--protocol: '{}' is neither a known name nor 1 to 255", *text));
  edit.protocol = *number;
  return std::nullopt;
}

}  // namespace

std::optional<std::uint8_t> parse_protocol(std::string_view text) noexcept {
  const auto named = std::ranges::find(protocols, text, &Protocol::name);
  if (named != std::end(protocols)) return named->number;
  const auto number = parse_decimal(text, 255);
  return number && *number != 0 ? std::optional(static_cast<std::uint8_t>(*number)) : std::nullopt;
}

std::expected<EditOptions, Error> read_edit_options(const Arguments& arguments, const Context& context) {
  EditOptions options{.strict = arguments.given("strict")};
  NeighborEdit& edit = options.edit;
  const auto address = parse_ip(*arguments.text("ADDRESS"));
  if (!address) return std::unexpected(address.error());
  edit.address = *address;
  if (context.family && *context.family != address->family()) {
    return std::unexpected(usage_error(fmt::format("{}: not an {} address", *arguments.text("ADDRESS"),
                                                   *context.family == Family::ipv4 ? "IPv4" : "IPv6")));
  }
  if (const auto text = arguments.text("MAC")) {
    const auto mac = parse_hardware_address(*text);
    if (!mac) return std::unexpected(mac.error());
    edit.mac = *mac;
  }
  if (auto error = contradiction(arguments)) return std::unexpected(*std::move(error));
  edit.router = arguments.given("router");
  edit.proxy = arguments.given("proxy");
  edit.use = arguments.given("use");
  edit.managed = arguments.given("managed");
  edit.externally_learned = arguments.given("extern-learn");
  edit.externally_validated = arguments.given("extern-valid");
  if (auto error = read_state(arguments, options)) return std::unexpected(*std::move(error));
  if (auto error = read_protocol(arguments, edit)) return std::unexpected(*std::move(error));
  return options;
}

}  // namespace onlink::inline v0::cli
