// SPDX-License-Identifier: Apache-2.0
// RARP and InARP among real stations: our client with Debian's rarpd, our server with a client of hand-made frames, and
// both servers with the same frames.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/compat/oracle.hpp"
#include "tests/netns/rarp_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view table =
    "# the table of all tests here\n"
    "02:00:00:00:00:0d 10.0.0.13\n"
    "02:00:00:00:00:0e 10.0.0.14  # another station\n"
    "2:0:0:0:0:f sparky\n";

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ') out += c;
  }
  return out;
}

// To the Ethernet minimum.
std::string padded(std::string_view hex) {
  std::string frame = without_blanks(hex);
  if (frame.size() < 120) frame.append(120 - frame.size(), '0');
  return frame;
}

struct Case {
  std::string name;
  std::string sent;
  std::vector<std::string> answers{};  // unpadded; our server's
  std::string rarpd_differs{};         // why Debian's does otherwise
};

const std::string request = "0001 0800 06 04 0003 ";
const std::string own = "02000000000d 00000000 02000000000d 00000000";
const std::string told =
    "02000000000d 020000000001 8035 0001 0800 06 04 0004 020000000001 0a000001 02000000000d 0a00000d";
const std::string to_all = "ffffffffffff 02000000000d ";

std::vector<Case> cases() {
  return {
      {"Plain", to_all + "8035 " + request + own, {told}},
      {"Padded", to_all + "8035 " + request + own + std::string(36, '0'), {told}},
      {"PaddingIsIgnored", to_all + "8035 " + request + own + std::string(36, 'f'), {told}},
      {"AThousandOctetsOfPadding", to_all + "8035 " + request + own + std::string(2000, '5'), {told}},
      {"ToTheServerAlone", "020000000001 02000000000d 8035 " + request + own, {told}},
      {"AboutAThirdParty",
       to_all + "8035 " + request + "02000000000d 00000000 02000000000e 00000000",
       {"02000000000d 020000000001 8035 0001 0800 06 04 0004 020000000001 0a000001 02000000000e 0a00000e"}},
      {"AHostNameStandsForItsAddress",
       to_all + "8035 " + request + "02000000000d 00000000 02000000000f 00000000",
       {"02000000000d 020000000001 8035 0001 0800 06 04 0004 020000000001 0a000001 02000000000f 0a00000f"}},
      {"AddressesInItDoNotMatter", to_all + "8035 " + request + "02000000000d 0a000063 02000000000d 0a000064", {told}},
      {"HardwareTypeSix", to_all + "8035 0006 0800 06 04 0003 " + own, {told}, "it knows no hardware type 6"},
      {"PriorityTag", to_all + "8100 6000 8035 " + request + own, {told}},
      {"Unknown", to_all + "8035 " + request + "02000000000d 00000000 020000000077 00000000", {}},
      {"AboutEverybody", to_all + "8035 " + request + "02000000000d 00000000 ffffffffffff 00000000", {}},
      {"AboutAGroup", to_all + "8035 " + request + "02000000000d 00000000 01005e000001 00000000", {}},
      {"AboutNobody", to_all + "8035 " + request + "02000000000d 00000000 000000000000 00000000", {}},
      {"UnderArp", to_all + "0806 " + request + own, {}},
      {"ArpRequestUnderRarp", to_all + "8035 0001 0800 06 04 0001 " + own, {}},
      {"ReplyInsteadOfRequest", to_all + "8035 0001 0800 06 04 0004 " + own, {}},
      {"DrarpRequest", to_all + "8035 0001 0800 06 04 0005 " + own, {}},
      {"OtherHardware", to_all + "8035 000f 0800 06 04 0003 " + own, {}},
      {"OtherProtocol", to_all + "8035 0001 86dd 06 04 0003 " + own, {}},
      {"WrongHardwareLength", to_all + "8035 0001 0800 05 04 0003 " + own, {}},
      {"WrongProtocolLength", to_all + "8035 0001 0800 06 10 0003 " + own + std::string(48, '0'), {}},
      {"CutShort", to_all + "8035 " + request + "02000000000d 00000000 02000000000d 000000", {}},
      {"FromNobody", to_all + "8035 " + request + "000000000000 00000000 02000000000d 00000000", {}},
      {"FromAGroup", to_all + "8035 " + request + "01005e000001 00000000 02000000000d 00000000", {}},
      {"InAnotherVlan", to_all + "8100 0005 8035 " + request + own, {}},
      {"InLlcSnap", to_all + "0024 aaaa03 000000 8035 " + request + own, {}},
      {"ToAThirdParty", "020000000099 02000000000d 8035 " + request + own, {}},
  };
}

TEST(RarpServer, AnswersHandMadeRequestsOctetByOctet) {  // N-133, N-134
  RarpLan lan;
  int same = 0;
  const ProgramResult server = lan.serve_ours(table, [&] {
    for (const Case& one : cases()) {
      std::vector<std::string> expected;
      for (const std::string& answer : one.answers) expected.push_back(padded(answer));
      const auto answers = lan.answers_to(one.sent);
      EXPECT_EQ(answers, expected) << one.name;
      same += answers == expected ? 1 : 0;
    }
  });
  EXPECT_EQ(server.signal, SIGTERM) << server.err;
  std::printf("%d of %zu frames are answered as they should be\n", same, cases().size());
}

// What both say to the same frames; padding does not count, for rarpd leaves it to the network card.
TEST(RarpServer, SaysWhatRarpdSays) {
  RarpLan lan;
  std::vector<std::vector<std::string>> theirs;
  const auto ask = [&](const Case& one) {
    std::vector<std::string> answers;
    for (const std::string& answer : lan.answers_to(one.sent)) answers.push_back(answer.substr(0, 84));
    return answers;
  };
  const auto rarpd = lan.serve_rarpd(table, [&] {
    for (const Case& one : cases()) theirs.push_back(ask(one));
  });
  if (!rarpd) GTEST_SKIP() << "there is no rarpd to compare with";
  ASSERT_EQ(theirs.size(), cases().size()) << rarpd->err;
  int same = 0;
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    const Case one = cases()[i];
    std::vector<std::string> ours;
    for (const std::string& answer : one.answers) ours.push_back(without_blanks(answer));
    EXPECT_EQ(ours == theirs[i], one.rarpd_differs.empty())
        << one.name << ": rarpd says " << testing::PrintToString(theirs[i]);
    same += ours == theirs[i] ? 1 : 0;
  }
  std::printf("%d of %zu frames have the same answer of ours and of rarpd\n", same, theirs.size());
}

// Quick, unless the test has a wait of its own.
std::vector<std::string> reverse(const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{"resolve", "-i", "eth0", "--reverse"};
  const bool waits = std::ranges::any_of(more, [](const std::string& word) { return word.starts_with("-w"); });
  if (!waits) words.emplace_back("-w.1");
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// The client against both servers: what it makes of them is the same.
class ReverseClientTest : public testing::TestWithParam<const char*> {
 protected:
  void beside_a_server(const std::function<void()>& work) {
    if (std::string_view{GetParam()} == "ours") {
      EXPECT_EQ(lan_.serve_ours(table, work).signal, SIGTERM);
    } else if (!lan_.serve_rarpd(table, work)) {
      GTEST_SKIP() << "there is no rarpd to compare with";
    }
  }
  RarpLan lan_;
};

TEST_P(ReverseClientTest, LearnsItsOwnAddressWithoutHavingOne) {
  beside_a_server([&] {
    const ProgramResult result = lan_.client(reverse());
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("10.0.0.13        02:00:00:00:00:0d, says 10.0.0.1 at 02:00:00:00:00:01, "));
    EXPECT_THAT(result.err, HasSubstr("1 of 1 answered; 1 request sent"));
  });
}

TEST_P(ReverseClientTest, TellsWhichOfSeveralStationsTheServerKnows) {
  beside_a_server([&] {
    const ProgramResult result = lan_.client(
        reverse({"-c2", "--json", "02:00:00:00:00:0e", "02:00:00:00:00:77", "02:00:00:00:00:0f", "2:0:0:0:0:d"}));
    EXPECT_EQ(result.status, 7);
    EXPECT_THAT(result.out,
                AllOf(HasSubstr(R"("ip":"10.0.0.13","mac":"02:00:00:00:00:0d")"),
                      HasSubstr(R"("ip":"10.0.0.14","mac":"02:00:00:00:00:0e")"),
                      HasSubstr(R"("ip":"10.0.0.15","mac":"02:00:00:00:00:0f")"),
                      HasSubstr(R"("mac":"02:00:00:00:00:77","requests":2)"), HasSubstr(R"("answered":3,"silent":1)")));
  });
}

TEST_P(ReverseClientTest, NobodyAnswersForAStrangerHoweverOftenHeAsks) {
  beside_a_server([&] {
    const ProgramResult result = lan_.client(reverse({"-w.02", "02:00:00:00:00:77"}));
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "02:00:00:00:00:77  no answer (4 requests)\n");
  });
}

INSTANTIATE_TEST_SUITE_P(Servers, ReverseClientTest, testing::Values("ours", "rarpd"),
                         [](const auto& row) { return std::string{row.param}; });

TEST(ReverseClient, IsNotAnsweredByALinuxKernel) {
  SmallLan lan{{.addresses = {}}};
  lan.add_host({.addresses = {prefix("10.0.0.1/24")}});
  const ProgramResult rarp = run_onlink({.words = reverse({"-w.02"})});
  EXPECT_EQ(rarp.status, 1);
  const ProgramResult inarp =
      run_onlink({.words = {"resolve", "-i", "eth0", "--inverse", "--probe", "-w.02", "02:00:00:00:00:02"}});
  EXPECT_EQ(inarp.status, 1);
  const ProgramResult arp = run_onlink({.words = {"resolve", "-i", "eth0", "--probe", "10.0.0.1"}});
  EXPECT_EQ(arp.status, 0) << "it is there all the while";
}

TEST(ReverseClient, AsksAServerInItsVlan) {
  RarpLan lan;
  (void)lan.serve_ours(table, [&] {
    const ProgramResult outside = lan.client(reverse({"-w.02", "--vlan", "5"}));
    EXPECT_EQ(outside.status, 1);
  });
  ProgramResult inside;
  const ProgramResult server = run_onlink(
      {.words = {"answer", "-i", "eth0", "--no-check", "--vlan", "5", "-c1", "--timeout", "20", "--pair",
                 "02:00:00:00:00:0d=10.5.0.13", "10.5.0.1"},
       .while_running = [&](int) { inside = lan.client(reverse({"-c0", "--vlan", "5", "--timeout", "10"})); }});
  EXPECT_EQ(inside.status, 0) << inside.err;
  EXPECT_THAT(inside.out, HasSubstr("10.5.0.13        02:00:00:00:00:0d, says 10.5.0.1 at "));
  EXPECT_THAT(server.out, HasSubstr("10.5.0.13        RARP request from 02:00:00:00:00:0d: told"));
}

TEST(RarpServer, TakesAChangedTableAndRefusesABrokenOne) {
  RarpLan lan;
  const ProgramResult server = lan.serve_ours(table, [&] {
    const auto rewrite = [&](const std::string& text) {
      std::ofstream{lan.ethers_path() + ".new"} << text << "02:00:00:00:00:aa 10.0.0.170\n";
      std::filesystem::rename(lan.ethers_path() + ".new", lan.ethers_path());
    };
    rewrite("02:00:00:00:00:0d 10.0.0.99\n");
    // Until the new address is given out; the old one is, until the server has looked.
    std::string out;
    for (int tries = 0; tries < 100 && out.find("10.0.0.99") == out.npos; ++tries) {
      out = lan.client(reverse({"--until-reply"})).out;
    }
    EXPECT_THAT(out, HasSubstr("10.0.0.99"));
    rewrite("02:00:00:00:00:0d 10.0.0.100\nnonsense\n");
    (void)lan.client(reverse({"-w1.2", "-c1", "02:00:00:00:00:77"}));  // it looks once a second
    EXPECT_THAT(lan.client(reverse()).out, HasSubstr("10.0.0.99"));
  });
  EXPECT_THAT(server.err, AllOf(HasSubstr("has changed: RARP for 2 stations"), HasSubstr("ethers:2: a line is"),
                                HasSubstr("the table stays as it was")));
}

TEST(RarpServer, RefusesATableWithAWrongLineWhereRarpdPassesItOver) {
  RarpLan lan;
  const std::string broken = std::string{table} + "nonsense\n";
  const auto rarpd = lan.serve_rarpd(broken, [&] { EXPECT_EQ(lan.client(reverse()).status, 0); });
  if (!rarpd) GTEST_SKIP() << "there is no rarpd to compare with";
  const ProgramResult ours = run_onlink({.words = {"answer", "-i", "eth0", "--ethers", lan.ethers_path()}});
  EXPECT_EQ(ours.status, 2);
  EXPECT_THAT(ours.err, HasSubstr("ethers:5: a line is a MAC address and an address or host name\n"));
}

TEST(RarpServer, GivesOutOnlyAddressesOfItsOwnLink) {
  RarpLan lan;
  const std::string elsewhere = "02:00:00:00:00:0d 192.0.2.13\n02:00:00:00:00:0e 2001:db8::1\n";
  const ProgramResult refusing =
      lan.serve_ours(elsewhere, [&] { EXPECT_EQ(lan.client(reverse({"-w.02"})).status, 1); });
  EXPECT_THAT(refusing.err, HasSubstr("RARP for 1 station, by"));
  EXPECT_THAT(refusing.err, HasSubstr("2 not served: IPv6, or of no network here (--force)"));
  (void)lan.serve_ours(elsewhere, [&] { EXPECT_THAT(lan.client(reverse()).out, HasSubstr("192.0.2.13")); },
                       {"--force"});
}

TEST(RarpServer, ShowsItsAddressInTheClientsNetwork) {
  RarpLan lan;
  lan.ours().add_address(prefix("10.7.0.1/24"));
  (void)lan.serve_ours("02:00:00:00:00:0d 10.7.0.13\n", [&] {
    EXPECT_THAT(lan.client(reverse()).out, HasSubstr("10.7.0.13        02:00:00:00:00:0d, says 10.7.0.1 at "));
  });
}

TEST(RarpServer, IsAHostBesides) {
  RarpLan lan;
  lan.asker().add_address(prefix("10.0.0.13/24"));
  const ProgramResult server = lan.serve_ours(
      table,
      [&] {
        EXPECT_THAT(lan.client(reverse()).out, HasSubstr("says 10.0.0.9 at 02:00:00:00:00:01"));
        EXPECT_EQ(lan.client({"resolve", "-i", "eth0", "10.0.0.9"}).status, 0);
        const ProgramResult inverse = lan.client({"resolve", "-i", "eth0", "--inverse", "02:00:00:00:00:01"});
        EXPECT_THAT(inverse.out, HasSubstr("10.0.0.9         02:00:00:00:00:01, says so itself, "));
      },
      {"--inarp", "10.0.0.9"});
  EXPECT_THAT(server.out, AllOf(HasSubstr("10.0.0.9         InARP request from 02:00:00:00:00:0d: told"),
                                HasSubstr("10.0.0.9         ARP request from 10.0.0.13")));
}

TEST(RarpServer, DoesNotSpeakInArpUnasked) {
  RarpLan lan;
  const std::string question =
      "020000000001 02000000000d 0806 0001 0800 06 04 0008 02000000000d 0a00000d 020000000001 00000000";
  (void)lan.serve_ours(table, [&] { EXPECT_THAT(lan.answers_to(question), IsEmpty()); });
  (void)lan.serve_ours(
      table,
      [&] {
        EXPECT_THAT(lan.answers_to(question),
                    ElementsAre(padded("02000000000d 020000000001 0806 0001 0800 06 04 0009 020000000001 0a000001 "
                                       "02000000000d 0a00000d")));
        for (const char* other :
             {"020000000001 02000000000d 8035 0001 0800 06 04 0008 02000000000d 0a00000d 020000000001 00000000",
              "ffffffffffff 02000000000d 0806 0001 0800 06 04 0008 02000000000d 0a00000d 020000000001 00000000",
              "020000000001 02000000000d 0806 0001 0800 06 04 0008 02000000000d 0a00000d 020000000002 00000000",
              "020000000001 02000000000d 0806 0001 0800 06 04 0009 02000000000d 0a00000d 020000000001 0a000001"}) {
          EXPECT_THAT(lan.answers_to(other), IsEmpty()) << other;
        }
      },
      {"--inarp"});
}

TEST(RarpServer, ASecondaryLetsTheFirstRequestPass) {
  RarpLan lan;
  (void)lan.serve_ours(table,
                       [&] {
                         const ProgramResult once = lan.client(reverse({"-c1", "-w.05", "02:00:00:00:00:0e"}));
                         EXPECT_EQ(once.status, 1);
                         const ProgramResult twice = lan.client(reverse({"-c2", "--json"}));
                         EXPECT_EQ(twice.status, 0);
                         EXPECT_THAT(twice.out, AllOf(HasSubstr("10.0.0.13"), HasSubstr(R"("requests_sent":2)")));
                       },
                       {"--secondary", "retry"});
}

// spec: op 3, 4, 8 and 9 as tcpdump 4.99 prints them.
TEST(Reverse, FramesReadInTcpdumpAsTheyShould) {
  if (!std::filesystem::exists("/usr/bin/tcpdump")) GTEST_SKIP() << "there is no tcpdump";
  RarpLan lan;
  const std::string capture = lan.ethers_path() + ".pcap";
  const auto lines = [&] { return run_program("/usr/bin/tcpdump", {.words = {"-ent", "-r", capture}}).out; };
  (void)lan.serve_ours(
      table,
      [&] {
        (void)lan.client(reverse({"--until-reply", "--write", capture}));
        EXPECT_EQ(
            lines(),
            "02:00:00:00:00:0d > ff:ff:ff:ff:ff:ff, ethertype Reverse ARP (0x8035), length 60: Reverse Request who-is "
            "02:00:00:00:00:0d tell 02:00:00:00:00:0d, length 46\n"
            "02:00:00:00:00:01 > 02:00:00:00:00:0d, ethertype Reverse ARP (0x8035), length 60: Reverse Reply "
            "02:00:00:00:00:0d at 10.0.0.13, length 46\n");
        (void)lan.client({"resolve", "-i", "eth0", "--inverse", "--probe", "--until-reply", "--write", capture,
                          "02:00:00:00:00:01"});
        EXPECT_EQ(lines(),
                  "02:00:00:00:00:0d > 02:00:00:00:00:01, ethertype ARP (0x0806), length 60: Inverse Request who-is "
                  "02:00:00:00:00:01 tell 02:00:00:00:00:0d, length 46\n"
                  "02:00:00:00:00:01 > 02:00:00:00:00:0d, ethertype ARP (0x0806), length 60: Inverse Reply "
                  "02:00:00:00:00:01 at 10.0.0.1, length 46\n");
      },
      {"--inarp"});
}

}  // namespace
}  // namespace onlink::inline v0::test
