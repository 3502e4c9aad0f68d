// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_help.hpp"

#include "onlink/cli/help.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::string_view help = R"(Usage: arp-scan [options] [hosts...]

Asks hosts of the local network for their MAC addresses by ARP, and prints who answers. A host is an IPv4 address, a
name, a network (192.0.2.0/24 or 192.0.2.0:255.255.255.0) or a range (192.0.2.1-192.0.2.9).

Whom to ask
  -f, --file=FILE          one host a line; - is standard input
  -l, --localnet           the interface's own network
  -I, --interface=NAME     the interface; else the lowest-numbered one that is up
  -N, --numeric            hosts are addresses: ask no name server for them
  -R, --random             in random order
      --randomseed=N       in a random order that is the same every time

How often and how fast
  -r, --retry=N            requests per host (2)
  -t, --timeout=MS         how long a host may take for its first answer (500)
  -b, --backoff=FACTOR     the timeout grows so much from round to round (1.5)
  -i, --interval=MS        between two requests; 500u is in microseconds, 2s in seconds
  -B, --bandwidth=BITS     a second, to reckon the interval from (256000); K and M are thousands and millions
  -M, --limit=N            end when N hosts have answered; status 1 if fewer do
  -Y, --retry-send=N       tries to send a frame that the interface has no room for (20)
  -E, --retry-send-interval=MS   between them (5)

What to print
  -q, --quiet              no vendors
  -x, --plain              only the hosts
  -g, --ignoredups         each host once
  -D, --rtt                how long each took
  -d, --resolve            names instead of addresses
  -F, --format=FORMAT      text with \n, \r, \t and ${field;width}; a negative width puts blanks behind the value.
                           Fields: ip name mac hdrmac vendor padding framing vlan proto dup rtt
  -O, --ouifile=FILE       the vendors of MAC addresses (ieee-oui.txt here, or the system's, or the ones built in)
  -m, --macfile=FILE       further ones (mac-vendor.txt here, or the system's)
  -W, --pcapsavefile=FILE  keep the frames that came in
  -n, --snap=N             octets of each frame to look at (64)
  -v, --verbose            tell what happens; up to three times

The request
  -S, --srcaddr=MAC        -T, --destaddr=MAC    the frame's addresses (the interface's; broadcast)
  -y, --prototype=N        its type (0x0806)
  -L, --llc                in LLC/SNAP (RFC 1042)
  -Q, --vlan=ID            with an 802.1Q tag
  -H, --arphrd=N           hardware type (1)         -p, --arppro=N   protocol type (0x0800)
  -a, --arphln=N           hardware length (6)       -P, --arppln=N   protocol length (4)
  -o, --arpop=N            operation (1)
  -u, --arpsha=MAC         -s, --arpspa=ADDRESS      the sender (the interface's); dest: the host's own address
  -w, --arptha=MAC         the target's MAC address (00:00:00:00:00:00)
  -A, --padding=HEX        octets behind the packet

  -h, --help               this text
  -V, --version            whose it is

For tests, neither of which needs an interface:
      --writepkttofile=FILE    the requests, one behind the other
      --readpktfromfile=FILE   the answers, from a capture file

This is onlink in the clothes of arp-scan; `onlink scan` does more.
)";

}  // namespace

void write_arp_scan_help(TextWriter& out) { out.write(help); }

void write_arp_scan_version(TextWriter& out) {
  out.print("arp-scan {}\n\nThis is onlink {}, which takes its command line and prints its text.\n", arp_scan_version,
            version());
}

}  // namespace onlink::inline v0::cli::compat
