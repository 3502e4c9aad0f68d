// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "onlink/base/text.hpp"
#include "tests/nud/script_cursor.hpp"
#include "tests/nud/script_verbs.hpp"
#include "tests/nud/sort_by.hpp"

namespace onlink::differential {
namespace {

class ScenarioParser {
 public:
  ScenarioParser(std::string_view text, std::string_view file) : text_(text), file_(file) {
    scenario_.name = std::filesystem::path{file}.stem().string();
  }

  std::expected<Scenario, Error> parse() {
    for (std::string_view rest = text_; !rest.empty() && !error_;) {
      ++line_;
      ScriptCursor cursor{take_until(rest, '\n'), file_, line_};
      if (!cursor.at_end()) parse_line(cursor);
      if (cursor.error()) error_ = cursor.error();
    }
    if (!error_ && (steps().empty() || !std::holds_alternative<EndStep>(steps().back().action))) {
      error_ = usage_error(fmt::format("{}:{}:1: end of file: expected a last step, `at TIME end`", file_, line_ + 1));
    }
    if (error_) return std::unexpected(*error_);
    finish();
    if (const auto wrong = check_reachable()) return std::unexpected(*wrong);
    return std::move(scenario_);
  }

 private:
  [[nodiscard]] std::vector<Step>& steps() { return scenario_.steps; }

  void parse_line(ScriptCursor& cursor) {
    const Word first = cursor.peek();
    if (!steps().empty() && std::holds_alternative<EndStep>(steps().back().action)) {
      cursor.fail(first, "nothing behind `end`");
    } else if (first.text == "at" || first.text == "after") {
      parse_timed(cursor);
    } else if (!parse_directive(cursor)) {
      parse_setup(cursor);
    }
  }

  void parse_timed(ScriptCursor& cursor) {
    const bool relative = cursor.accept("after");
    if (!relative) cursor.accept("at");
    const Word word = cursor.peek();
    const Duration before = steps().empty() ? Duration{} : steps().back().at;
    const Duration start = cursor.time() + (relative ? before : Duration{});
    if (start < before) cursor.fail(word, "a time that is not before the last step's");
    Duration period{};
    std::uint32_t times = 1;
    if (cursor.accept("every")) {
      period = cursor.time();
      if (!cursor.accept("times")) cursor.fail(cursor.peek(), "times N");
      times = cursor.number(10'000);
    }
    const std::string text = cursor.rest_as_text();
    const Action action = parse_action(cursor, scenario_);
    for (std::uint32_t i = 0; i < times; ++i) steps().push_back({start + i * period, action, text, line_});
  }

  // A step without a time: before the clock starts.
  void parse_setup(ScriptCursor& cursor) {
    const Word first = cursor.peek();
    if (!steps().empty()) cursor.fail(first, "at TIME or after TIME: the set-up is over");
    std::string text = cursor.rest_as_text();
    Action action = parse_action(cursor, scenario_);
    if (std::holds_alternative<EndStep>(action) || std::holds_alternative<StateStep>(action)) {
      cursor.fail(first, "at TIME or after TIME before it");
    }
    scenario_.setup.push_back({{}, std::move(action), std::move(text), line_});
  }

  // False when the line is none.
  bool parse_directive(ScriptCursor& cursor) {
    constexpr std::string_view directives[]{"title",      "covers",    "family",    "group",  "alone",
                                            "interfaces", "addresses", "reachable", "differs"};
    const Word first = cursor.peek();
    if (std::ranges::find(directives, first.text) == std::end(directives)) return false;
    if (!scenario_.setup.empty() || !steps().empty()) cursor.fail(first, "no directive behind the first step");
    cursor.word("a directive");
    if (first.text == "title" || first.text == "differs") {
      (first.text == "title" ? scenario_.title : scenario_.differs) = cursor.rest_of_line();
      return true;
    }
    if (first.text == "covers") {
      while (cursor.ok() && !cursor.at_end()) scenario_.covers.emplace_back(cursor.word("an item").text);
    } else if (first.text == "family") {
      parse_family(cursor);
    } else if (first.text == "group") {
      scenario_.family = cursor.word("a name").text;
    } else if (first.text == "alone") {
      scenario_.alone = true;
    } else if (first.text == "interfaces") {
      scenario_.interfaces = static_cast<int>(std::max(cursor.number(2, "1 or 2:"), 1U));
    } else if (first.text == "addresses") {
      if (!cursor.accept("none")) cursor.fail(cursor.peek(), "none");
      standard_addresses_ = false;
    } else {
      scenario_.reachable = cursor.time();
    }
    cursor.expect_end();
    return true;
  }

  void parse_family(ScriptCursor& cursor) {
    const Word word = cursor.word("ipv4, ipv6 or both");
    if (word.text != "ipv4" && word.text != "ipv6" && word.text != "both") cursor.fail(word, "ipv4, ipv6 or both");
    scenario_.ipv4 = word.text != "ipv6";
    scenario_.ipv6 = word.text != "ipv4";
    if (scenario_.family.empty()) scenario_.family = word.text;
  }

  void add_address(std::string_view prefix) {
    std::string text = fmt::format("addr add {}", prefix);
    ScriptCursor cursor{text, file_, 0};
    scenario_.setup.push_back({{}, parse_action(cursor, scenario_), std::move(text), 0});
  }

  void finish() {
    if (scenario_.family.empty()) scenario_.family = "ipv4";
    if (scenario_.title.empty()) scenario_.title = scenario_.name;
    std::vector<Step> written = std::exchange(scenario_.setup, {});
    if (standard_addresses_ && scenario_.ipv4) add_address("10.0.0.1/24");
    if (standard_addresses_ && scenario_.ipv6) {
      add_address("2001:db8::1/64");
      add_address("fe80::ff:fe00:a/64");
    }
    std::ranges::move(written, std::back_inserter(scenario_.setup));
    sort_by(scenario_.setup, [](const Step& step) {
      return std::holds_alternative<SysctlStep>(step.action)    ? 0
             : std::holds_alternative<AddressStep>(step.action) ? 1
                                                                : 2;
    });
  }

  // Linux draws it between half and one and a half of its base; no other will ever come.
  [[nodiscard]] std::optional<Error> check_reachable() const {
    std::uint32_t base = 30'000;
    for (const Step& step : scenario_.setup) {
      const auto* sysctl = std::get_if<SysctlStep>(&step.action);
      if (sysctl == nullptr || !sysctl->path.ends_with("/base_reachable_time_ms")) continue;
      base = parse_decimal(sysctl->value, 100'000'000).value_or(base);
    }
    const auto asked = std::chrono::duration_cast<std::chrono::milliseconds>(scenario_.reachable.value_or(Duration{}));
    if (!scenario_.reachable || (2 * asked.count() >= base && 2 * asked.count() <= 3 * std::int64_t{base})) return {};
    return usage_error(fmt::format("{}: reachable: {} ms is not within 0.5 to 1.5 times base_reachable_time_ms, {}",
                                   file_, asked.count(), base));
  }

  std::string_view text_;
  std::string_view file_;
  std::uint32_t line_ = 0;
  bool standard_addresses_ = true;
  Scenario scenario_;
  std::optional<Error> error_;
};

}  // namespace

std::expected<Scenario, Error> parse_scenario(std::string_view text, std::string_view file) {
  return ScenarioParser{text, file}.parse();
}

std::expected<Scenario, Error> load_scenario(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) {
    return std::unexpected(usage_error(fmt::format("{}: read script: {}", file.string(), std::strerror(errno))));
  }
  return parse_scenario(text.str(), file.string());
}

}  // namespace onlink::differential
