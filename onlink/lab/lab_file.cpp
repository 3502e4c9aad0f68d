// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/lab_file.hpp"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>
#include <utility>

#include "onlink/lab/lab_check.hpp"

namespace onlink::inline v0::lab {
namespace {

using Keys = std::initializer_list<std::string_view>;

constexpr Duration longest_delay = std::chrono::minutes{1};

// Seconds unless a unit follows: "40ms", "1.5s", "250us".
std::optional<Duration> parse_delay(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 4> units{{{"ms", 1e-3}, {"us", 1e-6}, {"s", 1}, {"", 1}}};
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, text.data() + text.size());
  const auto* const known = std::ranges::find(units, unit, &std::pair<std::string_view, double>::first);
  if (failed != std::errc{} || known == units.end() || !std::isfinite(number) || number < 0) return std::nullopt;
  const double seconds = number * known->second;
  if (seconds > to_seconds(longest_delay)) return std::nullopt;
  return from_seconds(seconds);
}

// "10%", "0.1".
std::optional<double> parse_fraction(std::string_view text) {
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest(end, text.data() + text.size());
  if (failed != std::errc{} || (!rest.empty() && rest != "%")) return std::nullopt;
  return rest.empty() ? number : number / 100;
}

// One table of the file. Reads freely; the first error stays, with the line of what is wrong.
class TableReader {
 public:
  TableReader(const toml::table& table, const std::string& source) : table_(table), source_(source) {}

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] std::uint32_t line() const noexcept { return table_.source().begin.line; }
  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }

  void fail(const toml::node& at, const std::string& text) {
    if (!error_) error_ = usage_error(source_ + ":" + std::to_string(at.source().begin.line) + ": " + text);
  }
  void fail(std::string_view key, const std::string& text) {
    const toml::node* const node = table_.get(key);
    fail(node != nullptr ? *node : table_, std::string(key) + ": " + text);
  }

  std::optional<std::string> text(std::string_view key) {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_string()) fail(key, "not a text in quotes");
    return node->value<std::string>();
  }
  bool flag(std::string_view key) {
    const toml::node* const node = table_.get(key);
    if (node != nullptr && !node->is_boolean()) fail(key, "neither true nor false");
    return node != nullptr && node->value<bool>().value_or(false);
  }
  std::uint64_t number(std::string_view key) {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return 0;
    const auto value = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
    if (!value || *value < 0) fail(key, "not a whole number from 0 on");
    return static_cast<std::uint64_t>(value.value_or(0));
  }
  Duration delay(std::string_view key) {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return {};
    const auto words = node->value<std::string>();
    const auto seconds = node->is_number() ? node->value<double>() : std::nullopt;
    const auto parsed = words ? parse_delay(*words) : seconds ? parse_delay(std::to_string(*seconds)) : std::nullopt;
    if (!parsed) fail(key, "not a time from 0 to one minute, such as \"40ms\" or \"1.5s\"");
    return parsed.value_or(Duration{});
  }
  // true stands for 1.
  double fraction(std::string_view key) {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return 0;
    std::optional<double> parsed;
    if (node->is_boolean()) parsed = node->value<bool>().value_or(false) ? 1 : 0;
    if (node->is_number()) parsed = node->value<double>();
    if (const auto words = node->value<std::string>()) parsed = parse_fraction(*words);
    if (!parsed || std::isnan(*parsed) || *parsed < 0 || *parsed > 1)
      fail(key, "not a fraction, such as 0.1 or \"10%\"");
    return parsed.value_or(0);
  }
  // One value, read by one of the parse_ functions.
  template <class Value>
  std::optional<Value> parsed(std::string_view key, std::expected<Value, Error> (*parse)(std::string_view)) {
    const auto words = text(key);
    if (!words) return std::nullopt;
    auto value = parse(*words);
    if (!value) {
      fail(key, value.error().context);
      return std::nullopt;
    }
    return std::move(*value);
  }
  template <class Value>
  std::vector<Value> list(std::string_view key, std::expected<Value, Error> (*parse)(std::string_view)) {
    std::vector<Value> values;
    for (const toml::node& node : array(key)) {
      const auto words = node.value<std::string>();
      if (!words) {
        fail(node, std::string(key) + ": not a list of texts in quotes");
        continue;
      }
      auto value = parse(*words);
      if (value) {
        values.push_back(std::move(*value));
      } else {
        fail(node, std::string(key) + ": " + value.error().context);
      }
    }
    return values;
  }
  // The tables of [[key]], or of key = [{...}, ...].
  std::vector<TableReader> tables(std::string_view key) {
    std::vector<TableReader> readers;
    for (const toml::node& node : array(key)) {
      if (const toml::table* const table = node.as_table()) {
        readers.emplace_back(*table, source_);
      } else {
        fail(node, "not a table: [[" + std::string(key) + "]]");
      }
    }
    return readers;
  }
  // A mistyped key would otherwise be a fault that silently does not happen.
  void allow_only(Keys known) {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      std::string text = "unknown key '" + std::string(key.str()) + "'; known here:";
      for (const std::string_view name : known) text.append(" ").append(name);
      if (!error_) error_ = usage_error(source_ + ":" + std::to_string(key.source().begin.line) + ": " + text);
    }
  }
  void adopt(const TableReader& other) {
    if (!error_) error_ = other.error_;
  }

 private:
  const toml::array& array(std::string_view key) {
    static const toml::array nothing;
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return nothing;
    if (!node->is_array()) fail(key, "not a list in brackets");
    return node->is_array() ? *node->as_array() : nothing;
  }

  const toml::table& table_;
  const std::string& source_;
  std::optional<Error> error_;
};

std::vector<PlannedRoute> read_routes(TableReader& host) {
  std::vector<PlannedRoute> routes;
  for (TableReader& reader : host.tables("routes")) {
    reader.allow_only({"to", "via", "metric"});
    const auto to = reader.parsed<Prefix>("to", parse_prefix);
    const auto via = reader.parsed<IpAddress>("via", parse_ip);
    if (!to && !reader.has("to")) reader.fail("to", "missing: the network that the route leads to");
    if (!via && !reader.has("via")) reader.fail("via", "missing: the address of the next hop");
    const auto metric = static_cast<std::uint32_t>(reader.number("metric"));
    if (to && via) routes.push_back({.destination = *to, .gateway = *via, .metric = metric});
    host.adopt(reader);
  }
  return routes;
}

Faults read_faults(TableReader& host) {
  return {.delay = host.delay("delay"),
          .jitter = host.delay("jitter"),
          .loss = host.fraction("loss"),
          .duplicate = host.fraction("duplicate"),
          .impostor = host.fraction("impostor")};
}

Boot read_boot(TableReader& host) {
  const auto word = host.text("boots");
  if (!word) return Boot::configured;
  if (*word == "rarp") return Boot::by_rarp;
  if (*word == "by-hand") return Boot::by_hand;
  host.fail("boots", "neither \"rarp\" nor \"by-hand\"");
  return Boot::configured;
}

// VLAN tags as parse_vlan_stack() reads them; one tag may be a bare number.
VlanStack read_vlans(TableReader& host, const toml::table& table) {
  const toml::node* const node = table.get("vlan");
  if (node == nullptr) return {};
  const auto number = node->value_exact<std::int64_t>();
  auto stack = parse_vlan_stack(number ? std::to_string(*number) : node->value<std::string>().value_or(""));
  if (!stack) host.fail("vlan", stack.error().context);
  return stack ? *stack : VlanStack{};
}

Described read_host(TableReader& reader, const toml::table& table, Role role) {
  Described out;
  PlannedHost& host = out.host;
  host.role = role;
  host.line = reader.line();
  if (const auto name = reader.text("name")) host.name = *name;
  if (!reader.has("name")) reader.fail("name", "missing");
  if (const auto mac = reader.parsed<MacAddress>("mac", parse_mac)) host.mac = *mac;
  host.addresses = reader.list<Prefix>("addresses", parse_prefix);
  host.crowd = reader.list<AddressRange>("networks", parse_range);
  host.reaches = reader.list<Prefix>("reaches", parse_prefix);
  host.routes = read_routes(reader);
  host.faults = read_faults(reader);
  host.vlans = read_vlans(reader, table);
  host.seed = reader.number("seed");
  out.asks = reader.flag("asks");
  out.has_routes = reader.has("routes");
  out.has_virtual = reader.has("virtual");
  host.by_engine = reader.flag("virtual");
  host.boot = read_boot(reader);
  host.serves_rarp = reader.flag("rarp");
  host.mac_per_address = reader.flag("mac_per_address");
  return out;
}

struct Kind {
  std::string_view key;
  Role role;
  Keys known;
};

std::vector<Described> read_hosts(TableReader& file, const toml::table& root, const std::string& source) {
  static const std::array<Kind, 3> kinds{{
      {"host",
       Role::host,
       {"name", "mac", "addresses", "asks", "routes", "boots", "rarp", "virtual", "delay", "jitter", "loss",
        "duplicate", "impostor", "vlan", "seed"}},
      {"router", Role::router, {"name", "mac", "addresses", "reaches", "routes", "rarp"}},
      {"crowd",
       Role::crowd,
       {"name", "mac", "networks", "addresses", "virtual", "mac_per_address", "delay", "jitter", "loss", "duplicate",
        "impostor", "vlan", "seed"}},
  }};
  std::vector<Described> hosts;
  for (const Kind& kind : kinds) {
    const toml::array* const tables = root.get_as<toml::array>(kind.key);
    if (tables == nullptr) {
      if (root.contains(kind.key)) file.fail(kind.key, "write [[" + std::string(kind.key) + "]], one for each");
      continue;
    }
    for (const toml::node& node : *tables) {
      const toml::table* const table = node.as_table();
      if (table == nullptr) {
        file.fail(node, "not a table: [[" + std::string(kind.key) + "]]");
        continue;
      }
      TableReader reader(*table, source);
      reader.allow_only(kind.known);
      hosts.push_back(read_host(reader, *table, kind.role));
      file.adopt(reader);
    }
  }
  // As in the file, whatever their kind: that is the order in which people read it.
  std::ranges::sort(hosts, {}, [](const Described& described) { return described.host.line; });
  return hosts;
}

}  // namespace

std::expected<LabPlan, Error> parse_lab(std::string_view text, const std::string& source) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const auto& error = parsed.error();
    return std::unexpected(usage_error(source + ":" + std::to_string(error.source().begin.line) + ": " +
                                       std::string(error.description())));
  }
  const toml::table& root = parsed.table();
  TableReader file(root, source);
  file.allow_only({"name", "about", "host", "router", "crowd"});
  LabPlan plan{.fingerprint = hash_of(text)};
  if (const auto name = file.text("name")) plan.name = *name;
  if (const auto about = file.text("about")) plan.about = *about;
  if (!file.has("name")) file.fail("name", "missing: the lab's name");
  std::vector<Described> hosts = read_hosts(file, root, source);
  if (file.error()) return std::unexpected(*file.error());
  return complete_plan(std::move(plan), std::move(hosts), source);
}

}  // namespace onlink::inline v0::lab
