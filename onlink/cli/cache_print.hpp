// SPDX-License-Identifier: Apache-2.0
// Rows of the neighbour table as a table of text, as JSON or CSV (RowKind::neighbor). A full table has tens of
// thousands of rows, so text is written straight to the output and columns are measured without keeping a cell.
#pragma once

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/cache_interfaces.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0::cli {

// "0.42s", "7.3s", "59s", "4m07s", "2h05m", "3d04h": at most six columns.
void append_age(std::string& out, Duration age);
[[nodiscard]] std::string age_text(Duration age);

// The kernel's flags in words, in JSON's order: "router", "proxy", "managed", ...
[[nodiscard]] std::vector<std::string> flag_words(const kernel::NeighborEntry& entry);

// Keys of the fields that a row of the kind has behind the common ones, for CSV.
[[nodiscard]] std::span<const std::string_view> neighbor_fields() noexcept;

// A row as JSON and CSV have it; `time`: when the table was read.
[[nodiscard]] Row neighbor_row(const kernel::NeighborEntry& entry, std::string_view interface, SystemTime time);

class NeighborPrinter {
 public:
  using Explain = std::function<std::string(const kernel::NeighborEntry&)>;
  // `explain`: a sentence under each row; none: no such line.
  NeighborPrinter(Context& context, InterfaceNames& names, Explain explain = {});

  void print(std::span<const kernel::NeighborEntry> entries);

 private:
  void print_text(std::span<const kernel::NeighborEntry> entries);
  void print_rows(std::span<const kernel::NeighborEntry> entries);

  Context& context_;
  InterfaceNames& names_;
  Explain explain_;
};

// Prints them, with --explain each explained.
[[nodiscard]] std::expected<void, Error> print_entries(const Arguments& arguments, Context& context,
                                                       kernel::Netlink& netlink,
                                                       std::span<const kernel::NeighborEntry> entries);

}  // namespace onlink::inline v0::cli
