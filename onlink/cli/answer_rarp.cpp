// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/answer_rarp.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "onlink/cli/line_errors.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::chrono::seconds look_interval{1};

std::string name_of(const ReverseTableFile& file) {
  return file.name().empty() ? "--pair" : file.name() == "-" ? "standard input" : printable(file.name());
}

std::string stations(std::size_t count) { return fmt::format("{} station{}", count, count == 1 ? "" : "s"); }

}  // namespace

std::expected<RarpService, ExitCode> RarpService::open(const AnswerPlan& plan, const ReverseService& options,
                                                       Context& context) {
  RarpService service;
  if (!plan.reverse) return service;
  service.server_.emplace(*plan.reverse);
  if (!options.rarp) return service;
  ReverseTableFile& file = service.file_.emplace(options.ethers, options.pairs, plan.place);
  auto reading = file.read();
  if (!reading) return std::unexpected(context.fail(reading.error()));
  if (!reading->errors.empty()) {
    tell_line_errors(context, name_of(file), reading->errors, "nothing was answered");
    return std::unexpected(ExitCode::usage);
  }
  std::string text = fmt::format("RARP for {}, by {}", stations(reading->table.size()), name_of(file));
  if (reading->passed_over != 0) {
    text += fmt::format("; {} not served: IPv6, or of no network here{}", reading->passed_over,
                        plan.place.serves_other_networks ? "" : " (--force)");
  }
  context.say(text);
  service.server_->set_table(std::move(reading->table));
  return service;
}

void RarpService::look(Instant now, Context& context) {
  if (!file_ || now < next_look_) return;
  next_look_ = now + look_interval;
  if (!file_->has_changed()) return;
  auto reading = file_->read();
  if (!reading) {
    context.say(fmt::format("{}; the table stays as it was", reading.error().context));
  } else if (!reading->errors.empty()) {
    tell_line_errors(context, name_of(*file_), reading->errors, "the table stays as it was");
  } else {
    context.say(fmt::format("{} has changed: RARP for {}", name_of(*file_), stations(reading->table.size())));
    server_->set_table(std::move(reading->table));
  }
}

}  // namespace onlink::inline v0::cli
