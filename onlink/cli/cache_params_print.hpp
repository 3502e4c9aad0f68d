// SPDX-License-Identifier: Apache-2.0
// Sysctls as people read them, by directory with a line or two each, and as rows (RowKind::parameter).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "onlink/cli/cache_params_read.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0::cli {

// `before`: the value that it had, when it was set.
[[nodiscard]] Row parameter_row(const ParameterState& state, const std::optional<std::string>& before = {});
// Keys of its fields, for CSV.
[[nodiscard]] std::span<const std::string_view> parameter_fields() noexcept;

class ParameterPrinter {
 public:
  explicit ParameterPrinter(Context& context);

  void print(std::span<const ParameterState> states);
  // "net/ipv4/neigh/eth0/retrans_time_ms: 1000 -> 500 ms".
  void print_change(const ParameterState& state, const std::string& before);

 private:
  void print_text(const ParameterState& state, std::size_t name_width, std::size_t value_width);
  [[nodiscard]] std::string remarks(const ParameterState& state) const;

  Context& context_;
  RowPrinter rows_;
};

}  // namespace onlink::inline v0::cli
