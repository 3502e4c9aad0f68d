// SPDX-License-Identifier: Apache-2.0
#include "onlink/run/hook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace onlink::inline v0 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Hooks : public testing::Test {
 protected:
  Hooks() {
    if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  ~Hooks() override { std::filesystem::remove_all(folder_); }

  HookRunner start(const HookConfig& config) {
    auto started = HookRunner::start(config);
    if (!started) throw std::runtime_error(started.error().context);
    return *std::move(started);
  }
  HookRunner start_shell(const std::string& line, Duration time_limit = seconds{60}) {
    return start({.command = {"/bin/sh", "-c", line, "hook", "one", "t w o"}, .time_limit = time_limit});
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string text(const std::string& name) const {
    std::ostringstream all;
    all << std::ifstream{path(name)}.rdbuf();
    return all.str();
  }
  static std::vector<std::string> texts(const std::vector<HookFailure>& failures) {
    std::vector<std::string> all;
    for (const HookFailure& failure : failures) all.push_back(failure.text);
    return all;
  }

  std::string folder_ = (std::filesystem::temp_directory_path() / "onlink-hook-XXXXXX").string();
};

TEST_F(Hooks, ThatCannotBeRunBecauseTheirProcessIsGoneAreTold) {
  HookRunner hooks = start_shell("kill -KILL $PPID");
  hooks.run({{"EVENT", "a"}});
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
  hooks.run({{"EVENT", "b"}});
  EXPECT_THAT(texts(hooks.take_failures()), ElementsAre("hook: the process that runs them is gone: 1 not run"));
  EXPECT_THAT(hooks.finish(), IsEmpty());
}

TEST_F(Hooks, RunOnceForEachEventInTheirOrder) {
  HookRunner hooks = start_shell("echo $EVENT >> " + path("log"));
  for (const char* event : {"a", "b", "c", "d"}) hooks.run({{"EVENT", event}});
  EXPECT_THAT(hooks.finish(), IsEmpty());
  EXPECT_EQ(text("log"), "a\nb\nc\nd\n");
}

TEST_F(Hooks, GetTheArgumentsAsTheyStandAndTheEventInTheEnvironment) {
  HookRunner hooks = start_shell("echo \"$#/$1/$2/$VALUE/$EMPTY/$HOME\" > " + path("log"));
  hooks.run({{"VALUE", "x=$(id); 'y'"}, {"EMPTY", ""}, {"HOME", "/elsewhere"}});
  EXPECT_THAT(hooks.finish(), IsEmpty());
  EXPECT_EQ(text("log"), "2/one/t w o/x=$(id); 'y'///elsewhere\n");
}

TEST_F(Hooks, OneEventsVariablesAreNotTheNexts) {
  HookRunner hooks = start_shell("echo \"$ONLY_ONCE.\" >> " + path("log"));
  hooks.run({{"ONLY_ONCE", "once"}});
  hooks.run({});
  EXPECT_THAT(hooks.finish(), IsEmpty());
  EXPECT_EQ(text("log"), "once.\n.\n");
}

TEST_F(Hooks, AreFoundByPathAsExecvpDoes) {
  HookRunner hooks = start({.command = {"true"}});
  hooks.run({});
  EXPECT_THAT(hooks.finish(), IsEmpty());
}

TEST_F(Hooks, WhatCannotBeRunIsToldAtTheStart) {
  const auto absent = HookRunner::start({.command = {path("absent")}});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().context, "hook " + path("absent") + ": No such file or directory");
  std::ofstream{path("plain")} << "#!/bin/sh\n";
  const auto plain = HookRunner::start({.command = {path("plain")}});
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().sys_errno, EACCES);
  EXPECT_FALSE(HookRunner::start({.command = {"no-such-command-anywhere"}}));
}

TEST_F(Hooks, AFailureIsToldOnce) {
  HookRunner hooks = start({.command = {"/bin/false"}});
  hooks.run({});
  EXPECT_THAT(texts(hooks.finish()), ElementsAre("hook /bin/false: exit status 1"));
}

TEST_F(Hooks, ASignalIsToldAndTheNextEventIsRunAllTheSame) {
  HookRunner hooks = start_shell("[ -z \"$FIRST\" ] || kill -9 $$; echo next > " + path("log"));
  hooks.run({{"FIRST", "yes"}});
  hooks.run({});
  EXPECT_THAT(texts(hooks.finish()), ElementsAre("hook /bin/sh: killed by signal 9"));
  EXPECT_EQ(text("log"), "next\n");
}

bool is_running(const std::string& pid) {
  std::ifstream file{"/proc/" + pid + "/stat"};
  std::string number;
  std::string name;
  std::string state;
  return file >> number >> name >> state && state != "Z";
}

TEST_F(Hooks, WhatTakesTooLongIsEndedWithAllThatItStarted) {
  HookRunner hooks = start_shell("sleep 600 & echo $! > " + path("pid") + "; wait", milliseconds{300});
  hooks.run({});
  EXPECT_THAT(texts(hooks.finish()), ElementsAre("hook /bin/sh: ended after 0.3 s"));
  std::string pid = text("pid");
  pid.pop_back();
  EXPECT_FALSE(is_running(pid));
}

TEST_F(Hooks, WhatDoesNotEndWhenAskedToIsKilled) {
  HookRunner hooks = start_shell("trap '' TERM; while :; do sleep 600; done", milliseconds{100});
  hooks.run({});
  EXPECT_THAT(texts(hooks.finish()), ElementsAre("hook /bin/sh: ended after 0.1 s"));
}

TEST_F(Hooks, ReadNothing) {
  HookRunner hooks = start_shell("cat > " + path("log") + " && echo end >> " + path("log"));
  hooks.run({});
  EXPECT_THAT(hooks.finish(), IsEmpty());
  EXPECT_EQ(text("log"), "end\n");
}

TEST_F(Hooks, WriteToStandardErrorAlone) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  HookRunner hooks = start_shell("echo out; echo err >&2; ls /proc/self/fd >&2");
  hooks.run({});
  EXPECT_THAT(hooks.finish(), IsEmpty());
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "out\nerr\n0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

TEST_F(Hooks, AreNotEndedByWhatEndsTheProgram) {
  HookRunner hooks = start_shell("trap - INT; kill -INT $PPID; kill -TERM $PPID; echo end > " + path("log"));
  hooks.run({});
  hooks.run({});
  EXPECT_THAT(hooks.finish(), IsEmpty());
  EXPECT_EQ(text("log"), "end\n");
}

TEST_F(Hooks, SlowOnesLoseThePassingEventsAndNeverTheLastStateOfAThing) {
  HookRunner hooks =
      start({.command = {"/bin/sh", "-c",
                         "while ! [ -e " + path("gate") + " ]; do sleep 0.01; done; echo $EVENT >> " + path("log")},
             .time_limit = seconds{60},
             .most_waiting = 4});
  hooks.run({{"EVENT", "ready a"}}, "a");
  for (int i = 0; i < 600; ++i) hooks.run({{"EVENT", "attacked a"}});
  for (int i = 0; i < 3; ++i) {
    hooks.run({{"EVENT", "ready b"}}, "b");
    hooks.run({{"EVENT", "lost b"}}, "b");
  }
  hooks.run({{"EVENT", "lost a"}}, "a");
  std::ofstream{path("gate")} << "open";
  EXPECT_THAT(texts(hooks.finish()), ElementsAre(HasSubstr("too slow for the events")));
  const std::string log = text("log");
  EXPECT_TRUE(log.starts_with("ready a\n"));
  EXPECT_TRUE(log.ends_with("lost b\nlost a\n")) << log.substr(log.size() - 60);
}

TEST_F(Hooks, LeaveNobodyBehind) {
  {
    HookRunner hooks = start({.command = {"/bin/true"}});
    hooks.run({});
    (void)hooks.finish();
  }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace onlink::inline v0
