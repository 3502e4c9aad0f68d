// SPDX-License-Identifier: Apache-2.0
// Transcripts: each file of tests/cli/golden holds commands and what they print, none of which needs a privilege or a
// network. A line "$ onlink ..." is a command; lines behind it are its standard output, those with "! " in front its
// standard error, and "= 3" its exit code. ONLINK_UPDATE_GOLDEN=1 writes the files anew; read the difference then.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/json_schema.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

const std::string folder = "tests/cli/golden/";

std::vector<std::string> golden_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Words by blanks; single quotes hold them together.
std::vector<std::string> split_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false, any = false;
  for (const char c : command) {
    if (c == '\'') {
      quoted = !quoted;
      any = true;
    } else if (c == ' ' && !quoted) {
      if (any) words.push_back(std::exchange(word, {}));
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) words.push_back(word);
  return words;
}

std::string prefixed(const std::string& text, std::string_view prefix) {
  std::string out;
  for (const std::string& line : lines_of(text)) out += std::string{prefix} + line + "\n";
  return out;
}

// What the commands of a transcript print now, in its form.
std::string run_transcript(const std::string& transcript) {
  constexpr std::string_view prompt = "$ onlink";
  std::string out;
  bool separate = false;  // an empty line after each command's results
  for (const std::string& line : lines_of(transcript)) {
    const bool comment = line.starts_with("#");
    if (!comment && !line.starts_with(prompt)) continue;
    if (std::exchange(separate, false)) out += "\n";
    out += line + "\n";
    if (comment) continue;
    const ProgramResult result = run_onlink(
        {.words = split_words(std::string_view{line}.substr(prompt.size())), .environment = {"LANG=C", "COLUMNS=100"}});
    out += result.out + prefixed(result.err, "! ") + "= " + std::to_string(result.status) + "\n";
    separate = true;
  }
  return out;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, PrintsWhatTheTranscriptHolds) {
  const std::string path = folder + GetParam() + ".txt";
  const std::string expected = read_text_file(path);
  const std::string actual = run_transcript(expected);
  if (std::getenv("ONLINK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream{path} << actual;
    GTEST_SKIP() << path << " written";
  }
  EXPECT_EQ(actual, expected);
}

TEST_P(Golden, EveryJsonLineFitsTheSchema) {
  const std::string schema = read_text_file("docs/schema.json");
  for (const std::string& line : lines_of(read_text_file(folder + GetParam() + ".txt"))) {
    if (line.starts_with("{")) {
      EXPECT_EQ(schema_violation(schema, line), "") << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Transcripts, Golden, testing::ValuesIn(golden_files()), [](const auto& param_info) {
  std::string name = param_info.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace onlink::inline v0::test
