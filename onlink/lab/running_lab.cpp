// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/running_lab.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "onlink/base/text.hpp"

namespace onlink::inline v0::lab {
namespace {

// The first line of every state file; another version of the program finds a lab of this one foreign, not broken.
constexpr std::string_view title = "onlink-lab 1";

// Tabs and line ends separate; the one text that is the user's own has none afterwards.
std::string on_one_line(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

template <class Number>
bool read(std::string_view text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size();
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::host, Role::router, Role::crowd}) {
    if (to_string(role) == text) return role;
  }
  return std::nullopt;
}

std::optional<RunningHost> parse_host(std::string_view line) {
  RunningHost host;
  host.name = take_until(line, '\t');
  const bool numbered = read(take_until(line, '\t'), host.process);
  const auto role = parse_role(take_until(line, '\t'));
  host.by_engine = take_until(line, '\t') == "engine";
  const auto mac = parse_mac(take_until(line, '\t'));
  while (!line.empty()) host.addresses.emplace_back(take_until(line, '\t'));
  if (!numbered || !role || !mac) return std::nullopt;
  host.role = *role;
  host.mac = *mac;
  return host;
}

}  // namespace

const RunningHost* RunningLab::find_host(std::string_view host) const noexcept {
  const auto found = std::ranges::find(hosts, host, &RunningHost::name);
  return found == hosts.end() ? nullptr : &*found;
}

RunningHost describe(const PlannedHost& host, pid_t process) {
  RunningHost out{.name = host.name,
                  .process = process,
                  .role = host.role,
                  .by_engine = host.by_engine,
                  .mac = host.mac,
                  .addresses = {}};
  if (host.boot == Boot::by_hand) return out;
  for (const Prefix& prefix : host.addresses) out.addresses.push_back(to_string(prefix));
  for (const AddressRange& range : host.crowd) out.addresses.push_back(to_string(range));
  return out;
}

std::string to_text(const RunningLab& lab) {
  std::string text = std::string(title) + "\n";
  text += lab.name + "\t" + std::to_string(lab.holder) + "\t" + std::to_string(lab.fingerprint) + "\t" + lab.asker +
          "\t" + on_one_line(lab.about) + "\n";
  for (const RunningHost& host : lab.hosts) {
    text += host.name + "\t" + std::to_string(host.process) + "\t" + std::string(to_string(host.role)) + "\t" +
            (host.by_engine ? "engine" : "kernel") + "\t" + to_string(host.mac);
    for (const std::string& address : host.addresses) text += "\t" + address;
    text += "\n";
  }
  return text;
}

std::expected<RunningLab, Error> parse_running_lab(std::string_view text) {
  const auto foreign = std::unexpected(Error{ErrorCode::system, 0, "not a lab's state, or another version's"});
  if (take_until(text, '\n') != title) return foreign;
  std::string_view line = take_until(text, '\n');
  RunningLab lab;
  lab.name = take_until(line, '\t');
  if (!read(take_until(line, '\t'), lab.holder) || !read(take_until(line, '\t'), lab.fingerprint)) return foreign;
  lab.asker = take_until(line, '\t');
  lab.about = line;
  while (!text.empty()) {
    auto host = parse_host(take_until(text, '\n'));
    if (!host) return foreign;
    lab.hosts.push_back(std::move(*host));
  }
  return lab;
}

}  // namespace onlink::inline v0::lab
