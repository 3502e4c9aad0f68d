// SPDX-License-Identifier: Apache-2.0
// The RARP and InARP server of `onlink answer`, with its table and the file behind that.
#pragma once

#include <expected>
#include <optional>

#include "onlink/cli/answer_options.hpp"
#include "onlink/cli/answer_plan.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/cli/reverse_table.hpp"
#include "onlink/engine/rarp.hpp"

namespace onlink::inline v0::cli {

class RarpService {
 public:
  // Reads the table, all of it or none: every wrong line is told, and the exit code is then usage. A plan without a
  // server makes a service without one.
  [[nodiscard]] static std::expected<RarpService, ExitCode> open(const AnswerPlan& plan, const ReverseService& options,
                                                                 Context& context);

  [[nodiscard]] ReverseServer* server() noexcept { return server_ ? &*server_ : nullptr; }
  [[nodiscard]] ReverseServerCounters counters() const noexcept {
    return server_ ? server_->counters() : ReverseServerCounters{};
  }
  // Once a second: takes a table that has changed, and tells so. One with a wrong line is told, and not taken.
  void look(Instant now, Context& context);

 private:
  RarpService() = default;

  std::optional<ReverseServer> server_;
  std::optional<ReverseTableFile> file_;
  Instant next_look_{};
};

}  // namespace onlink::inline v0::cli
