// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/script_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/nud/script_frames.hpp"

namespace onlink::differential {
namespace {

bool on_or_off(ScriptCursor& cursor, std::string_view on, std::string_view off) {
  const std::string expected = fmt::format("{} or {}", on, off);
  const Word word = cursor.word(expected);
  if (word.text != on && word.text != off) cursor.fail(word, expected);
  return word.text == on;
}

IpAddress address_of_family(ScriptCursor& cursor, const Scenario& scenario) {
  const Word word = cursor.word("an address");
  const IpAddress address = cursor.ip(word);
  if (!(address.is_ipv4() ? scenario.ipv4 : scenario.ipv6)) {
    cursor.fail(word, "an address of the script's family (see: family)");
  }
  return address;
}

// "neigh.NAME", "conf.NAME", "conf.all.NAME" of the script's family, or a whole path.
std::string sysctl_path(ScriptCursor& cursor, const Scenario& scenario) {
  const Word word = cursor.word("a sysctl");
  std::string path{word.text};
  const bool is_short = path.starts_with("neigh.") || path.starts_with("conf.");
  if (!path.contains('/')) std::ranges::replace(path, '.', '/');
  if (is_short) {
    if (scenario.ipv4 && scenario.ipv6) cursor.fail(word, "a whole path, net.ipv4. or net.ipv6., with `family both`");
    const std::size_t slash = path.find('/');
    if (!path.contains("/all/") && !path.contains("/default/")) path.insert(slash, "/IFACE");
    path.insert(0, scenario.ipv4 ? "net/ipv4/" : "net/ipv6/");
  }
  if (!path.starts_with("net/")) cursor.fail(word, "neigh.NAME, conf.NAME or a path that begins with net.");
  if (path.contains("/neigh/default/") && !scenario.alone) {
    cursor.fail(word, "a sysctl that is not all namespaces' (or the directive `alone`)");
  }
  return path;
}

Action parse_sysctl(ScriptCursor& cursor, const Scenario& scenario) {
  SysctlStep step;
  step.path = sysctl_path(cursor, scenario);
  step.value = cursor.word("a value").text;
  return step;
}

Action parse_send(ScriptCursor& cursor, const Scenario& scenario) {
  constexpr std::array<std::string_view, 6> options{"confirm", "count", "targets", "size", "from", "tcp"};
  SendStep step{.to = address_of_family(cursor, scenario)};
  const std::string_view next = cursor.peek().text;
  if (!next.empty() && std::ranges::find(options, next) == options.end()) step.data = cursor.word("text").text;
  while (cursor.ok() && !cursor.at_end()) {
    if (cursor.accept("confirm")) {
      step.confirm = true;
    } else if (cursor.accept("tcp")) {
      step.tcp = true;
    } else if (cursor.accept("count")) {
      step.count = cursor.number(100'000);
    } else if (cursor.accept("targets")) {
      step.targets = cursor.number(100'000);
    } else if (cursor.accept("size")) {
      step.size = cursor.number(60'000);
    } else if (cursor.accept("from")) {
      step.from = address_of_family(cursor, scenario);
    } else {
      cursor.fail(cursor.peek(), "confirm, count N, targets N, size N, from IP or tcp");
    }
  }
  return step;
}

Action parse_frame_step(ScriptCursor& cursor, const Scenario& /*scenario*/) { return FrameStep{parse_frame(cursor)}; }

std::optional<NudState> nud_state(ScriptCursor& cursor) {
  constexpr std::array all{NudState::none,   NudState::incomplete, NudState::reachable,
                           NudState::stale,  NudState::delay,      NudState::probe,
                           NudState::failed, NudState::noarp,      NudState::permanent};
  constexpr std::string_view expected =
      "a state: none, incomplete, reachable, stale, delay, probe, failed, noarp, permanent";
  const Word word = cursor.word(expected);
  const auto found = std::ranges::find(all, word.text, [](NudState state) { return to_string(state); });
  if (found == all.end()) {
    cursor.fail(word, expected);
    return std::nullopt;
  }
  return *found;
}

void admin_option(ScriptCursor& cursor, AdminStep& step) {
  if (cursor.accept("lladdr")) {
    step.mac = cursor.mac();
  } else if (cursor.accept("nud")) {
    step.state = nud_state(cursor);
  } else if (cursor.accept("count")) {
    step.count = cursor.number(100'000);
  } else if (cursor.accept("router")) {
    step.router = true;
  } else if (cursor.accept("use")) {
    step.use = true;
  } else if (cursor.accept("managed")) {
    step.managed = true;
  } else if (cursor.accept("extern_learn")) {
    step.externally_learned = true;
  } else {
    cursor.fail(cursor.peek(), "lladdr MAC, nud STATE, router, use, managed, extern_learn or count N");
  }
}

Action parse_admin(ScriptCursor& cursor, const Scenario& scenario) {
  AdminStep step;
  if (cursor.accept("change")) {
    step.action = AdminAction::change;
  } else if (cursor.accept("replace")) {
    step.action = AdminAction::replace;
  } else if (cursor.accept("del")) {
    step.action = AdminAction::remove;
  } else if (cursor.accept("use")) {
    step = {.action = AdminAction::replace, .address = {}, .use = true};
  } else if (cursor.accept("managed")) {
    step = {.action = AdminAction::replace, .address = {}, .managed = true};
  } else if (!cursor.accept("add")) {
    cursor.fail(cursor.peek(), "add, change, replace, del, use or managed");
  }
  step.address = address_of_family(cursor, scenario);
  while (cursor.ok() && !cursor.at_end()) admin_option(cursor, step);
  return step;
}

Action parse_carrier(ScriptCursor& cursor, const Scenario& /*scenario*/) {
  return CarrierStep{on_or_off(cursor, "up", "down")};
}
Action parse_link(ScriptCursor& cursor, const Scenario& /*scenario*/) {
  return LinkStep{on_or_off(cursor, "up", "down")};
}
Action parse_own_mac(ScriptCursor& cursor, const Scenario& /*scenario*/) { return MacStep{cursor.mac()}; }
Action parse_arp(ScriptCursor& cursor, const Scenario& /*scenario*/) { return ArpStep{on_or_off(cursor, "on", "off")}; }

int interface_number(ScriptCursor& cursor, const Scenario& scenario) {
  const Word word = cursor.word("1, 2 or lo");
  if (word.text == "1") return 1;
  if (word.text == "lo") return 0;
  if (word.text != "2") cursor.fail(word, "1, 2 or lo");
  if (scenario.interfaces < 2) cursor.fail(word, "an interface that there is (see: interfaces 2)");
  return 2;
}

void address_option(ScriptCursor& cursor, const Scenario& scenario, AddressStep& step) {
  if (cursor.accept("dev")) {
    step.interface = interface_number(cursor, scenario);
  } else if (cursor.accept("scope")) {
    const Word word = cursor.word("global, link or host");
    if (word.text != "global" && word.text != "link" && word.text != "host") cursor.fail(word, "global, link or host");
    step.scope = word.text == "link"   ? AddressScope::link
                 : word.text == "host" ? AddressScope::host
                                       : AddressScope::global;
  } else if (cursor.accept("check")) {
    step.check = true;
  } else if (cursor.accept("optimistic")) {
    step.optimistic = true;
  } else {
    cursor.fail(cursor.peek(), "dev 1|2|lo, scope global|link|host, check or optimistic");
  }
}

Action parse_addr(ScriptCursor& cursor, const Scenario& scenario) {
  AddressStep step{.add = on_or_off(cursor, "add", "del"), .prefix = {}};
  const Word word = cursor.word("an address with its network's length");
  step.prefix = cursor.prefix(word);
  if (!(step.prefix.address.is_ipv4() ? scenario.ipv4 : scenario.ipv6)) {
    cursor.fail(word, "an address of the script's family (see: family)");
  }
  while (cursor.ok() && !cursor.at_end()) address_option(cursor, scenario, step);
  return step;
}

Action parse_route(ScriptCursor& cursor, const Scenario& scenario) {
  RouteStep step{.add = on_or_off(cursor, "add", "del"), .destination = {}};
  const bool everything = cursor.accept("default");
  if (!everything) step.destination = cursor.prefix();
  while (cursor.ok() && !cursor.at_end()) {
    if (cursor.accept("via")) {
      step.gateway = address_of_family(cursor, scenario);
    } else if (cursor.accept("dev")) {
      step.interface = interface_number(cursor, scenario);
    } else if (cursor.accept("metric")) {
      step.metric = cursor.number(0x7fff'ffff);
    } else {
      cursor.fail(cursor.peek(), "via IP, dev 1|2|lo or metric N");
    }
  }
  const bool ipv6 = step.gateway ? step.gateway->is_ipv6() : !scenario.ipv4;
  if (everything && ipv6) step.destination = {Ipv6Address{}, 0};
  return step;
}

Action parse_proxy(ScriptCursor& cursor, const Scenario& scenario) {
  const bool add = on_or_off(cursor, "add", "del");
  return ProxyStep{add, address_of_family(cursor, scenario)};
}

Action parse_answer(ScriptCursor& cursor, const Scenario& scenario) {
  AnswerStep step{.address = address_of_family(cursor, scenario), .mac = peer_mac};
  if (cursor.accept("off")) {
    step.on = false;
    return step;
  }
  step.mac = cursor.mac();
  step.on = on_or_off(cursor, "on", "off");
  while (cursor.ok() && !cursor.at_end()) {
    if (cursor.accept("delay")) {
      step.delay = cursor.time();
    } else if (cursor.accept("router")) {
      step.router = true;
    } else {
      cursor.fail(cursor.peek(), "delay TIME or router");
    }
  }
  return step;
}

Action parse_reflect(ScriptCursor& cursor, const Scenario& /*scenario*/) {
  return ReflectStep{on_or_off(cursor, "on", "off")};
}

Action parse_state(ScriptCursor& cursor, const Scenario& scenario) {
  return StateStep{address_of_family(cursor, scenario)};
}
Action parse_end(ScriptCursor& /*cursor*/, const Scenario& /*scenario*/) { return EndStep{}; }

struct Verb {
  std::string_view name;
  Action (*parse)(ScriptCursor&, const Scenario&);
};
constexpr Verb verbs[] = {
    {"sysctl", parse_sysctl},   {"send", parse_send},   {"frame", parse_frame_step}, {"answer", parse_answer},
    {"admin", parse_admin},     {"proxy", parse_proxy}, {"addr", parse_addr},        {"route", parse_route},
    {"carrier", parse_carrier}, {"link", parse_link},   {"mac", parse_own_mac},      {"arp", parse_arp},
    {"reflect", parse_reflect}, {"state", parse_state}, {"end", parse_end},
};

}  // namespace

Action parse_action(ScriptCursor& cursor, const Scenario& scenario) {
  std::string names;
  for (const Verb& verb : verbs) names += fmt::format("{}{}", names.empty() ? "" : ", ", verb.name);
  const Word word = cursor.word("a verb: " + names);
  const auto verb = std::ranges::find(verbs, word.text, &Verb::name);
  if (verb == std::end(verbs)) {
    cursor.fail(word, "a verb: " + names);
    return EndStep{};
  }
  Action action = verb->parse(cursor, scenario);
  cursor.expect_end();
  return action;
}

}  // namespace onlink::differential
