// SPDX-License-Identifier: Apache-2.0
// `onlink scan` among real kernels: what is asked, what is not, and what is left when it ends early.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::Test;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// 192.0.2.1 is ours, .2 the neighbour's, everything else is nobody's.
class Scan : public Test {
 protected:
  Scan() : lan_({.addresses = {prefix("192.0.2.1/28")}}) { lan_.add_host({.addresses = {prefix("192.0.2.2/28")}}); }

  static ProgramResult scan(std::vector<std::string> words, ProgramRun run = {}) {
    run.words = {"scan", "-i", "eth0"};
    run.words.insert(run.words.end(), words.begin(), words.end());
    return run_onlink(run);
  }

  SmallLan lan_;
};

class ScanFiles : public Scan {
 protected:
  ScanFiles() {
    std::string pattern = testing::TempDir() + "onlink-scan-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~ScanFiles() override { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::string path(std::string_view name) const { return directory_ / name; }
  static std::string content(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

 private:
  std::filesystem::path directory_;
};

TEST_F(Scan, AnEmptyListOfTargetsIsNotEverything) {
  const ProgramResult result = scan({"-"});
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(contains(result.err, "standard input: there is no target in it")) << result.err;
}

TEST_F(Scan, TargetsComeFromStandardInputAndSayWhereTheyAreWrong) {
  EXPECT_EQ(scan({"-"}, {.input = "# the neighbour\n 192.0.2.2\r\n\n"}).status, 0);
  const ProgramResult wrong = scan({"-"}, {.input = "192.0.2.2\n192.0.2.300\n"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(contains(wrong.err, "standard input:2: ")) << wrong.err;
}

TEST_F(Scan, ADirectoryIsNoListAndNoSavedScan) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"/"}, {"--diff", "/", "192.0.2.2"}}) {
    const ProgramResult result = scan(words);
    EXPECT_EQ(result.status, 8);
    EXPECT_TRUE(contains(result.err, "Is a directory")) << result.err;
  }
}

// The first address alone says nothing about the rest of a range.
TEST_F(Scan, OfARangeOnlyWhatRoutesPutOnTheLinkIsAsked) {
  const ProgramResult result = scan({"0.0.0.0/0"});
  EXPECT_EQ(result.status, 7);
  EXPECT_TRUE(contains(result.err, "1 found among 16 addresses")) << result.err;
  EXPECT_TRUE(contains(result.out, "127.0.0.0        to 127.255.255.25")) << result.out;
}

TEST_F(Scan, CsvHasOneHeaderForAllRows) {
  const ProgramResult result = scan({"--csv", "192.0.2.2", "203.0.113.0/24"});
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.out.find("kind,time"), 0U) << result.out;
  EXPECT_EQ(result.out.rfind("kind,time"), 0U) << result.out;
  EXPECT_TRUE(contains(result.out, ",203.0.113.255,")) << "the range's last address: " << result.out;
}

TEST_F(Scan, NetworksOfOursThatOverlapAreAskedOnce) {
  lan_.ours().add_address(prefix("192.0.2.9/27"));
  const ProgramResult result = scan({"-4"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.err, "1 found among 30 addresses")) << result.err;
}

TEST_F(Scan, SecondAddressesOfANetworkChangeNothing) {
  lan_.ours().add_address(prefix("192.0.2.9/28"));
  EXPECT_TRUE(contains(scan({"-4"}).err, "1 found among 14 addresses"));
}

TEST_F(ScanFiles, AScanThatBrokeOffLeavesWhatWasSavedBefore) {
  const std::string fresh = path("fresh.jsonl");
  const std::string kept = path("kept.jsonl");
  std::ofstream{kept} << "earlier\n";
  for (const std::string& file : {fresh, kept}) {
    ProgramRun run;
    run.while_running = [&](int pid) {
      while (!std::filesystem::exists(file + ".pcap") || std::filesystem::file_size(file + ".pcap") == 0) {
        if (::kill(pid, 0) != 0) break;
        std::this_thread::yield();
      }
      ::kill(pid, SIGINT);
    };
    // Slow enough not to be finished before the signal, with a capture that tells that asking has begun.
    const ProgramResult result =
        scan({"--rate", "2000", "--probe", "--force", "--save", file, "--write", file + ".pcap", "10.0.0.0/12"}, run);
    EXPECT_EQ(result.signal, SIGINT) << result.err;
  }
  EXPECT_FALSE(std::filesystem::exists(fresh));
  EXPECT_EQ(content(kept), "earlier\n");
}

TEST_F(ScanFiles, ADeviceMayTakeTheSavedScan) { EXPECT_EQ(scan({"--save", "/dev/null", "192.0.2.2"}).status, 0); }

TEST_F(ScanFiles, AReaderWhoLeavesDoesNotCostTheCapture) {
  const auto no_reader = [] {
    int ends[2];
    if (::pipe(ends) == 0) ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
  };
  const std::string file = path("scan.pcap");
  const ProgramResult result = scan({"--live", "--write", file, "192.0.2.0/28"}, {.before_exec = no_reader});
  EXPECT_EQ(result.signal, SIGPIPE);
  EXPECT_GT(content(file).size(), 24U) << "no frame behind the file's header";
}

TEST_F(ScanFiles, TheCaptureThatIsReadIsNotEmptied) {
  const std::string file = path("scan.pcap");
  ASSERT_EQ(scan({"--write", file, "192.0.2.2"}).status, 0);
  const std::string before = content(file);
  const ProgramResult result = run_onlink({.words = {"scan", "--read", file, "--write", file}});
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(contains(result.err, "name the same file")) << result.err;
  EXPECT_EQ(content(file), before);
}

TEST_F(Scan, ACaptureOnStandardOutputIsAloneThere) {
  EXPECT_EQ(scan({"--write", "-", "192.0.2.2"}).status, 2);
  const ProgramResult result = scan({"-q", "--write", "-", "192.0.2.2"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.out.starts_with("\x4d\x3c\xb2\xa1")) << "pcap with nanoseconds, little-endian";
}

}  // namespace
}  // namespace onlink::inline v0::test
