// SPDX-License-Identifier: Apache-2.0
// onlink cache export: permanent neighbours as a file for import.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <tuple>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_commands.hpp"
#include "onlink/cli/cache_import_file.hpp"
#include "onlink/cli/cache_interfaces.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/link/unique_fd.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

using kernel::NeighborEntry;

bool is_exported(const NeighborEntry& entry) {
  return entry.mac && entry.state == NudState::permanent && !entry.externally_learned;
}

class Export {
 public:
  // `one`: a single interface, which then stands in no line.
  Export(kernel::Netlink& netlink, bool one) : names_(netlink), one_(one) {}

  std::string text(std::vector<NeighborEntry> entries, bool all) {
    std::ranges::sort(entries, {}, [this](const NeighborEntry& e) {
      return std::tuple{names_.of(e.interface), e.address.family(), e.address};
    });
    std::string text = one_ ? "# MAC address, IP address (onlink cache export)\n"
                            : "# MAC address, IP address%interface (onlink cache export)\n";
    for (const NeighborEntry& entry : entries) {
      if (is_exported(entry)) {
        text += to_string(line_of(entry)) + "\n";
        ++written_;
      } else if (all) {
        text += comment_of(entry) + "\n";
      }
    }
    return text;
  }
  [[nodiscard]] std::size_t written() const noexcept { return written_; }

 private:
  EthersLine line_of(const NeighborEntry& entry) {
    EthersLine line{.mac = entry.mac.value_or(MacAddress{}), .who = entry.address, .router = entry.router};
    if (!one_) line.interface = names_.of(entry.interface);
    return line;
  }
  std::string comment_of(const NeighborEntry& entry) {
    const std::string external = entry.externally_learned ? ", of a control plane" : "";
    if (entry.mac) return fmt::format("# {}  # {}{}", to_string(line_of(entry)), to_string(entry.state), external);
    const std::string place = one_ ? "" : "%" + names_.of(entry.interface);
    return fmt::format("# {:<17}  {}{}  # {}{}", "-", entry.address, place, to_string(entry.state), external);
  }

  InterfaceNames names_;
  bool one_;
  std::size_t written_ = 0;
};

Error unwritable(const std::string& path, int why) {
  return {ErrorCode::system, why, fmt::format("{}: write: {}", printable(path), std::generic_category().message(why))};
}

// All of the text or an error; the file that was there is emptied only once there is something to put in.
std::expected<void, Error> write_file(const std::string& path, std::string_view text) {
  const UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (!file) return std::unexpected(unwritable(path, errno));
  while (!text.empty()) {
    const auto written = ::write(file.value(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(unwritable(path, errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

ExitCode run_export(const Arguments& arguments, Context& context) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) return context.fail(netlink.error());
  kernel::NeighborQuery query{.family = context.family};
  if (context.interface) {
    const auto link = netlink->find_link(*context.interface);
    if (!link) return context.fail(link.error());
    query.interface = link->index;
  }
  const bool all = arguments.given("all");
  // What needs no asking is no neighbour: groups, broadcast.
  query.states.erase(NudState::noarp);
  if (!all) query.states = {NudState::permanent};
  auto entries = netlink->neighbors(query);
  if (!entries) return context.fail(entries.error());
  Export file{*netlink, context.interface.has_value()};
  const std::string text = file.text(*std::move(entries), all);
  const std::string path{arguments.text("FILE").value_or("-")};
  if (path != "-") {
    if (const auto written = write_file(path, text); !written) return context.fail(written.error());
    context.say(
        fmt::format("{}: {} permanent {}", printable(path), file.written(), file.written() == 1 ? "entry" : "entries"));
  } else if (!context.quiet) {
    context.out.write(text);
  }
  if (file.written() > 0) return ExitCode::yes;
  if (path == "-") context.say("there is no permanent entry (--all shows the others as comments)");
  return ExitCode::no;
}

constexpr Positional positionals[] = {
    {.name = "FILE",
     .help = "where to write; without it, or with -, standard output",
     .arity = Arity::optional,
     .completes = Completes::file},
};
constexpr Option options[] = {
    {.name = "interface",
     .letter = 'i',
     .value = "IFACE",
     .help = "only this interface's entries, without its name in each line",
     .fallback = "every interface",
     .completes = Completes::interface},
    {.name = "all", .help = "the other entries too, but for noarp, as comments with their state"},
};
constexpr Example examples[] = {
    {"onlink cache export -i eth0 /etc/ethers", "keep eth0's permanent entries for the next start"},
    {"onlink cache export --all", "everything that is known, to choose from"},
};
constexpr ExitMeaning exits[] = {
    {ExitCode::yes, "permanent entries were written"},
    {ExitCode::no, "there is none"},
    {ExitCode::usage, "an option cannot be meant"},
    {ExitCode::interface_lost, "the interface is absent"},
    {ExitCode::system, "the file cannot be written, or the kernel does not tell its table"},
};

}  // namespace

constinit const Command cache_export_command{
    .name = "export",
    .summary = "write the permanent neighbours to a file that import reads",
    .description =
        "Writes the permanent entries of the kernel's neighbour table, one a line, as a MAC address and an IP address: "
        "what `onlink cache import` reads, and in the form of ethers(5). With -i a line has no interface in it; "
        "without, every interface's entries are written, each with its interface behind the address.\n\n"
        "The order is always the same: by interface, family and address. What a control plane put into the table is "
        "not exported, nor are addresses that this host answers for.",
    .positionals = positionals,
    .options = options,
    .common_options = common::family,
    .examples = examples,
    .exits = exits,
    .run = run_export,
};

}  // namespace onlink::inline v0::cli
