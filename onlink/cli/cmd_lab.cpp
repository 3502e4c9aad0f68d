// SPDX-License-Identifier: Apache-2.0
// onlink lab: virtual LANs up, down and listed; running commands on their hosts is in cmd_lab_exec.cpp.
#include "onlink/cli/cmd_lab.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "onlink/cli/arguments.hpp"
#include "onlink/lab/ready_made.hpp"
#include "onlink/print/row.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0::cli {
namespace {

using lab::Labs;
using lab::RunningHost;
using lab::RunningLab;

constexpr std::string_view host_fields[] = {"lab", "host", "role", "answered_by", "process", "addresses"};
constexpr std::string_view lab_fields[] = {"lab", "state", "hosts", "asks_from", "holder", "about"};

Row host_row(const RunningLab& lab, const RunningHost& host) {
  Row row{.kind = RowKind::lan, .mac = host.mac, .vendor = std::string(vendor_name(host.mac))};
  row.fields = {{"lab", lab.name},
                {"host", host.name},
                {"role", std::string(to_string(host.role))},
                {"answered_by", std::string(host.by_engine ? "onlink" : "kernel")}};
  if (host.process != 0) row.fields.push_back({"process", static_cast<std::uint64_t>(host.process)});
  if (!host.addresses.empty()) row.fields.push_back({"addresses", host.addresses});
  return row;
}

void print_hosts(const RunningLab& lab, Context& context) {
  if (context.quiet) return;
  if (context.format != RowFormat::text) {
    RowPrinter rows(context.out,
                    {.format = context.format, .csv_fields = {std::begin(host_fields), std::end(host_fields)}});
    for (const RunningHost& host : lab.hosts) rows.print(host_row(lab, host));
    return;
  }
  std::size_t width = 0;
  for (const RunningHost& host : lab.hosts) width = std::max(width, host.name.size());
  for (const RunningHost& host : lab.hosts) {
    const std::string_view by = host.by_engine ? "virtual" : "kernel";
    context.out.print_line("{:<{}}  {:<6}  {:<7}  {}  {}{}", host.name, width, to_string(host.role), by,
                           to_string(host.mac),
                           host.addresses.empty() ? "-" : fmt::format("{}", fmt::join(host.addresses, " ")),
                           host.name == lab.asker ? "  (asks)" : "");
  }
}

// A lab that is not up, as one would be.
RunningLab as_planned(const lab::LabPlan& plan) {
  RunningLab out{.name = plan.name,
                 .about = plan.about,
                 .fingerprint = plan.fingerprint,
                 .holder = 0,
                 .asker = plan.asking_host().name,
                 .hosts = {}};
  for (const lab::PlannedHost& host : plan.hosts) out.hosts.push_back(describe(host, 0));
  return out;
}

bool has_default_route(const lab::PlannedHost& host) {
  return std::ranges::any_of(host.routes, [](const lab::PlannedRoute& route) { return route.destination.length == 0; });
}

ExitCode run_up(const Arguments& arguments, Context& context) {
  const auto plan = lab::load_plan(arguments.text("LAB").value_or(default_lab));
  if (!plan) return context.fail(plan.error());
  const auto labs = open_labs(context);
  if (!labs) return context.fail(labs.error());
  const auto up = labs->up(*plan, plan->name, lab::Lifetime::until_down);
  if (!up) return context.fail(up.error());
  context.say(fmt::format("{} is {}up: {}", plan->name, up->was_up ? "already " : "", plan->about));
  print_hosts(up->lab, context);
  context.say(fmt::format("next: onlink lab exec {} onlink scan{}; onlink lab down {}", up->lab.asker,
                          has_default_route(plan->asking_host()) ? "" : " -i eth0", plan->name));
  return ExitCode::yes;
}

// The labs that `down` is about: the one named, all, or the only one.
std::expected<std::vector<std::string>, Error> choose_for_down(const Arguments& arguments,
                                                               const std::vector<RunningLab>& running) {
  std::vector<std::string> names;
  names.reserve(running.size());
  for (const RunningLab& lab : running) names.push_back(lab.name);
  if (arguments.given("all")) return names;
  if (const auto name = arguments.text("LAB")) {
    std::erase_if(names, [&](const std::string& other) { return other != *name; });
    return names;
  }
  if (names.size() < 2) return names;
  return std::unexpected(
      usage_error(fmt::format("several labs are up: {}; name one, or --all", fmt::join(names, ", "))));
}

std::string ended_words(std::size_t commands) {
  if (commands == 0) return {};
  if (commands == 1) return "; 1 process that still ran on its hosts was ended";
  return fmt::format("; {} processes that still ran on its hosts were ended", commands);
}

ExitCode run_down(const Arguments& arguments, Context& context) {
  const auto labs = open_labs(context);
  if (!labs) return context.fail(labs.error());
  const auto running = labs->list();
  if (!running) return context.fail(running.error());
  const auto names = choose_for_down(arguments, *running);
  if (!names) return context.fail(names.error());
  if (names->empty()) {
    context.say(arguments.given("LAB") ? fmt::format("lab {} is not up", *arguments.text("LAB")) : "no lab is up");
    return ExitCode::no;
  }
  ExitCode outcome = ExitCode::yes;
  for (const std::string& name : *names) {
    const auto down = labs->down(name);
    if (!down) {
      outcome = worst(outcome, context.fail(down.error()));
      continue;
    }
    context.say(fmt::format("{} is down{}", name, ended_words(down->ended_commands)));
  }
  return outcome;
}

Row lab_row(const RunningLab& lab) {
  Row row{.kind = RowKind::lan};
  row.fields = {{"lab", lab.name},
                {"state", std::string(lab.holder != 0 ? "up" : "ready-made")},
                {"hosts", static_cast<std::uint64_t>(lab.hosts.size())},
                {"asks_from", lab.asker}};
  if (lab.holder != 0) row.fields.push_back({"holder", static_cast<std::uint64_t>(lab.holder)});
  row.fields.push_back({"about", lab.about});
  return row;
}

void print_labs(const std::vector<RunningLab>& labs, Context& context) {
  if (context.quiet) return;
  RowPrinter rows(context.out,
                  {.format = context.format, .csv_fields = {std::begin(lab_fields), std::end(lab_fields)}});
  std::size_t width = 0;
  for (const RunningLab& lab : labs) width = std::max(width, lab.name.size());
  for (const RunningLab& lab : labs) {
    if (context.format != RowFormat::text) {
      rows.print(lab_row(lab));
    } else {
      context.out.print_line("{:<{}}  {:<10}  {:>3} hosts  {}", lab.name, width, lab.holder != 0 ? "up" : "ready-made",
                             lab.hosts.size(), lab.about);
    }
  }
}

ExitCode list_all(const std::vector<RunningLab>& running, Context& context) {
  std::vector<RunningLab> shown = running;
  for (const lab::ReadyMade& ready_made : lab::ready_made_labs()) {
    if (std::ranges::find(running, ready_made.name, &RunningLab::name) != running.end()) continue;
    const auto plan = lab::load_plan(ready_made.name);
    if (!plan) return context.fail(plan.error());
    shown.push_back(as_planned(*plan));
  }
  print_labs(shown, context);
  return running.empty() ? ExitCode::no : ExitCode::yes;
}

ExitCode list_one(std::string_view name, const std::vector<RunningLab>& running, Context& context) {
  const auto up = std::ranges::find(running, name, &RunningLab::name);
  if (up != running.end()) {
    print_hosts(*up, context);
    return ExitCode::yes;
  }
  const auto plan = lab::load_plan(name);
  if (!plan) return context.fail(plan.error());
  print_hosts(as_planned(*plan), context);
  return ExitCode::no;
}

ExitCode print_file(std::string_view name, Context& context) {
  const lab::ReadyMade* const ready_made = lab::find_ready_made(name);
  if (ready_made == nullptr) return context.fail(usage_error(fmt::format("'{}' is not a ready-made lab", name)));
  context.out.write(ready_made->text);
  return ExitCode::yes;
}

ExitCode run_list(const Arguments& arguments, Context& context) {
  const auto name = arguments.text("LAB");
  if (arguments.given("toml")) return print_file(name.value_or(default_lab), context);
  const auto labs = open_labs(context);
  if (!labs) return context.fail(labs.error());
  const auto running = labs->list();
  if (!running) return context.fail(running.error());
  return name ? list_one(*name, *running, context) : list_all(*running, context);
}

constexpr Positional up_positionals[] = {
    {.name = "LAB",
     .help = "a ready-made lab (home, textbook, conflict, crowd, two-routers, diskless; home when none is named), or a "
             "file: what "
             "holds a / or ends in .toml",
     .arity = Arity::optional,
     .completes = Completes::file},
};
constexpr Example up_examples[] = {
    {"onlink lab up", "a household: a router, a slow printer, light bulbs, an address conflict"},
    {"onlink lab up ./office.toml", "the LAN that the file describes"},
};
constexpr ExitMeaning up_exits[] = {
    {ExitCode::yes, "the lab is up, now or since before"},
    {ExitCode::usage, "there is no such lab, its file is wrong, or another lab of its name is up"},
    {ExitCode::permission,
     "the system allows this user no network namespaces, or others may write to the directory of labs"},
    {ExitCode::system, "the kernel refused a part of it, or a file cannot be read or written"},
};
constinit const Command lab_up_command{
    .name = "up",
    .summary = "put a virtual LAN up",
    .description =
        "Every host of the lab is there and answers when the command returns. The lab stays up, in the "
        "background, until `onlink lab down`.",
    .positionals = up_positionals,
    .common_options = common::rows,
    .examples = up_examples,
    .exits = up_exits,
    .run = run_up,
};

constexpr Positional down_positionals[] = {
    {.name = "LAB", .help = "the lab; not needed when only one is up", .arity = Arity::optional},
};
constexpr Option down_options[] = {{.name = "all", .help = "every lab that is up"}};
constexpr Example down_examples[] = {{"onlink lab down", "the one lab that is up goes"}};
constexpr ExitMeaning down_exits[] = {
    {ExitCode::yes, "it is down, with every process on its hosts"},
    {ExitCode::no, "it was not up"},
    {ExitCode::usage, "several labs are up and none is named"},
    {ExitCode::permission, "others may write to the directory of labs"},
    {ExitCode::system, "a process of the lab does not end, or a file cannot be read"},
};
constinit const Command lab_down_command{
    .name = "down",
    .summary = "take a virtual LAN down",
    .description =
        "Commands that still run on its hosts are asked to end, and killed after a second. The kernel then "
        "removes the namespaces.",
    .positionals = down_positionals,
    .options = down_options,
    .examples = down_examples,
    .exits = down_exits,
    .run = run_down,
};

constexpr Positional list_positionals[] = {
    {.name = "LAB", .help = "a lab or file, to list its hosts; none: list the labs", .arity = Arity::optional},
};
constexpr Option list_options[] = {
    {.name = "toml", .help = "print the file of a ready-made lab, to start a lab of one's own from"},
};
constexpr Example list_examples[] = {
    {"onlink lab list", "the labs that are up, and those that could be"},
    {"onlink lab list home", "its hosts, their MAC addresses and addresses"},
    {"onlink lab list --toml home > mine.toml", "a file to change"},
};
constexpr ExitMeaning list_exits[] = {
    {ExitCode::yes, "the lab, or any lab, is up"},
    {ExitCode::no, "it is not, or none is"},
    {ExitCode::usage, "there is no such lab, or its file is wrong"},
    {ExitCode::permission, "others may write to the directory of labs"},
    {ExitCode::system, "a file cannot be read"},
};
constinit const Command lab_list_command{
    .name = "list",
    .summary = "list virtual LANs, or the hosts of one",
    .positionals = list_positionals,
    .options = list_options,
    .common_options = common::rows,
    .examples = list_examples,
    .exits = list_exits,
    .run = run_list,
};

constexpr const Command* subcommands[] = {&lab_up_command, &lab_down_command, &lab_list_command, &lab_exec_command,
                                          &lab_run_command};
constexpr Example examples[] = {
    {"onlink lab run -- onlink scan", "a household put up, scanned, and taken down"},
    {"onlink lab up conflict", "a LAN on which addresses have two owners"},
    {"onlink lab exec me onlink resolve 192.0.2.66", "a command on the host `me` of the lab that is up"},
};

}  // namespace

std::expected<Labs, Error> open_labs(const Context& context) {
  auto labs = Labs::open();
  if (!labs) return labs;
  for (const std::string& name : labs->removed()) {
    context.say(fmt::format("removed what a lab {} that died had left", name));
  }
  return labs;
}

extern const Command lab_command;
constinit const Command lab_command{
    .name = "lab",
    .summary = "virtual LANs to try things on, without a network and without root",
    .description =
        "A lab is a LAN made of network namespaces: each host is a Linux kernel's own network stack, or a virtual host "
        "of onlink's that answers late, loses answers, or has a second owner; a bridge joins them. A file of a few "
        "lines (TOML) describes it; five labs come with the program.\n\n"
        "No privilege is needed where the system allows user namespaces. Nothing of the machine's own network is "
        "touched, and nothing is left behind: all of a lab hangs on one process, and ends with it.",
    .examples = examples,
    .subcommands = subcommands,
};

}  // namespace onlink::inline v0::cli
