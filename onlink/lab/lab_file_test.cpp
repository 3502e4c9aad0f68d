// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/lab_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "onlink/lab/ready_made.hpp"

namespace onlink::inline v0::lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

LabPlan plan_of(const std::string& text) {
  const auto plan = parse_lab(text, "test.toml");
  if (!plan) throw std::runtime_error(plan.error().context);
  return *plan;
}

const std::string me = R"(name = "test"
[[host]]
name = "me"
addresses = ["192.0.2.1/24", "2001:db8::1/64"]
)";

TEST(LabFile, HostIsReadWhole) {
  const LabPlan plan = plan_of(me + R"(
[[host]]
name = "slow"
mac = "3C-D9-2B-00-00-01"
addresses = ["192.0.2.2/24"]
delay = "40ms"
jitter = 0.5
loss = "10%"
duplicate = 0.25
impostor = true
vlan = "200.100"
seed = 7
)");
  ASSERT_EQ(plan.hosts.size(), 2U);
  const PlannedHost& slow = plan.hosts[1];
  EXPECT_EQ(slow.name, "slow");
  EXPECT_EQ(to_string(slow.mac), "3c:d9:2b:00:00:01");
  EXPECT_THAT(slow.addresses, ElementsAre(parse_prefix("192.0.2.2/24").value()));
  EXPECT_EQ(slow.faults, (Faults{.delay = std::chrono::milliseconds{40},
                                 .jitter = std::chrono::milliseconds{500},
                                 .loss = 0.1,
                                 .duplicate = 0.25,
                                 .impostor = 1}));
  EXPECT_EQ(slow.vlans, parse_vlan_stack("200.100").value());
  EXPECT_EQ(slow.seed, 7U);
  EXPECT_TRUE(slow.by_engine);
  EXPECT_FALSE(plan.hosts[0].by_engine);
}

TEST(LabFile, FirstKernelHostAsksUnlessAnotherIsSaidTo) {
  EXPECT_EQ(plan_of(me).asking_host().name, "me");
  const std::string second = "[[host]]\nname = \"second\"\naddresses = [\"192.0.2.2/24\"]\nasks = true\n";
  EXPECT_EQ(plan_of(me + second).asking_host().name, "second");
}

TEST(LabFile, AHostWithoutADiskBootsFromAServerInItsNetwork) {
  const LabPlan plan = plan_of(me + R"(rarp = true
[[host]]
name = "workstation"
addresses = ["192.0.2.50/24"]
boots = "rarp"
[[host]]
name = "terminal"
addresses = ["192.0.2.51/24"]
boots = "by-hand"
)");
  EXPECT_TRUE(plan.hosts[0].serves_rarp);
  EXPECT_EQ(plan.hosts[0].boot, Boot::configured);
  EXPECT_EQ(plan.hosts[1].boot, Boot::by_rarp);
  EXPECT_EQ(plan.hosts[2].boot, Boot::by_hand);
}

TEST(LabFile, MacWithoutWordIsMadeFromTheNameAndStaysTheSame) {
  const MacAddress mac = plan_of(me).hosts[0].mac;
  EXPECT_TRUE(mac.is_unicast() && mac.is_locally_administered());
  EXPECT_EQ(plan_of(me).hosts[0].mac, mac);
  const std::string second = "[[host]]\nname = \"second\"\naddresses = [\"192.0.2.2/24\"]\n";
  EXPECT_NE(plan_of(me + second).hosts[1].mac, mac);
}

TEST(LabFile, RoutersGiveEveryHostARouteForWhatTheyReach) {
  const LabPlan plan = plan_of(me + R"(
[[router]]
name = "a"
addresses = ["192.0.2.254/24", "2001:db8::fe/64"]
reaches = ["0.0.0.0/0", "::/0"]
[[router]]
name = "b"
addresses = ["192.0.2.253/24"]
reaches = ["0.0.0.0/0", "10.0.0.0/8"]
)");
  const auto route = [](const char* to, const char* via, std::uint32_t metric) {
    return PlannedRoute{parse_prefix(to).value(), parse_ip(via).value(), metric};
  };
  EXPECT_THAT(plan.hosts[0].routes,
              ElementsAre(route("0.0.0.0/0", "192.0.2.254", 0), route("::/0", "2001:db8::fe", 1024),
                          route("0.0.0.0/0", "192.0.2.253", 100), route("10.0.0.0/8", "192.0.2.253", 0)));
  EXPECT_EQ(plan.hosts[1].routes.size(), 2U);  // over the other router
}

TEST(LabFile, RoutesOfTheFileTakeThePlaceOfThoseOverRouters) {
  const std::string router = "[[router]]\nname = \"r\"\naddresses = [\"192.0.2.254/24\"]\nreaches = [\"0.0.0.0/0\"]\n";
  const LabPlan none = plan_of(me + "routes = []\n" + router);
  EXPECT_THAT(none.hosts[0].routes, IsEmpty());
  const LabPlan own = plan_of(me + "routes = [{ to = \"10.0.0.0/8\", via = \"192.0.2.9\", metric = 5 }]\n" + router);
  ASSERT_EQ(own.hosts[0].routes.size(), 1U);
  EXPECT_EQ(own.hosts[0].routes[0].metric, 5U);
}

TEST(LabFile, CrowdIsAKernelWhereAKernelCanBeOne) {
  const auto crowd = [](const std::string& more) {
    return plan_of(me + "[[crowd]]\nname = \"c\"\n" + more).hosts[1].by_engine;
  };
  EXPECT_FALSE(crowd("networks = [\"192.0.2.128/25\"]"));
  EXPECT_TRUE(crowd("networks = [\"192.0.2.128/25\"]\nvirtual = true"));
  EXPECT_TRUE(crowd("networks = [\"192.0.2.128/25\"]\nmac_per_address = true"));
  EXPECT_TRUE(crowd("networks = [\"192.0.2.128/25\"]\nloss = 0.1"));
  EXPECT_TRUE(crowd("networks = [\"2001:db8::/64\"]"));
}

struct Refusal {
  std::string name;
  std::string text;
  std::string line;  // "test.toml:N:"
  std::string words;
};
std::ostream& operator<<(std::ostream& out, const Refusal& refusal) { return out << refusal.name; }

class LabFileRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(LabFileRefuses, WithLineAndReason) {
  const auto plan = parse_lab(GetParam().text, "test.toml");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::usage);
  EXPECT_THAT(plan.error().context, StartsWith("test.toml:" + GetParam().line + ": "));
  EXPECT_THAT(plan.error().context, HasSubstr(GetParam().words));
}

const std::string second_host = me + "[[host]]\nname = \"x\"\n";  // lines 5 and 6
const std::string a_crowd = me + "[[crowd]]\nname = \"c\"\n";

INSTANTIATE_TEST_SUITE_P(
    All, LabFileRefuses,
    testing::Values(
        Refusal{"Syntax", "name = \"x\"\n[[host\n", "2", ""},
        Refusal{"NoName", "[[host]]\nname = \"a\"\n", "1", "name: missing"},
        Refusal{"NoHost", "name = \"x\"\n", "1", "no host"},
        Refusal{"MistypedKey", second_host + "adresses = []\n", "7", "unknown key 'adresses'; known here: name"},
        Refusal{"MistypedTable", me + "[[hots]]\nname = \"x\"\n", "5", "unknown key 'hots'"},
        Refusal{"SingleTable", "name = \"x\"\n[host]\nname = \"a\"\n", "2", "write [[host]]"},
        Refusal{"NoAddresses", second_host, "5", "addresses: missing"},
        Refusal{"HostWithoutName", me + "[[host]]\naddresses = [\"192.0.2.2/24\"]\n", "5", "name: missing"},
        Refusal{"AddressWithoutLength", second_host + "addresses = [\"192.0.2.2\"]\n", "7", "addresses: "},
        Refusal{"AddressNotText", second_host + "addresses = [5]\n", "7", "quotes"},
        Refusal{"AddressesNotAList", second_host + "addresses = \"192.0.2.2/24\"\n", "7", "list in brackets"},
        Refusal{"BroadcastAddress", second_host + "addresses = [\"192.0.2.255/24\"]\n", "5", "broadcast"},
        Refusal{"MulticastAddress", second_host + "addresses = [\"224.0.0.1/24\"]\n", "5", "no address of a station"},
        Refusal{"BadMac", second_host + "mac = \"3c:d9\"\naddresses = [\"192.0.2.2/24\"]\n", "7", "mac: "},
        Refusal{"GroupMac", second_host + "mac = \"01:00:5e:00:00:01\"\naddresses = [\"192.0.2.2/24\"]\n", "5",
                "mac: 01:00:5e:00:00:01: no address of a station"},
        Refusal{"SameMac",
                second_host +
                    "mac = \"00:00:5e:00:53:01\"\naddresses = [\"192.0.2.2/24\"]\n[[host]]\nname = \"y\"\nmac = "
                    "\"00:00:5e:00:53:01\"\naddresses = [\"192.0.2.3/24\"]\n",
                "9", "is x's (line 5)"},
        Refusal{"SameName", me + "[[host]]\nname = \"me\"\naddresses = [\"192.0.2.2/24\"]\n", "5", "is taken (line 2)"},
        Refusal{"NameWithSlash", me + "[[host]]\nname = \"../x\"\naddresses = [\"192.0.2.2/24\"]\n", "5", "letters"},
        Refusal{"LabNameWithSlash", "name = \"a/b\"\n[[host]]\nname = \"a\"\naddresses = [\"192.0.2.2/24\"]\n", "1",
                "letters"},
        Refusal{"DelayWithoutUnitOfTime", second_host + "delay = \"40 parsecs\"\n", "7", "delay: not a time"},
        Refusal{"NegativeDelay", second_host + "delay = -1\n", "7", "delay: not a time"},
        Refusal{"LossAboveOne", second_host + "loss = \"110%\"\n", "7", "loss: not a fraction"},
        Refusal{"NegativeLoss", second_host + "loss = -0.1\n", "7", "loss: not a fraction"},
        Refusal{"BadVlan", second_host + "vlan = 5000\n", "7", "vlan: "},
        Refusal{"VlanNotText", second_host + "vlan = true\n", "7", "vlan: "},
        Refusal{"NegativeSeed", second_host + "seed = -1\n", "7", "seed: "},
        Refusal{"AsksNotAFlag", second_host + "asks = \"yes\"\n", "7", "true nor false"},
        Refusal{"VirtualHostAsks", second_host + "addresses = [\"192.0.2.2/24\"]\nasks = true\ndelay = 1\n", "5",
                "asks: "},
        Refusal{"TwoAsk", me + "asks = true\n[[host]]\nname = \"x\"\naddresses = [\"192.0.2.2/24\"]\nasks = true\n",
                "6", "'me' does already"},
        Refusal{"KernelCannotBeSlow", second_host + "addresses = [\"192.0.2.2/24\"]\nvirtual = false\ndelay = 1\n", "5",
                "virtual = false contradicts"},
        Refusal{"RouteWithoutTo", me + "routes = [{ via = \"192.0.2.9\" }]\n", "5", "to: missing"},
        Refusal{"RouteWithoutVia", me + "routes = [{ to = \"10.0.0.0/8\" }]\n", "5", "via: missing"},
        Refusal{"RouteOverNobodysNetwork", me + "routes = [{ to = \"10.0.0.0/8\", via = \"198.51.100.1\" }]\n", "2",
                "none of the host's networks"},
        Refusal{"RouteOfMixedFamilies", me + "routes = [{ to = \"10.0.0.0/8\", via = \"2001:db8::9\" }]\n", "2",
                "mixed"},
        Refusal{"BootsOtherwise", second_host + "addresses = [\"192.0.2.2/24\"]\nboots = \"dhcp\"\n", "8",
                "neither \"rarp\" nor \"by-hand\""},
        Refusal{"BootsWithoutServer", second_host + "addresses = [\"192.0.2.2/24\"]\nboots = \"rarp\"\n", "5",
                "no host with rarp = true"},
        Refusal{"BootsFromAServerElsewhere",
                me + "rarp = true\n[[host]]\nname = \"x\"\naddresses = [\"198.51.100.2/24\"]\nboots = \"rarp\"\n", "6",
                "no host with rarp = true"},
        Refusal{"BootsWithIpv6",
                me + "rarp = true\n[[host]]\nname = \"x\"\naddresses = [\"2001:db8::2/64\"]\nboots = \"rarp\"\n", "6",
                "one IPv4 address, and no other"},
        Refusal{"VirtualHostBoots", second_host + "addresses = [\"192.0.2.2/24\"]\nboots = \"by-hand\"\nloss = 1\n",
                "5", "only a host with a kernel"},
        Refusal{"VirtualHostServes", second_host + "addresses = [\"192.0.2.2/24\"]\nrarp = true\nloss = 1\n", "5",
                "rarp: a server needs a kernel"},
        Refusal{"CrowdWithoutNetworks", a_crowd, "5", "networks: missing"},
        Refusal{"CrowdByKernelForIpv6", a_crowd + "networks = [\"2001:db8::/64\"]\nvirtual = false\n", "5",
                "solicited-node"},
        Refusal{"OnlyVirtualHosts", "name = \"x\"\n[[host]]\nname = \"a\"\naddresses = [\"192.0.2.2/24\"]\ndelay = 1\n",
                "2", "no host on which a command could run"}),
    [](const auto& row) { return row.param.name; });

TEST(ReadyMadeLabs, AreAllRightAndNamedAsTheySay) {
  for (const ReadyMade& ready_made : ready_made_labs()) {
    const auto plan = parse_lab(ready_made.text, std::string(ready_made.name));
    ASSERT_TRUE(plan) << plan.error().context;
    EXPECT_EQ(plan->name, ready_made.name);
    EXPECT_FALSE(plan->about.empty());
  }
  EXPECT_EQ(ready_made_labs().front().name, "home");
  EXPECT_EQ(find_ready_made("nowhere"), nullptr);
}

TEST(ReadyMadeLabs, TextbookIsAsTheBooksHaveIt) {
  const auto plan = parse_lab(find_ready_made("textbook")->text, "textbook").value();
  EXPECT_EQ(plan.asking_host().name, "ernest-laptop");
  EXPECT_EQ(to_string(plan.asking_host().addresses[0].address), "192.168.1.108");
  EXPECT_EQ(plan.hosts[1].name, "Kongming20");
  EXPECT_EQ(to_string(plan.hosts[1].addresses[0].address), "192.168.1.109");
  EXPECT_EQ(to_string(plan.hosts[1].mac), "08:00:27:53:10:67");
  EXPECT_EQ(plan.hosts[2].role, Role::router);
  EXPECT_EQ(to_string(plan.hosts[2].addresses[0].address), "192.168.1.1");
}

}  // namespace
}  // namespace onlink::inline v0::lab
