// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/scripted_host.hpp"

#include <charconv>
#include <chrono>
#include <functional>
#include <stdexcept>

#include "onlink/base/text.hpp"
#include "tests/compat/case_words.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/must.hpp"

namespace onlink::compat_diff {
namespace {

using test::must;

std::uint32_t number(std::string_view text) {
  const auto value = parse_decimal(text, 65535);
  if (!value) throw std::runtime_error("no number: " + std::string{text});
  return *value;
}

struct Quirk {
  std::string_view name;
  std::function<void(ScriptedHost&, std::string_view)> set;
};

const std::vector<Quirk>& quirks() {
  static const std::vector<Quirk> all = {
      {"router", [](ScriptedHost& host, std::string_view) { host.router = true; }},
      {"llc", [](ScriptedHost& host, std::string_view) { host.llc = true; }},
      {"skip", [](ScriptedHost& host, std::string_view value) { host.skip = number(value); }},
      {"times", [](ScriptedHost& host, std::string_view value) { host.times = number(value); }},
      {"late",
       [](ScriptedHost& host, std::string_view value) { host.late = std::chrono::milliseconds{number(value)}; }},
      {"in", [](ScriptedHost& host, std::string_view value) { host.lives_in = must(parse_vlan_stack(value)); }},
      {"vlan", [](ScriptedHost& host, std::string_view value) { host.tags = must(parse_vlan_stack(value)); }},
      {"source", [](ScriptedHost& host, std::string_view value) { host.source = must(parse_mac(value)); }},
      {"to", [](ScriptedHost& host, std::string_view value) { host.destination = must(parse_mac(value)); }},
      {"op",
       [](ScriptedHost& host, std::string_view value) { host.operation = static_cast<std::uint16_t>(number(value)); }},
      {"pad",
       [](ScriptedHost& host, std::string_view value) {
         for (const std::byte octet : test::from_hex(value)) host.padding += static_cast<char>(octet);
       }},
  };
  return all;
}

void add_quirk(ScriptedHost& host, std::string_view word) {
  std::string_view value = word;
  const std::string_view name = take_until(value, '=');
  for (const Quirk& quirk : quirks()) {
    if (quirk.name == name) return quirk.set(host, value);
  }
  throw std::runtime_error("there is no quirk " + std::string{name});
}

}  // namespace

ScriptedHost parse_host(std::string_view text) {
  const std::vector<std::string> words = split_words(text);
  if (words.size() < 2) throw std::runtime_error("a host is ADDR[,ADDR...] MAC [QUIRK...]: " + std::string{text});
  ScriptedHost host{.mac = must(parse_mac(words[1]))};
  for (std::string_view rest = words[0]; !rest.empty();)
    host.addresses.push_back(must(parse_ip(take_until(rest, ','))));
  for (std::size_t i = 2; i < words.size(); ++i) add_quirk(host, words[i]);
  return host;
}

}  // namespace onlink::compat_diff
