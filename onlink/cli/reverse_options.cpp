// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/reverse_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t max_count = 1'000'000;
// A secondary server lets the primary speak first, for half a second as a rule.
constexpr Duration rarp_conflict_window = milliseconds{600};

class Reading {
 public:
  Reading(const Arguments& arguments, const Context& context)
      : arguments_(arguments), context_(context), read_(arguments) {}

  std::expected<ReverseOptions, Error> all() {
    refuse_what_does_not_go();
    pace();
    wire();
    targets();
    if (read_.error()) return std::unexpected(*read_.error());
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool inverse() const { return arguments_.given("inverse"); }
  [[nodiscard]] std::string_view mode() const { return inverse() ? "--inverse" : "--reverse"; }

  void refuse_what_does_not_go() {
    if (inverse() && arguments_.given("reverse")) return read_.fail("--reverse and --inverse exclude each other");
    if (context_.family == Family::ipv6) return read_.fail(fmt::format("{} is for IPv4; -6 excludes it", mode()));
    for (const std::string_view name : {"interval", "late", "names", "force"}) {
      if (arguments_.given(name)) read_.fail(name, fmt::format("does not go with {}", mode()));
    }
    for (const std::string_view name : {"probe", "source"}) {
      if (!inverse() && arguments_.given(name)) read_.fail(name, "RARP always asks as nobody");
    }
    if (inverse() && arguments_.given("unicast")) read_.fail("unicast", "--inverse asks the station itself anyway");
    if (arguments_.given("probe") && arguments_.given("source")) {
      read_.fail("--probe asks as nobody; it and --source exclude each other");
    }
  }

  void pace() {
    ReverseClientConfig& client = out_.client;
    client.protocol = inverse() ? ReverseProtocol::inarp : ReverseProtocol::rarp;
    client.count = static_cast<std::uint32_t>(read_.integer("count", 0, max_count).value_or(client.count));
    client.first_wait = read_.duration("wait", milliseconds{1}).value_or(client.first_wait);
    if (!inverse()) client.conflict_window = rarp_conflict_window;
    if (arguments_.given("until-reply")) client.conflict_window = Duration{};
    out_.timeout = read_.duration("timeout", milliseconds{1});
  }

  void wire() {
    out_.client.vlans = read_.vlans("vlan").value_or(VlanStack{});
    out_.client.server = read_.mac("unicast");
    if (out_.client.server && out_.client.server->is_zero()) read_.fail("unicast", "00:00:00:00:00:00 is nobody's");
    out_.dump = arguments_.given("dump");
    out_.as_nobody = arguments_.given("probe");
    for (const std::string& text : arguments_.values("source")) {
      const auto address = parse_ip(text);
      if (!address) return read_.fail(fmt::format("--source: {}", address.error().context));
      if (address->is_ipv6()) return read_.fail(fmt::format("--source: {}: {} is for IPv4", text, mode()));
      if (address->is_multicast()) {
        return read_.fail(fmt::format("--source: {} is a multicast address, nobody asks from it", text));
      }
      if (out_.source) return read_.fail(fmt::format("--source: {} is the second", text));
      out_.source = address->ipv4();
    }
  }

  void targets() {
    for (const std::string& text : arguments_.values("TARGET")) {
      const auto mac = parse_mac(text);
      if (!mac) {
        return read_.fail(
            parse_ip(text) ? fmt::format("'{}' is an IP address; {} asks about MAC addresses", printable(text), mode())
                           : mac.error().context);
      }
      if (!mac->is_unicast()) return read_.fail(fmt::format("'{}': no station can have it", printable(text)));
      if (std::ranges::find(out_.targets, *mac) == out_.targets.end()) out_.targets.push_back(*mac);
    }
    if (out_.targets.empty() && inverse()) read_.fail("TARGET is missing: the MAC address of the station to ask");
  }

  const Arguments& arguments_;
  const Context& context_;
  OptionReader read_;
  ReverseOptions out_;
};

}  // namespace

std::expected<ReverseOptions, Error> read_reverse_options(const Arguments& arguments, const Context& context) {
  return Reading{arguments, context}.all();
}

}  // namespace onlink::inline v0::cli
