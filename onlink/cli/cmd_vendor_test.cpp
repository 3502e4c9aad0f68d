// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <sstream>

#include "onlink/cli/arguments.hpp"
#include "onlink/cli/command.hpp"
#include "onlink/cli/context.hpp"

namespace onlink::inline v0::cli {

extern const Command vendor_command;

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Ran {
  ExitCode code = ExitCode::yes;
  std::string out;
  std::string err;
};

struct Words {
  std::vector<std::string> targets{};
  std::vector<std::string> names{};
  std::string oui_file{};
  bool brief = true;
  bool quiet = false;
};

Ran run(const Words& words) {
  Arguments arguments;
  for (const std::string& target : words.targets) arguments.add("MAC", target);
  for (const std::string& name : words.names) arguments.add("name", name);
  if (!words.oui_file.empty()) arguments.add("oui-file", words.oui_file);
  if (words.brief) arguments.add_switch("brief");
  StringWriter out;
  StringWriter err;
  Context context{.out = out, .err = err, .command = "vendor", .quiet = words.quiet};
  const ExitCode code = vendor_command.run(arguments, context);
  return {code, out.text(), err.text()};
}

// What the command finds on its standard input.
Ran run_with_input(const std::string& input) {
  std::istringstream stream(input);
  std::streambuf* const before = std::cin.rdbuf(stream.rdbuf());
  Ran result = run({.targets = {"-"}});
  std::cin.rdbuf(before);
  std::cin.clear();
  return result;
}

TEST(VendorCommand, EveryNotationMeansTheSameAddress) {
  for (const char* text :
       {"00:22:72:1:2:3", "00-22-72-01-02-03", "0022.7201.0203", "002272010203", "0022-7201-0203", "002272-010203"}) {
    const Ran ran = run({.targets = {text}});
    EXPECT_EQ(ran.code, ExitCode::yes);
    EXPECT_EQ(ran.out, "00:22:72:01:02:03  universal       American Micro-Fuel Device Corp.\n");
  }
}

TEST(VendorCommand, ExitCodeCountsWhatIsKnown) {
  EXPECT_EQ(run({.targets = {"da:a1:19:3c:4d:5e"}}).code, ExitCode::no);
  EXPECT_EQ(run({.targets = {"da:a1:19:3c:4d:5e", "00:22:72:01:02:03"}}).code, ExitCode::partial);
  EXPECT_EQ(run({.targets = {"52:54:00:01:02:03", "00:22:72:01:02:03"}}).code, ExitCode::yes);
}

TEST(VendorCommand, WrongTargetIsRefusedBeforeAnythingIsPrinted) {
  const Ran ran = run({.targets = {"00:22:72:01:02:03", "00:22:72:01:02:03:04"}});
  EXPECT_EQ(ran.code, ExitCode::usage);
  EXPECT_THAT(ran.out, IsEmpty());
  EXPECT_THAT(ran.err, HasSubstr("'00:22:72:01:02:03:04': not a MAC address"));
}

TEST(VendorCommand, LongGroupsAreThreeOfFourDigitsOrTwoOfSix) {
  for (const char* text : {"0022-72010203", "00227-201-0203", "0022-7201-020g", "0022-7201-02-3", "002272-01020"}) {
    EXPECT_EQ(run({.targets = {text}}).code, ExitCode::usage) << text;
  }
}

TEST(VendorCommand, NothingToDoIsAMistake) { EXPECT_EQ(run({}).code, ExitCode::usage); }

TEST(VendorCommand, LinkLocalAddressGivesItsMacBack) {
  EXPECT_THAT(run({.targets = {"fe80::222:72ff:fe01:203%eth0"}}).out, StartsWith("00:22:72:01:02:03  "));
  const Ran opaque = run({.targets = {"fe80::1"}});
  EXPECT_EQ(opaque.code, ExitCode::no);
  EXPECT_THAT(opaque.err, HasSubstr("no MAC address in it"));
}

TEST(VendorCommand, PrefixListsItsRegistrations) {
  const Ran ran = run({.targets = {"00:22:72"}});
  EXPECT_EQ(ran.out, "00:22:72           MA-L  American Micro-Fuel Device Corp.\n");
  EXPECT_EQ(run({.targets = {"0a:ff:ff"}}).code, ExitCode::no);
}

TEST(VendorCommand, NameFindsBlocks) {
  const Ran ran = run({.names = {"raspberry PI"}});
  EXPECT_EQ(ran.code, ExitCode::yes);
  EXPECT_THAT(ran.out, HasSubstr("b8:27:eb           MA-L  Raspberry Pi Foundation\n"));
  EXPECT_EQ(run({.names = {"no such maker"}}).code, ExitCode::no);
}

TEST(VendorCommand, InputMayBeAnyProgramsOutput) {
  const Ran ran = run_with_input(
      "Address     HWtype  HWaddress           Flags Mask  Iface\n"
      "192.0.2.1   ether   00:22:72:01:02:03   C           eth0\n"
      "? (192.0.2.2) at 52:54:00:01:02:03 [ether] on eth0\n"
      "\n# a comment\n"
      "fe80::222:72ff:fe01:203\n");
  EXPECT_EQ(ran.code, ExitCode::yes);
  EXPECT_EQ(ran.out,
            "00:22:72:01:02:03  universal       American Micro-Fuel Device Corp.\n"
            "52:54:00:01:02:03  virtual-host    QEMU/KVM\n"
            "00:22:72:01:02:03  universal       American Micro-Fuel Device Corp.\n");
  EXPECT_THAT(ran.err, HasSubstr("1 line without a MAC address passed over"));
}

TEST(VendorCommand, InputWithoutAnyAddressIsAMistake) {
  EXPECT_EQ(run_with_input("hello\n").code, ExitCode::usage);
  EXPECT_EQ(run_with_input("").code, ExitCode::usage);
}

TEST(VendorCommand, RegistryFileTakesThePlaceOfTheBuiltInOne) {
  const Ran ran = run({.targets = {"52:54:00:00:00:01"}, .oui_file = "tests/corpus/oui_text_fuzz/prefix-lines"});
  EXPECT_THAT(ran.out, HasSubstr("QEMU/KVM (QEMU)"));
  EXPECT_EQ(run({.targets = {"52:54:00:00:00:01"}, .oui_file = "/nonexistent"}).code, ExitCode::system);
  const Ran wrong = run({.targets = {"52:54:00:00:00:01"}, .oui_file = "README.md"});
  EXPECT_EQ(wrong.code, ExitCode::usage);
  EXPECT_THAT(wrong.err, HasSubstr("README.md:"));
}

TEST(VendorCommand, QuietSaysItWithTheExitCodeOnly) {
  const Ran ran = run({.targets = {"da:a1:19:3c:4d:5e"}, .quiet = true});
  EXPECT_EQ(ran.code, ExitCode::no);
  EXPECT_THAT(ran.out + ran.err, IsEmpty());
}

}  // namespace
}  // namespace onlink::inline v0::cli
