// SPDX-License-Identifier: Apache-2.0
// onlink cache import: a file of neighbours into the kernel's table, all or nothing.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <ranges>
#include <set>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_change_print.hpp"
#include "onlink/cli/cache_commands.hpp"
#include "onlink/cli/cache_import_apply.hpp"
#include "onlink/cli/cache_import_plan.hpp"
#include "onlink/cli/cache_warnings.hpp"
#include "onlink/cli/host_lookup.hpp"
#include "onlink/cli/line_errors.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {
namespace {

// By /etc/hosts; with --names by DNS too.
FindHost host_finder(bool names, std::optional<Family> family) {
  if (names) {
    return [family](const std::string& name) -> std::expected<std::vector<IpAddress>, std::string> {
      auto found = look_up_host(name, family);
      if (!found) return std::unexpected(std::move(found.error().context));
      return *std::move(found);
    };
  }
  std::ifstream in{"/etc/hosts"};
  return
      [hosts = read_host_addresses(in)](const std::string& name) -> std::expected<std::vector<IpAddress>, std::string> {
        const auto found = hosts.find(lower_case(name));
        if (found != hosts.end()) return found->second;
        return std::unexpected(fmt::format("{} is not in /etc/hosts (--names asks DNS too)", printable(name)));
      };
}

class Import {
 public:
  Import(Context& context, kernel::Netlink& netlink, std::string source)
      : context_(context), netlink_(netlink), source_(std::move(source)) {}

  // The whole of it, from the checked plan on.
  ExitCode run(const std::vector<PlannedEdit>& edits, const Arguments& arguments) {
    const auto doubts = warn(edits);
    if (!doubts) return context_.fail(doubts.error());
    if (arguments.given("strict") && *doubts != ExitCode::yes) {
      return refuse(*doubts, "nothing was changed: --strict");
    }
    if (const auto read = read_entries(edits); !read) return context_.fail(read.error());
    if (!arguments.given("dry-run")) {
      if (const auto failed = apply(edits)) return *failed;
    }
    report(edits, arguments.given("dry-run"));
    return ExitCode::yes;
  }

  // Every line that is wrong, and that nothing was done.
  ExitCode refuse_lines(const std::vector<LineError>& errors) {
    tell_line_errors(context_, source_, errors, "nothing was changed");
    return ExitCode::usage;
  }

 private:
  void tell(std::size_t line, std::string_view text) {
    context_.out.flush();
    context_.err.print("onlink {}: {}:{}: {}\n", context_.command, source_, line, harmless(text));
  }
  ExitCode refuse(ExitCode code, std::string_view text) {
    context_.err.print("onlink {}: {}: {}\n", context_.command, source_, text);
    context_.err.flush();
    return code;
  }

  // The worst of what --strict would say.
  std::expected<ExitCode, Error> warn(const std::vector<PlannedEdit>& edits) {
    std::map<int, AdditionChecker> checkers;
    ExitCode code = ExitCode::yes;
    for (const PlannedEdit& planned : edits) {
      auto checker = checkers.find(planned.link.index);
      if (checker == checkers.end()) {
        auto opened = AdditionChecker::open(netlink_, planned.link);
        if (!opened) return std::unexpected(std::move(opened.error()));
        checker = checkers.emplace(planned.link.index, *std::move(opened)).first;
      }
      const auto warnings = checker->second.check(planned.edit.address, planned.mac);
      if (!warnings) return std::unexpected(warnings.error());
      for (const AdditionWarning& warning : *warnings) tell(planned.line, "warning: " + warning.text);
      code = worst(code, strict_code(*warnings));
    }
    return code;
  }

  std::expected<void, Error> read_entries(const std::vector<PlannedEdit>& edits) {
    std::set<int> interfaces;
    for (const PlannedEdit& planned : edits) interfaces.insert(planned.link.index);
    for (const int interface : interfaces) {
      auto read = netlink_.for_each_neighbor({.interface = interface}, [this](const kernel::NeighborEntry& entry) {
        entries_.insert_or_assign({entry.interface, entry.address}, entry);
      });
      if (!read) return read;
    }
    return {};
  }

  // The exit code when it could not be done.
  std::optional<ExitCode> apply(const std::vector<PlannedEdit>& edits) {
    const Interrupt interrupt;
    const auto failure = apply_edits(netlink_, edits, entries_, [&] { return interrupt.requested(); });
    if (!failure) return std::nullopt;
    ExitCode code = ExitCode::no;
    if (failure->line == 0) {
      context_.signal = interrupt.signal();
    } else {
      Error error = failure->error;
      error.context.insert(0, fmt::format("{}:{}: ", source_, failure->line));
      code = context_.fail(error);
    }
    for (const std::string& left : failure->not_undone)
      context_.err.print("onlink {}: not undone: {}\n", context_.command, harmless(left));
    return refuse(
        code, failure->not_undone.empty() ? "nothing was changed" : "what was changed before could not all be undone");
  }

  void report(const std::vector<PlannedEdit>& edits, bool dry) {
    InterfaceNames names(netlink_);
    ChangePrinter printer(context_, names, false);
    std::size_t added = 0, changed = 0;
    for (const PlannedEdit& planned : edits) {
      const auto change = change_of(planned, entries_);
      if (!change) continue;
      ++(change->before ? changed : added);
      if (!context_.quiet) printer.print(*change);
    }
    context_.say(fmt::format("{}{} {}added, {} changed, {} as before", dry ? "nothing was done; " : "", added,
                             dry ? "would be " : "", changed, edits.size() - added - changed));
  }

  Context& context_;
  kernel::Netlink& netlink_;
  std::string source_;
  EntryIndex entries_;
};

ExitCode run_import(const Arguments& arguments, Context& context) {
  const std::string path{*arguments.text("FILE")};
  const std::string source = path == "-" ? "standard input" : printable(path);
  auto file = read_ethers_file(path, source);
  if (!file) return context.fail(file.error());
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  const auto place = read_import_place(*netlink, context);
  if (!place) return context.fail(place.error());
  const ImportPlan plan =
      plan_import(*std::move(file), *place, context.family, host_finder(arguments.given("names"), context.family));
  Import import{context, *netlink, source};
  if (!plan.errors.empty()) return import.refuse_lines(plan.errors);
  if (plan.edits.empty()) {
    context.say(fmt::format("{}: no neighbour in it{}", source, plan.left_out == 0 ? "" : " of this family"));
    return ExitCode::no;
  }
  return import.run(plan.edits, arguments);
}

constexpr Positional positionals[] = {
    {.name = "FILE", .help = "the file, see above; - is standard input", .completes = Completes::file},
};
constexpr Option options[] = {
    {.name = "interface",
     .letter = 'i',
     .value = "IFACE",
     .help = "where lines go that name no interface",
     .fallback = "whose network holds the address",
     .completes = Completes::interface},
    {.name = "dry-run", .letter = 'n', .help = "check everything and say what would change, and change nothing"},
    {.name = "strict", .help = "refuse what is only warned about otherwise: then nothing is changed"},
    {.name = "names", .help = "look host names up in DNS as well, for five seconds each at most"},
};
constexpr Example examples[] = {
    {"onlink cache import /etc/ethers", "every line becomes a permanent entry"},
    {"onlink cache import --dry-run hosts.ethers", "what would be added and changed"},
    {"onlink cache export | ssh twin onlink cache import -", "the same neighbours on another host"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "every line is in the table now, or was before"},
    {ExitCode::no, "there is no neighbour in the file"},
    {ExitCode::usage,
     "lines of the file are wrong, or name what --strict refuses as nobody's address; nothing was changed"},
    {ExitCode::conflict,
     "with --strict: an address or MAC is our own, or a MAC another neighbour's; nothing was changed"},
    {ExitCode::off_link, "with --strict: an address is on another link; nothing was changed"},
    {ExitCode::permission, "changing the table needs CAP_NET_ADMIN; nothing was changed"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::system, "the file cannot be read, or the kernel refused a line: what was done before was undone"},
};

}  // namespace

constinit const Command cache_import_command{
    .name = "import",
    .summary = "add the neighbours that a file lists, all or none of them",
    .description =
        "Each line of FILE is a MAC address and an IP address or host name, as in ethers(5), or the other way round, "
        "as "
        "`arp -f` wants it; # begins a comment. Every line becomes a permanent entry; one that is in the table is "
        "changed. Behind these two words may stand `router` (it is one; IPv6) and `temp` (not permanent: it is checked "
        "when it is used, and may be forgotten).\n\n"
        "An entry goes to the interface that stands behind its address as in fe80::2%eth0, else to that of -i, else "
        "to the one whose network holds the address. Host names are those of /etc/hosts, and mean all of the host's "
        "addresses.\n\n"
        "The whole file is checked before anything is done. When a line is wrong, every wrong line is told with its "
        "number, and nothing is changed; when the kernel refuses one, or Ctrl-C comes, what was done is undone.",
    .positionals = positionals,
    .options = options,
    .common_options = common::family | common::rows,
    .examples = examples,
    .exits = exits,
    .run = run_import,
};

}  // namespace onlink::inline v0::cli
