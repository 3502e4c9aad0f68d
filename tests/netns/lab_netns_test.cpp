// SPDX-License-Identifier: Apache-2.0
// Labs for real: put up, visited, taken down, and killed.
#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "onlink/lab/lab_file.hpp"
#include "onlink/lab/labs.hpp"
#include "onlink/lab/visit.hpp"
#include "tests/netns/datagram.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {
namespace {

using kernel::FileDescriptor;
using kernel::Netlink;
using kernel::RouteKind;
using lab::Labs;
using lab::Lifetime;
using lab::RunningLab;
using testing::HasSubstr;

constexpr uid_t nobody = 65534;
constexpr int patience = 5000;  // milliseconds; reached only by a failure

// A directory of labs of the test's own.
class LabTest : public testing::Test {
 protected:
  LabTest() {
    std::string pattern = "/tmp/onlink-lab-test-XXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    ::setenv("XDG_RUNTIME_DIR", directory_.c_str(), 1);
  }
  ~LabTest() override {
    if (auto labs = Labs::open()) {
      for (const RunningLab& lab : labs->list().value()) (void)labs->down(lab.name);
    }
    std::filesystem::remove_all(directory_);
  }

  Labs labs() { return Labs::open().value(); }
  RunningLab up(const lab::LabPlan& plan) {
    auto up = labs().up(plan, plan.name, Lifetime::until_down);
    if (!up) throw std::runtime_error(up.error().context);
    return up->lab;
  }
  std::size_t state_files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_ + "/onlink-lab")) {
      count += entry.path().filename() == "lock" ? 0 : 1;
    }
    return count;
  }

  std::string directory_;
};

lab::LabPlan plan_of(const std::string& text) {
  auto plan = lab::parse_lab(text, "test.toml");
  if (!plan) throw std::runtime_error(plan.error().context);
  return *plan;
}

const std::string two_hosts = R"(name = "two"
about = "two hosts"
[[host]]
name = "me"
addresses = ["192.0.2.1/24", "2001:db8::1/64"]
[[host]]
name = "other"
mac = "3c:d9:2b:00:00:02"
addresses = ["192.0.2.2/24", "2001:db8::2/64"]
)";

// Runs `check` in a process on the host; its failures are told by the exit status, so it returns what is wrong.
std::string on_host(const Labs& labs, const RunningLab& lab, const char* host, std::string (*check)()) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return "pipe";
  const FileDescriptor from(ends[0]);
  FileDescriptor to(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto moved = lab::become_host(lab, *lab.find_host(host), labs.hosts_path(lab));
    const std::string wrong = moved ? check() : moved.error().context;
    (void)!::write(to.fd(), wrong.data(), wrong.size());
    ::_exit(EXIT_SUCCESS);
  }
  to.reset();
  std::string text;
  std::array<char, 512> part{};
  for (ssize_t size = 0; (size = ::read(from.fd(), part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(size));
  }
  ::waitpid(child, nullptr, 0);
  return text;
}

// The MAC address that the calling process's kernel finds for the address.
std::string resolved(const char* address) {
  auto netlink = Netlink::open().value();
  const int index = netlink.find_link("eth0").value().index;
  send_datagram(ip(address));
  while (true) {
    const auto row = netlink.neighbor(index, ip(address)).value();
    if (row && row->state == NudState::failed) return "nobody";
    if (row && row->mac) return to_string(*row->mac);
    std::this_thread::yield();
  }
}

std::vector<FileDescriptor> processes_of(const RunningLab& lab) {
  std::vector<FileDescriptor> processes;
  const auto add = [&](pid_t pid) { processes.emplace_back(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); };
  add(lab.holder);
  for (const lab::RunningHost& host : lab.hosts) add(host.process);
  return processes;
}

bool ends(const FileDescriptor& process) {
  pollfd waiting{.fd = process.fd(), .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, patience) > 0;
}
void expect_all_end(const std::vector<FileDescriptor>& processes) {
  for (const FileDescriptor& process : processes) EXPECT_TRUE(ends(process));
}

TEST_F(LabTest, KernelHostsAnswerAtOnce) {
  const RunningLab lab = up(plan_of(two_hosts));
  EXPECT_EQ(on_host(labs(), lab, "me", [] { return resolved("192.0.2.2"); }), "3c:d9:2b:00:00:02");
  EXPECT_EQ(on_host(labs(), lab, "me", [] { return resolved("2001:db8::2"); }), "3c:d9:2b:00:00:02");
}

TEST_F(LabTest, HostHasItsNameItsInterfacesAndTheNamesOfOthers) {
  const RunningLab lab = up(plan_of(two_hosts));
  const std::string seen = on_host(labs(), lab, "other", [] {
    std::array<char, 65> name{};
    ::gethostname(name.data(), name.size() - 1);
    std::ifstream hosts("/etc/hosts");
    std::string text =
        std::string(name.data()) + "|" + std::getenv("ONLINK_LAB") + "|" + std::getenv("ONLINK_LAB_HOST");
    for (std::string line; std::getline(hosts, line);) text += "|" + line;
    return text;
  });
  EXPECT_THAT(seen, testing::StartsWith("other|two|other|"));
  EXPECT_THAT(seen, HasSubstr("|192.0.2.1\tme|"));
}

TEST_F(LabTest, VirtualHostAnswersLateForBothFamilies) {
  const RunningLab lab = up(plan_of(two_hosts + R"([[host]]
name = "slow"
mac = "3c:d9:2b:00:00:03"
addresses = ["192.0.2.3/24", "2001:db8::3/64"]
delay = "20ms"
)"));
  EXPECT_EQ(on_host(labs(), lab, "me", [] { return resolved("192.0.2.3"); }), "3c:d9:2b:00:00:03");
  EXPECT_EQ(on_host(labs(), lab, "me", [] { return resolved("2001:db8::3"); }), "3c:d9:2b:00:00:03");
  const auto refused = lab::become_host(lab, *lab.find_host("slow"), "");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().context, HasSubstr("two:slow: a virtual host runs no commands"));
}

TEST_F(LabTest, CrowdOfAKernelLeavesOutTheAskerAndTheBroadcastAddress) {
  const RunningLab lab = up(plan_of(two_hosts + R"([[crowd]]
name = "crowd"
mac = "3c:d9:2b:00:00:04"
networks = ["192.0.2.0/24"]
)"));
  EXPECT_EQ(on_host(labs(), lab, "me", [] { return resolved("192.0.2.254"); }), "3c:d9:2b:00:00:04");
  EXPECT_EQ(on_host(labs(), lab, "me", [] { return resolved("192.0.2.2"); }), "3c:d9:2b:00:00:02");
  EXPECT_EQ(
      on_host(labs(), lab, "crowd",
              [] {
                auto netlink = Netlink::open().value();
                std::string ours;
                for (const char* const address : {"192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.255"}) {
                  ours += netlink.route_get(ip(address)).value().kind == RouteKind::local ? "y" : "n";
                }
                return ours;
              }),
      "ynnyn");
}

TEST_F(LabTest, RouterAnswersForTheWorldButNotItsArp) {
  const RunningLab lab = up(plan_of(two_hosts + R"([[router]]
name = "router"
mac = "3c:d9:2b:00:00:05"
addresses = ["192.0.2.254/24", "2001:db8::fe/64"]
reaches = ["0.0.0.0/0", "::/0"]
)"));
  EXPECT_EQ(on_host(labs(), lab, "me",
                    [] {
                      auto netlink = Netlink::open().value();
                      return to_string(netlink.route_get(ip("198.51.100.1")).value().gateway.value()) + " " +
                             to_string(netlink.route_get(ip("2001:db8:ffff::1")).value().gateway.value());
                    }),
            "192.0.2.254 2001:db8::fe");
  EXPECT_EQ(on_host(labs(), lab, "router",
                    [] {
                      auto netlink = Netlink::open().value();
                      const bool local = netlink.route_get(ip("198.51.100.1")).value().kind == RouteKind::local;
                      const bool lan = netlink.route_get(ip("192.0.2.1")).value().kind == RouteKind::on_link;
                      return std::string(local && lan ? "yes " : "no ") +
                             kernel::read_sysctl("net/ipv4/conf/all/arp_ignore").value() +
                             kernel::read_sysctl("net/ipv6/conf/all/forwarding").value();
                    }),
            "yes 11");
}

TEST_F(LabTest, SecondUpFindsTheSameLabAndRefusesAnother) {
  const RunningLab lab = up(plan_of(two_hosts));
  const auto again = labs().up(plan_of(two_hosts), "two", Lifetime::until_down);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_up);
  EXPECT_EQ(again->lab, lab);
  const auto other = labs().up(plan_of(two_hosts + "# changed\n"), "two", Lifetime::until_down);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::usage);
  EXPECT_THAT(other.error().context, HasSubstr("another lab named 'two' is up"));
}

TEST_F(LabTest, DownEndsEvenWhatDoesNotWantTo) {
  const RunningLab lab = up(plan_of(two_hosts));
  const auto processes = processes_of(lab);
  const pid_t command = ::fork();
  if (command == 0) {
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    if (!lab::become_host(lab, lab.hosts[0], "")) ::_exit(1);
    while (true) ::pause();
  }
  const std::string network = "/proc/" + std::to_string(lab.hosts[0].process) + "/ns/net";
  const std::string joined = "/proc/" + std::to_string(command) + "/ns/net";
  while (std::filesystem::read_symlink(network) != std::filesystem::read_symlink(joined)) std::this_thread::yield();
  const auto down = labs().down("two");
  ASSERT_TRUE(down) << down.error().context;
  EXPECT_EQ(down->ended_commands, 1U);
  int status = 0;
  EXPECT_EQ(::waitpid(command, &status, 0), command);
  EXPECT_TRUE(WIFSIGNALED(status));
  expect_all_end(processes);
  EXPECT_EQ(state_files(), 0U);
  EXPECT_FALSE(labs().down("two"));
}

TEST_F(LabTest, KilledHolderTakesAllWithItAndTheNextStartRemovesItsFile) {
  const RunningLab lab = up(plan_of(two_hosts));
  const auto processes = processes_of(lab);
  ::kill(lab.holder, SIGKILL);
  expect_all_end(processes);
  EXPECT_EQ(state_files(), 2U);
  EXPECT_THAT(labs().removed(), testing::ElementsAre("two"));
  EXPECT_EQ(state_files(), 0U);
  EXPECT_TRUE(labs().list().value().empty());
  EXPECT_TRUE(labs().up(plan_of(two_hosts), "two", Lifetime::until_down));
}

TEST_F(LabTest, LabOfOneCommandDiesWithTheProcessThatStartedIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const FileDescriptor from(ends[0]);
  const FileDescriptor to(ends[1]);
  const pid_t starter = ::fork();
  if (starter == 0) {
    if (!labs().up(plan_of(two_hosts), "short", Lifetime::with_parent)) ::_exit(1);
    (void)!::write(to.fd(), "x", 1);
    while (true) ::pause();
  }
  char ready = 0;
  ASSERT_EQ(::read(from.fd(), &ready, 1), 1);
  const auto processes = processes_of(labs().find("short").value());
  ::kill(starter, SIGKILL);
  ::waitpid(starter, nullptr, 0);
  expect_all_end(processes);
}

TEST_F(LabTest, HostWhoseProcessWasKilledIsSaidToBeGone) {
  const RunningLab lab = up(plan_of(two_hosts));
  const auto processes = processes_of(lab);
  ::kill(lab.hosts[1].process, SIGKILL);
  EXPECT_TRUE(ends(processes[2]));
  EXPECT_THAT(on_host(labs(), lab, "other", [] { return std::string("alive"); }),
              HasSubstr("two:other: its process is gone"));
  EXPECT_EQ(on_host(labs(), lab, "me", [] { return std::string("alive"); }), "alive");
}

TEST_F(LabTest, RefusalOfTheKernelNamesTheHostAndLeavesNothing) {
  lab::LabPlan plan = plan_of(two_hosts);
  plan.hosts[1].routes.push_back({.destination = prefix("10.0.0.0/8"), .gateway = ip("198.51.100.1")});
  const auto up = labs().up(plan, "two", Lifetime::until_down);
  ASSERT_FALSE(up);
  EXPECT_THAT(up.error().context, testing::StartsWith("other: add route 10.0.0.0/8: "));
  EXPECT_EQ(state_files(), 0U);
}

TEST_F(LabTest, DirectoryOpenToOthersIsRefused) {
  const std::string path = directory_ + "/onlink-lab";
  ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
  const auto labs = Labs::open();
  ASSERT_FALSE(labs);
  EXPECT_EQ(labs.error().code, ErrorCode::permission);
  EXPECT_THAT(labs.error().context, HasSubstr(path));
  ::chmod(path.c_str(), 0700);
}

TEST_F(LabTest, EveryReadyMadeLabComesUp) {
  for (const char* const name : {"home", "textbook", "conflict", "crowd", "two-routers", "diskless"}) {
    const auto plan = lab::load_plan(name);
    ASSERT_TRUE(plan) << plan.error().context;
    const auto up = labs().up(*plan, name, Lifetime::until_down);
    ASSERT_TRUE(up) << up.error().context;
    EXPECT_EQ(up->lab.hosts.size(), plan->hosts.size());
  }
  EXPECT_EQ(labs().list().value().size(), 6U);
}

// As any user of the machine, from the outside of every namespace that this test made.
TEST_F(LabTest, NeedsNoRoot) {
  if (::geteuid() != 0 || ::chown(directory_.c_str(), nobody, nobody) != 0)
    GTEST_SKIP() << "is not root, so all ran so";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresgid(nobody, nobody, nobody) != 0 || ::setresuid(nobody, nobody, nobody) != 0) ::_exit(2);
    ::prctl(PR_SET_DUMPABLE, 1);  // as after exec(2) by that user
    const auto up = labs().up(plan_of(two_hosts), "two", Lifetime::until_down);
    if (!up) std::fprintf(stderr, "%s\n", up.error().context.c_str());
    if (!up) ::_exit(up.error().code == ErrorCode::permission ? 77 : 3);
    const std::string mac = on_host(labs(), up->lab, "me", [] { return resolved("192.0.2.2"); });
    const bool down = labs().down("two").has_value();
    ::_exit(mac == "3c:d9:2b:00:00:02" && down ? 0 : 4);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "the system allows other users no user namespaces";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace onlink::inline v0::test
