// SPDX-License-Identifier: Apache-2.0
// nud-diff: runs scenarios by the kernel and by the engine, compares, and counts how many are the same.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/nud/diff_run.hpp"
#include "tests/nud/program.hpp"

namespace {

using namespace onlink::differential;
namespace fs = std::filesystem;

constexpr std::string_view name = "nud-diff";
constexpr std::string_view help = R"(usage: nud-diff [OPTION...] SCRIPT|DIRECTORY...

Runs scenarios (docs/scenarios.md; of a directory all *.nud) by Linux and by onlink's neighbour cache and compares the
traces. Of each that differs the first divergence is shown, then how many are the same.

  -j N          runs at once (16); those that must be alone come one by one, at the end
  --repeat N    each scenario N times
  --strict      the engine with all rules in which onlink does better than Linux
  --keep DIR    writes both traces of each run there, as NAME.kernel.jsonl and NAME.engine.jsonl
  --context N   records shown before and behind a divergence (5)
  -v            names those that are the same, too
  --test        exits with 77 instead of 5, as ctest has it for what cannot run here
  --json        the result as one JSON object
  --help        this text

Exit status: 0 all the same, or different where their script says so; 1 some differ, or agree where their script says that
they do not; 2 usage, or an error in a script; 5 no network namespaces for us; 8 a run
failed; 77 only scenarios that must be alone, and this system does not let us.
)";

constexpr int skipped_status = 77;

struct Options {
  DiffOptions run;
  std::optional<fs::path> keep;
  std::size_t context = 5;
  bool verbose = false;
  bool json = false;
  bool test = false;
};

struct Count {
  std::size_t same = 0;
  std::size_t total = 0;
};

std::expected<std::vector<Scenario>, onlink::Error> load_all(const std::vector<std::string>& operands) {
  std::vector<fs::path> files;
  for (const std::string& operand : operands) {
    std::error_code failed;
    if (!fs::is_directory(operand, failed)) {
      files.emplace_back(operand);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator{operand, failed}) {
      if (entry.path().extension() == ".nud") found.push_back(entry.path());
    }
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  std::vector<Scenario> scenarios;
  for (const fs::path& file : files) {
    auto scenario = load_scenario(file);
    if (!scenario) return std::unexpected(scenario.error());
    scenarios.push_back(std::move(*scenario));
  }
  return scenarios;
}

void keep_traces(const fs::path& directory, const DiffResult& result) {
  if (!result.comparison) return;
  std::error_code ignored;
  fs::create_directories(directory, ignored);
  std::ofstream{directory / (result.scenario->name + ".kernel.jsonl")} << to_json_lines(result.comparison->kernel);
  std::ofstream{directory / (result.scenario->name + ".engine.jsonl")} << to_json_lines(result.comparison->engine);
}

void report(const Options& options, const DiffResult& result) {
  if (options.keep) keep_traces(*options.keep, result);
  const bool expected = result.verdict == Verdict::same || result.verdict == Verdict::known;
  if (options.json || (expected && !options.verbose)) return;
  std::string text =
      fmt::format("{:<10} {}: {}\n", to_string(result.verdict), result.scenario->name, result.scenario->title);
  if (result.error) text += fmt::format("  {}\n", result.error->context);
  if (result.verdict == Verdict::skipped) text += "  it must be alone, which takes root in the initial namespaces\n";
  if (!result.scenario->differs.empty()) text += fmt::format("  known to differ: {}\n", result.scenario->differs);
  if (result.comparison) text += render(*result.comparison, options.context);
  print(text);
}

bool is_same(const DiffResult& result) { return result.verdict == Verdict::same || result.verdict == Verdict::agreed; }

std::map<std::string, Count> count_families(const std::vector<DiffResult>& results) {
  std::map<std::string, Count> families;
  for (const DiffResult& result : results) {
    if (result.verdict == Verdict::skipped) continue;
    Count& count = families[result.scenario->family];
    ++count.total;
    if (is_same(result)) ++count.same;
  }
  return families;
}

std::size_t count(const std::vector<DiffResult>& results, Verdict verdict) {
  return static_cast<std::size_t>(std::ranges::count(results, verdict, &DiffResult::verdict));
}

std::string totals(const std::vector<DiffResult>& results) {
  std::string text;
  for (const auto& [family, counted] : count_families(results)) {
    text += fmt::format("{:<12} {}/{} the same\n", family, counted.same, counted.total);
  }
  const std::size_t skipped = count(results, Verdict::skipped);
  const std::size_t known = count(results, Verdict::known);
  text +=
      fmt::format("{:<12} {}/{} the same", "all", std::ranges::count_if(results, is_same), results.size() - skipped);
  if (known != 0) text += fmt::format(", {} known to differ", known);
  if (skipped != 0) text += fmt::format(", {} skipped", skipped);
  return text + '\n';
}

std::string quoted_json(std::string_view text) {
  std::string out{"\""};
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

std::string json(const std::vector<DiffResult>& results) {
  std::string families;
  for (const auto& [family, counted] : count_families(results)) {
    families += fmt::format("{}{}:{{\"same\":{},\"total\":{}}}", families.empty() ? "" : ",", quoted_json(family),
                            counted.same, counted.total);
  }
  std::string others;
  for (const DiffResult& result : results) {
    if (result.verdict == Verdict::same) continue;
    const std::string why = result.verdict == Verdict::known ? result.scenario->differs
                            : result.error                   ? result.error->context
                            : result.comparison              ? result.comparison->why
                                                             : "";
    others += fmt::format("{}{{\"scenario\":{},\"verdict\":\"{}\",\"why\":{}}}", others.empty() ? "" : ",",
                          quoted_json(result.scenario->name), to_string(result.verdict), quoted_json(why));
  }
  return fmt::format("{{\"same\":{},\"total\":{},\"families\":{{{}}},\"others\":[{}]}}\n",
                     std::ranges::count_if(results, is_same), results.size() - count(results, Verdict::skipped),
                     families, others);
}

int status_of(const std::vector<DiffResult>& results) {
  if (count(results, Verdict::failed) != 0) return static_cast<int>(Exit::system);
  if (count(results, Verdict::different) + count(results, Verdict::agreed) != 0) return static_cast<int>(Exit::no);
  return count(results, Verdict::skipped) == results.size() ? skipped_status : static_cast<int>(Exit::yes);
}

int run(const std::vector<std::string>& operands, const Options& options) {
  const auto scenarios = load_all(operands);
  if (!scenarios) return complain(name, scenarios.error());
  if (scenarios->empty()) return complain(name, "no scripts; see --help", Exit::usage);
  if (const auto ready = prepare_kernel_runs(); !ready) {
    const int status = complain(name, ready.error());
    return options.test && status == static_cast<int>(Exit::permission) ? skipped_status : status;
  }
  const auto results =
      run_differences(*scenarios, options.run, [&](const DiffResult& result) { report(options, result); });
  print(options.json ? json(results) : totals(results));
  return status_of(results);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments{argc, argv};
  if (arguments.flag("--help")) return print(help);
  Options options;
  options.run.jobs = std::max<std::size_t>(arguments.number("-j", 16), 1);
  options.run.repeat = std::max<std::size_t>(arguments.number("--repeat", 1), 1);
  options.run.engine.strict = arguments.flag("--strict");
  if (const auto directory = arguments.value("--keep")) options.keep = *directory;
  options.context = arguments.number("--context", 5);
  options.verbose = arguments.flag("-v");
  options.test = arguments.flag("--test");
  options.json = arguments.flag("--json");
  const auto operands = arguments.operands();
  if (arguments.error()) return complain(name, *arguments.error(), Exit::usage);
  return run(operands, options);
}
