// SPDX-License-Identifier: Apache-2.0
// compat-diff: runs the cases of tools by the original and by ours, compares, and counts how many are the same.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <stdexcept>

#include "onlink/base/text.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "tests/compat/case_file.hpp"
#include "tests/compat/case_run.hpp"
#include "tests/compat/doc_table.hpp"
#include "tests/compat/oracle.hpp"
#include "tests/compat/verdict.hpp"
#include "tests/nud/kernel_child.hpp"
#include "tests/support/must.hpp"
#include "tests/support/run_program.hpp"

namespace {

using namespace onlink::compat_diff;
namespace fs = std::filesystem;

constexpr std::string_view help = R"(usage: compat-diff [OPTION...] CASES...

Runs the cases of each file (tests/compat/case_file.hpp has their form) by Debian's program and by onlink, each in the same
world of network namespaces, and compares frames, lines and status. Prints each difference, then a table.

  --only REGEX   cases whose group or words match
  -j N           cases at once (24)
  -v             both outputs of every case
  --write FILE   put the tables into a document: docs/compat.md
  --ours FILE    this onlink, not the one of the build tree
  --test         exit status 77 where a tool or network namespaces are not to be had

Exit status: 0 compatible; 1 not, and why; 2 usage, or an error in a file of cases; 77 see --test.
)";

constexpr int skipped_status = 77;
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  std::vector<fs::path> files;
  std::string only;
  std::size_t jobs = 24;
  bool verbose = false, test = false;
  fs::path document{};
  fs::path ours;
};

Options parse_options(const std::vector<std::string>& words) {
  Options options;
  const auto value = [&](std::size_t& i) {
    if (i + 1 == words.size()) throw std::runtime_error(words[i] + " wants a value");
    return words[++i];
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--only")
      options.only = value(i);
    else if (words[i] == "-j")
      options.jobs = onlink::parse_decimal(value(i), 1000).value_or(1);
    else if (words[i] == "-v")
      options.verbose = true;
    else if (words[i] == "--write")
      options.document = value(i);
    else if (words[i] == "--test")
      options.test = true;
    else if (words[i] == "--ours")
      options.ours = fs::absolute(value(i));
    else if (words[i].starts_with('-'))
      throw std::runtime_error("there is no option " + words[i]);
    else
      options.files.emplace_back(words[i]);
  }
  if (!options.document.empty() && !options.only.empty())
    throw std::runtime_error("--write wants all cases, not --only some");
  if (options.files.empty()) throw std::runtime_error("no file of cases; --help tells more");
  return options;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string documents() {
  const fs::path docs = fs::path(ONLINK_SOURCE) / "docs";
  return read_file(docs / "compat.md") + "\n" + read_file(docs / "differences.md");
}

std::vector<Case> chosen(const CaseFile& file, const std::string& only) {
  const std::regex pattern(only);
  std::vector<Case> cases;
  for (const Case& one : file.cases) {
    if (std::regex_search(one.group + " " + one.text, pattern)) cases.push_back(one);
  }
  return cases;
}

void print_outcome(std::string_view name, const Outcome& outcome) {
  fmt::print("  {}: {}\n", name, outcome.ending);
  fmt::print("    stdout: {}\n    stderr: {}\n", outcome.out, outcome.err);
  for (const std::string& frame : outcome.frames) fmt::print("    sent {}\n", frame);
  for (const std::string& file : outcome.files) fmt::print("    left {}\n", file);
  for (const std::string& neighbor : outcome.neighbors) fmt::print("    neighbour {}\n", neighbor);
}

void print_result(const CaseFile& file, const CaseResult& result, bool verbose) {
  const bool same = result.failure.empty() && result.comparison.same();
  if (same && !verbose) return;
  fmt::print("{}:{}: [{}] {} {}\n", file.path.string(), result.one->line, result.one->group, file.tool,
             result.one->text);
  if (!result.failure.empty()) fmt::print("  could not be run: {}\n", result.failure);
  if (const auto reason = result.one->value("differs")) fmt::print("  known to differ: {}\n", *reason);
  for (const Difference& difference : result.comparison.differences) {
    fmt::print("  {}:\n", difference.what);
    for (const std::string& line : difference.lines) fmt::print("    {}\n", line);
  }
  for (const std::string& warning : result.comparison.warnings) fmt::print("  ours adds: {}\n", warning);
  if (!verbose) return;
  fmt::print("  took {:.1f} s\n", onlink::to_seconds(result.took));
  print_outcome("original", result.original);
  print_outcome("ours", result.ours);
}

void print_totals(const CaseFile& file, const std::vector<CaseResult>& results) {
  std::size_t warnings = 0;
  for (const CaseResult& result : results) warnings += result.comparison.warnings.size();
  const Count all = sum(count_groups(results));
  fmt::print("{}: {}/{} the same (bytes {}, lines {}, status {}); {} warnings of ours\n", file.tool, all.same,
             all.total, all.bytes, all.lines, all.status, warnings);
}

Tool original_of(const std::string& tool) {
  auto oracle = onlink::test::find_oracle(tool);
  if (!oracle) throw Unavailable("no " + tool + " to compare with");
  return {.program = oracle->path,
          .called = fs::path(oracle->path).filename().string(),
          .environment = oracle->environment};
}

void write_table(const fs::path& path, const std::string& tool, const std::string& table) {
  const std::string document = with_table(read_file(path), tool, table);
  std::ofstream(path) << document;
}

void write_sums(const fs::path& path) {
  std::vector<std::string> tools;
  for (const auto& entry : fs::directory_iterator(fs::path(ONLINK_SOURCE) / "tests/compat/cases")) {
    tools.push_back(entry.path().stem().string());
  }
  std::ranges::sort(tools);
  write_table(path, "all", render_sums(read_file(path), tools));
}

bool compare_file(const Options& options, const fs::path& path) {
  const CaseFile file = load_cases(path);
  const std::vector<Case> cases = chosen(file, options.only);
  if (cases.empty()) throw std::runtime_error("no case of " + path.string() + " matches " + options.only);
  const CaseRun run{.original = original_of(file.tool),
                    .our_program = options.ours.empty() ? fs::path(onlink::test::onlink_path()) : options.ours,
                    .data = fs::path(ONLINK_SOURCE) / "tests/compat/data",
                    .jobs = options.jobs};
  const std::vector<CaseResult> results = run_cases(file.tool, cases, run);
  for (const CaseResult& result : results) print_result(file, result, options.verbose);
  const std::string table = render_table(count_groups(results));
  fmt::print("{}", table);
  if (!options.document.empty()) write_table(options.document, file.tool, table);
  print_totals(file, results);
  const std::vector<std::string> found = objections(results, documents());
  for (const std::string& objection : found) fmt::print("{}: {}\n", path.string(), objection);
  return found.empty();
}

void demand_namespaces() {
  const auto entered = onlink::differential::in_child(std::chrono::seconds{10}, [] {
    onlink::test::must(onlink::kernel::enter_new_network());
    return std::string{};
  });
  if (!entered) throw Unavailable(entered.error().context);
}

int compare_all(const Options& options) {
  try {
    demand_namespaces();
    bool compatible = true;
    for (const fs::path& file : options.files) compatible &= compare_file(options, file);
    if (!options.document.empty()) write_sums(options.document);
    return compatible ? 0 : 1;
  } catch (const Unavailable& reason) {
    fmt::print("skipped: {}\n", reason.what());
    return options.test ? skipped_status : 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words == std::vector<std::string>{"--help"}) {
    fmt::print("{}", help);
    return 0;
  }
  try {
    return compare_all(parse_options(words));
  } catch (const std::exception& error) {
    fmt::print(stderr, "compat-diff: {}\n", error.what());
    return 2;
  }
}
