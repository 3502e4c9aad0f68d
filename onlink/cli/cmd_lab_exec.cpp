// SPDX-License-Identifier: Apache-2.0
// onlink lab exec, run: commands on the hosts of virtual LANs.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cmd_lab.hpp"
#include "onlink/lab/command.hpp"

namespace onlink::inline v0::cli {
namespace {

using lab::Place;
using lab::RunningHost;
using lab::RunningLab;

std::vector<Place> places_named(const std::vector<RunningLab>& labs, std::string_view lab, std::string_view host) {
  std::vector<Place> places;
  for (const RunningLab& running : labs) {
    if (!lab.empty() && running.name != lab) continue;
    if (const RunningHost* const found = running.find_host(host)) places.push_back({running, *found, {}});
  }
  return places;
}

std::string all_hosts(const std::vector<RunningLab>& labs) {
  std::string text;
  for (const RunningLab& lab : labs) {
    for (const RunningHost& host : lab.hosts) {
      if (!host.by_engine) text += fmt::format(" {}:{}", lab.name, host.name);
    }
  }
  return text;
}

// "home:router", or "router" when only one lab that is up has such a host.
std::expected<Place, Error> find_place(const std::vector<RunningLab>& labs, std::string_view words) {
  if (labs.empty()) return std::unexpected(usage_error("no lab is up; put one up: onlink lab up"));
  const std::size_t colon = words.find(':');
  const bool names_lab = colon != std::string_view::npos;
  const std::string_view host = names_lab ? words.substr(colon + 1) : words;
  const auto places = places_named(labs, names_lab ? words.substr(0, colon) : std::string_view{}, host);
  if (places.size() == 1) return places.front();
  if (places.empty())
    return std::unexpected(usage_error(fmt::format("'{}': no such host; there are{}", words, all_hosts(labs))));
  return std::unexpected(usage_error(fmt::format("'{}' is on several labs: write {}:{} or {}:{}", host,
                                                 places[0].lab.name, host, places[1].lab.name, host)));
}

// The user's shell where no command is given.
std::vector<std::string> command_line(const Arguments& arguments) {
  const auto words = arguments.values("COMMAND");
  std::vector<std::string> command(words.begin(), words.end());
  if (command.empty()) {
    const char* const shell = std::getenv("SHELL");
    command.emplace_back(shell != nullptr && *shell != '\0' ? shell : "/bin/sh");
  }
  return command;
}

ExitCode run_exec(const Arguments& arguments, Context& context) {
  const auto labs = open_labs(context);
  if (!labs) return context.fail(labs.error());
  const auto running = labs->list();
  if (!running) return context.fail(running.error());
  auto place = find_place(*running, arguments.text("HOST").value_or(""));
  if (!place) return context.fail(place.error());
  place->hosts_path = labs->hosts_path(place->lab);
  context.out.flush();
  return context.fail(lab::become_command(*place, command_line(arguments)));
}

ExitCode run_run(const Arguments& arguments, Context& context) {
  const auto plan = lab::load_plan(arguments.text("LAB").value_or(default_lab));
  if (!plan) return context.fail(plan.error());
  const auto labs = open_labs(context);
  if (!labs) return context.fail(labs.error());
  const std::string name = fmt::format("{}-{}", plan->name, ::getpid());
  const auto up = labs->up(*plan, name, lab::Lifetime::with_parent);
  if (!up) return context.fail(up.error());
  context.out.flush();
  const auto end = lab::run_command({up->lab, *up->lab.find_host(up->lab.asker), labs->hosts_path(up->lab)},
                                    command_line(arguments));
  const auto down = labs->down(name);
  if (!end) return context.fail(end.error());
  if (!down) return context.fail(down.error());
  context.signal = end->signal;
  return end->signal == 0 ? ExitCode{end->status} : ExitCode::system;
}

constexpr Positional exec_positionals[] = {
    {.name = "HOST", .help = "a host of a lab that is up; LAB:HOST when several labs have it", .arity = Arity::one},
    {.name = "COMMAND", .help = "what to run there, with its arguments; none: your shell", .arity = Arity::rest},
};
constexpr Example exec_examples[] = {
    {"onlink lab exec me onlink scan", "scans the lab; onlink is this very program there"},
    {"onlink lab exec router", "a shell on the router"},
    {"onlink lab exec home:nas ip neigh", "what the nas of the lab home has in its neighbour table"},
};
constexpr ExitMeaning exec_exits[] = {
    {ExitCode::yes, "the command's own exit status, whatever it is, comes through"},
    {ExitCode::usage, "there is no such host, no lab is up, or no such command"},
    {ExitCode::permission, "others may write to the directory of labs, or the command may not be run"},
    {ExitCode::system, "the host's process is gone, or a file cannot be read"},
};

constexpr Positional run_positionals[] = {
    {.name = "LAB",
     .help = "a ready-made lab, home when none is named, or a file: what holds a / or ends in .toml",
     .arity = Arity::optional,
     .completes = Completes::file},
    {.name = "COMMAND",
     .help = "what to run on the lab's asking host, with its arguments; none: your shell",
     .arity = Arity::rest},
};
constexpr Example run_examples[] = {
    {"onlink lab run -- onlink scan", "scans the lab home, which is gone afterwards"},
    {"onlink lab run conflict -- onlink resolve 192.0.2.66", "an address with two owners"},
};
constexpr ExitMeaning run_exits[] = {
    {ExitCode::yes, "the command's own exit status, whatever it is, comes through"},
    {ExitCode::usage, "there is no such lab, its file is wrong, or there is no such command"},
    {ExitCode::permission,
     "the system allows this user no network namespaces, or others may write to the directory of labs"},
    {ExitCode::system, "the kernel refused a part of the lab, or a file cannot be read or written"},
};

}  // namespace

constinit const Command lab_exec_command{
    .name = "exec",
    .summary = "run a command on a host of a lab",
    .description =
        "The command is root there, whoever you are; it keeps your terminal and your files. It sees the host's "
        "network, "
        "the host's name, and an /etc/hosts with the lab's names. ONLINK_LAB and ONLINK_LAB_HOST say where it is.",
    .positionals = exec_positionals,
    .examples = exec_examples,
    .exits = exec_exits,
    .run = run_exec,
};

constinit const Command lab_run_command{
    .name = "run",
    .summary = "put a lab up for one command",
    .description =
        "The lab is a fresh one, beside any of the same name that is up. It is taken down when the command "
        "ends, and dies with it when it is killed.",
    .positionals = run_positionals,
    .examples = run_examples,
    .exits = run_exits,
    .run = run_run,
};

}  // namespace onlink::inline v0::cli
