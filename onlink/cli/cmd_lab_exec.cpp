// SPDX-License-Identifier: Apache-2.0
// onlink lab exec, run: commands on the hosts of virtual LANs.
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cmd_lab.hpp"
#include "onlink/lab/visit.hpp"

namespace onlink::inline v0::cli {
namespace {

using lab::RunningHost;
using lab::RunningLab;

struct Place {
  RunningLab lab;
  RunningHost host;
};

std::vector<Place> places_named(const std::vector<RunningLab>& labs, std::string_view lab, std::string_view host) {
  std::vector<Place> places;
  for (const RunningLab& running : labs) {
    if (!lab.empty() && running.name != lab) continue;
    if (const RunningHost* const found = running.find_host(host)) places.push_back({running, *found});
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

// The user's shell where no command is given. `onlink` is this very program, wherever it is installed.
std::vector<std::string> command_line(const Arguments& arguments) {
  const auto words = arguments.values("COMMAND");
  std::vector<std::string> command(words.begin(), words.end());
  if (command.empty()) {
    const char* const shell = std::getenv("SHELL");
    command.emplace_back(shell != nullptr && *shell != '\0' ? shell : "/bin/sh");
  }
  return command;
}

// Returns on failure only.
Error execute(std::vector<std::string> command) {
  std::vector<char*> words;
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  if (command[0] == "onlink") ::execv("/proc/self/exe", words.data());
  ::execvp(words[0], words.data());
  const ErrorCode code = errno == ENOENT   ? ErrorCode::usage
                         : errno == EACCES ? ErrorCode::permission
                                           : ErrorCode::system;
  return {code, errno, fmt::format("{}: {}", command[0], std::generic_category().message(errno))};
}

ExitCode run_exec(const Arguments& arguments, Context& context) {
  const auto labs = open_labs(context);
  if (!labs) return context.fail(labs.error());
  const auto running = labs->list();
  if (!running) return context.fail(running.error());
  const auto place = find_place(*running, arguments.text("HOST").value_or(""));
  if (!place) return context.fail(place.error());
  context.out.flush();
  if (const auto moved = lab::become_host(place->lab, place->host, labs->hosts_path(place->lab)); !moved) {
    return context.fail(moved.error());
  }
  return context.fail(execute(command_line(arguments)));
}

// Signals of the terminal go to the command too; those sent to us alone are handed on.
constexpr int handed_on[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

class BlockedSignals {
 public:
  BlockedSignals() {
    sigemptyset(&set_);
    for (const int signal : handed_on) sigaddset(&set_, signal);
    sigaddset(&set_, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { restore(); }
  void restore() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  [[nodiscard]] siginfo_t wait() const {
    siginfo_t information{};
    while (::sigwaitinfo(&set_, &information) < 0 && errno == EINTR) {
    }
    return information;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

// In the child: the command, which dies with us at the latest.
[[noreturn]] void become_command(const RunningLab& lab, const lab::Labs& labs, const Arguments& arguments,
                                 const Context& context) {
  const RunningHost& host = *lab.find_host(lab.asker);
  auto moved = lab::become_host(lab, host, labs.hosts_path(lab));
  if (moved) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Error error = moved ? execute(command_line(arguments)) : moved.error();
  ::_exit(static_cast<int>(context.fail(error)));
}

int wait_for(pid_t child, const BlockedSignals& signals) {
  while (true) {
    const siginfo_t signal = signals.wait();
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == child) return status;
    if (signal.si_signo != SIGCHLD && signal.si_code != SI_KERNEL) ::kill(child, signal.si_signo);
  }
}

ExitCode outcome_of(int status, Context& context) {
  if (WIFEXITED(status)) return ExitCode{WEXITSTATUS(status)};
  context.signal = WTERMSIG(status);
  return ExitCode::system;
}

ExitCode run_command_on(const RunningLab& lab, const lab::Labs& labs, const Arguments& arguments, Context& context) {
  const BlockedSignals signals;
  const pid_t child = ::fork();
  if (child < 0)
    return context.fail({ErrorCode::system, errno, "start the command: " + std::generic_category().message(errno)});
  if (child == 0) {
    signals.restore();
    become_command(lab, labs, arguments, context);
  }
  return outcome_of(wait_for(child, signals), context);
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
  const ExitCode outcome = run_command_on(up->lab, *labs, arguments, context);
  if (const auto down = labs->down(name); !down) return context.fail(down.error());
  return outcome;
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
