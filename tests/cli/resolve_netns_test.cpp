// SPDX-License-Identifier: Apache-2.0
// `onlink resolve` among real kernels: first what it is for, then the traps in which other tools were caught, each with
// the tool's name.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "onlink/kernel/link_setup.hpp"
#include "tests/cli/cells.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {
namespace {

using testing::Test;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// 192.0.2.1 and 2001:db8::1 are ours, .2 and ::2 the neighbour's, everything else is nobody's.
class Resolve : public Test {
 protected:
  Resolve()
      : lan_({.addresses = {prefix("192.0.2.1/24"), prefix("2001:db8::1/64")}}),
        neighbor_(lan_.add_host(
            {.mac = mac("08:00:27:53:10:67"), .addresses = {prefix("192.0.2.2/24"), prefix("2001:db8::2/64")}})) {}

  ~Resolve() override {
    if (const auto bare = lan_.ours().netlink().find_link("bare0")) {
      EXPECT_TRUE(kernel::delete_link(lan_.ours().netlink(), bare->index));
    }
  }

  static ProgramResult resolve(std::vector<std::string> words, ProgramRun run = {}) {
    run.words = {"resolve", "-i", "eth0"};
    run.words.insert(run.words.end(), words.begin(), words.end());
    return run_onlink(run);
  }
  // A second interface: a veth pair in our namespace, without addresses of its own.
  void add_bare_interface() {
    // A pair cannot come up before both its ends are there.
    const kernel::NewLink near{.name = "bare0", .up = false}, far{.name = "bare1", .up = false};
    const auto created = kernel::create_veth(lan_.ours().netlink(), near, far);
    ASSERT_TRUE(created) << created.error().context;
    const int other_end = lan_.ours().netlink().find_link("bare1").value().index;
    ASSERT_TRUE(kernel::change_link(lan_.ours().netlink(), other_end, {.up = true}));
    ASSERT_TRUE(kernel::change_link(lan_.ours().netlink(), bare_index(), {.up = true}));
    while (!lan_.ours().netlink().find_link("bare0").value().running) std::this_thread::yield();
  }
  int bare_index() { return lan_.ours().netlink().find_link("bare0").value().index; }
  // Ends an endless run once it has printed something: the driver's timing is not the test's.
  static void wait_for_requests(const KernelHost& host, std::uint64_t frames);

  SmallLan lan_;
  KernelHost& neighbor_;
};

TEST_F(Resolve, PrintsAddressMacVendorAndRoundTrip) {
  const ProgramResult result = resolve({"192.0.2.2"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.out.starts_with("192.0.2.2        08:00:27:53:10:67  PCS Systemtechnik GmbH  ")) << result.out;
  EXPECT_TRUE(contains(result.out, " ms  virtual-machine VirtualBox\n")) << result.out;
  EXPECT_TRUE(contains(result.err, "1 of 1 answered; 1 request sent")) << result.err;
}

TEST_F(Resolve, AsksBothFamiliesInOneRun) {
  const ProgramResult result = resolve({"192.0.2.2", "2001:db8::2", "--json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.out, R"("evidence":"arp_reply")"));
  EXPECT_TRUE(contains(result.out, R"("evidence":"neighbor_advertisement")"));
}

TEST_F(Resolve, EveryJsonRowFitsTheSchema) {
  lan_.add_host({.addresses = {prefix("192.0.2.3/24")}});
  lan_.add_host({.addresses = {prefix("192.0.2.3/24")}});
  const std::string schema = read_text_file("docs/schema.json");
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"--json", "-w.1", "-c1", "--late=0", "192.0.2.1", "192.0.2.2",
                                              "192.0.2.3", "192.0.2.77", "203.0.113.1", "2001:db8::2"},
                                             {"--json", "-w.1", "-c1", "--probe", "192.0.2.77", "2001:db8::77"}}) {
    const ProgramResult result = resolve(words);
    std::istringstream lines{result.out};
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(schema_violation(schema, line), "") << line;
    EXPECT_GE(count, 3);
  }
}

TEST_F(Resolve, AsksACountOfTimesWhenToldTo) {
  const ProgramResult result = resolve({"-c3", "--interval=.01", "192.0.2.2"});
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 3);
  EXPECT_TRUE(contains(result.err, "3 requests sent")) << result.err;
}

TEST_F(Resolve, AsksOneStationOnlyWithUnicast) {
  EXPECT_EQ(resolve({"--unicast", "08:00:27:53:10:67", "192.0.2.2", "2001:db8::2"}).status, 0);
  EXPECT_EQ(resolve({"--unicast", "02:00:00:00:00:99", "-c1", "-w.2", "--late=0", "192.0.2.2"}).status, 1);
}

TEST_F(Resolve, ShowsTheSourceThatItWasTold) {
  const ProgramResult result = resolve({"-x", "--source", "192.0.2.9", "192.0.2.2", "-c1"});
  EXPECT_TRUE(contains(result.out, "FF FF FF FF FF FF 02 00 00 00 00 01 08 06 00 01 \n")) << result.out;
  EXPECT_TRUE(contains(result.out, "C0 00 02 09")) << result.out;
}

TEST_F(Resolve, WritesACaptureThatReplaysToTheSameAnswers) {
  const std::string file = testing::TempDir() + "onlink-resolve-" + std::to_string(::getpid()) + ".pcap";
  const ProgramResult live =
      resolve({"--write", file, "192.0.2.2", "2001:db8::2", "192.0.2.77", "-c1", "-w.2", "--late=0"});
  const auto replay = [&] {
    return run_onlink({.words = {"resolve", "--read", file, "--csv", "192.0.2.2", "2001:db8::2", "192.0.2.77", "-c1",
                                 "-w.2", "--late=0"}});
  };
  const ProgramResult first = replay();
  EXPECT_EQ(live.status, 7);
  EXPECT_EQ(first.status, 7);
  EXPECT_TRUE(contains(first.out, "192.0.2.2,08:00:27:53:10:67")) << first.out;
  EXPECT_TRUE(contains(first.out, "2001:db8::2,08:00:27:53:10:67")) << first.out;
  EXPECT_EQ(first.out, replay().out);
  ::unlink(file.c_str());
}

TEST_F(Resolve, OwnAddressesAreOurs) {
  const ProgramResult result =
      resolve({"192.0.2.1", "2001:db8::1", "127.0.0.1"}, {.before_exec = give_up_all_capabilities});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.out, "192.0.2.1        is ours: eth0 has it, 02:00:00:00:00:01\n")) << result.out;
  EXPECT_TRUE(contains(result.out, "127.0.0.1        is ours: lo has it\n")) << result.out;
  EXPECT_TRUE(contains(result.err, "nothing sent"));
}

TEST_F(Resolve, TakesTheDefaultRoutesInterfaceAndSaysSo) {
  ASSERT_TRUE(
      kernel::add_route(lan_.ours().netlink(), {.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.2")}));
  const ProgramResult result = run_onlink({.words = {"resolve", "192.0.2.2"}});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.err, "on eth0, the default route's interface")) << result.err;
}

TEST_F(Resolve, WithoutInterfaceAndDefaultRouteItGuessesNothing) {
  const ProgramResult result = run_onlink({.words = {"resolve", "192.0.2.2"}});
  EXPECT_EQ(result.status, 6);
  EXPECT_TRUE(contains(result.err, "no default route to take the interface from; name one with -i")) << result.err;
}

// Every peer sends and reports silence. Nothing is sent: it works without any privilege.
TEST_F(Resolve, OffLinkTargetsGetTheirNextHopAndNoFrame) {
  ASSERT_TRUE(
      kernel::add_route(lan_.ours().netlink(), {.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.2")}));
  const ProgramResult unknown = resolve({"8.8.8.8"}, {.before_exec = give_up_all_capabilities});
  EXPECT_EQ(unknown.status, 4);
  EXPECT_EQ(unknown.out, "8.8.8.8          is not on eth0's link: next hop 192.0.2.2 (not in the kernel's cache)\n");
  lan_.ours().run([] {
    EXPECT_EQ(run_onlink({.words = {"resolve", "-i", "eth0", "--force", "-c1", "-w.1", "8.8.8.8"}}).status, 1);
  });
}

TEST_F(Resolve, TheVerdictNamesTheNextHopsMacInTheKernelsCache) {
  ASSERT_TRUE(
      kernel::add_route(lan_.ours().netlink(), {.destination = prefix("0.0.0.0/0"), .gateway = ip("192.0.2.2")}));
  // A datagram makes the kernel resolve its next hop.
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(0x08080808)}, .sin_zero = {}};
  ASSERT_EQ(::sendto(socket, "", 0, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  ::close(socket);
  while (!lan_.ours().netlink().neighbor(lan_.ours().link().index, ip("192.0.2.2")).value()->mac)
    std::this_thread::yield();
  const ProgramResult result = resolve({"8.8.8.8"});
  EXPECT_EQ(result.status, 4);
  EXPECT_EQ(result.out,
            "8.8.8.8          is not on eth0's link: next hop 192.0.2.2 (08:00:27:53:10:67 in the kernel's cache, "
            "reachable)\n");
}

// Asked for one interface, the kernel takes any IPv4 address to be on its link when no route is.
TEST_F(Resolve, AnAddressWithoutAnyRouteIsNotTakenForOnLink) {
  const ProgramResult result = resolve({"203.0.113.1"});
  EXPECT_EQ(result.status, 4);
  EXPECT_EQ(result.out, "203.0.113.1      is not on eth0's link: there is no route to it\n");
}

TEST_F(Resolve, OffLinkAndAnsweredTogetherArePartial) {
  EXPECT_EQ(resolve({"203.0.113.1", "192.0.2.2"}).status, 7);
  EXPECT_EQ(resolve({"203.0.113.1", "192.0.2.77", "-c1", "-w.1", "--late=0"}).status, 1);
  EXPECT_EQ(resolve({"203.0.113.1", "2001:db8:1::1"}).status, 4);
}

// nmap and masscan print one MAC only; Habets' arping and arp-scan do not tell two owners from one who answers twice.
TEST_F(Resolve, TwoOwnersAreAConflictThatNamesBoth) {
  lan_.add_host({.mac = mac("02:00:00:00:00:0a"), .addresses = {prefix("192.0.2.3/24")}});
  lan_.add_host({.mac = mac("02:00:00:00:00:0b"), .addresses = {prefix("192.0.2.3/24")}});
  const ProgramResult result = resolve({"192.0.2.3"});
  EXPECT_EQ(result.status, 3);
  EXPECT_TRUE(contains(result.out, "conflict with 02:00:00:00:00:0")) << result.out;
  EXPECT_TRUE(contains(result.out, "conflict: 2 stations have this address: 02:00:00:00:00:0")) << result.out;
  EXPECT_TRUE(contains(result.out, "02:00:00:00:00:0a") && contains(result.out, "02:00:00:00:00:0b"));
}

// arp-scan, nmap, masscan and netdiscover return 0.
TEST_F(Resolve, NobodyAnsweringIsNotSuccess) {
  EXPECT_EQ(resolve({"-c1", "-w.1", "--late=0", "192.0.2.77"}).status, 1);
}

// arpsend -D returns "free" for IPv6 without sending anything.
TEST_F(Resolve, ProbesIpv6ForReal) {
  const ProgramResult used = resolve({"--probe", "2001:db8::2"});
  EXPECT_EQ(used.status, 0);
  EXPECT_TRUE(contains(used.out, "08:00:27:53:10:67")) << used.out;
  const ProgramResult free = resolve({"--probe", "-c1", "-w.1", "2001:db8::77"});
  EXPECT_EQ(free.status, 1);
  EXPECT_TRUE(contains(free.out, "free: nobody answered 1 probe\n")) << free.out;
}

// arpsend -D returns "free" for an off-link address.
TEST_F(Resolve, AnOffLinkAddressIsNeverFree) {
  const ProgramResult result = resolve({"--probe", "203.0.113.1"});
  EXPECT_EQ(result.status, 4);
  EXPECT_FALSE(contains(result.out, "free"));
}

// iputils' arping -D returns "free" on an interface that cannot ARP.
TEST_F(Resolve, AnInterfaceWithoutArpIsNoWayToSeeWhoIsThere) {
  EXPECT_EQ(run_onlink({.words = {"resolve", "-i", "lo", "--probe", "192.0.2.77"}}).status, 8);
  add_bare_interface();
  ASSERT_TRUE(kernel::change_link(lan_.ours().netlink(), bare_index(), {.arp = false}));
  const ProgramResult noarp = run_onlink({.words = {"resolve", "-i", "bare0", "--probe", "192.0.2.77"}});
  EXPECT_EQ(noarp.status, 8);
  EXPECT_TRUE(contains(noarp.err, "bare0: ask: address resolution is switched off")) << noarp.err;
}

// iputils' arping takes the address of another interface without a word.
TEST_F(Resolve, AnInterfaceWithoutAddressBorrowsNone) {
  add_bare_interface();
  const ProgramResult refused = run_onlink({.words = {"resolve", "-i", "bare0", "192.0.2.2"}});
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(contains(refused.err,
                       "bare0 has no IPv4 address to ask from; --probe asks as nobody, --source ADDRESS as somebody"))
      << refused.err;
  const ProgramResult probed =
      run_onlink({.words = {"resolve", "-i", "bare0", "--probe", "-x", "-c1", "-w.1", "192.0.2.2"}});
  EXPECT_EQ(probed.status, 1);
  EXPECT_FALSE(contains(probed.out, "C0 00 02 01")) << probed.out;
  EXPECT_EQ(
      run_onlink({.words = {"resolve", "-i", "bare0", "--source", "192.0.2.9", "-c1", "-w.1", "--late=0", "192.0.2.2"}})
          .status,
      1);
}

// The probe must reach a bridge's other ports untouched by our address: the neighbour's kernel learns nothing from it.
TEST_F(Resolve, AProbeTellsNobodyWhoAsks) {
  EXPECT_EQ(resolve({"--probe", "192.0.2.2"}).status, 0);
  const auto entry = neighbor_.netlink().neighbor(neighbor_.link().index, ip("192.0.2.1"));
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->has_value());
}

TEST_F(Resolve, AnAbsentInterfaceIsNamed) {
  const ProgramResult result = run_onlink({.words = {"resolve", "-i", "nope0", "192.0.2.2"}});
  EXPECT_EQ(result.status, 6);
  EXPECT_TRUE(contains(result.err, "nope0: no such interface")) << result.err;
}

TEST_F(Resolve, AnInterfaceThatIsDownIsNamedWithTheRemedy) {
  lan_.ours().set_up(false);
  const ProgramResult result = resolve({"192.0.2.2"});
  EXPECT_EQ(result.status, 6);
  EXPECT_TRUE(contains(result.err, "eth0: ask: the interface is down (ip link set dev eth0 up)")) << result.err;
}

// nmap falls back to TCP; fping and arp hide behind other codes.
TEST_F(Resolve, WithoutPrivilegeItNamesTheCapabilityAndDoesNothingElse) {
  const ProgramResult result = resolve({"192.0.2.2"}, {.before_exec = give_up_all_capabilities});
  EXPECT_EQ(result.status, 5);
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(contains(result.err, "eth0: open packet socket: Operation not permitted (needs CAP_NET_RAW)"))
      << result.err;
}

// Frames that the neighbour got tell that the program is at work.
void Resolve::wait_for_requests(const KernelHost& host, std::uint64_t frames) {
  host.run([&] {
    for (std::uint64_t seen = 0; seen < frames; std::this_thread::yield()) {
      std::ifstream file{"/proc/thread-self/net/dev"};
      for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find("eth0:");
        if (colon == std::string::npos) continue;
        std::istringstream numbers{line.substr(colon + 5)};
        std::uint64_t bytes = 0;
        numbers >> bytes >> seen;
      }
    }
  });
}

// nmap, masscan, netdiscover and tcpdump hang; Habets' arping and fping return 0.
TEST_F(Resolve, ALostLinkEndsTheRunWithWhatIsKnown) {
  ProgramRun run;
  run.while_running = [&](int) {
    wait_for_requests(neighbor_, 3);
    lan_.ours().set_up(false);
  };
  const ProgramResult result = resolve({"-c0", "--interval=.02", "192.0.2.2", "192.0.2.77"}, run);
  EXPECT_EQ(result.status, 6);
  EXPECT_TRUE(contains(result.out, "08:00:27:53:10:67")) << result.out;
  EXPECT_TRUE(contains(result.out, "192.0.2.77       no answer so far")) << result.out;
  EXPECT_TRUE(contains(result.err, "eth0: ")) << result.err;
}

// iputils' arping -D ignores that sending failed.
TEST_F(Resolve, AnAddressIsNotFreeWhenTheLinkWentAway) {
  ProgramRun run;
  run.while_running = [&](int) {
    wait_for_requests(neighbor_, 1);
    lan_.ours().set_up(false);
  };
  const ProgramResult result = resolve({"--probe", "-c2", "-w5", "192.0.2.77"}, run);
  EXPECT_EQ(result.status, 6);
  EXPECT_FALSE(contains(result.out, "free")) << result.out;
}

TEST_F(Resolve, AnInterruptPrintsWhatIsKnownAndDiesOfIt) {
  ProgramRun run;
  run.while_running = [&](int pid) {
    wait_for_requests(neighbor_, 4);
    ::kill(pid, SIGINT);
  };
  const ProgramResult result = resolve({"-c0", "--interval=.02", "192.0.2.2", "192.0.2.77"}, run);
  EXPECT_EQ(result.signal, SIGINT);
  EXPECT_TRUE(contains(result.out, "08:00:27:53:10:67")) << result.out;
  EXPECT_TRUE(contains(result.out, "192.0.2.77       no answer so far")) << result.out;
  EXPECT_TRUE(contains(result.err, "interrupted")) << result.err;
}

// So many frames are more than a new interface's own: requests are out, so the socket is open.
TEST_F(Resolve, NoPrivilegeIsLeftOnceTheSocketIsOpen) {
  std::string capabilities;
  ProgramRun run;
  run.while_running = [&](int pid) {
    wait_for_requests(neighbor_, 30);
    std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("Cap")) capabilities += line + "\n";
    }
    ::kill(pid, SIGTERM);
  };
  EXPECT_EQ(resolve({"-c0", "--interval=.02", "192.0.2.77"}, run).signal, SIGTERM);
  EXPECT_TRUE(contains(capabilities, "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n")) << capabilities;
}

TEST_F(Resolve, AFullDiskIsNotSuccess) {
  const auto full_disk = [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); };
  const ProgramResult result = resolve({"192.0.2.2"}, {.before_exec = full_disk});
  EXPECT_EQ(result.status, 8);
  EXPECT_TRUE(contains(result.err, "standard output: write: No space left on device")) << result.err;
}

TEST_F(Resolve, AReaderWhoLeavesEndsItQuietly) {
  const auto no_reader = [] {
    int ends[2];
    if (::pipe(ends) == 0) ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
  };
  const ProgramResult result = resolve({"-c0", "--interval=.01", "192.0.2.2"}, {.before_exec = no_reader});
  EXPECT_EQ(result.signal, SIGPIPE);
  EXPECT_FALSE(contains(result.err, "write")) << result.err;
}

// No look-up happens without --names, and it has an end when no server answers: 192.0.2.77 is nobody.
TEST_F(Resolve, NamesAreLookedUpOnRequestOnly) {
  EXPECT_EQ(resolve({"localhost"}).status, 2);
  const ProgramResult result = resolve({"--names", "-4", "localhost"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.out, "127.0.0.1        is ours: lo has it  localhost\n")) << result.out;
}

}  // namespace
}  // namespace onlink::inline v0::test
