// SPDX-License-Identifier: Apache-2.0
// onlink cache params: the kernel's settings about neighbours, shown and set.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_commands.hpp"
#include "onlink/cli/cache_params_meaning.hpp"
#include "onlink/cli/cache_params_print.hpp"
#include "onlink/cli/cache_params_read.hpp"
#include "onlink/cli/cache_params_select.hpp"
#include "onlink/cli/cache_params_value.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

bool is_pseudo_interface(std::string_view name) noexcept { return name == "all" || name == "default"; }

// The interface's own name (-i takes alternative ones too), which then is a part of a path.
std::expected<std::string, Error> interface_name(kernel::Netlink& netlink, const std::string& wanted) {
  if (is_pseudo_interface(wanted)) return wanted;
  auto link = netlink.find_link(wanted);
  if (!link) return std::unexpected(std::move(link.error()));
  return link->name;
}

std::expected<std::string, Error> chosen_interface(kernel::Netlink& netlink, const Context& context) {
  if (context.interface) return interface_name(netlink, *context.interface);
  auto found = netlink.default_route_interface();
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) {
    return std::unexpected(
        Error{ErrorCode::no_interface, 0, "no default route to take the interface from; name one with -i"});
  }
  context.say(fmt::format("on {}, the default route's interface", printable((*found)->name)));
  return (*found)->name;
}

// Gives every parameter without one an interface; tables need none.
std::expected<void, Error> place(std::vector<SelectedParameter>& parameters, const Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return std::unexpected(std::move(netlink.error()));
  std::optional<std::string> chosen;
  for (SelectedParameter& parameter : parameters) {
    if (parameter.info->scope == ParameterScope::table) continue;
    if (parameter.interface.empty()) {
      if (!chosen) {
        auto found = chosen_interface(*netlink, context);
        if (!found) return std::unexpected(std::move(found.error()));
        chosen = *std::move(found);
      }
      parameter.interface = *chosen;
    } else if (auto name = interface_name(*netlink, parameter.interface); !name) {
      return std::unexpected(std::move(name.error()));
    }
  }
  return {};
}

Error absent(const SelectedParameter& parameter) {
  return {ErrorCode::unsupported, 0,
          fmt::format("{}: there is no such file here: this kernel or interface does not have it",
                      printable("/proc/sys/" + parameter_path(*parameter.info, parameter.interface)))};
}

ExitCode show(const std::vector<SelectedParameter>& parameters, const ParameterSource& source,
              const Arguments& arguments, Context& context) {
  const bool named = !arguments.values("NAME").empty();
  std::vector<ParameterState> states;
  for (const SelectedParameter& parameter : parameters) {
    auto state = read_parameter(source, *parameter.info, parameter.interface);
    if (!state && named) return context.fail(absent(parameter));
    // Other views of what is shown already say nothing new.
    const bool wanted = !arguments.given("changed") || (state && state->changed && (named || !state->info->deprecated));
    if (state && wanted) states.push_back(*std::move(state));
  }
  ParameterPrinter{context}.print(states);
  if (!states.empty()) return ExitCode::yes;
  context.say("nothing differs from the kernel's defaults");
  return ExitCode::no;
}

// Sets parameters one by one, and sets back those before one that the kernel refuses.
class Setter {
 public:
  Setter(Context& context, const ParameterSource& source) : context_(context), source_(source) {}

  ExitCode run(const std::vector<SelectedParameter>& parameters) {
    for (const SelectedParameter& parameter : parameters) {
      auto before = read_parameter(source_, *parameter.info, parameter.interface);
      if (!before) return context_.fail(absent(parameter));
      if (!before->settable) return context_.fail(elsewhere(*before));
      before_.push_back(*std::move(before));
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      auto written = kernel::write_sysctl(before_[i].path, *parameters[i].value);
      if (!written) return undo(i, std::move(written.error()));
    }
    ParameterPrinter printer{context_};
    for (std::size_t i = 0; i < parameters.size(); ++i) report(parameters[i], before_[i], printer);
    return ExitCode::yes;
  }

 private:
  static Error elsewhere(const ParameterState& state) {
    return {ErrorCode::unsupported, 0,
            fmt::format("/proc/sys/{}: it holds for all network namespaces, and can be set in the initial one only",
                        state.path)};
  }

  ExitCode undo(std::size_t done, Error error) {
    if (error.code == ErrorCode::permission) error.context += " (needs CAP_NET_ADMIN over this network namespace)";
    bool undone = true;
    for (const ParameterState& state : before_ | std::views::take(done) | std::views::reverse) {
      undone = kernel::write_sysctl(state.path, state.value).has_value() && undone;
    }
    if (done > 0) error.context += undone ? "; nothing was changed" : "; not all that was set before could be set back";
    return context_.fail(error);
  }

  void report(const SelectedParameter& parameter, const ParameterState& before, ParameterPrinter& printer) {
    const auto after = read_parameter(source_, *parameter.info, parameter.interface);
    if (!after) return;  // the interface went away meanwhile
    printer.print_change(*after, before.value);
    const std::string path = printable(after->path);
    if (after->value != *parameter.value) {
      context_.say(fmt::format("{}: the kernel made {} of {}", path, after->value, *parameter.value));
    }
    if (after->effective != after->value) {
      context_.say(fmt::format("{}: {} is in effect all the same, by net/{}/conf/all/{}", path, after->effective,
                               to_string(parameter.info->family), parameter.info->name()));
    }
    if (parameter.info->deprecated) {
      context_.say(fmt::format("{}: deprecated; use {}", path, use_instead(*parameter.info)));
    }
  }

  Context& context_;
  const ParameterSource& source_;
  std::vector<ParameterState> before_;
};

ExitCode run_params(const Arguments& arguments, Context& context) {
  auto parameters = select_parameters(arguments.values("NAME"), context.family);
  if (!parameters) return context.fail(parameters.error());
  const bool set = parameters->front().value.has_value();
  if (set && arguments.given("changed")) return context.fail(usage_error("--changed is for showing, not for setting"));
  if (const auto placed = place(*parameters, context); !placed) return context.fail(placed.error());
  const auto source = read_parameter_source();
  if (!source) return context.fail(source.error());
  return set ? Setter{context, *source}.run(*parameters) : show(*parameters, *source, arguments, context);
}

constexpr Positional positionals[] = {
    {.name = "NAME",
     .help =
         "only these, by name (retrans_time_ms: of both families) or by path (net.ipv4.neigh.eth0.retrans_time_ms); "
         "NAME=VALUE sets it",
     .arity = Arity::any},
};
constexpr Option options[] = {
    {.name = "changed", .help = "only those that differ from the kernel's defaults"},
};
constexpr Example examples[] = {
    {"onlink cache params -i eth0", "every setting about eth0's neighbours, with what it means"},
    {"onlink cache params -i eth0 --changed", "what somebody changed, and who it was"},
    {"onlink cache params -4 -i eth0 base_reachable_time_ms=60s", "IPv4 neighbours of eth0 count as reachable longer"},
    {"onlink cache params gc_thresh3=16384", "room for more neighbours, of both families"},
    {"onlink cache params -i all arp_ignore=1", "for every interface: the greater of all's and its own holds"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "shown, or set"},
    {ExitCode::no, "with --changed: nothing differs from the defaults"},
    {ExitCode::usage, "there is no such parameter, or it cannot have that value"},
    {ExitCode::permission, "setting needs CAP_NET_ADMIN; nothing was changed"},
    {ExitCode::interface_lost, "the interface is absent, or none is named and there is no default route"},
    {ExitCode::system,
     "this kernel or interface does not have it, it is another namespace's, or the kernel refused the value; nothing "
     "was changed"},
};

}  // namespace

constinit const Command cache_params_command{
    .name = "params",
    .summary = "show and set the kernel's settings about neighbours",
    .description =
        "Shows every sysctl by which Linux runs ARP and Neighbor Discovery on an interface, of both families: its path "
        "under /proc/sys, its value with the unit, and what it means. A star marks what differs from the kernel's "
        "default; under it stand the default, and who set the value as far as that can be known: a line of "
        "/etc/sysctl.conf or sysctl.d, `default` when the interface came, or a Router Advertisement. With -v they "
        "stand under every one.\n\n"
        "Some hold together with conf/all: the greater of both, either, or both; where that makes a difference, what "
        "is "
        "in effect is shown too. gc_thresh1 to 3 hold for all interfaces and network namespaces.\n\n"
        "NAME=VALUE sets one: in the file's own unit, or a time with its unit (500ms, 2s), or on and off. What the "
        "kernel made of it is read back. A setting lasts until the interface goes or the system ends; sysctl.d(5) is "
        "for what shall last.",
    .positionals = positionals,
    .options = options,
    .common_options = common::interface | common::family | common::rows | common::language,
    .examples = examples,
    .exits = exits,
    .run = run_params,
};

}  // namespace onlink::inline v0::cli
