// SPDX-License-Identifier: Apache-2.0
// onlink lab as its users meet it. What each exit code needs is in tests/cli/cells_lab.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/json_schema.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class LabCommand : public testing::Test {
 protected:
  LabCommand() {
    std::string pattern = "/tmp/onlink-lab-command-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~LabCommand() override {
    (void)lab({"down", "--all", "-q"});
    std::filesystem::remove_all(directory_);
  }

  ProgramRun command(std::vector<std::string> words) const {
    words.insert(words.begin(), "lab");
    return {.words = std::move(words), .environment = {"XDG_RUNTIME_DIR=" + directory_, "SHELL=/bin/sh"}};
  }
  ProgramResult lab(std::vector<std::string> words) const { return run_onlink(command(std::move(words))); }

  std::string directory_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST_F(LabCommand, UpShowsTheHostsAndSaysWhatIsNext) {
  const ProgramResult up = lab({"up", "textbook"});
  EXPECT_EQ(up.status, 0);
  EXPECT_THAT(up.out, HasSubstr("Kongming20     host    kernel   08:00:27:53:10:67  192.168.1.109/24\n"));
  EXPECT_THAT(up.err, AllOf(HasSubstr("textbook is up: "), HasSubstr("onlink lab exec ernest-laptop onlink scan")));
  EXPECT_THAT(lab({"up", "textbook"}).err, HasSubstr("textbook is already up"));
}

TEST_F(LabCommand, ListTellsWhatIsUpFromWhatCouldBe) {
  EXPECT_EQ(lab({"list"}).status, 1);
  ASSERT_EQ(lab({"up", "textbook"}).status, 0);
  const ProgramResult list = lab({"list"});
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(lines_of(list.out),
              testing::ElementsAre(StartsWith("textbook     up "), StartsWith("home         ready-made"),
                                   StartsWith("conflict "), StartsWith("crowd "), StartsWith("two-routers "),
                                   StartsWith("diskless ")));
}

TEST_F(LabCommand, JsonRowsFitTheSchema) {
  ASSERT_EQ(lab({"up", "home", "-q"}).status, 0);
  const std::string schema = read_text_file("docs/schema.json");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"list", "--json"}, {"list", "home", "--json"}}) {
    const ProgramResult list = lab(words);
    EXPECT_FALSE(list.out.empty());
    for (const std::string& line : lines_of(list.out)) EXPECT_EQ(schema_violation(schema, line), "") << line;
  }
}

TEST_F(LabCommand, TheFileOfAReadyMadeLabCanBeChangedAndPutUp) {
  std::string text = lab({"list", "--toml", "textbook"}).out;
  ASSERT_THAT(text, HasSubstr("name = \"textbook\"\n"));
  text.replace(text.find("name = \"textbook\""), 17, "name = \"my-own\"");
  const std::string path = directory_ + "/my-own.toml";
  std::ofstream(path) << text;
  EXPECT_EQ(lab({"up", path}).status, 0);
  EXPECT_EQ(lab({"exec", "my-own:Kongming20", "true"}).status, 0);
}

TEST_F(LabCommand, MistakeInAFileIsShownWithItsLine) {
  const std::string path = directory_ + "/wrong.toml";
  std::ofstream(path) << "name = \"wrong\"\n[[host]]\nname = \"me\"\naddresses = [\"192.0.2.1\"]\n";
  const ProgramResult up = lab({"up", path});
  EXPECT_EQ(up.status, 2);
  EXPECT_THAT(up.out, IsEmpty());
  EXPECT_THAT(up.err, HasSubstr(path + ":4: addresses: "));
}

TEST_F(LabCommand, ExecPassesInputOutputAndStatusThrough) {
  ASSERT_EQ(lab({"up", "textbook", "-q"}).status, 0);
  ProgramRun run = command({"exec", "Kongming20", "sh", "-c", "cat; hostname; echo to-stderr >&2; exit 42"});
  run.input = "from stdin\n";
  const ProgramResult result = run_onlink(run);
  EXPECT_EQ(result.status, 42);
  EXPECT_EQ(result.out, "from stdin\nKongming20\n");
  EXPECT_EQ(result.err, "to-stderr\n");
  EXPECT_EQ(lab({"exec", "Kongming20", "sh", "-c", "kill -KILL $$"}).signal, SIGKILL);
}

TEST_F(LabCommand, ExecLeavesTheCommandsOptionsAndMarksAlone) {
  ASSERT_EQ(lab({"up", "textbook", "-q"}).status, 0);
  const std::vector<std::string> words{"exec", "Kongming20", "echo", "-q", "--json", "--", "--help"};
  EXPECT_EQ(lab(words).out, "-q --json -- --help\n");
  EXPECT_EQ(lab({"exec", "Kongming20", "--", "echo", "--", "x"}).out, "-- x\n");
}

TEST_F(LabCommand, ExecWithoutCommandIsAShell) {
  ASSERT_EQ(lab({"up", "textbook", "-q"}).status, 0);
  ProgramRun run = command({"exec", "Kongming20"});
  run.input = "echo $ONLINK_LAB/$ONLINK_LAB_HOST; exit 3\n";
  const ProgramResult result = run_onlink(run);
  EXPECT_EQ(result.out, "textbook/Kongming20\n");
  EXPECT_EQ(result.status, 3);
}

TEST_F(LabCommand, OnlinkOnAHostIsThisProgram) {
  ASSERT_EQ(lab({"up", "textbook", "-q"}).status, 0);
  const ProgramResult result = lab({"exec", "ernest-laptop", "onlink", "resolve", "--json", "192.168.1.109"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("\"mac\":\"08:00:27:53:10:67\""));
  EXPECT_EQ(lab({"exec", "ernest-laptop", "sh", "-c", "onlink resolve -q 192.168.1.109"}).status, 0);
}

TEST_F(LabCommand, HostThatIsNotThereIsRefusedWithThoseThatAre) {
  ASSERT_EQ(lab({"up", "textbook", "-q"}).status, 0);
  const ProgramResult absent = lab({"exec", "nobody", "true"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_THAT(absent.err, AllOf(HasSubstr("'nobody': no such host"), HasSubstr("textbook:Kongming20")));
  EXPECT_EQ(lab({"exec", "elsewhere:Kongming20", "true"}).status, 2);
}

TEST_F(LabCommand, HostOnTwoLabsMustBeNamedWithItsLab) {
  ASSERT_EQ(lab({"up", "textbook", "-q"}).status, 0);
  ASSERT_EQ(lab({"up", "home", "-q"}).status, 0);
  const ProgramResult ambiguous = lab({"exec", "router", "true"});
  EXPECT_EQ(ambiguous.status, 2);
  EXPECT_THAT(ambiguous.err, HasSubstr("write home:router or textbook:router"));
  EXPECT_THAT(lab({"exec", "home:router", "cat", "/sys/class/net/eth0/address"}).out, "3c:a6:2f:40:00:01\n");
}

TEST_F(LabCommand, VirtualHostRunsNoCommands) {
  ASSERT_EQ(lab({"up", "home", "-q"}).status, 0);
  const ProgramResult result = lab({"exec", "printer", "true"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("home:printer: a virtual host runs no commands"));
}

TEST_F(LabCommand, RunIsAloneAndLeavesNothing) {
  ASSERT_EQ(lab({"up", "home", "-q"}).status, 0);
  const ProgramResult run = lab({"run", "--", "sh", "-c", "hostname; echo $ONLINK_LAB; exit 5"});
  EXPECT_EQ(run.status, 5);
  EXPECT_THAT(run.out, StartsWith("me\nhome-"));
  EXPECT_THAT(run.err, IsEmpty());
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(directory_ + "/onlink-lab")) {
    left.push_back(entry.path().filename());
  }
  EXPECT_THAT(left, testing::UnorderedElementsAre("lock", "home.state", "home.hosts"));
}

TEST_F(LabCommand, RunDiesByTheSignalThatEndedItsCommand) {
  EXPECT_EQ(lab({"run", "textbook", "--", "sh", "-c", "kill -INT $$"}).signal, SIGINT);
  EXPECT_EQ(lab({"list", "-q"}).status, 1);
}

TEST_F(LabCommand, RunHandsATerminationOnAndTakesTheLabDown) {
  const std::string mark = directory_ + "/started";
  ProgramRun run = command(
      {"run", "textbook", "--", "sh", "-c", "trap 'exit 17' TERM; : > " + mark + "; while :; do sleep 0.01; done"});
  run.while_running = [&](int pid) {
    while (!std::filesystem::exists(mark)) std::this_thread::yield();
    ::kill(pid, SIGTERM);
  };
  EXPECT_EQ(run_onlink(run).status, 17);
  EXPECT_EQ(lab({"list", "-q"}).status, 1);
}

TEST_F(LabCommand, KilledRunIsCleanedUpAtTheNextStart) {
  const std::string mark = directory_ + "/started";
  ProgramRun run = command({"run", "textbook", "--", "sh", "-c", ": > " + mark + "; exec sleep 60"});
  run.while_running = [&](int pid) {
    while (!std::filesystem::exists(mark)) std::this_thread::yield();
    ::kill(pid, SIGKILL);
  };
  EXPECT_EQ(run_onlink(run).signal, SIGKILL);
  std::string talk;
  while (talk.empty()) talk = lab({"list"}).err;  // the kernel may still be at it
  EXPECT_THAT(talk, AllOf(HasSubstr("removed what a lab textbook-"), HasSubstr(" that died had left")));
  EXPECT_THAT(lab({"list"}).err, IsEmpty());
}

TEST_F(LabCommand, DownEndsTheCommandsThatStillRun) {
  ASSERT_EQ(lab({"up", "textbook", "-q"}).status, 0);
  const std::string mark = directory_ + "/started";
  ProgramRun run = command({"exec", "Kongming20", "sh", "-c", ": > " + mark + "; exec sleep 60"});
  ProgramResult down;
  run.while_running = [&](int) {
    while (!std::filesystem::exists(mark)) std::this_thread::yield();
    down = lab({"down"});
  };
  EXPECT_EQ(run_onlink(run).signal, SIGTERM);
  EXPECT_EQ(down.status, 0);
  EXPECT_THAT(down.err, HasSubstr("1 process"));
}

TEST_F(LabCommand, AWorkstationWithoutADiskHasItsAddressFromTheServer) {
  const ProgramResult up = lab({"up", "diskless"});
  EXPECT_EQ(up.status, 0) << up.err;
  EXPECT_THAT(up.err, HasSubstr("next: onlink lab exec server onlink scan -i eth0; onlink lab down diskless"));
  EXPECT_THAT(up.out, AllOf(HasSubstr("08:00:20:0c:1b:35  192.168.1.50/24\n"), HasSubstr("08:00:20:0c:1b:36  -\n")));
  const auto resolve = [&](const char* target) {
    return lab({"exec", "server", "onlink", "resolve", "-i", "eth0", "-c1", "-w.3", "--late=0", target});
  };
  EXPECT_THAT(resolve("192.168.1.50").out, HasSubstr("192.168.1.50     08:00:20:0c:1b:35  "));
  EXPECT_EQ(resolve("192.168.1.51").status, 1) << "nobody has booted it yet";
  const std::string take_what_it_is_told =
      "ip address add $(onlink resolve -i eth0 --reverse --until-reply --json | sed -n "
      "'s/.*\"ip\":\"\\([^\"]*\\)\".*/\\1/p')/24 dev eth0";
  EXPECT_EQ(lab({"exec", "terminal", "sh", "-c", take_what_it_is_told}).status, 0);
  EXPECT_THAT(resolve("192.168.1.51").out, HasSubstr("192.168.1.51     08:00:20:0c:1b:36  "));
}

}  // namespace
}  // namespace onlink::inline v0::test
