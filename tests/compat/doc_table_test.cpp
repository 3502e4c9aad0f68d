// SPDX-License-Identifier: Apache-2.0
// docs/compat.md says what the files of cases hold: whoever adds a case runs compat-diff --write.
#include "tests/compat/doc_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/compat/case_file.hpp"

namespace onlink::compat_diff {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string compat_document() { return read_file("docs/compat.md"); }

std::vector<CaseFile> all_cases() {
  std::vector<CaseFile> files;
  for (const auto& entry : fs::directory_iterator("tests/compat/cases")) files.push_back(load_cases(entry.path()));
  return files;
}

TEST(DocTable, IsExchangedWhereItStands) {
  const std::string document = "a\n<!-- compat-diff: arp -->\n| old |\n| x |\n\nb\n";
  EXPECT_EQ(with_table(document, "arp", "| new |\n"), "a\n<!-- compat-diff: arp -->\n| new |\n\nb\n");
  EXPECT_THROW((void)with_table(document, "ndisc6", ""), std::runtime_error);
}

TEST(DocTable, ReadsWhatIsWritten) {
  const std::string table =
      render_table({{.group = "-a, --all", .total = 9, .bytes = 8, .lines = 7, .status = 9, .same = 6}});
  const auto rows = read_table("<!-- compat-diff: arp -->\n" + table, "arp");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U) << "the option and the sum";
  EXPECT_EQ(rows->front().group, "-a, --all");
  EXPECT_EQ(rows->front().lines, 7U);
  EXPECT_EQ(rows->back().same, 6U);
  EXPECT_FALSE(read_table("", "arp"));
}

TEST(CompatDocument, HasATableOfEachToolThatCountsItsCases) {
  const std::string document = compat_document();
  for (const CaseFile& file : all_cases()) {
    std::map<std::string, std::size_t> cases;
    for (const Case& one : file.cases) ++cases[one.group];
    const auto rows = read_table(document, file.tool);
    ASSERT_TRUE(rows) << file.tool;
    ASSERT_FALSE(rows->empty()) << file.tool;
    std::map<std::string, std::size_t> counted;
    for (const Count& row : *rows) counted[row.group] = row.total;
    cases["all"] = file.cases.size();
    EXPECT_EQ(counted, cases) << file.tool << ": compat-diff --write docs/compat.md tests/compat/cases/*.cases";
  }
}

TEST(CompatDocument, HoldsWhatIsPromised) {
  const std::string document = compat_document();
  for (const CaseFile& file : all_cases()) {
    const auto rows = read_table(document, file.tool);
    ASSERT_TRUE(rows) << file.tool;
    const Count all = rows->back();
    EXPECT_EQ(all.status, all.total) << file.tool;
    EXPECT_GE(all.same * 100, all.total * 98) << file.tool;
  }
}

TEST(CompatDocument, SumsUpItsTables) {
  const std::string document = compat_document();
  std::vector<std::string> tools;
  for (const CaseFile& file : all_cases()) tools.push_back(file.tool);
  std::ranges::sort(tools);
  EXPECT_THAT(document, HasSubstr(render_sums(document, tools)));
}

TEST(CompatDocument, HasTheReasonOfEachDifference) {
  const std::string documents = compat_document() + read_file("docs/differences.md");
  for (const CaseFile& file : all_cases()) {
    for (const Case& one : file.cases) {
      if (const auto reason = one.value("differs")) {
        EXPECT_TRUE(documents_say(documents, *reason)) << file.path << ":" << one.line << ": " << *reason;
      }
    }
  }
}

TEST(CompatCases, EachToolIsAlsoRunThroughOnlinkCompat) {
  for (const CaseFile& file : all_cases()) {
    EXPECT_TRUE(std::ranges::any_of(file.cases, [](const Case& one) { return one.has("ours"); })) << file.tool;
  }
}

}  // namespace
}  // namespace onlink::compat_diff
