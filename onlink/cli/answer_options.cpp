// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/answer_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "onlink/base/rng.hpp"
#include "onlink/cli/host_address.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// What fits in an Ethernet frame of 1,500 octets behind an IPv6 header, which is the longer one.
constexpr std::uint64_t max_ping_size = 1452;

class Reading {
 public:
  explicit Reading(const Arguments& arguments) : arguments_(arguments), read_(arguments) {}

  std::expected<AnswerOptions, Error> all() {
    ranges("ADDR", out_.host.addresses);
    ranges("proxy", out_.host.proxied);
    ranges("except", out_.host.except);
    reverse();
    if (out_.host.addresses.empty() && out_.host.proxied.empty() && !out_.reverse.any()) {
      read_.fail("no address to answer for: name one, --proxy a network, or serve with --rarp");
    }
    identity();
    faults();
    services();
    pings();
    gateways();
    if (read_.error()) return std::unexpected(*read_.error());
    return std::move(out_);
  }

 private:
  void ranges(std::string_view name, std::vector<AddressRange>& out) {
    for (const std::string& text : arguments_.values(name)) {
      const auto range = parse_range(text);
      if (!range) return read_.fail(range.error().context);
      if (const auto why = objection_to_host(*range); why && name != "except") {
        return read_.fail(fmt::format("'{}': {}", printable(text), *why));
      }
      out.push_back(*range);
    }
  }

  void reverse() {
    ReverseService& reverse = out_.reverse;
    for (const std::string& text : arguments_.values("pair")) {
      const std::size_t at = text.find('=');
      if (at == std::string::npos) return read_.fail(fmt::format("--pair: '{}' is not MAC=ADDRESS", printable(text)));
      reverse.pairs += text.substr(0, at) + " " + text.substr(at + 1) + "\n";
    }
    const bool pairs = !reverse.pairs.empty();
    reverse.rarp = arguments_.given("rarp") || arguments_.given("ethers") || pairs;
    reverse.inarp = arguments_.given("inarp");
    if (arguments_.given("rarp") && !pairs) reverse.ethers = "/etc/ethers";
    if (const auto file = arguments_.text("ethers")) reverse.ethers = *file;
    if (!arguments_.given("secondary")) return;
    if (!reverse.rarp) return read_.fail("secondary", "goes with --rarp");
    reverse.only_retries = arguments_.text("secondary") == "retry";
    if (!reverse.only_retries) reverse.secondary_wait = read_.duration("secondary", Duration{}).value_or(Duration{});
  }

  void identity() {
    out_.mac = read_.mac("mac");
    if (out_.mac && !out_.mac->is_unicast()) read_.fail("mac", "no station can have it");
    out_.host.mac_per_address = arguments_.given("mac-per-address");
    out_.host.vlans = read_.vlans("vlan").value_or(VlanStack{});
    out_.host.router = arguments_.given("router");
    out_.host.anycast = arguments_.given("anycast");
    out_.host.check = arguments_.given("dad");
    out_.host.proxy_delay = read_.duration("proxy-delay", Duration{}).value_or(out_.host.proxy_delay);
    out_.check = !arguments_.given("no-check") && !arguments_.given("force");
    out_.force = arguments_.given("force");
  }

  void faults() {
    VirtualHostConfig& host = out_.host;
    host.delay = read_.duration("delay", Duration{}).value_or(Duration{});
    host.jitter = read_.duration("jitter", Duration{}).value_or(Duration{});
    host.loss = read_.fraction("loss").value_or(0);
    host.duplicate = read_.fraction("duplicate").value_or(0);
    host.impostor = read_.fraction("impostor").value_or(0);
    std::random_device device;
    host.seed = read_.integer("seed").value_or(std::uint64_t{device()} << 32 | device());
  }

  void services() {
    out_.host.echo = !arguments_.given("no-echo");
    out_.host.udp_echo = out_.host.port_unreachable = !arguments_.given("no-udp");
    out_.timeout = read_.duration("timeout", milliseconds{1}, hours{24});
  }

  void pings() {
    for (const std::string& text : arguments_.values("ping")) {
      const auto target = parse_ip(text);
      if (!target) return read_.fail(fmt::format("--ping: {}", target.error().context));
      if (target->is_multicast() || target->is_unspecified()) {
        return read_.fail(fmt::format("--ping: '{}' is not one host's address", text));
      }
      if (std::ranges::find(out_.ping, *target) == out_.ping.end()) out_.ping.push_back(*target);
    }
    const auto count = read_.integer("count", 0, 1'000'000);
    if (out_.ping.empty()) {
      for (const std::string_view name : {"interval", "size", "wait"}) {
        if (arguments_.given(name)) read_.fail(name, "goes with --ping");
      }
      out_.count = count.value_or(0);
      return;
    }
    PingConfig& ping = out_.pings;
    ping.count = static_cast<std::uint32_t>(count.value_or(ping.count));
    ping.interval = read_.duration("interval", milliseconds{1}).value_or(ping.interval);
    ping.wait = read_.duration("wait", milliseconds{1}).value_or(ping.wait);
    ping.size = read_.integer("size", 0, max_ping_size).value_or(ping.size);
    ping.identifier = static_cast<std::uint16_t>(Rng{out_.host.seed}.next());
  }

  void gateways() {
    for (const std::string& text : arguments_.values("gateway")) {
      const auto gateway = parse_ip(text);
      if (!gateway) return read_.fail(fmt::format("--gateway: {}", gateway.error().context));
      auto& place = gateway->is_ipv4() ? out_.gateway_ipv4 : out_.gateway_ipv6;
      if (place) return read_.fail(fmt::format("--gateway: {} is the second of its family", text));
      place = *gateway;
    }
  }

  const Arguments& arguments_;
  OptionReader read_;
  AnswerOptions out_;
};

}  // namespace

std::expected<AnswerOptions, Error> read_answer_options(const Arguments& arguments) { return Reading{arguments}.all(); }

}  // namespace onlink::inline v0::cli
