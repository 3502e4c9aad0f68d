// SPDX-License-Identifier: Apache-2.0
// A file of neighbours (cache_import_file.hpp) as edits of the kernel's table: names looked up, interfaces found,
// lines that contradict each other told. All is checked before anything is done.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/cache_import_file.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

struct PlannedEdit {
  std::size_t line = 0;
  kernel::Link link{};
  MacAddress mac{};
  kernel::NeighborEdit edit{};
};

struct ImportPlan {
  std::vector<PlannedEdit> edits{};  // each entry once
  std::vector<LineError> errors{};   // in the order of the file
  std::size_t left_out = 0;          // of a family that -4 or -6 excludes
};

// The addresses that a host name stands for. Errors: why there are none, for the line.
using FindHost = std::function<std::expected<std::vector<IpAddress>, std::string>(const std::string& name)>;

// Links and addresses are of all interfaces; an entry goes to the line's own interface, else to the one that -i names,
// else to the one whose network holds the address.
struct ImportPlace {
  std::vector<kernel::Link> links{};
  std::vector<kernel::InterfaceAddress> addresses{};
  std::optional<kernel::Link> chosen{};  // -i
};
// Errors: no_interface; what the kernel refused to say.
[[nodiscard]] std::expected<ImportPlace, Error> read_import_place(kernel::Netlink& netlink, const Context& context);

[[nodiscard]] ImportPlan plan_import(EthersFile file, const ImportPlace& place, std::optional<Family> family,
                                     const FindHost& find_host);

}  // namespace onlink::inline v0::cli
