// SPDX-License-Identifier: Apache-2.0
// arpsend, which no Debian has, in the world where the other tools are compared: what vzctl's program was seen to send
// and say there, and its statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "onlink/kernel/namespaces.hpp"
#include "tests/compat/case_words.hpp"
#include "tests/compat/mask.hpp"
#include "tests/compat/tool_run.hpp"
#include "tests/nud/kernel_child.hpp"
#include "tests/support/must.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::compat_diff {
namespace {

constexpr int usage = 1, system_error = 2, answered = 3, unanswered = 4;

const std::string usage_line =
    "Usage: arpsend <-U -i <src_ip_addr> | -D -e <trg_ip_addr> [-e <trg_ip_addr>] ...> [-c <count>] [-w <timeout>] "
    "interface_name";

// A frame is padded to 60 octets, and its target's MAC address is broadcast, not zero.
std::string frame(const std::string& operation, const std::string& sender, const std::string& target) {
  return "eth0 ffffffffffff0200000000010806"
         "000108000604" +
         operation + "020000000001" + sender + "ffffffffffff" + target + std::string(36, '0');
}
std::string request(const std::string& target) { return frame("0001", "c0000201", target); }
std::string detected(const std::string& ip, const std::string& mac) {
  return "arpsend: " + ip + " is detected on another computer : " + mac;
}

struct Row {
  std::string words{};
  int status = 0;
  std::vector<std::string> err{};
  std::vector<std::string> frames{};
  std::vector<Directive> directives{};
  std::vector<std::string> warnings{};
};

Outcome run(const Row& row) {
  const Case one{.text = row.words, .words = split_words(row.words), .directives = row.directives};
  return run_tool({.program = test::onlink_path(), .called = "arpsend"}, one, {});
}

bool has_namespaces() {
  const auto entered = differential::in_child(std::chrono::seconds{10}, [] {
    test::must(kernel::enter_new_network());
    return std::string{};
  });
  return entered.has_value();
}

class ArpsendWorld : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_namespaces()) GTEST_SKIP() << "no network namespaces for us";
  }
  // They mostly wait, so they do it together.
  static void expect(const std::vector<Row>& rows) {
    std::vector<std::future<Outcome>> runs;
    runs.reserve(rows.size());
    for (const Row& row : rows) runs.push_back(std::async(std::launch::async, [&row] { return run(row); }));
    for (std::size_t i = 0; i < rows.size(); ++i) expect(rows[i], runs[i].get());
  }
  static void expect(const Row& row, const Outcome& outcome) {
    std::vector<std::string> err = split_lines(outcome.err);
    EXPECT_EQ(take_warnings(err), row.warnings) << row.words;
    EXPECT_EQ(outcome.ending, "status " + std::to_string(row.status)) << row.words;
    EXPECT_EQ(err, row.err) << row.words;
    EXPECT_EQ(outcome.frames, row.frames) << row.words;
    EXPECT_EQ(outcome.out, "") << row.words;
  }
};

TEST_F(ArpsendWorld, DetectsWhoHasAnAddress) {
  expect({
      {"-D -e 192.0.2.2 eth0", answered, {detected("192.0.2.2", "02:00:00:00:00:02")}, {request("c0000202")}},
      {"-D -e 192.0.2.77 -c 1 eth0", 0, {}, {request("c000024d")}},
      {"-D -e 192.0.2.77 -c 2 -w 1 eth0", 0, {}, {request("c000024d"), request("c000024d")}},
      // Of two owners, one target shows the first, several targets show both.
      {"-D -e 192.0.2.3 eth0", answered, {detected("192.0.2.3", "02:00:00:00:00:03")}, {request("c0000203")}},
      {"-D -e 192.0.2.3 -e 192.0.2.2 -c 1 eth0",
       answered,
       {detected("192.0.2.3", "02:00:00:00:00:03"), detected("192.0.2.3", "02:00:00:00:00:04"),
        detected("192.0.2.2", "02:00:00:00:00:02")},
       {request("c0000203"), request("c0000202")}},
      {"-D -e 192.0.2.2 -e 192.0.2.5 -o eth0",
       answered,
       {detected("192.0.2.2", "02:00:00:00:00:02")},
       {request("c0000202"), request("c0000205")}},
  });
}

TEST_F(ArpsendWorld, InterfacesOfEveryKindAndNone) {
  expect({
      {"-D -e 192.0.2.2 noip0",
       system_error,
       {"arpsend: can't get iface 'noip0' address : Cannot assign requested address"}},
      {"-D -e 192.0.2.2 down0", system_error, {"arpsend: iface 'down0' is down"}},
      {"-D -e 192.0.2.2 nope0", system_error, {"arpsend: unknown iface nope0 : No such device"}},
      {"-D -e 192.0.2.2 lo", system_error, {"arpsend: iface 'lo' is not ARPable"}},
      {"-D -e 192.0.2.2 eth0", system_error, {"arpsend: socket : Operation not permitted"}, {}, {{"as", "nobody"}}},
      {"-D -e 192.0.2.77 -c 3 eth0",
       system_error,
       {"arpsend: sendto : Network is down"},
       {request("c000024d")},
       {{"then", "down after 1 frames"}}},
  });
}

TEST_F(ArpsendWorld, WhatMisleadsComesWithAWarning) {
  expect({
      {"-D -e 198.51.100.7 -c 1 eth0",
       0,
       {},
       {request("c6336407")},
       {},
       {"arpsend: warning: 198.51.100.7 is behind the router 192.0.2.254: silence says nothing about it"}},
      {"-D -e 10.77.0.1 -c 1 eth0",
       0,
       {},
       {request("0a4d0001")},
       {},
       {"arpsend: warning: 10.77.0.1 is on no network that this host knows a route to: silence says nothing about it"}},
      {"-D -e 192.0.2.6 -c 1 eth0",
       answered,
       {detected("192.0.2.6", "02:00:00:00:00:06")},
       {request("c0000206")},
       {},
       {"arpsend: warning: this answer bore a VLAN tag, so it is from another network"}},
      {"-D -e 192.0.2.11 -c 1 eth0",
       answered,
       {detected("192.0.2.11", "02:00:00:00:00:0b")},
       {request("c000020b")},
       {},
       {"arpsend: warning: this answer bore a VLAN tag, so it is from another network"}},
      {"-D -e 192.0.2.40 -c 1 eth0",
       0,
       {},
       {request("c0000228")},
       {{"host", "192.0.2.40 02:00:00:00:00:40 vlan=200.100"}}},
      {"-D -e 192.0.2.7 -c 1 eth0", 0, {}, {request("c0000207")}},
  });
}

TEST_F(ArpsendWorld, AnnouncesAsksAndReplies) {
  expect({
      {"-U -i 192.0.2.1 -c 1 eth0", 0, {}, {request("c0000201")}},
      {"-U -i 192.0.2.1 -e 192.0.2.254 -c 1 eth0", 0, {}, {request("c00002fe")}},
      {"-U -i 192.0.2.1 -e 192.0.2.254 -c 2 eth0",
       answered,
       {detected("192.0.2.254", "02:00:00:00:00:fe")},
       {request("c00002fe"), request("c00002fe")}},
      {"-Q -e 192.0.2.2 -c 1 eth0", 0, {detected("192.0.2.2", "02:00:00:00:00:02")}, {request("c0000202")}},
      {"-Q -e 192.0.2.77 -c 1 eth0", unanswered, {}, {request("c000024d")}},
      {"-P -i 192.0.2.1 -e 192.0.2.2 -c 1 eth0", 0, {}, {frame("0002", "c0000201", "c0000202")}},
      {"-D -s 02:00:00:00:00:99 -S 02:00:00:00:00:98 -t 02:00:00:00:00:02 -T broadcast -e 192.0.2.2 -c 1 eth0",
       answered,
       {detected("192.0.2.2", "02:00:00:00:00:02")},
       {"eth0 0200000000020200000000990806"
        "0001080006040001"
        "020000000098c0000201"
        "ffffffffffffc0000202" +
        std::string(36, '0')}},
  });
}

TEST_F(ArpsendWorld, CommandLinesThatAreNone) {
  expect({
      {"", usage, {usage_line}},
      {"-D eth0", usage, {usage_line}},
      {"-U eth0", usage, {usage_line}},
      {"-D -U -e 192.0.2.2 eth0", usage, {usage_line}},
      {"-D -e 192.0.2.2 -c 0 eth0", usage, {usage_line}},
      {"-D -e 192.0.2.2", usage, {usage_line}},
      {"-D -e 192.0.2.2 -x eth0", usage, {"arpsend: invalid option -- 'x'", usage_line}},
  });
}

}  // namespace
}  // namespace onlink::compat_diff
