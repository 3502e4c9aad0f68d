// SPDX-License-Identifier: Apache-2.0
// The only file that includes CLI11.
#include "onlink/cli/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace onlink::inline v0::cli {
namespace {

// An option of the table beside the parser's own.
struct Bound {
  const Option* option;
  CLI::Option* parsed;
};
struct BoundPositional {
  const Positional* positional;
  CLI::Option* parsed;
};

std::string long_name(const Option& option) { return fmt::format("--{}", option.name); }

std::vector<const Option*> options_of(const Command& command) {
  std::vector<const Option*> options;
  for (const Option& option : command.options) options.push_back(&option);
  for (const Option& option : common_option_list()) {
    if (takes_common_option(command, option)) options.push_back(&option);
  }
  return options;
}

std::vector<Bound> bind_options(CLI::App& app, const Command& command) {
  std::vector<Bound> bound;
  for (const Option* option : options_of(command)) {
    if (option->rest) continue;
    const std::string names =
        option->letter == 0 ? long_name(*option) : fmt::format("-{},--{}", option->letter, option->name);
    CLI::Option* parsed = option->value.empty() ? app.add_flag(names) : app.add_option(names);
    // All values are taken, and a repetition that is not meant is told in our words.
    parsed->take_all();
    if (!option->value.empty()) parsed->expected(1);
    bound.push_back({option, parsed});
  }
  return bound;
}

std::vector<BoundPositional> bind_positionals(CLI::App& app, const Command& command) {
  std::vector<BoundPositional> bound;
  for (const Positional& positional : command.positionals) {
    if (positional.arity == Arity::rest) {
      app.prefix_command();
      continue;
    }
    CLI::Option* parsed = app.add_option(std::string{positional.name});
    const bool many = positional.arity == Arity::any || positional.arity == Arity::at_least_one;
    parsed->take_all()->expected(many ? -1 : 1);
    bound.push_back({&positional, parsed});
  }
  return bound;
}

std::optional<Error> check_choice(std::string_view name, std::span<const std::string_view> choices,
                                  const std::string& value) {
  if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return std::nullopt;
  return usage_error(fmt::format("{}: '{}' is not one of {}", name, value, fmt::join(choices, ", ")));
}

std::optional<Error> collect(const Bound& bound, Arguments& arguments) {
  const auto& results = bound.parsed->results();
  const Option& option = *bound.option;
  if (results.empty()) return std::nullopt;
  if (option.value.empty()) {
    if (std::ranges::any_of(results, [](const std::string& r) { return r != "true"; })) {
      return usage_error(fmt::format("{}: takes no value", long_name(option)));
    }
    arguments.add_switch(option.name, results.size());
    return std::nullopt;
  }
  if (!option.repeatable && results.size() > 1) {
    return usage_error(fmt::format("{}: given {} times, but takes one value", long_name(option), results.size()));
  }
  for (const std::string& value : results) {
    if (auto error = check_choice(long_name(option), option.choices, value)) return error;
    arguments.add(option.name, value);
  }
  return std::nullopt;
}

Error surplus(const Command& command, const std::string& word) {
  if (word.size() < 2 || word.front() != '-') return usage_error(fmt::format("'{}' is one argument too many", word));
  std::vector<std::string> names;
  for (const Option* option : options_of(command)) names.push_back(long_name(*option));
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string typed = word.starts_with("--") ? word.substr(0, word.find('=')) : word;
  const std::string_view meant = nearest(typed, candidates);
  return usage_error(meant.empty() ? fmt::format("unknown option {}", typed)
                                   : fmt::format("unknown option {}; did you mean {}?", typed, meant));
}

std::optional<Error> collect_positional(const BoundPositional& bound, Arguments& arguments) {
  const Positional& positional = *bound.positional;
  for (const std::string& value : bound.parsed->results()) {
    if (auto error = check_choice(positional.name, positional.choices, value)) return error;
    arguments.add(positional.name, value);
  }
  const bool needed = positional.arity == Arity::one || positional.arity == Arity::at_least_one;
  if (needed && !arguments.given(positional.name)) return usage_error(fmt::format("{} is missing", positional.name));
  return std::nullopt;
}

// What the parser could not place: the command line of its own, or a mistake.
std::optional<Error> collect_rest(const Command& command, std::vector<std::string> rest, Arguments& arguments) {
  const auto taker = std::ranges::find(command.positionals, Arity::rest, &Positional::arity);
  if (taker == command.positionals.end()) {
    return rest.empty() ? std::nullopt : std::optional{surplus(command, rest.front())};
  }
  for (std::string& word : rest) arguments.add(taker->name, std::move(word));
  return std::nullopt;
}

// CLI11 puts the option's name in front of its own words.
Error missing_value(const CLI::ArgumentMismatch& failure, const std::vector<Bound>& bound) {
  const std::string what = failure.what();
  for (const Bound& b : bound) {
    if (what.starts_with(long_name(*b.option) + ":") || what.starts_with(fmt::format("-{}:", b.option->letter))) {
      return usage_error(b.option->value.empty()
                             ? fmt::format("{}: takes no value", long_name(*b.option))
                             : fmt::format("{}: {} is missing", long_name(*b.option), b.option->value));
    }
  }
  return usage_error(what);
}

// What stands before and behind the first "--" of a command that takes a command line: an optional argument before it
// is not confused with the first word behind it.
struct Split {
  std::span<const char* const> ours;
  std::optional<std::span<const char* const>> behind;
};

Split split_at_mark(std::span<const char* const> words, bool takes_rest) {
  const auto mark =
      std::ranges::find(words, std::string_view{"--"}, [](const char* word) { return std::string_view{word}; });
  if (!takes_rest || mark == words.end()) return {words, std::nullopt};
  const auto ours = static_cast<std::size_t>(mark - words.begin());
  return {words.first(ours), words.subspan(ours + 1)};
}

// A mark behind the first word of the inner command line is that command's own.
std::vector<std::string> join_rest(std::vector<std::string> rest, const Split& split) {
  if (!split.behind) return rest;
  if (!rest.empty()) rest.emplace_back("--");
  rest.insert(rest.end(), split.behind->begin(), split.behind->end());
  return rest;
}

// Takes an option's command line off the end: "--exec CMD ARG..." or "--exec=CMD ARG...". What is left is ours.
std::expected<std::span<const char* const>, Error> take_command_line(const Command& command,
                                                                     std::span<const char* const> words,
                                                                     Arguments& arguments) {
  const auto taker = std::ranges::find(command.options, true, &Option::rest);
  if (taker == command.options.end()) return words;
  const std::string name = long_name(*taker);
  const auto names_it = [&](std::string_view word) { return word == name || word.starts_with(name + "="); };
  const auto found = std::ranges::find_if(words, [&](std::string_view word) { return word == "--" || names_it(word); });
  if (found == words.end() || !names_it(*found)) return words;
  const auto at = static_cast<std::size_t>(found - words.begin());
  const std::string_view word = *found;
  if (word != name) arguments.add(taker->name, std::string{word.substr(name.size() + 1)});
  for (const char* argument : words.subspan(at + 1)) arguments.add(taker->name, argument);
  if (arguments.given(taker->name)) return words.first(at);
  return std::unexpected(usage_error(fmt::format("{}: {} is missing", name, taker->value)));
}

}  // namespace

std::expected<Arguments, Error> parse_arguments(const Command& command, std::span<const char* const> words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  const std::vector<Bound> options = bind_options(app, command);
  const std::vector<BoundPositional> positionals = bind_positionals(app, command);
  const bool takes_rest =
      std::ranges::find(command.positionals, Arity::rest, &Positional::arity) != command.positionals.end();
  Arguments arguments;
  const auto ours = take_command_line(command, words, arguments);
  if (!ours) return std::unexpected(ours.error());
  const Split split = split_at_mark(*ours, takes_rest);
  try {
    // CLI11 takes them last to first.
    app.parse(std::vector<std::string>(split.ours.rbegin(), split.ours.rend()));
  } catch (const CLI::ArgumentMismatch& failure) {
    return std::unexpected(missing_value(failure, options));
  } catch (const CLI::Error& failure) {
    return std::unexpected(usage_error(failure.what()));
  }
  for (const Bound& bound : options) {
    if (auto error = collect(bound, arguments)) return std::unexpected(*std::move(error));
  }
  if (arguments.given("help")) return arguments;
  // An unknown option comes first: its value has landed among the positionals.
  // The parser leaves the first "--" among what it could not place.
  std::vector<std::string> rest = app.remaining();
  if (const auto mark = std::ranges::find(rest, "--"); mark != rest.end()) rest.erase(mark);
  if (!takes_rest && !rest.empty()) return std::unexpected(surplus(command, rest.front()));
  for (const BoundPositional& bound : positionals) {
    if (auto error = collect_positional(bound, arguments)) return std::unexpected(*std::move(error));
  }
  if (auto error = collect_rest(command, join_rest(std::move(rest), split), arguments))
    return std::unexpected(*std::move(error));
  return arguments;
}

}  // namespace onlink::inline v0::cli
