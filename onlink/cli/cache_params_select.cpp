// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_select.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "onlink/cli/cache_params_value.hpp"
#include "onlink/cli/parse.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

bool is_path(std::string_view word) noexcept { return word.find_first_of("./") != std::string_view::npos; }

Error unknown(std::string_view name, std::optional<Family> family) {
  std::vector<std::string_view> names;
  bool other_family = false;
  for (const ParameterInfo& info : parameter_table()) {
    if (family && info.family != *family) {
      other_family = other_family || info.name() == name;
    } else {
      names.push_back(info.name());
    }
  }
  if (other_family) {
    return usage_error(fmt::format("{} has no parameter {}", *family == Family::ipv4 ? "IPv4" : "IPv6", name));
  }
  const std::string_view meant = nearest(name, names);
  return usage_error(fmt::format("there is no parameter {} of neighbours{}", printable(shortened(name, 60)),
                                 meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant)));
}

// Rows of the table that a name or path means, with the path's interface.
std::expected<std::vector<SelectedParameter>, Error> find(std::string_view name, std::optional<Family> family) {
  std::vector<SelectedParameter> found;
  if (is_path(name)) {
    const ParameterInfo* const info = find_parameter(name);
    if (info == nullptr || (family && info->family != *family)) return std::unexpected(unknown(name, std::nullopt));
    std::string interface = info->scope == ParameterScope::table ? std::string{} : parameter_interface(name);
    if (interface == "IFACE") interface.clear();
    found.push_back({.info = info, .interface = std::move(interface)});
    return found;
  }
  for (const ParameterInfo& info : parameter_table()) {
    if (info.name() == name && (!family || info.family == *family)) found.push_back({.info = &info});
  }
  if (found.empty()) return std::unexpected(unknown(name, family));
  return found;
}

std::expected<void, Error> add_word(std::string_view word, std::optional<Family> family,
                                    std::vector<SelectedParameter>& all) {
  const std::size_t equals = word.find('=');
  auto found = find(word.substr(0, equals), family);
  if (!found) return std::unexpected(std::move(found.error()));
  for (SelectedParameter& parameter : *found) {
    if (equals != std::string_view::npos) {
      auto value = parse_parameter_value(*parameter.info, word.substr(equals + 1));
      if (!value) return std::unexpected(usage_error(fmt::format("{}: {}", printable(word), value.error())));
      parameter.value = *std::move(value);
    }
    const bool again = std::ranges::any_of(all, [&](const SelectedParameter& p) {
      return p.info == parameter.info && p.interface == parameter.interface;
    });
    if (again && parameter.value) {
      return std::unexpected(usage_error(fmt::format("{} is set twice", parameter.info->name())));
    }
    if (!again) all.push_back(std::move(parameter));
  }
  return {};
}

}  // namespace

std::expected<std::vector<SelectedParameter>, Error> select_parameters(std::span<const std::string> words,
                                                                       std::optional<Family> family) {
  std::vector<SelectedParameter> all;
  for (const std::string& word : words) {
    if (auto added = add_word(word, family, all); !added) return std::unexpected(std::move(added.error()));
  }
  const auto set = [](const SelectedParameter& p) { return p.value.has_value(); };
  if (std::ranges::any_of(all, set) && !std::ranges::all_of(all, set)) {
    return std::unexpected(usage_error("either parameters to show or NAME=VALUE to set, not both at once"));
  }
  if (!words.empty()) return all;
  for (const ParameterInfo& info : parameter_table()) {
    if (!family || info.family == *family) all.push_back({.info = &info});
  }
  return all;
}

}  // namespace onlink::inline v0::cli
