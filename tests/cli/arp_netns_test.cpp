// SPDX-License-Identifier: Apache-2.0
// `onlink compat arp` on a real kernel: the lines of the published transcripts in three styles, the order of its rows,
// and the warnings. (tests/compat compares it with net-tools' own, case by case.)
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using kernel::NeighborEdit;

// In a file system view of its own, /etc/hosts is this file.
void take_hosts_file(const std::string& file) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount(file.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr) != 0) {
    ::_exit(126);
  }
}

class Arp : public testing::Test {
 protected:
  void make_lan(std::string_view own_mac, std::string_view network, const std::string& interface) {
    lan_.emplace(HostPlan{.mac = mac(own_mac), .addresses = {prefix(network)}});
    index_ = lan_->ours().link().index;
    lan_->ours().set_up(false);
    ASSERT_TRUE(kernel::change_link(netlink(), index_, {.name = interface}));
    lan_->ours().set_up(true);
  }
  [[nodiscard]] kernel::Netlink& netlink() { return lan_->ours().netlink(); }

  void add(std::string_view address, std::string_view hardware, NudState state) {
    ASSERT_TRUE(kernel::add_neighbor(
        netlink(), {.interface = index_, .address = ip(address), .mac = mac(hardware), .state = state}));
  }
  // One that is being asked for, or did not answer.
  void add_unknown(std::string_view address, NudState state) {
    ASSERT_TRUE(kernel::add_neighbor(netlink(), {.interface = index_, .address = ip(address), .state = state}));
  }
  static ProgramResult arp(std::vector<std::string> words, const std::function<void()>& before_exec = {}) {
    words.insert(words.begin(), {"compat", "arp"});
    return run_onlink({.words = words, .before_exec = before_exec});
  }
  // Both streams in one, as on a terminal.
  static std::string said(const std::vector<std::string>& words) {
    return arp(words, [] { ::dup2(STDOUT_FILENO, STDERR_FILENO); }).out;
  }

  std::optional<SmallLan> lan_;
  int index_ = 0;
};

class MacosArp : public Arp {
 protected:
  void SetUp() override { make_lan("f0:18:98:1c:08:75", "192.168.31.25/24", "en0"); }
};

TEST_F(MacosArp, ListsAsInTheTranscript) {
  add("224.0.0.251", "01:00:5e:00:00:fb", NudState::noarp);
  add("192.168.31.255", "ff:ff:ff:ff:ff:ff", NudState::noarp);
  add("192.168.31.1", "64:09:80:70:c6:03", NudState::stale);
  const ProgramResult result = arp({"--style", "macos", "-a"});
  EXPECT_EQ(result.out,
            "? (192.168.31.1) at 64:9:80:70:c6:3 on en0 ifscope [ethernet]\n"
            "? (192.168.31.25) at f0:18:98:1c:8:75 on en0 ifscope permanent [ethernet]\n"
            "? (192.168.31.255) at ff:ff:ff:ff:ff:ff on en0 ifscope [ethernet]\n"
            "? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.status, 0);
}

TEST_F(MacosArp, DeletesAllAsInTheTranscript) {
  add("192.168.31.163", "02:00:00:00:00:a3", NudState::stale);
  add("192.168.31.1", "64:09:80:70:c6:03", NudState::reachable);
  EXPECT_EQ(said({"--style", "macos", "-ad"}),
            "192.168.31.1 (192.168.31.1) deleted\n"
            "delete: cannot locate 192.168.31.25\n"
            "192.168.31.163 (192.168.31.163) deleted\n");
  EXPECT_EQ(said({"--style", "macos", "-an"}),
            "? (192.168.31.25) at f0:18:98:1c:8:75 on en0 ifscope permanent [ethernet]\n");
}

TEST_F(MacosArp, SetsShowsAndDeletesOne) {
  const std::string host = "192.168.31.9";
  EXPECT_EQ(arp({"--style", "macos", host}).out, "192.168.31.9 (192.168.31.9) -- no entry\n");
  EXPECT_EQ(arp({"--style", "macos", host}).status, 1);
  EXPECT_EQ(arp({"--style", "macos", "-s", host, "64:9:80:70:c6:3"}).status, 0);
  EXPECT_EQ(arp({"--style", "macos", "-n", host}).out,
            "? (192.168.31.9) at 64:9:80:70:c6:3 on en0 ifscope permanent [ethernet]\n");
  EXPECT_EQ(arp({"--style", "macos", "-S", host, "64:9:80:70:c6:4", "temp"}).out,
            "192.168.31.9 (192.168.31.9) deleted\n");
  EXPECT_EQ(arp({"--style", "macos", "-n", host}).out,
            "? (192.168.31.9) at 64:9:80:70:c6:4 on en0 ifscope [ethernet]\n");
  EXPECT_EQ(arp({"--style", "macos", "-d", host}).out, "192.168.31.9 (192.168.31.9) deleted\n");
  const ProgramResult gone = arp({"--style", "macos", "-d", host});
  EXPECT_EQ(gone.err, "delete: cannot locate 192.168.31.9\n");
  EXPECT_EQ(gone.status, 1);
  EXPECT_EQ(arp({"--style", "macos", "-d", "192.168.31.25"}).err, "delete: cannot locate 192.168.31.25\n");
}

TEST_F(MacosArp, WhatIsPublishedBearsTheInterfacesAddress) {
  EXPECT_EQ(arp({"--style", "macos", "-s", "192.168.31.9", "02:00:00:00:00:09", "pub"}).status, 0);
  EXPECT_EQ(arp({"--style", "macos", "-n", "192.168.31.9"}).out,
            "? (192.168.31.9) at f0:18:98:1c:8:75 on en0 ifscope permanent published [ethernet]\n");
  EXPECT_EQ(arp({"--style", "macos", "-d", "192.168.31.9", "pub"}).status, 0);
  EXPECT_EQ(arp({"--style", "macos", "192.168.31.9"}).status, 1);
}

TEST_F(MacosArp, RefusesWhatItCannotMean) {
  EXPECT_EQ(arp({"--style", "macos"}).status, 1);
  EXPECT_EQ(arp({"--style", "macos", "-s", "192.168.31.9"}).status, 1);
  EXPECT_EQ(arp({"--style", "macos", "-s", "192.168.31.9", "zz"}).err, "arp: invalid Ethernet address 'zz'\n");
  EXPECT_EQ(arp({"--style", "macos", "-s", "8.8.8.8", "2:0:0:0:0:1"}).err,
            "arp: cannot intuit interface index and type for 8.8.8.8\n");
  EXPECT_EQ(arp({"--style", "vms", "-a"}).err, "arp: --style: 'vms' is none of linux, bsd, macos\n");
}

TEST_F(MacosArp, FreebsdsStyleKnowsNoGroupsAndCountsDown) {
  add("224.0.0.251", "01:00:5e:00:00:fb", NudState::noarp);
  add("192.168.31.1", "64:09:80:70:c6:03", NudState::reachable);
  add("192.168.31.2", "02:00:00:00:00:02", NudState::permanent);
  const std::string out = arp({"--style", "bsd", "-an"}).out;
  EXPECT_THAT(out, testing::MatchesRegex("\\? \\(192.168.31.1\\) at 64:09:80:70:c6:03 on en0 expires in 1[0-9]* "
                                         "seconds \\[ethernet\\]\n.*"));
  EXPECT_EQ(out.substr(out.find('\n') + 1),
            "? (192.168.31.2) at 02:00:00:00:00:02 on en0 permanent [ethernet]\n"
            "? (192.168.31.25) at f0:18:98:1c:08:75 on en0 permanent [ethernet]\n");
  EXPECT_EQ(arp({"--style", "bsd", "-d", "192.168.31.9"}).err, "arp: delete: cannot locate 192.168.31.9\n");
}

class UbuntuArp : public Arp {
 protected:
  void SetUp() override { make_lan("00:0c:29:b0:61:05", "192.168.43.4/24", "ens33"); }
};

TEST_F(UbuntuArp, ListsAsInTheTranscript) {
  add("192.168.43.1", "e6:46:da:f4:f7:5c", NudState::stale);
  EXPECT_EQ(arp({"-a"}).out, "? (192.168.43.1) at e6:46:da:f4:f7:5c [ether] on ens33\n");
  EXPECT_EQ(arp({"-d", "192.168.43.1"}).status, 0);
  add_unknown("192.168.43.1", NudState::failed);
  EXPECT_EQ(arp({"-a"}).out, "? (192.168.43.1) at <incomplete> on ens33\n");
}

TEST_F(UbuntuArp, NamesAHostAsInTheTranscript) {
  const std::string file = testing::TempDir() + "onlink-hosts-" + std::to_string(::getpid());
  std::ofstream(file) << "192.168.43.3 IQ8OX37RVFOQ4I9\n";
  add("192.168.43.3", "28:e3:47:45:ba:cd", NudState::stale);
  EXPECT_EQ(arp({"-a"}, [&] { take_hosts_file(file); }).out,
            "IQ8OX37RVFOQ4I9 (192.168.43.3) at 28:e3:47:45:ba:cd [ether] on ens33\n");
  ::unlink(file.c_str());
}

class TextbookArp : public Arp {
 protected:
  void SetUp() override { make_lan("02:00:00:00:00:01", "192.168.1.108/24", "eth0"); }
};

TEST_F(TextbookArp, AnEntryIsMadeAndRemoved) {
  EXPECT_EQ(arp({"-s", "192.168.1.109", "08:00:27:53:10:67"}).status, 0);
  EXPECT_EQ(arp({"-n", "192.168.1.109"}).out,
            "Address                  HWtype  HWaddress           Flags Mask            Iface\n"
            "192.168.1.109            ether   08:00:27:53:10:67   CM                    eth0\n");
  EXPECT_EQ(arp({"-d", "192.168.1.109"}).status, 0);
  const ProgramResult gone = arp({"-d", "192.168.1.109"});
  EXPECT_EQ(gone.out, "No ARP entry for 192.168.1.109\n");
  EXPECT_EQ(gone.status, 255);
}

// Address and interface of each row.
std::vector<std::string> rows_of(std::istream& listing) {
  std::vector<std::string> rows;
  std::string line;
  for (std::getline(listing, line); std::getline(listing, line);) {
    rows.push_back(line.substr(0, line.find(' ')) + line.substr(line.rfind(' ')));
  }
  return rows;
}

TEST_F(TextbookArp, RowsHaveTheOrderOfProc) {
  ASSERT_TRUE(kernel::create_bridge(netlink(), {.name = "two"}));
  const int two = netlink().find_link("two")->index;
  for (unsigned i = 1; i < 100; ++i) {
    const Ipv4Address address = Ipv4Address::of(192, 168, 1, static_cast<std::uint8_t>(i));
    const MacAddress hardware{{2, 0, 0, 0, 1, static_cast<std::uint8_t>(i)}};
    const NeighborEdit edit{.interface = i % 3 == 0 ? two : index_,
                            .address = address,
                            .mac = hardware,
                            .state = i % 7 == 0 ? NudState::noarp : NudState::stale,
                            .proxy = i % 5 == 0};
    ASSERT_TRUE(kernel::add_neighbor(netlink(), edit));
  }
  std::ifstream proc("/proc/thread-self/net/arp");
  std::istringstream ours(arp({"-n"}).out);
  const auto expected = rows_of(proc);
  EXPECT_EQ(expected.size(), 99U - 12U);  // without noarp, where it is no proxy
  EXPECT_EQ(rows_of(ours), expected);
}

TEST_F(TextbookArp, WarnsWhereTheOriginalMisleads) {
  add_unknown("192.168.1.5", NudState::failed);
  const std::string file = testing::TempDir() + "onlink-ethers-" + std::to_string(::getpid());
  std::ofstream(file) << "192.168.1.7 02:00:00:00:00:07 dev eth0\n192.168.1.8\n";
  const struct {
    std::vector<std::string> words;
    std::string warning;
    int status = 0;
  } rows[] = {
      {{"-n", "192.168.1.77"}, "there is no such entry, though the status is 0"},
      {{"-n"}, "incomplete means here: 1 did not answer, 0 being asked"},
      {{"-f", file}, "1 of 2 lines were not taken, though the status is 0"},
      {{"-f", file}, "'dev eth0' of line 1 holds for the lines behind it, too"},
      {{"-i", "eth0", "-s", "192.168.1.9", "02:00:00:00:00:09", "pub"},
       "a published entry keeps no address: answers bear the interface's own, not 02:00:00:00:00:09"},
      {{"-s", "192.168.1.9", "02:00"}, "'02:00' is too short, and was filled up to 02:00:c0:a8:01:09"},
      {{"-s", "192.168.1.9", "2:0:0:0:0:9:9"}, "of '2:0:0:0:0:9:9' no more than 02:00:00:00:00:09 was read"},
      {{"-s", "192.168.1.9", "01:00:5e:00:00:01"}, "01:00:5e:00:00:01 is no station's address"},
      {{"-i", "eth0", "-s", "8.8.8.8", "2:0:0:0:0:8"},
       "nothing for 8.8.8.8 leaves by eth0, so this entry is of no use"},
      {{"-Ds", "192.168.1.9", "eth0", "netmask", "0.0.0.0", "pub"}, "this switched proxy ARP on as a whole"},
      {{"2001:db8::1"}, "arp knows IPv4 only; neighbors of IPv6: onlink cache -6", 255},
  };
  for (const auto& row : rows) {
    const ProgramResult result = arp(row.words);
    EXPECT_THAT(result.err, testing::HasSubstr("arp: warning: " + row.warning + "\n"));
    EXPECT_EQ(result.status, row.status) << row.warning;
  }
  ::unlink(file.c_str());
}

TEST_F(TextbookArp, WarnsOfNothingElse) {
  add("192.168.1.5", "02:00:00:00:00:05", NudState::permanent);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"-n"}, {"-n", "192.168.1.5"}, {"-s", "192.168.1.6", "2:0:0:0:0:6"}, {"-i", "eth0", "-d", "192.168.1.5"}}) {
    EXPECT_EQ(arp(words).err, "");
  }
}

}  // namespace
}  // namespace onlink::inline v0::test
