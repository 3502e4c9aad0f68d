// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_parameters.hpp"

#include <algorithm>
#include <charconv>

#include "onlink/base/text.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t longest_interface_name = 15;  // IFNAMSIZ with its 0

// A path in its four parts. An interface's name may hold what separates the parts (sysctl(8) writes eth0.100 as
// eth0/100 between dots), so it is what stands between the known front and the last part.
struct PathParts {
  std::string_view family{};     // "ipv4"
  std::string_view kind{};       // "neigh", "conf"
  std::string_view interface{};  // "eth0", "all", "IFACE"
  std::string_view name{};

  [[nodiscard]] bool matches(const ParameterInfo& info) const noexcept;
};

constexpr PathParts split(std::string_view path) noexcept {
  if (path.starts_with("/proc/sys/")) path.remove_prefix(10);
  const std::size_t first = path.find_first_of("./");
  const std::size_t last = first == std::string_view::npos ? first : path.rfind(path[first]);
  if (first == last || path.substr(0, first) != "net") return {};
  const char separator = path[first];
  PathParts parts{.name = path.substr(last + 1)};
  path = path.substr(0, last);
  take_until(path, separator);
  parts.family = take_until(path, separator);
  parts.kind = take_until(path, separator);
  parts.interface = separator == '/' && path.find('/') != std::string_view::npos ? std::string_view{} : path;
  return parts;
}

bool is_interface_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_interface_name && name.find_first_of(" \t\n:") == name.npos;
}

bool PathParts::matches(const ParameterInfo& info) const noexcept {
  const PathParts own = split(info.path);
  if (own.family != family || own.kind != kind || own.name != name) return false;
  // neigh has no `all`.
  if (kind == "neigh" && interface == "all") return false;
  return info.scope == ParameterScope::table ? interface == own.interface : is_interface_name(interface);
}

Error wrong(std::string_view path, std::string_view why) {
  return usage_error(std::string(path).append(": ").append(why));
}

}  // namespace

std::string_view to_string(ParameterUnit unit) noexcept {
  switch (unit) {
    case ParameterUnit::milliseconds:
      return "ms";
    case ParameterUnit::seconds:
      return "s";
    case ParameterUnit::hundredths:
      return "1/100 s";
    case ParameterUnit::jiffies:
      return "jiffies";
    case ParameterUnit::octets:
      return "octets";
    case ParameterUnit::packets:
      return "packets";
    case ParameterUnit::count:
      return "count";
    case ParameterUnit::level:
      return "level";
    case ParameterUnit::on_off:
      return "on/off";
  }
  return "unknown";
}

const ParameterInfo* find_parameter(std::string_view path) noexcept {
  const PathParts parts = split(path);
  const auto table = parameter_table();
  const auto found = std::ranges::find_if(table, [&](const ParameterInfo& info) { return parts.matches(info); });
  return found == table.end() ? nullptr : &*found;
}

std::string parameter_interface(std::string_view path) {
  const std::string_view name = split(path).interface;
  std::string interface{is_interface_name(name) ? name : std::string_view{}};
  std::ranges::replace(interface, '/', '.');
  return interface;
}

std::string parameter_path(const ParameterInfo& info, std::string_view interface) {
  constexpr std::string_view place = "IFACE";
  std::string path{info.path};
  if (const auto at = path.find(place); at != std::string::npos) path.replace(at, place.size(), interface);
  return path;
}

std::expected<void, Error> set_parameter(LinkParameters& parameters, std::string_view path, std::string_view value) {
  const ParameterInfo* info = find_parameter(path);
  if (info == nullptr) return std::unexpected(wrong(path, "there is no such parameter of neighbours"));
  if (info->write == nullptr) return std::unexpected(wrong(path, "the neighbour cache has no use for it"));
  constexpr std::string_view blanks = " \t\n";
  value.remove_prefix(std::min(value.find_first_not_of(blanks), value.size()));
  value = value.substr(0, value.find_last_not_of(blanks) + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc::result_out_of_range) return std::unexpected(wrong(path, "out of range"));
  if (error != std::errc{} || end != value.data() + value.size()) {
    return std::unexpected(wrong(path, "'" + std::string(value) + "' is not a number from 0 on"));
  }
  if (!info->write(parameters, number)) {
    return std::unexpected(wrong(path, std::to_string(number) + " is out of range"));
  }
  return {};
}

}  // namespace onlink::inline v0
