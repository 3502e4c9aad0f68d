// SPDX-License-Identifier: Apache-2.0
// --names on a real link: hosts that answer for their names as real ones do, and hosts that lie.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>

#include "onlink/cli/names.hpp"
#include "onlink/kernel/privileges.hpp"
#include "tests/netns/name_responder.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using cli::NameSearch;
using cli::NameSearchResult;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::uint16_t dns = 53, netbios = 137, mdns = 5353, llmnr = 5355;

std::string with_octet(std::string text, std::size_t at, char octet) {
  text[at] = octet;
  return text;
}

// 192.0.2.1, 2001:db8::1 and fe80::1 are ours, those with 2 the peer's. /etc/hosts must not know them.
class Names : public testing::Test {
 protected:
  // Answers questions for the peer's addresses, after `forgotten` that get no answer.
  void answer_ptr(std::uint16_t port, std::string name, int forgotten = 0) {
    auto left = std::make_shared<std::atomic<int>>(forgotten);
    serve(port, [this, name, left](const HeardQuestion& heard) -> std::optional<std::string> {
      const bool ours = std::ranges::any_of(peer_addresses, [&](const IpAddress& a) { return asks_for(heard, a); });
      if (!ours || left->fetch_sub(1) > 0) return std::nullopt;
      return ptr_answer(heard, name);
    });
  }
  void answer_node_status(std::string name, int forgotten = 0) {
    auto left = std::make_shared<std::atomic<int>>(forgotten);
    serve(netbios, [name, left](const HeardQuestion& heard) -> std::optional<std::string> {
      if (heard.payload.substr(2) != node_status_question() || left->fetch_sub(1) > 0) return std::nullopt;
      return node_status_answer(heard, name);
    });
  }
  NameResponder& serve(std::uint16_t port, NameResponder::Answer answer) {
    return *responders_.emplace_back(std::make_unique<NameResponder>(peer_, port, std::move(answer)));
  }

  NameSearchResult find(const std::vector<IpAddress>& addresses, NameSearch search = {}) {
    search.interface = "eth0";
    search.interface_index = static_cast<std::uint32_t>(lan_.ours().link().index);
    search.dns_servers = "192.0.2.2";
    return find_names(addresses, search);
  }
  std::vector<HostName> names_of(const IpAddress& address, NameSearch search = {}) {
    return find({address}, search).names[address];
  }

  const std::vector<IpAddress> peer_addresses{ip("192.0.2.2"), ip("2001:db8::2"), ip("fe80::2")};
  SmallLan lan_{{.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64"), prefix("fe80::1/64")}}};
  KernelHost& peer_ =
      lan_.add_host({.addresses = {prefix("192.0.2.2/24"), prefix("2001:db8::2/64"), prefix("fe80::2/64")}});
  std::vector<std::unique_ptr<NameResponder>> responders_;
};

TEST_F(Names, EachMethodTellsItsNameOfAnIpv4Address) {
  answer_ptr(dns, "box.example");
  answer_ptr(mdns, "box.local");
  answer_ptr(llmnr, "box");
  answer_node_status("BOX");
  const NameSearchResult result = find({ip("192.0.2.2")});
  EXPECT_THAT(result.names.at(ip("192.0.2.2")),
              ElementsAre(HostName{"box.example", "ptr"}, HostName{"box.local", "mdns"}, HostName{"box", "llmnr"},
                          HostName{"BOX", "netbios"}));
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_TRUE(result.complete);
}

TEST_F(Names, EachMethodTellsItsNameOfAnIpv6Address) {
  answer_ptr(dns, "box.example");
  answer_ptr(mdns, "box.local");
  answer_ptr(llmnr, "box");
  EXPECT_THAT(names_of(ip("2001:db8::2")),
              ElementsAre(HostName{"box.example", "ptr"}, HostName{"box.local", "mdns"}, HostName{"box", "llmnr"}));
}

TEST_F(Names, LinkLocalAddressesAreAskedOnTheirLink) {
  answer_ptr(mdns, "box.local");
  answer_ptr(llmnr, "box");
  EXPECT_THAT(names_of(ip("fe80::2")), ElementsAre(HostName{"box.local", "mdns"}, HostName{"box", "llmnr"}));
}

TEST_F(Names, AnswersThatGetLostAreAskedForAgain) {
  answer_ptr(mdns, "box.local", 1);
  answer_ptr(llmnr, "box", 2);  // asked twice at first: the group, which it must heed, and the host
  answer_node_status("BOX", 1);
  EXPECT_THAT(names_of(ip("192.0.2.2")),
              ElementsAre(HostName{"box.local", "mdns"}, HostName{"box", "llmnr"}, HostName{"BOX", "netbios"}));
}

// The Windows way: a query by unicast is nobody's business.
TEST_F(Names, RespondersThatHeedOnlyTheGroupAreFound) {
  const auto only_the_group = [](std::string name) {
    return [name](const HeardQuestion& heard) {
      return heard.destination.is_multicast() ? std::optional{ptr_answer(heard, name)} : std::nullopt;
    };
  };
  serve(mdns, only_the_group("box.local"));
  serve(llmnr, only_the_group("box"));
  for (const std::string_view address : {"192.0.2.2", "2001:db8::2"}) {
    EXPECT_THAT(names_of(ip(address)), ElementsAre(HostName{"box.local", "mdns"}, HostName{"box", "llmnr"})) << address;
  }
}

// One-shot questions (RFC 6762 sections 5.1 and 11, RFC 4795 sections 2.1.1 and 2.5).
TEST_F(Names, QuestionsAreAsTheRfcsWantThem) {
  const NameResponder& on_mdns = serve(mdns, [](const HeardQuestion&) { return std::nullopt; });
  const NameResponder& on_llmnr = serve(llmnr, [](const HeardQuestion&) { return std::nullopt; });
  const NameResponder& on_netbios = serve(netbios, [](const HeardQuestion&) { return std::nullopt; });
  find({ip("192.0.2.2")});
  for (const auto& [responder, port] : {std::pair{&on_mdns, mdns}, std::pair{&on_llmnr, llmnr}}) {
    const std::vector<HeardQuestion> heard = responder->heard();
    EXPECT_THAT(heard, Contains(Field(&HeardQuestion::destination, ip(port == mdns ? "224.0.0.251" : "224.0.0.252"))));
    EXPECT_THAT(heard, Contains(Field(&HeardQuestion::destination, ip("192.0.2.2"))));
    for (const HeardQuestion& question : heard) {
      EXPECT_EQ(question.payload.substr(2), "\0\0\0\1\0\0\0\0\0\0"s + ptr_question(ip("192.0.2.2")));
      EXPECT_NE(question.source_port, port);  // RFC 6762 section 6.7: so the answer comes to us alone
      EXPECT_EQ(question.hops, 255) << to_string(question.destination);
    }
  }
  for (const HeardQuestion& question : on_netbios.heard()) {
    EXPECT_EQ(question.payload.substr(2), node_status_question());
    EXPECT_EQ(question.destination, ip("192.0.2.2"));
  }
}

TEST_F(Names, SilenceIsNoNameAndNoServerIsSaid) {
  const NameSearchResult result = find({ip("192.0.2.2"), ip("192.0.2.77"), ip("2001:db8::77")});
  EXPECT_THAT(result.names, IsEmpty());
  EXPECT_THAT(result.problems, ElementsAre("no DNS server of /etc/resolv.conf answered"));
  EXPECT_TRUE(result.complete);
}

TEST_F(Names, AServerThatKnowsNoNameIsNoProblem) {
  serve(dns, [](const HeardQuestion& heard) {
    std::string refusal = ptr_answer(heard, "", 0x8183).substr(0, 12 + ptr_question(ip("192.0.2.2")).size());
    return with_octet(refusal, 7, 0);  // no record
  });
  const NameSearchResult result = find({ip("192.0.2.2")});
  EXPECT_THAT(result.names, IsEmpty());
  EXPECT_THAT(result.problems, IsEmpty());
}

// RFC 2317: a provider hands a part of the reverse zone on by an alias.
TEST_F(Names, DnsAliasesOfAReverseNameAreFollowed) {
  serve(dns, [](const HeardQuestion& heard) {
    const std::string question = ptr_question(ip("192.0.2.2"));
    const std::string target = wire_name("2.0/25.2.0.192.in-addr.arpa");
    const std::string name = wire_name("box.example");
    const auto length = [](const std::string& data) { return std::string{'\0', static_cast<char>(data.size())}; };
    return heard.payload.substr(0, 2) + "\x81\x80\0\1\0\2\0\0\0\0"s + question + "\xc0\x0c\0\5\0\1\0\0\0\x3c"s +
           length(target) + target + target + "\0\x0c\0\1\0\0\0\x3c"s + length(name) + name;
  });
  EXPECT_THAT(names_of(ip("192.0.2.2")), ElementsAre(HostName{"box.example", "ptr"}));
}

struct Lie {
  std::string_view what;
  std::function<std::string(const HeardQuestion&)> answer;
};

std::string lie_about_the_name(const HeardQuestion& heard) { return ptr_answer(heard, "lie.local"); }

// Each address of a host that lies in its own way.
const Lie lies[] = {
    {"another id",
     [](const auto& heard) { return with_octet(lie_about_the_name(heard), 0, static_cast<char>(~heard.payload[0])); }},
    {"a question", [](const auto& heard) { return ptr_answer(heard, "lie.local", 0x0400); }},
    {"another operation", [](const auto& heard) { return ptr_answer(heard, "lie.local", 0xac00); }},
    {"no such name", [](const auto& heard) { return ptr_answer(heard, "lie.local", 0x8403); }},
    {"another address", [](const auto& heard) { return with_octet(lie_about_the_name(heard), 13, '2'); }},
    {"cut short",
     [](const auto& heard) {
       const std::string whole = lie_about_the_name(heard);
       return whole.substr(0, whole.size() - 1);
     }},
    {"nothing", [](const auto&) { return ""s; }},
};

TEST_F(Names, LiesAreNotNames) {
  const auto address_of = [](std::size_t lie) {
    return Ipv4Address{ip("192.0.2.128").ipv4().value + static_cast<std::uint32_t>(lie)};
  };
  KernelHost& liar = lan_.add_host({.addresses = {prefix("192.0.2.3/24")}, .crowd = {prefix("192.0.2.128/25")}});
  const auto answer = [&](const HeardQuestion& heard) -> std::optional<std::string> {
    for (std::size_t i = 0; i < std::size(lies); ++i) {
      if (asks_for(heard, address_of(i))) return lies[i].answer(heard);
    }
    return asks_for(heard, ip("192.0.2.3")) ? std::optional{ptr_answer(heard, "true.local")} : std::nullopt;
  };
  const NameResponder on_mdns{liar, mdns, answer}, on_llmnr{liar, llmnr, answer};
  std::vector<IpAddress> addresses{ip("192.0.2.3")};
  for (std::size_t i = 0; i < std::size(lies); ++i) addresses.emplace_back(address_of(i));
  NameSearchResult result = find(addresses);
  for (std::size_t i = 0; i < std::size(lies); ++i) EXPECT_THAT(result.names[address_of(i)], IsEmpty()) << lies[i].what;
  EXPECT_THAT(result.names[ip("192.0.2.3")], SizeIs(2));
}

// RFC 4795 section 2.1.1: the responder does not know yet whether the name is its own.
TEST_F(Names, TentativeLlmnrAnswersAreNotTaken) {
  serve(llmnr, [](const HeardQuestion& heard) { return ptr_answer(heard, "maybe", 0x8100); });
  EXPECT_THAT(names_of(ip("192.0.2.2")), IsEmpty());
}

TEST_F(Names, ARefusalWithARecordIsStillARefusal) {
  serve(dns, [](const HeardQuestion& heard) { return ptr_answer(heard, "wrong.example", 0x8183); });
  EXPECT_THAT(names_of(ip("192.0.2.2")), IsEmpty());
}

TEST_F(Names, DnsServersAreNotAskedForLinkLocalAddresses) {
  const NameResponder& server = serve(dns, [](const HeardQuestion& heard) { return ptr_answer(heard, "box.example"); });
  EXPECT_THAT(find({ip("fe80::2"), ip("192.0.2.2")}).names, SizeIs(1));
  EXPECT_THAT(server.heard(), SizeIs(1));
}

TEST_F(Names, NoPrivilegeIsNeeded) {
  answer_ptr(mdns, "box.local");
  NameSearchResult result;
  std::thread unprivileged{[&] {  // capabilities are a thread's own
    ASSERT_TRUE(kernel::drop_privileges());
    ASSERT_FALSE(kernel::has_capability(kernel::Capability::net_raw));
    result = find({ip("192.0.2.2")});
  }};
  unprivileged.join();
  EXPECT_THAT(result.names[ip("192.0.2.2")], ElementsAre(HostName{"box.local", "mdns"}));
}

TEST_F(Names, InterruptEndsTheSearch) {
  const Interrupt interrupt;
  std::atomic<bool> raised = false;
  serve(llmnr, [&](const HeardQuestion&) {
    if (!raised.exchange(true)) std::raise(SIGINT);
    return std::nullopt;
  });
  std::vector<IpAddress> addresses;  // more than would be done before the test is taken for hung
  for (std::uint32_t i = 0; i < 65536; ++i) addresses.emplace_back(Ipv4Address{ip("192.0.2.2").ipv4().value + i});
  EXPECT_FALSE(find(addresses, {.deadline = 1h, .interrupt = &interrupt}).complete);
  EXPECT_EQ(interrupt.signal(), SIGINT);
}

TEST_F(Names, DeadlineEndsTheSearchOfACrowdWithWhatIsKnown) {
  lan_.ours().add_address(prefix("198.18.0.1/16"));
  KernelHost& crowd = lan_.add_host({.addresses = {prefix("198.18.0.2/16")}, .crowd = {prefix("198.18.128.0/17")}});
  const NameResponder responder{crowd, mdns, [](const HeardQuestion& heard) { return ptr_answer(heard, "box.local"); }};
  std::vector<IpAddress> addresses;
  for (std::uint32_t i = 0; i < 32768; ++i) addresses.emplace_back(Ipv4Address{ip("198.18.128.0").ipv4().value + i});
  const NameSearchResult result = find(addresses, {.deadline = 1s});
  EXPECT_FALSE(result.complete);
  EXPECT_THAT(result.names, SizeIs(testing::Gt(0U)));
  EXPECT_THAT(result.names, SizeIs(testing::Lt(addresses.size())));
}

// The whole program, with an /etc/hosts and an /etc/resolv.conf of its own.
class NamesOfAScan : public Names {
 protected:
  static constexpr int cannot_mount = 77;

  NamesOfAScan() {
    write("hosts", "# nobody\n192.0.2.2 box.hosts box\n");
    write("resolv.conf", "nameserver 192.0.2.2\n");
    answer_ptr(dns, "box.example");
    answer_ptr(mdns, "\x1b[31mbox.local");
    answer_ptr(llmnr, "box");
    answer_node_status("BOX");
  }

  static std::string path_of(const std::string& file) { return testing::TempDir() + "onlink_names_" + file; }
  static void write(const std::string& file, std::string_view text) { std::ofstream{path_of(file)} << text; }
  static void enter_own_etc() {
    const auto put = [](const std::string& file) {
      return ::mount(path_of(file).c_str(), ("/etc/" + file).c_str(), nullptr, MS_BIND, nullptr) == 0;
    };
    const bool own = ::unshare(CLONE_NEWNS) == 0 && ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    if (!own || !put("hosts") || !put("resolv.conf")) ::_exit(cannot_mount);
  }
  static ProgramResult scan(std::vector<std::string> words) {
    words.insert(words.begin(), {"scan", "-i", "eth0", "192.0.2.2"});
    return run_onlink({.words = std::move(words), .before_exec = enter_own_etc});
  }
};

TEST_F(NamesOfAScan, EachNameIsPrintedWithItsSource) {
  const ProgramResult result = scan({"--names", "--json"});
  if (result.status == cannot_mount) GTEST_SKIP() << "the system forbids mounts";
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out,
              HasSubstr(R"("names":[{"name":"box.hosts","source":"hosts"},{"name":"box.example","source":"ptr"},)"
                        R"({"name":"\\027[31mbox.local","source":"mdns"},{"name":"box","source":"llmnr"},)"
                        R"({"name":"BOX","source":"netbios"}])"));
}

TEST_F(NamesOfAScan, TheTextHasAColumnOfThemAndNoEscapes) {
  const ProgramResult result = scan({"--names"});
  if (result.status == cannot_mount) GTEST_SKIP() << "the system forbids mounts";
  EXPECT_THAT(result.out, AllOf(HasSubstr("  box.hosts box.example "), HasSubstr(" box BOX"), Not(HasSubstr("\x1b"))));
}

TEST_F(NamesOfAScan, NobodyIsAskedUnlessToldTo) {
  const ProgramResult result = scan({"--json"});
  if (result.status == cannot_mount) GTEST_SKIP() << "the system forbids mounts";
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("box")));
  for (const auto& responder : responders_) EXPECT_THAT(responder->heard(), IsEmpty());
}

}  // namespace
}  // namespace onlink::inline v0::test
