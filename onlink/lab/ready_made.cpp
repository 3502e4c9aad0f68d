// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/ready_made.hpp"

#include <algorithm>
#include <array>

namespace onlink::inline v0::lab {
namespace {

constexpr std::string_view home = R"(# A household: a router, computers, a slow printer, light bulbs,
# and two devices that were given the same address.
name = "home"
about = "a household with a router, a slow printer, 48 light bulbs and an address conflict"

[[host]]
name = "me"
asks = true
mac = "3c:22:fb:5e:10:14"
addresses = ["192.168.1.20/24", "2001:db8:1::20/64"]

[[router]]
name = "router"
mac = "3c:a6:2f:40:00:01"
addresses = ["192.168.1.1/24", "2001:db8:1::1/64"]
reaches = ["0.0.0.0/0", "::/0"]

[[host]]
name = "nas"
mac = "00:11:32:7c:00:0a"
addresses = ["192.168.1.10/24", "2001:db8:1::10/64"]

[[host]]
name = "media-pi"
mac = "b8:27:eb:91:22:0b"
addresses = ["192.168.1.11/24", "2001:db8:1::11/64"]

[[host]]
name = "printer"
mac = "3c:d9:2b:63:00:1e"
addresses = ["192.168.1.30/24", "2001:db8:1::30/64"]
delay = "80ms"
jitter = "40ms"

# Two stations own 192.168.1.40.
[[host]]
name = "camera"
mac = "00:40:8c:d1:00:28"
addresses = ["192.168.1.40/24"]

[[host]]
name = "old-phone"
mac = "a4:c3:61:0f:66:40"
addresses = ["192.168.1.40/24"]

[[crowd]]
name = "bulbs"
mac = "d8:bf:c0:a8:01:80"
networks = ["192.168.1.128-192.168.1.175"]
mac_per_address = true
jitter = "3ms"
)";

constexpr std::string_view textbook = R"(# The LAN of the classic experiment: ernest-laptop asks for Kongming20.
name = "textbook"
about = "ernest-laptop, Kongming20 and their router, as textbooks have them"

[[host]]
name = "ernest-laptop"
asks = true
mac = "00:16:d3:5c:38:0a"
addresses = ["192.168.1.108/24"]

[[host]]
name = "Kongming20"
mac = "08:00:27:53:10:67"
addresses = ["192.168.1.109/24"]

[[router]]
name = "router"
mac = "14:e6:e4:93:5b:78"
addresses = ["192.168.1.1/24"]
reaches = ["0.0.0.0/0"]
)";

constexpr std::string_view conflict = R"(# Every way in which one address can have two owners.
name = "conflict"
about = "two hosts with one IPv4 address, two with one IPv6 address, and an impostor"

[[host]]
name = "me"
asks = true
mac = "3c:22:fb:5e:10:14"
addresses = ["192.0.2.20/24", "2001:db8:2::20/64"]

[[router]]
name = "router"
mac = "3c:a6:2f:40:00:01"
addresses = ["192.0.2.1/24", "2001:db8:2::1/64"]
reaches = ["0.0.0.0/0", "::/0"]

[[host]]
name = "server"
mac = "a0:b3:cc:10:00:01"
addresses = ["192.0.2.66/24", "2001:db8:2::66/64"]

[[host]]
name = "clone"
mac = "08:00:27:10:00:02"
addresses = ["192.0.2.66/24", "2001:db8:2::66/64"]

# Its own answer comes late; somebody else's comes besides.
[[host]]
name = "victim"
mac = "00:17:c8:10:00:03"
addresses = ["192.0.2.77/24", "2001:db8:2::77/64"]
delay = "30ms"
impostor = true

# Answers twice, always from the same station: no conflict.
[[host]]
name = "stutterer"
mac = "00:e0:4c:10:00:04"
addresses = ["192.0.2.88/24"]
duplicate = 1
)";

constexpr std::string_view crowd = R"(# A full /16: every address answers but the asker's own and the broadcast address.
name = "crowd"
about = "a /16 in which every address answers"

[[host]]
name = "me"
asks = true
mac = "3c:22:fb:5e:10:14"
addresses = ["10.9.0.1/16", "2001:db8:9::1/64"]

[[router]]
name = "router"
mac = "3c:a6:2f:40:00:01"
addresses = ["10.9.255.254/16", "2001:db8:9::fe/64"]
reaches = ["0.0.0.0/0", "::/0"]

[[crowd]]
name = "everybody"
mac = "00:1b:78:00:09:00"
networks = ["10.9.0.0/16"]

# IPv6, in constant memory: 65,536 addresses of one /64.
[[crowd]]
name = "everybody-6"
mac = "a0:b3:cc:00:09:06"
networks = ["2001:db8:9::1:0/112"]
)";

constexpr std::string_view two_routers =
    R"(# Two ways out: the default route leads over one router, one network lies behind the other.
name = "two-routers"
about = "one router to the world, another to 10.20.0.0/16 and 2001:db8:20::/48"

[[host]]
name = "me"
asks = true
mac = "3c:22:fb:5e:10:14"
addresses = ["192.0.2.20/24", "2001:db8:2::20/64"]

[[router]]
name = "gateway"
mac = "3c:a6:2f:40:00:01"
addresses = ["192.0.2.1/24", "2001:db8:2::1/64"]
reaches = ["0.0.0.0/0", "::/0"]

[[router]]
name = "branch"
mac = "f4:f2:6d:40:00:02"
addresses = ["192.0.2.2/24", "2001:db8:2::2/64"]
reaches = ["10.20.0.0/16", "2001:db8:20::/48"]

[[host]]
name = "neighbor"
mac = "50:c7:bf:10:00:0a"
addresses = ["192.0.2.10/24", "2001:db8:2::10/64"]
)";

constexpr std::string_view diskless =
    R"(# Workstations without a disk know their MAC address only, and ask for the rest (RFC 903).
name = "diskless"
about = "a workstation that has its address from a RARP server, and one that is still to boot"

# Its table has the addresses of the hosts below.
[[host]]
name = "server"
asks = true
mac = "00:a0:c9:10:00:01"
addresses = ["192.168.1.1/24"]
rarp = true

# Asks when the lab comes up.
[[host]]
name = "workstation"
mac = "08:00:20:0c:1b:35"
addresses = ["192.168.1.50/24"]
boots = "rarp"

# Has no address until you ask for it: onlink lab exec terminal onlink resolve --reverse -i eth0
[[host]]
name = "terminal"
mac = "08:00:20:0c:1b:36"
addresses = ["192.168.1.51/24"]
boots = "by-hand"
)";

constexpr std::array<ReadyMade, 6> labs{{{"home", home},
                                         {"textbook", textbook},
                                         {"conflict", conflict},
                                         {"crowd", crowd},
                                         {"two-routers", two_routers},
                                         {"diskless", diskless}}};

}  // namespace

std::span<const ReadyMade> ready_made_labs() noexcept { return labs; }

const ReadyMade* find_ready_made(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(labs, name, &ReadyMade::name);
  return found == labs.end() ? nullptr : found;
}

}  // namespace onlink::inline v0::lab
