// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/case_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "tests/compat/case_words.hpp"

namespace onlink::compat_diff {
namespace {

constexpr std::array<std::string_view, 20> known_keys = {
    "mask", "frame-mask", "usage",   "drop",  "stdin", "file",   "copy", "etc",       "env",  "as",
    "full", "neighbor",   "address", "route", "host",  "answer", "then", "unordered", "ours", "differs"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Where the case's own words begin: behind a $ that stands alone and in no quotes.
std::size_t find_dollar(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == '"' && c == '\\') {
      ++i;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '$' && (i == 0 || line[i - 1] == ' ') && (i + 1 == line.size() || line[i + 1] == ' ')) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::vector<Directive> parse_directives(std::string_view text) {
  std::vector<Directive> found;
  for (const std::string& word : split_words(text)) {
    if (!word.starts_with('@')) throw std::runtime_error("neither @directive nor $ nor [group]: " + word);
    const std::size_t equals = word.find('=');
    Directive directive{word.substr(1, equals - 1), equals == std::string::npos ? "" : word.substr(equals + 1)};
    if (std::ranges::find(known_keys, directive.key) == known_keys.end())
      throw std::runtime_error("there is no directive @" + directive.key);
    found.push_back(std::move(directive));
  }
  return found;
}

class CaseParser {
 public:
  explicit CaseParser(CaseFile& file) : file_(file) {}

  void line(std::size_t number, std::string_view line) {
    if (line.empty() || line.starts_with('#')) return;
    if (line.starts_with('[') && line.ends_with(']')) return begin_group(line.substr(1, line.size() - 2));
    const std::size_t dollar = find_dollar(line);
    std::vector<Directive> own = parse_directives(line.substr(0, dollar));
    if (dollar == std::string_view::npos) {
      std::vector<Directive>& scope = group_.empty() ? of_file_ : of_group_;
      scope.insert(scope.end(), own.begin(), own.end());
      return;
    }
    if (group_.empty()) throw std::runtime_error("a case before the first [group]");
    add_case(number, trimmed(line.substr(dollar + 1)), std::move(own));
  }

 private:
  void begin_group(std::string_view name) {
    group_ = trimmed(name);
    of_group_.clear();
  }
  void add_case(std::size_t number, std::string_view text, std::vector<Directive> own) {
    Case added{.group = group_, .line = number, .text = std::string{text}, .words = split_words(text)};
    for (const auto* directives : {&of_file_, &of_group_, &own}) {
      added.directives.insert(added.directives.end(), directives->begin(), directives->end());
    }
    file_.cases.push_back(std::move(added));
  }

  CaseFile& file_;
  std::string group_;
  std::vector<Directive> of_file_, of_group_;
};

}  // namespace

bool Case::has(std::string_view key) const {
  return std::ranges::find(directives, key, &Directive::key) != directives.end();
}

std::optional<std::string> Case::value(std::string_view key) const {
  const auto all = values(key);
  return all.empty() ? std::nullopt : std::optional{all.back()};
}

std::vector<std::string> Case::values(std::string_view key) const {
  std::vector<std::string> found;
  for (const Directive& directive : directives) {
    if (directive.key == key) found.push_back(directive.value);
  }
  return found;
}

CaseFile parse_cases(const std::filesystem::path& path, std::string_view text) {
  CaseFile file{.tool = path.stem().string(), .path = path};
  CaseParser parser(file);
  std::istringstream lines{std::string{text}};
  std::size_t number = 0;
  std::string whole;
  for (std::string piece; std::getline(lines, piece);) {
    ++number;
    whole += trimmed(piece);
    if (whole.ends_with('\\')) {
      whole.back() = ' ';
      continue;
    }
    try {
      parser.line(number, trimmed(whole));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path.string() + ":" + std::to_string(number) + ": " + error.what());
    }
    whole.clear();
  }
  return file;
}

CaseFile load_cases(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error(path.string() + ": cannot be read");
  return parse_cases(path, std::string{std::istreambuf_iterator<char>(in), {}});
}

}  // namespace onlink::compat_diff
