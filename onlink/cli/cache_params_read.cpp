// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_read.hpp"

#include <algorithm>
#include <charconv>

#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/sysctl.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborTableState;

// IPv4's thresholds have no file but in the initial network namespace; netlink tells them everywhere.
std::optional<std::string> table_value(const std::vector<NeighborTableState>& tables, const ParameterInfo& info) {
  const auto table = std::ranges::find(tables, info.family, &NeighborTableState::family);
  if (table == tables.end()) return std::nullopt;
  const std::string_view name = info.name();
  if (name == "gc_thresh1") return std::to_string(table->gc_thresh1);
  if (name == "gc_thresh2") return std::to_string(table->gc_thresh2);
  if (name == "gc_thresh3") return std::to_string(table->gc_thresh3);
  if (name == "gc_interval") return std::to_string(table->gc_interval / std::chrono::seconds{1});
  return std::nullopt;
}

bool is_joined(ParameterScope scope) noexcept {
  return scope == ParameterScope::all_max || scope == ParameterScope::all_or || scope == ParameterScope::all_and;
}

long number(std::string_view text) noexcept {
  long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// A value in ticks is the default when its twin in milliseconds is: how long a tick is only the kernel knows.
bool differs(const ParameterSource& source, const ParameterState& state) {
  if (state.info->unit != ParameterUnit::jiffies) return state.value != state.info->fallback;
  const std::string twin = state.path + "_ms";
  const ParameterInfo* const info = find_parameter(twin);
  const auto value = source.read(twin);
  return info != nullptr && value && *value != info->fallback;
}

class OriginFinder {
 public:
  OriginFinder(const ParameterSource& source, ParameterState& state) : source_(source), state_(state) {}

  void find() {
    if (from_file(state_.path)) return;
    if (!state_.changed) {
      state_.origin = ParameterOrigin::built_in;
    } else if (!from_new_default() && !from_router()) {
      state_.origin = ParameterOrigin::unknown;
    }
  }

 private:
  [[nodiscard]] std::string path_of(std::string_view interface) const {
    return parameter_path(*state_.info, interface);
  }
  [[nodiscard]] std::optional<long> sibling(std::string_view directory, std::string_view name) const {
    const auto value = source_.read(std::string(directory).append(state_.interface).append("/").append(name));
    return value ? std::optional(number(*value)) : std::nullopt;
  }

  bool from_file(const std::string& path) {
    const SysctlAssignment* const line = source_.files.find(path);
    if (line == nullptr) return false;
    if (line->value == state_.value) {
      state_.origin = ParameterOrigin::file;
      state_.origin_place = line->place();
      return true;
    }
    state_.file_differs = line->place();
    state_.file_value = line->value;
    return false;
  }

  // An interface begins with what `default` has; and what `all` has of forwarding goes to every interface, `default`
  // included.
  bool from_new_default() {
    if (state_.info->scope == ParameterScope::table || state_.interface == "all" || state_.interface == "default") {
      return from_everywhere();
    }
    const std::string path = path_of("default");
    const auto value = source_.read(path);
    const SysctlAssignment* const line = source_.files.find(path);
    const bool by_file = line != nullptr && line->value == state_.value;
    if ((!value || *value != state_.value) && !by_file) return from_everywhere();
    state_.origin = ParameterOrigin::new_default;
    if (by_file) {
      state_.origin_place = line->place();
    } else if (const SysctlAssignment* const everywhere = forwarding_line()) {
      state_.origin_place = everywhere->place();
    }
    return true;
  }
  bool from_everywhere() {
    const SysctlAssignment* const line = forwarding_line();
    if (line == nullptr) return false;
    state_.origin = ParameterOrigin::file;
    state_.origin_place = line->place();
    return true;
  }
  [[nodiscard]] const SysctlAssignment* forwarding_line() const {
    if (state_.info->name() != "forwarding") return nullptr;
    const bool v4 = state_.info->family == Family::ipv4;
    for (const std::string_view key :
         {std::string_view{v4 ? "net/ipv4/ip_forward" : ""},
          std::string_view{v4 ? "net/ipv4/conf/all/forwarding" : "net/ipv6/conf/all/forwarding"}}) {
      const SysctlAssignment* const line = source_.files.find(key);
      if (line != nullptr && line->value == state_.value) return line;
    }
    return nullptr;
  }

  // A Router Advertisement's reachable time makes gc_stale_time three times itself (nud.md section 3).
  bool from_router() {
    const std::string_view name = state_.info->name();
    const bool times =
        state_.info->family == Family::ipv6 &&
        (name.starts_with("base_reachable_time") || name.starts_with("retrans_time") || name == "gc_stale_time");
    if (!times || !believes_routers()) return false;
    const auto base = sibling("net/ipv6/neigh/", "base_reachable_time_ms");
    const auto stale = sibling("net/ipv6/neigh/", "gc_stale_time");
    const bool told = base && stale && *base != 30'000 && *base * 3 / 1000 == *stale;
    state_.origin = told && !name.starts_with("retrans") ? ParameterOrigin::router : ParameterOrigin::maybe_router;
    return true;
  }
  [[nodiscard]] bool believes_routers() const {
    const long accepts = sibling("net/ipv6/conf/", "accept_ra").value_or(0);
    const long forwards = sibling("net/ipv6/conf/", "forwarding").value_or(0);
    return accepts == 2 || (accepts == 1 && forwards == 0);
  }

  const ParameterSource& source_;
  ParameterState& state_;
};

}  // namespace

std::string_view to_string(ParameterOrigin origin) noexcept {
  switch (origin) {
    case ParameterOrigin::built_in:
      return "kernel";
    case ParameterOrigin::file:
      return "file";
    case ParameterOrigin::new_default:
      return "default";
    case ParameterOrigin::router:
      return "router";
    case ParameterOrigin::maybe_router:
      return "maybe_router";
    case ParameterOrigin::unknown:
      return "unknown";
  }
  return "unknown";
}

std::optional<std::string> read_host_sysctl(std::string_view key) {
  auto value = kernel::read_sysctl(key);
  return value ? std::optional(*std::move(value)) : std::nullopt;
}

std::expected<ParameterSource, Error> read_parameter_source() {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return std::unexpected(std::move(netlink.error()));
  auto tables = kernel::neighbor_tables(*netlink);
  if (!tables) return std::unexpected(std::move(tables.error()));
  return ParameterSource{.files = SysctlFiles::read(), .tables = *std::move(tables)};
}

std::string joined_value(ParameterScope scope, std::string_view all, std::string_view value) {
  const long everywhere = number(all), here = number(value);
  switch (scope) {
    case ParameterScope::all_max:
      return std::to_string(std::max(everywhere, here));
    case ParameterScope::all_or:
      return std::to_string(everywhere != 0 || here != 0 ? 1 : 0);
    case ParameterScope::all_and:
      return std::to_string(everywhere != 0 && here != 0 ? 1 : 0);
    case ParameterScope::interface:
    case ParameterScope::table:
      break;
  }
  return std::string{value};
}

std::optional<ParameterState> read_parameter(const ParameterSource& source, const ParameterInfo& info,
                                             std::string_view interface) {
  const bool table = info.scope == ParameterScope::table;
  ParameterState state{
      .info = &info, .interface = std::string{table ? "default" : interface}, .path = parameter_path(info, interface)};
  auto value = source.read(state.path);
  if (!value && table) {
    value = table_value(source.tables, info);
    state.settable = false;
  }
  if (!value) return std::nullopt;
  state.value = *std::move(value);
  state.effective = state.value;
  if (is_joined(info.scope) && interface != "all" && interface != "default") {
    state.all = source.read(parameter_path(info, "all"));
    if (state.all) state.effective = joined_value(info.scope, *state.all, state.value);
  }
  state.changed = differs(source, state);
  OriginFinder{source, state}.find();
  return state;
}

}  // namespace onlink::inline v0::cli
