// SPDX-License-Identifier: Apache-2.0
// nud-matrix: writes the scenarios of every state of an entry under every kind of answer: the 48 cells of Neighbor
// Advertisements (state x S x O x link-layer address) and the 192 of ARP (state x packet x MAC x locktime). One file a
// cell, so that nud-diff counts each.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/nud/program.hpp"

namespace {

using namespace onlink::differential;

constexpr std::string_view name = "nud-matrix";
constexpr std::string_view help = R"(usage: nud-matrix na|arp DIRECTORY

Writes one scenario (docs/scenarios.md) a cell into DIRECTORY: what becomes of an entry in each state when each kind of
Neighbor Advertisement (48 cells) or ARP packet (192) arrives.

  --help             this text
)";

struct Script {
  std::string name;
  std::string text;
};

// How an entry for `address` gets into a state, and when the packet comes: within the locktime of the entry's last
// change, or behind it. No other timer of the kernel's runs out near these times.
struct State {
  std::string_view name;
  std::string_view way;  // {0} is the address
  int locked_ms;
  int unlocked_ms;
};
constexpr State reachable{"reachable", "at 0 admin add {0} lladdr B nud reachable\n", 60, 260};
constexpr State stale{"stale", "at 0 admin add {0} lladdr B nud stale\n", 60, 260};
constexpr State delay{"delay", "at 0 admin add {0} lladdr B nud stale\nat 0 send {0} x\n", 60, 260};
constexpr State probe{"probe", "at 0 admin add {0} lladdr B nud stale\nat 0 send {0} x\n", 1100, 1250};
constexpr State failed{"failed", "at 0 admin add {0} lladdr B nud stale\nat 10 admin change {0} nud failed\n", 60, 260};
constexpr State incomplete{
    "incomplete", "at 0 admin add {0} lladdr B nud stale\nat 10 admin change {0} nud failed\nat 20 send {0} x\n", 60,
    260};

constexpr std::string_view parameters =
    "sysctl neigh.base_reachable_time_ms 2000\n"
    "sysctl neigh.delay_first_probe_time 1\n"
    "sysctl neigh.retrans_time_ms 300\n";

// The packet, then one of ours, which shows where the entry points to, then what a DELAY ends in.
std::string course(const State& state, std::string_view address, int at, std::string_view frame) {
  return fmt::format("{0}at {1} frame {2}\nat {3} send {4} y\nat {5} state {4}\nat {5} end\n",
                     fmt::format(fmt::runtime(state.way), address), at, frame, at + 30, address, at + 1350);
}

std::vector<Script> advertisement_cells() {
  struct LinkLayer {
    std::string_view name;
    std::string_view option;
  };
  constexpr LinkLayer link_layers[]{{"same", "B"}, {"diff", "C"}, {"none", "none"}};
  constexpr State states[]{reachable, stale, delay, probe};
  std::vector<Script> cells;
  for (const State& state : states) {
    for (int flags = 0; flags < 4; ++flags) {
      for (const LinkLayer& link_layer : link_layers) {
        const int s = flags / 2;
        const int o = flags % 2;
        const std::string frame =
            fmt::format("na(target=2001:db8::2 s={} o={} tlla={} eth_src=B)", s, o, link_layer.option);
        cells.push_back({fmt::format("na-{}-s{}-o{}-{}", state.name, s, o, link_layer.name),
                         fmt::format("title  {}, NA with S={} O={} and {} link-layer address\nfamily ipv6\nreachable "
                                     "2s\n\n{}{}",
                                     state.name, s, o, link_layer.name == "none" ? "no" : link_layer.name, parameters,
                                     course(state, "2001:db8::2", state.unlocked_ms, frame))});
      }
    }
  }
  return cells;
}

std::vector<Script> arp_cells() {
  struct Input {
    std::string_view name;
    std::string_view fields;  // {0} is the sender's MAC
  };
  constexpr Input inputs[]{
      {"unicast-reply", "op=reply"},
      {"broadcast-reply", "op=reply eth_dst=broadcast"},
      {"gratuitous-request", "tpa=10.0.0.2"},
      {"gratuitous-reply", "op=reply tpa=10.0.0.2 tha={0} eth_dst=broadcast"},
      {"gratuitous-reply-tha-broadcast", "op=reply tpa=10.0.0.2 tha=broadcast eth_dst=broadcast"},
      {"gratuitous-reply-tha-zero", "op=reply tpa=10.0.0.2 tha=zero eth_dst=broadcast"},
      {"request-for-us", "tpa=10.0.0.1"},
      {"request-for-another", "tpa=10.0.0.9"},
  };
  constexpr State states[]{incomplete, reachable, stale, delay, probe, failed};
  std::vector<Script> cells;
  for (const State& state : states) {
    for (const Input& input : inputs) {
      for (const std::string_view mac : {"B", "C"}) {
        for (const bool locked : {true, false}) {
          const std::string_view relation = mac == "B" ? "same" : "diff";
          const std::string_view lock = locked ? "locked" : "unlocked";
          const std::string frame =
              fmt::format("arp(sha={} spa=10.0.0.2 {})", mac, fmt::format(fmt::runtime(input.fields), mac));
          cells.push_back(
              {fmt::format("arp-{}-{}-{}-{}", state.name, input.name, relation, lock),
               fmt::format("title  {}, {} with {} MAC, {}\nreachable 2s\n\n{}sysctl neigh.locktime 15\n{}", state.name,
                           input.name, relation == "same" ? "the same" : "another", lock, parameters,
                           course(state, "10.0.0.2", locked ? state.locked_ms : state.unlocked_ms, frame))});
        }
      }
    }
  }
  return cells;
}

int write(const std::vector<Script>& cells, const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  for (const Script& cell : cells) {
    const std::filesystem::path path = directory / (cell.name + ".nud");
    std::ofstream out{path};
    out << cell.text;
    out.close();
    if (!out) return complain(name, fmt::format("{}: write: {}", path.string(), std::strerror(errno)), Exit::system);
  }
  return static_cast<int>(Exit::yes);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments{argc, argv};
  if (arguments.flag("--help")) return print(help);
  const auto operands = arguments.operands();
  if (arguments.error()) return complain(name, *arguments.error(), Exit::usage);
  if (operands.size() != 2 || (operands[0] != "na" && operands[0] != "arp")) {
    return complain(name, "na or arp, and a directory; see --help", Exit::usage);
  }
  return write(operands[0] == "na" ? advertisement_cells() : arp_cells(), operands[1]);
}
