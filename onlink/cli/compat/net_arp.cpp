// SPDX-License-Identifier: Apache-2.0
// net-tools' arp 2.10: its options, listings and statuses, and behind --style those of FreeBSD's and macOS's arp. Kept,
// since scripts have learnt to live with it: a host without an entry is status 0, so is a file with broken lines; a
// failed entry reads like one that is being asked for; a hardware address may be short. The warnings are ours.
#include <unistd.h>

#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "onlink/cli/command.hpp"
#include "onlink/cli/compat/bsd_arp.hpp"
#include "onlink/cli/compat/net_arp_edit.hpp"
#include "onlink/cli/compat/net_arp_table.hpp"
#include "onlink/cli/console.hpp"

namespace onlink::inline v0::cli {
namespace {

using namespace compat;  // NOLINT(google-build-using-namespace): this file is of it, but for the tool's row

int list(const NetArpOptions& options, std::optional<Ipv4Address> host, HostNames& names, TextWriter& out,
         TextWriter& err) {
  auto netlink = kernel::Netlink::open();
  auto rows = netlink ? read_arp_rows(*netlink) : std::unexpected(netlink.error());
  if (!rows) {
    err.print("arp: {}\n", rows.error().context);
    return NetArpStatus::refused;
  }
  const NetArpListing listing{.bsd_lines = options.bsd_lines && !options.table,
                              .numeric = options.numeric,
                              .verbose = options.verbose,
                              .interface = options.interface,
                              .hardware_type = options.hardware_type,
                              .host = host,
                              .host_word = host ? options.words[0] : ""};
  print_net_arp_listing(listing, *rows, names, out);
  out.flush();
  warn_of_net_arp_listing(listing, *rows, err);
  return NetArpStatus::done;
}

int run_linux(int argc, char** argv, TextWriter& out, TextWriter& err) {
  const NetArpOptions options = read_net_arp_options(argc, argv, out, err);
  if (options.status) return *options.status;
  HostNames names;
  NetArpEditor editor(options, names, out, err);
  switch (options.mode) {
    case NetArpMode::set:
      return editor.set(options.words);
    case NetArpMode::remove:
      return editor.remove(options.words);
    case NetArpMode::load:
      return editor.load(options.words.empty() ? "/etc/ethers" : options.words[0]);
    case NetArpMode::list:
      break;
  }
  if (options.words.empty()) return list(options, std::nullopt, names, out, err);
  const auto host = editor.host(options.words[0]);
  return host ? list(options, *host, names, out, err) : host.error();
}

// --style, in front of all else: it is ours, and takes its words away.
struct Style {
  std::string_view name = "linux";
  int words = 0;
};

Style read_style(int argc, char** argv) {
  constexpr std::string_view option = "--style";
  if (argc < 2) return {};
  const std::string_view first = argv[1];
  if (first == option) return {argc > 2 ? argv[2] : "", argc > 2 ? 2 : 1};
  if (first.starts_with(option) && first[option.size()] == '=') return {first.substr(option.size() + 1), 1};
  return {};
}

int run_arp(int argc, char** argv) {
  FileWriter out{STDOUT_FILENO, "standard output", FileWriter::Buffering::full};
  FileWriter err{STDERR_FILENO, "standard error", FileWriter::Buffering::none};
  const Style style = read_style(argc, argv);
  std::vector<char*> words{argv[0]};
  words.insert(words.end(), argv + 1 + style.words, argv + argc + 1);
  const int count = argc - style.words;
  if (style.name == "linux") return run_linux(count, words.data(), out, err);
  if (const auto dialect = find_bsd_arp_dialect(style.name)) {
    return run_bsd_arp(*dialect, std::span{words}.first(static_cast<std::size_t>(count)), out, err);
  }
  err.print("arp: --style: '{}' is none of linux, bsd, macos\n", style.name);
  return NetArpStatus::usage;
}

}  // namespace

extern const Command arp_tool;
constinit const Command arp_tool{
    .name = "arp",
    .summary = "net-tools' arp, or BSD's or macOS's: the ARP cache",
    .imitate = run_arp,
};

}  // namespace onlink::inline v0::cli
