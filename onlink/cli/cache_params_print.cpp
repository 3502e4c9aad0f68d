// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "onlink/cli/cache_params_meaning.hpp"
#include "onlink/cli/cache_params_value.hpp"
#include "onlink/cli/catalogue.hpp"
#include "onlink/cli/help.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

constexpr std::string_view fields[] = {"name",       "path",     "before",      "value",  "unit",   "default",
                                       "all",        "joined",   "effective",   "set_by", "set_in", "file_differs",
                                       "file_value", "settable", "use_instead", "meaning"};
constexpr std::string_view gap = "  ";

FieldValue number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value < 0) return static_cast<double>(value);
  return static_cast<std::uint64_t>(value);
}

std::string_view joined_word(ParameterScope scope) noexcept {
  switch (scope) {
    case ParameterScope::all_max:
      return "max";
    case ParameterScope::all_or:
      return "or";
    case ParameterScope::all_and:
      return "and";
    case ParameterScope::interface:
    case ParameterScope::table:
      break;
  }
  return {};
}

Message joined_message(ParameterScope scope) noexcept {
  if (scope == ParameterScope::all_max) return Message::parameter_joined_max;
  return scope == ParameterScope::all_or ? Message::parameter_joined_or : Message::parameter_joined_and;
}

std::string directory_of(const ParameterState& state) {
  return "/proc/sys/" + state.path.substr(0, state.path.rfind('/') + 1);
}

std::string origin_text(const ParameterState& state, Language language) {
  switch (state.origin) {
    case ParameterOrigin::built_in:
      return say(language, Message::set_by_kernel);
    case ParameterOrigin::file:
      return say(language, Message::set_by_file, {state.origin_place});
    case ParameterOrigin::new_default:
      return state.origin_place.empty() ? say(language, Message::set_by_default)
                                        : say(language, Message::set_by_default_from, {state.origin_place});
    case ParameterOrigin::router:
      return say(language, Message::set_by_router);
    case ParameterOrigin::maybe_router:
      return say(language, Message::set_by_router_maybe);
    case ParameterOrigin::unknown:
      break;
  }
  return say(language, Message::set_by_unknown);
}

}  // namespace

Row parameter_row(const ParameterState& state, const std::optional<std::string>& before) {
  const ParameterInfo& info = *state.info;
  Row row{.kind = RowKind::parameter, .interface = state.interface};
  const auto add = [&row](std::string_view key, FieldValue value) { row.fields.push_back({key, std::move(value)}); };
  const auto add_text = [&add](std::string_view key, std::string_view text) {
    if (!text.empty()) add(key, std::string{text});
  };
  add_text("family", to_string(info.family));
  add_text("name", info.name());
  add("path", "/proc/sys/" + state.path);
  if (before) add("before", number(*before));
  add("value", number(state.value));
  add_text("unit", to_string(info.unit));
  add("default", number(info.fallback));
  if (state.all) {
    add("all", number(*state.all));
    add_text("joined", joined_word(info.scope));
  }
  add("effective", number(state.effective));
  add_text("set_by", to_string(state.origin));
  add_text("set_in", state.origin_place);
  add_text("file_differs", state.file_differs);
  add_text("file_value", state.file_value);
  add("settable", state.settable);
  add_text("use_instead", use_instead(info));
  add_text("meaning", info.meaning);
  return row;
}

std::span<const std::string_view> parameter_fields() noexcept { return fields; }

ParameterPrinter::ParameterPrinter(Context& context)
    : context_(context),
      rows_(context.out, {.format = context.format, .csv_fields = {std::begin(fields), std::end(fields)}}) {}

void ParameterPrinter::print(std::span<const ParameterState> states) {
  if (context_.quiet) return;
  std::size_t name_width = 0, value_width = 0;
  for (const ParameterState& state : states) {
    name_width = std::max(name_width, state.info->name().size());
    value_width = std::max(value_width, parameter_value_text(*state.info, state.value).size());
  }
  std::string directory;
  for (const ParameterState& state : states) {
    if (context_.format != RowFormat::text) {
      rows_.print(parameter_row(state));
      continue;
    }
    if (const std::string here = directory_of(state); here != directory) {
      context_.out.print_line("{}{}", directory.empty() ? "" : "\n", printable(here));
      directory = here;
    }
    print_text(state, name_width, value_width);
  }
}

// "* retrans_time_ms  500 ms  time between ..." and a line of remarks; what was changed has a star.
void ParameterPrinter::print_text(const ParameterState& state, std::size_t name_width, std::size_t value_width) {
  const std::string front =
      fmt::format("{} {:<{}}{}{:<{}}{}", state.changed ? '*' : ' ', state.info->name(), name_width, gap,
                  parameter_value_text(*state.info, state.value), value_width, gap);
  const std::size_t width =
      context_.out_is_terminal ? std::max<std::size_t>(context_.width, front.size() + 30) : 100'000;
  const std::string said = fill(meaning(*state.info, context_.language), front.size(), width);
  context_.out.print("{}{}", front, std::string_view{said}.substr(front.size()));
  if (const std::string more = remarks(state); !more.empty()) {
    context_.out.write(fill(printable(more), front.size(), width));
  }
}

std::string ParameterPrinter::remarks(const ParameterState& state) const {
  const Language language = context_.language;
  std::vector<std::string> parts;
  if (state.info->deprecated) parts.push_back(say(language, Message::parameter_deprecated, {use_instead(*state.info)}));
  const bool all_matters = state.all && state.effective != state.value;
  if (all_matters || (state.all && context_.verbose > 0)) {
    const std::string how = say(language, joined_message(state.info->scope), {*state.all});
    parts.push_back(say(language, Message::parameter_effective, {state.effective, how}));
  }
  const bool notable = state.changed || state.origin != ParameterOrigin::built_in;
  const bool ticks = state.info->unit == ParameterUnit::jiffies;
  if ((state.changed || context_.verbose > 0) && !ticks) {
    parts.push_back(say(language, Message::parameter_default, {state.info->fallback}));
  }
  if (notable || context_.verbose > 0) parts.push_back(origin_text(state, language));
  if (!state.file_differs.empty()) {
    parts.push_back(say(language, Message::file_says_otherwise, {state.file_differs, state.file_value}));
  }
  if (!state.settable) parts.push_back(say(language, Message::only_initial_namespace));
  return fmt::format("{}", fmt::join(parts, pattern(language, Message::clause_separator)));
}

void ParameterPrinter::print_change(const ParameterState& state, const std::string& before) {
  if (context_.quiet) return;
  if (context_.format != RowFormat::text) return rows_.print(parameter_row(state, before));
  context_.out.print_line("{}: {} -> {}", printable(state.path), before,
                          parameter_value_text(*state.info, state.value));
}

}  // namespace onlink::inline v0::cli
