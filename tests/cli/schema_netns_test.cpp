// SPDX-License-Identifier: Apache-2.0
// Every kind of row, as the commands print it, against docs/schema.json.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "onlink/print/row.hpp"
#include "tests/netns/datagram.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

class Rows : public testing::Test {
 protected:
  Rows() : folder_(testing::TempDir() + "onlink-rows-" + std::to_string(::getpid()) + "/") {
    std::filesystem::create_directory(folder_);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  }
  ~Rows() override { std::filesystem::remove_all(folder_); }

  // The kinds of the rows that the command printed; every row is held to the schema.
  std::set<RowKind> kinds_of(std::vector<std::string> words, std::function<void(std::string_view out)> on_output = {}) {
    const ProgramResult result = run_onlink(
        {.words = std::move(words), .environment = {"XDG_RUNTIME_DIR=" + folder_}, .on_output = std::move(on_output)});
    std::set<RowKind> kinds;
    std::istringstream lines{result.out};
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(schema_violation(schema_, line), "") << line;
      const auto row = parse_row(line);
      EXPECT_TRUE(row) << line;
      if (row) kinds.insert(row->kind);
    }
    EXPECT_FALSE(kinds.empty()) << result.err;
    return kinds;
  }

  const std::string schema_ = read_text_file("docs/schema.json");
  const std::string folder_;
};

TEST_F(Rows, EveryKindIsPrintedByACommandAndFitsTheSchema) {
  SmallLan lan{{.addresses = {prefix("192.0.2.1/28"), prefix("2001:db8::1/64")}}};
  lan.add_host({.addresses = {prefix("192.0.2.2/28"), prefix("2001:db8::2/64")}});
  lan.add_host({.addresses = {prefix("192.0.2.3/28")}});
  lan.add_host({.addresses = {prefix("192.0.2.3/28")}});
  std::set<RowKind> seen;
  const auto run = [&](std::vector<std::string> words) { seen.merge(kinds_of(std::move(words))); };
  const std::string before = folder_ + "before.json";

  run({"announce", "--json", "-i", "eth0", "-c1", "192.0.2.1"});
  run({"resolve", "--json", "-i", "eth0", "-c1", "-w.1", "--late=0", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.9",
       "203.0.113.1"});
  run({"resolve", "--json", "-i", "eth0", "--probe", "-c1", "-w.1", "192.0.2.9", "2001:db8::9"});
  run({"scan", "--json", "-i", "eth0", "--cache", "--save", before, "192.0.2.0/28", "203.0.113.0/28"});
  lan.add_host({.addresses = {prefix("192.0.2.5/28")}});
  run({"scan", "--json", "-i", "eth0", "--diff", before, "192.0.2.0/28"});
  run({"cache", "params", "--json", "-i", "eth0"});
  run({"cache", "list", "--all", "--explain", "--json"});
  run({"cache", "add", "--json", "-i", "eth0", "--state", "stale", "--router", "--protocol", "zebra", "2001:db8::77",
       "02:00:00:00:00:77"});
  run({"cache", "delete", "--json", "2001:db8::77"});
  run({"vendor", "--json", "08:00:27:53:10:67", "00:00:5e:00:01:0a", "02:00:00:00:00:01"});
  run({"lab", "list", "--json"});
  run({"lab", "list", "--json", "home"});
  const std::string capture = folder_ + "asked.pcap";
  run({"resolve", "--json", "-i", "eth0", "--write", capture, "-c1", "-w.1", "--late=0", "192.0.2.9"});
  run({"answer", "--json", "--read", capture, "192.0.2.9"});
  run({"answer", "--json", "-i", "eth0", "192.0.2.7", "--ping", "192.0.2.2", "--ping", "192.0.2.14", "-c1"});
  // Once the address is claimed somebody else takes it as well, and asks for another from it: twice.
  KernelHost& rival = lan.add_host({});
  std::vector<std::string> asked_for{"192.0.2.5", "192.0.2.2"};
  seen.merge(kinds_of({"claim", "--json", "-i", "eth0", "--scale=.02", "192.0.2.13"}, [&](std::string_view) {
    if (asked_for.empty()) return;
    if (asked_for.size() == 2) rival.add_address(prefix("192.0.2.13/28"));
    rival.run([&] { send_datagram(ip(asked_for.back())); });
    asked_for.pop_back();
  }));
  for (const RowKind kind : all_row_kinds) EXPECT_TRUE(seen.contains(kind)) << to_string(kind);
}

// The schema's lists are the program's: a word that is added to one is missed in the other.
TEST_F(Rows, EveryNoteIsInTheSchema) {
  for (const NoteKind note : all_note_kinds) {
    Row row{.kind = RowKind::own, .interface = "eth0"};
    row.ip = ip("192.0.2.1");
    row.notes = {{note}};
    EXPECT_EQ(schema_violation(schema_, to_json(row)), "");
  }
}

TEST_F(Rows, TheSchemaRefusesWhatIsNotDescribed) {
  Row row{.kind = RowKind::own, .interface = "eth0"};
  row.ip = ip("192.0.2.1");
  row.notes = {{NoteKind::own}};
  ASSERT_EQ(schema_violation(schema_, to_json(row)), "");
  row.fields = {{"stray", true}};
  EXPECT_NE(schema_violation(schema_, to_json(row)), "");
  EXPECT_NE(schema_violation(schema_, R"({"kind":"nonsense"})"), "");
  EXPECT_NE(schema_violation(schema_, R"({"kind":"own","interface":"eth0","family":"ipv4","ip":"192.0.2.1"})"), "");
}

}  // namespace
}  // namespace onlink::inline v0::test
