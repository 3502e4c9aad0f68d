// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cells.hpp"
#include "tests/netns/datagram.hpp"
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
    std::vector<std::string> all{"answer"};
    all.insert(all.end(), words.begin(), words.end());
    return run_onlink({.words = all, .before_exec = before_exec});
  };
}

// The neighbour's kernel asks for 192.0.2.9 until it is answered.
ProgramResult asked_by_a_neighbor() {
  SmallLan lan{asker};
  KernelHost& neighbor = lan.add_host({.addresses = {prefix("192.0.2.2/24")}});
  return run_onlink({.words = {"answer", "-i", "eth0", "--no-check", "-c1", "--timeout=10", "192.0.2.9"},
                     .while_running = [&](int) { neighbor.run([] { send_datagram(ip("192.0.2.9")); }); }});
}

}  // namespace

std::vector<Cell> answer_cells() {
  return {
      {"answer", ExitCode::yes, "SomebodyAsked", asked_by_a_neighbor},
      {"answer", ExitCode::yes, "ThePingIsAnswered",
       beside_a_neighbor({"-i", "eth0", "--no-check", "192.0.2.9", "--ping", "192.0.2.2", "-c1"})},
      {"answer", ExitCode::no, "NobodyAsked",
       beside_a_neighbor({"-i", "eth0", "--no-check", "--timeout=.1", "192.0.2.9"})},
      {"answer", ExitCode::usage, "NoAddressIsNamed", beside_a_neighbor({"-i", "eth0"})},
      {"answer", ExitCode::conflict, "TheNeighborHasTheAddress", beside_a_neighbor({"-i", "eth0", "192.0.2.2"})},
      {"answer", ExitCode::conflict, "TheNeighborHasAProxiedAddress",
       beside_a_neighbor({"-i", "eth0", "--proxy", "192.0.2.0/24"})},
      {"answer", ExitCode::conflict, "OurKernelHasTheAddress", beside_a_neighbor({"-i", "eth0", "192.0.2.1"})},
      {"answer", ExitCode::off_link, "ThePingLeadsNowhere",
       beside_a_neighbor({"-i", "eth0", "--no-check", "192.0.2.9", "--ping", "203.0.113.1"})},
      {"answer", ExitCode::permission, "WithoutCapNetRaw",
       beside_a_neighbor({"-i", "eth0", "192.0.2.9"}, give_up_all_capabilities)},
      {"answer", ExitCode::interface_lost, "InterfaceIsAbsent", beside_a_neighbor({"-i", "nope0", "192.0.2.9"})},
      {"answer", ExitCode::partial, "OneOfTwoPingsIsAnswered",
       beside_a_neighbor(
           {"-i", "eth0", "--no-check", "192.0.2.9", "--ping", "192.0.2.2", "--ping", "192.0.2.77", "-c1"})},
      {"answer", ExitCode::yes, "SomebodyAskedByRarp",
       [] {
         return run_onlink({.words = {"answer", "--read", "tests/cli/captures/rarp.pcap", "--pair",
                                      "08:00:20:0c:1b:35=192.168.1.50", "192.168.1.3"}});
       }},
      {"answer", ExitCode::usage, "AWrongLineInTheEthersFile",
       beside_a_neighbor({"-i", "eth0", "--ethers", "tests/cli/captures/wrong.ethers"})},
      {"answer", ExitCode::system, "NoEthersFile", beside_a_neighbor({"-i", "eth0", "--ethers", "/nonexistent"})},
      {"answer", ExitCode::system, "LoopbackAnswersNothing", beside_a_neighbor({"-i", "lo", "192.0.2.9"})},
  };
}

}  // namespace onlink::inline v0::test
