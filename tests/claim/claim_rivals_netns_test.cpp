// SPDX-License-Identifier: Apache-2.0
// `onlink claim --configure` against those whom it meets: Debian's dhcpcd with a static address, avahi-autoipd, and the
// duplicate address detection of the kernel. Each pair of hosts wants one address; who had it when is told by their
// kernels. Whoever begins, and if both begin at once: at no instant do both have it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onlink/kernel/link_setup.hpp"
#include "onlink/run/clock.hpp"
#include "tests/claim/address_watch.hpp"
#include "tests/claim/lan_program.hpp"
#include "tests/compat/oracle.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/must.hpp"

namespace onlink::inline v0::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// Who wants the same address as we do.
struct Rival {
  std::string_view name;
  std::function<std::optional<LanProgram>(KernelHost& host, const Prefix& address)> start;
  // It knows that it cannot have the address.
  std::function<bool(const AddressWatch& watch, const std::string& host, const IpAddress& address,
                     const LanProgram* program)>
      gave_up;
};

enum class Order {
  rival_first,  // ours begins when the rival has it
  ours_first,   // the rival begins when we have it
  together,
  rival_ahead,  // by half a second: in the midst of the other's probes
  ours_ahead,
};
constexpr std::array orders{Order::rival_first, Order::ours_first, Order::together, Order::rival_ahead,
                            Order::ours_ahead};
constexpr std::array<const char*, orders.size()> order_names{"rival first", "ours first", "together", "rival ahead",
                                                             "ours ahead"};

class Contest {
 public:
  Contest(SmallLan& lan, const Rival& rival, Order order, const Prefix& address)
      : rival_(rival),
        order_(order),
        address_(address),
        ours_(lan.add_host({})),
        theirs_(lan.add_host({})),
        watch_({{"ours", &ours_}, {"theirs", &theirs_}}),
        begun_(monotonic_now()) {
    theirs_.set_sysctl("net/ipv6/conf/eth0/accept_dad", "1");
    theirs_.set_sysctl("net/ipv6/conf/eth0/dad_transmits", "1");
    if (order != Order::ours_first && order != Order::ours_ahead) start_theirs();
    if (order != Order::rival_first && order != Order::rival_ahead) start_ours();
  }

  // Until both know what they have.
  bool is_decided() {
    const bool half_a_second_on = monotonic_now() - begun_ >= milliseconds{500};
    if (!ours_begun_ && (order_ == Order::rival_ahead ? half_a_second_on : holds("theirs"))) start_ours();
    if (!theirs_begun_ && (order_ == Order::ours_ahead ? half_a_second_on : holds("ours"))) start_theirs();
    if (!ours_begun_ || !theirs_begun_) return false;
    const bool ours_decided = holds("ours") || !ours_program_->runs();
    const LanProgram* theirs = theirs_program_ ? &*theirs_program_ : nullptr;
    return ours_decided && (holds("theirs") || rival_.gave_up(watch_, "theirs", address_.address, theirs));
  }

  void expect_one_owner() {
    SCOPED_TRACE(order_names[static_cast<std::size_t>(order_)]);
    EXPECT_LE(watch_.most_holders(address_.address), 1U) << story();
    const bool ours = holds("ours");
    const bool theirs = holds("theirs");
    EXPECT_TRUE(order_ != Order::rival_first || (theirs && !ours)) << story();
    EXPECT_TRUE(order_ != Order::ours_first || (ours && !theirs)) << story();
    const ProgramResult result = ours_program_->stop(SIGTERM);
    if (!ours) {
      EXPECT_EQ(result.status, 3) << result.err;
      EXPECT_THAT(result.out, HasSubstr(R"("kind":"conflict")"));
    }
    std::printf("%.*s, %s: %s\n", static_cast<int>(rival_.name.size()), rival_.name.data(),
                order_names[static_cast<std::size_t>(order_)],
                ours     ? "ours"
                : theirs ? "the rival's"
                         : "nobody's");
    if (theirs_program_) (void)theirs_program_->stop(SIGTERM);
  }

  [[nodiscard]] std::string story() const {
    std::string text;
    if (ours_program_) text += "ours:\n" + ours_program_->out() + ours_program_->err();
    if (theirs_program_) text += "theirs:\n" + theirs_program_->out() + theirs_program_->err();
    return text;
  }

 private:
  [[nodiscard]] bool holds(const std::string& host) const { return watch_.holds(host, address_.address); }
  void start_ours() {
    ours_begun_ = true;
    ours_program_.emplace(
        ours_, LanProgram::Start{.path = onlink_path(),
                                 .words = {"claim", "-i", "eth0", "--json", "--configure", to_string(address_)}});
  }
  void start_theirs() {
    theirs_begun_ = true;
    if (auto program = rival_.start(theirs_, address_)) theirs_program_.emplace(*std::move(program));
  }

  const Rival& rival_;
  Order order_;
  Prefix address_;
  KernelHost& ours_;
  KernelHost& theirs_;
  AddressWatch watch_;
  Instant begun_;
  bool ours_begun_ = false;
  bool theirs_begun_ = false;
  std::optional<LanProgram> ours_program_;
  std::optional<LanProgram> theirs_program_;
};

// All orders at the same time, each for an address of its own: the last octet of `address` counts up.
void contend(const Rival& rival, const std::function<Prefix(unsigned number)>& address) {
  SmallLan lan;
  std::vector<std::unique_ptr<Contest>> contests;
  for (const Order order : orders) {
    const auto number = static_cast<unsigned>(contests.size()) + 1;
    contests.push_back(std::make_unique<Contest>(lan, rival, order, address(number)));
  }
  try {
    wait_until("all contests are decided", [&] {
      return std::ranges::all_of(contests, [](const auto& contest) { return contest->is_decided(); });
    });
  } catch (const std::exception& failed) {
    for (const auto& contest : contests) ADD_FAILURE() << failed.what() << '\n' << contest->story();
  }
  for (const auto& contest : contests) contest->expect_one_owner();
}

bool said(const LanProgram* program, std::string_view text) {
  return program != nullptr && (program->err().contains(text) || program->out().contains(text));
}

Prefix numbered(Ipv4Address base, unsigned number, std::uint8_t length) {
  return {Ipv4Address{base.value + number}, length};
}

// An empty file for a program that insists on one.
class TemporaryFile {
 public:
  TemporaryFile(std::string_view text, bool executable)
      : path_((std::filesystem::temp_directory_path() / "onlink-rival-XXXXXX").string()) {
    ::close(::mkstemp(path_.data()));
    std::ofstream{path_} << text;
    if (executable) std::filesystem::permissions(path_, std::filesystem::perms{0755});
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

TEST(ClaimRivals, DhcpcdWithAStaticAddress) {
  const auto dhcpcd = find_oracle("dhcpcd");
  if (!dhcpcd) GTEST_SKIP() << "no dhcpcd here: ./dev test unpacks it";
  const TemporaryFile settings{"noipv6\n", false};
  const Rival rival{.name = "dhcpcd",
                    .start = [&](KernelHost& host, const Prefix& address) -> std::optional<LanProgram> {
                      return LanProgram{
                          host,
                          {.path = dhcpcd->path,
                           .words = {"--nobackground", "--debug", "--ipv4only", "--config", settings.path(), "--script",
                                     "/bin/true", "--static", "ip_address=" + to_string(address), "eth0"},
                           .environment = dhcpcd->environment,
                           .own_run = true}};
                    },
                    .gave_up = [](const AddressWatch&, const std::string&, const IpAddress&,
                                  const LanProgram* program) { return said(program, " claims "); }};
  contend(rival, [](unsigned number) { return numbered(Ipv4Address::of(10, 0, 0, 0), number, 24); });
}

// What avahi's own script does, in short.
constexpr std::string_view avahi_script = R"(#!/bin/sh
case "$1" in
  BIND) ip addr add "$3/16" brd 169.254.255.255 scope link dev "$2" ;;
  *) ip addr del "$3/16" dev "$2" ;;
esac
)";

TEST(ClaimRivals, AvahiAutoipd) {
  const auto avahi = find_oracle("avahi-autoipd");
  if (!avahi) GTEST_SKIP() << "no avahi-autoipd here: ./dev test unpacks it";
  const TemporaryFile script{avahi_script, true};
  const Rival rival{.name = "avahi-autoipd",
                    .start = [&](KernelHost& host, const Prefix& address) -> std::optional<LanProgram> {
                      return LanProgram{host,
                                        {.path = avahi->path,
                                         .words = {"--no-drop-root", "--no-chroot", "--script=" + script.path(),
                                                   "--start=" + to_string(address.address), "eth0"},
                                         .environment = avahi->environment,
                                         .own_run = true}};
                    },
                    .gave_up = [](const AddressWatch&, const std::string&, const IpAddress&,
                                  const LanProgram* program) { return said(program, "Trying address"); }};
  contend(rival, [](unsigned number) { return numbered(Ipv4Address::of(169, 254, 7, 0), number, 16); });
}

TEST(ClaimRivals, TheKernelsDuplicateAddressDetection) {
  const Rival rival{.name = "the kernel",
                    .start = [](KernelHost& host, const Prefix& address) -> std::optional<LanProgram> {
                      must(kernel::add_address(host.netlink(), host.link().index, {.prefix = address}));
                      return std::nullopt;
                    },
                    .gave_up = [](const AddressWatch& watch, const std::string& host, const IpAddress& address,
                                  const LanProgram*) { return watch.found_duplicate(host, address); }};
  contend(rival, [](unsigned number) { return prefix("2001:db8::" + std::to_string(number) + "/64"); });
}

}  // namespace
}  // namespace onlink::inline v0::test
