// SPDX-License-Identifier: Apache-2.0
// Changes of the neighbour table, one a line: what was, what is, and why where that can be known
// (RowKind::neighbor_change).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "onlink/cli/cache_interfaces.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/neighbor_mirror.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0::cli {

struct ChangeWords {
  std::string reason{};   // text: in the user's language
  std::string english{};  // JSON and CSV
  std::string program{};  // who asked for it: "NetworkManager"
  std::string meaning{};  // --explain, in the language of the format
};

class ChangePrinter {
 public:
  // `times`: text lines begin with the time of day.
  ChangePrinter(Context& context, InterfaceNames& names, bool times);

  void print(const kernel::NeighborChange& change, const ChangeWords& words = {});

 private:
  void print_text(const kernel::NeighborChange& change, const ChangeWords& words);
  [[nodiscard]] Row row(const kernel::NeighborChange& change, const ChangeWords& words);

  Context& context_;
  InterfaceNames& names_;
  bool times_;
  RowPrinter rows_;
  std::size_t address_width_;
};

}  // namespace onlink::inline v0::cli
