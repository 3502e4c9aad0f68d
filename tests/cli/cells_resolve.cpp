// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cells.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

const HostPlan asker{.addresses = {prefix("192.0.2.1/24")}};

// A LAN with one neighbour, 192.0.2.2, and the program run on our end of it.
std::function<ProgramResult()> beside_a_neighbor(std::vector<std::string> words,
                                                 std::function<void()> before_exec = {}) {
  return [words = std::move(words), before_exec = std::move(before_exec)] {
    SmallLan lan{asker};
    lan.add_host({.addresses = {prefix("192.0.2.2/24")}});
    std::vector<std::string> all{"resolve"};
    all.insert(all.end(), words.begin(), words.end());
    return run_onlink({.words = all, .before_exec = before_exec});
  };
}

ProgramResult between_two_owners() {
  SmallLan lan{asker};
  lan.add_host({.addresses = {prefix("192.0.2.3/24")}});
  lan.add_host({.addresses = {prefix("192.0.2.3/24")}});
  return run_onlink({.words = {"resolve", "-i", "eth0", "192.0.2.3"}});
}

std::function<ProgramResult()> from_capture(const std::string& name, std::vector<std::string> words) {
  words.insert(words.begin(), {"resolve", "--read", "tests/cli/captures/" + name + ".pcap", "--reverse"});
  return [words = std::move(words)] { return run_onlink({.words = words}); };
}

}  // namespace

std::vector<Cell> resolve_cells() {
  return {
      {"resolve", ExitCode::yes, "NeighborAnswers", beside_a_neighbor({"-i", "eth0", "192.0.2.2"})},
      {"resolve", ExitCode::no, "NobodyAnswers",
       beside_a_neighbor({"-i", "eth0", "-c1", "-w0.2", "--late=0", "192.0.2.77"})},
      {"resolve", ExitCode::usage, "TargetIsNoAddress", beside_a_neighbor({"-i", "eth0", "nonsense"})},
      {"resolve", ExitCode::conflict, "TwoOwners", between_two_owners},
      {"resolve", ExitCode::off_link, "TargetIsOnAnotherLink", beside_a_neighbor({"-i", "eth0", "203.0.113.1"})},
      {"resolve", ExitCode::permission, "WithoutCapNetRaw",
       beside_a_neighbor({"-i", "eth0", "192.0.2.2"}, give_up_all_capabilities)},
      {"resolve", ExitCode::interface_lost, "InterfaceIsAbsent", beside_a_neighbor({"-i", "nope0", "192.0.2.2"})},
      {"resolve", ExitCode::partial, "OneOfTwoAnswers",
       beside_a_neighbor({"-i", "eth0", "-c1", "-w0.2", "--late=0", "192.0.2.2", "192.0.2.77"})},
      {"resolve", ExitCode::system, "LoopbackResolvesNothing", beside_a_neighbor({"-i", "lo", "192.0.2.2"})},
      {"resolve", ExitCode::yes, "ARarpServerAnswers", from_capture("rarp", {})},
      {"resolve", ExitCode::no, "NoRarpServerAnswers", beside_a_neighbor({"-i", "eth0", "--reverse", "-w.02"})},
      {"resolve", ExitCode::usage, "NoTarget", beside_a_neighbor({"-i", "eth0"})},
      {"resolve", ExitCode::usage, "AskedInReverseAboutAnIpAddress", from_capture("rarp", {"192.0.2.1"})},
      {"resolve", ExitCode::conflict, "RarpServersContradictEachOther", from_capture("rarp-conflict", {})},
      {"resolve", ExitCode::permission, "RarpWithoutCapNetRaw",
       beside_a_neighbor({"-i", "eth0", "--reverse"}, give_up_all_capabilities)},
      {"resolve", ExitCode::interface_lost, "RarpOnAnAbsentInterface", beside_a_neighbor({"-i", "nope0", "--reverse"})},
      {"resolve", ExitCode::partial, "ARarpServerKnowsOneOfTwo",
       from_capture("rarp", {"08:00:20:0c:1b:35", "02:00:00:00:00:77"})},
      {"resolve", ExitCode::system, "NoRarpOnLoopback", beside_a_neighbor({"-i", "lo", "--reverse"})},
  };
}

}  // namespace onlink::inline v0::test
