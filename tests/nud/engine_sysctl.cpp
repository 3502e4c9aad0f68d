// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/engine_sysctl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "onlink/base/text.hpp"

namespace onlink::differential {
namespace {

// Of Linux's host, not of its neighbours: they shape the kernel's side of a run and no frame or state of it.
constexpr std::string_view indifferent[]{"autoconf",
                                         "accept_ra_defrtr",
                                         "accept_ra_pinfo",
                                         "use_tempaddr",
                                         "keep_addr_on_down",
                                         "router_solicitations",
                                         "addr_gen_mode",
                                         "accept_ra_min_hop_limit",
                                         "log_martians",
                                         "send_redirects",
                                         "accept_redirects",
                                         "secure_redirects",
                                         "router_solicitation_delay",
                                         "disable_ipv6",
                                         "promote_secondaries",
                                         "accept_source_route",
                                         "accept_local",
                                         "icmp_ratelimit"};

std::string replaced(std::string_view path, std::string_view part, std::string_view with) {
  std::string text{path};
  if (const std::size_t at = text.find(part); at != std::string::npos) text.replace(at, part.size(), with);
  return text;
}

std::uint64_t join(ParameterScope scope, std::uint64_t all, std::uint64_t own) {
  switch (scope) {
    case ParameterScope::all_max:
      return std::max(all, own);
    case ParameterScope::all_or:
      return (all != 0 || own != 0) ? 1 : 0;
    case ParameterScope::all_and:
      return (all != 0 && own != 0) ? 1 : 0;
    case ParameterScope::interface:
    case ParameterScope::table:
      return own;
  }
  return own;
}

bool is_joined(ParameterScope scope) {
  return scope == ParameterScope::all_max || scope == ParameterScope::all_or || scope == ParameterScope::all_and;
}

}  // namespace

std::expected<void, Error> SysctlTable::write(const SysctlStep& step, LinkParameters& parameters) {
  if (step.path.contains("/IFACE2/") || step.path.contains("/default/forwarding")) return {};
  std::string path = step.path == "net/ipv4/ip_forward" ? "net/ipv4/conf/all/forwarding" : step.path;
  const bool all = path.contains("/conf/all/");
  if (all) path = replaced(path, "/all/", "/IFACE/");
  const ParameterInfo* info = find_parameter(path);
  const std::string_view name = std::string_view{path}.substr(path.rfind('/') + 1);
  const bool passed_over = std::ranges::find(indifferent, name) != std::end(indifferent);
  if (info == nullptr || info->write == nullptr) {
    if (passed_over || info != nullptr) return {};
    return std::unexpected(usage_error(fmt::format("{}: the engine has no such parameter", step.path)));
  }
  const auto number = parse_decimal(step.value, 0xffff'ffff);
  if (!number || !is_joined(info->scope)) {
    // `all` of what is not joined reaches the interface in one case only.
    if (all && name != "forwarding") return {};
    return set_parameter(parameters, path, step.value);
  }
  const auto fallback = parse_decimal(info->fallback, 0xffff'ffff).value_or(0);
  (all ? all_ : own_)[path] = *number;
  const auto value_in = [&](const auto& values) {
    const auto found = values.find(path);
    return found == values.end() ? std::uint64_t{fallback} : found->second;
  };
  return set_parameter(parameters, path, std::to_string(join(info->scope, value_in(all_), value_in(own_))));
}

}  // namespace onlink::differential
