// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cells.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

// 192.0.2.1 is ours, 192.0.2.2 the neighbour's, who in a rivalry has ours as well.
std::function<ProgramResult()> beside_a_neighbor(std::vector<std::string> words, ProgramRun run = {},
                                                 bool rivalry = false) {
  return [words = std::move(words), run = std::move(run), rivalry]() mutable {
    SmallLan lan{{.addresses = {prefix("192.0.2.1/24")}}};
    HostPlan neighbor{.addresses = {prefix("192.0.2.2/24")}};
    if (rivalry) neighbor.addresses.push_back(prefix("192.0.2.1/24"));
    lan.add_host(neighbor);
    run.words = {"announce"};
    run.words.insert(run.words.end(), words.begin(), words.end());
    return run_onlink(run);
  };
}

}  // namespace

std::vector<Cell> announce_cells() {
  return {
      {"announce", ExitCode::yes, "AnnouncesOurAddress", beside_a_neighbor({"-i", "eth0", "-c1", "192.0.2.1"})},
      {"announce", ExitCode::yes, "NobodyContradictsOurAddress",
       beside_a_neighbor({"-i", "eth0", "-c1", "--verify", "192.0.2.1"})},
      {"announce", ExitCode::yes, "TheOtherStationAnswersAsAnnounced",
       beside_a_neighbor({"-i", "eth0", "-c1", "--verify", "--mac", "02:00:00:00:00:02", "192.0.2.2"})},
      {"announce", ExitCode::yes, "AnnouncesAMacAlone", beside_a_neighbor({"-i", "eth0", "-c1", "52:54:00:12:34:56"})},
      {"announce", ExitCode::no, "NobodyAnswersWhereItWasAnnounced",
       beside_a_neighbor({"-i", "eth0", "-c1", "--verify", "--mac", "02:00:00:00:00:99", "192.0.2.77"})},
      {"announce", ExitCode::usage, "NothingIsNamed", beside_a_neighbor({"-i", "eth0"})},
      {"announce", ExitCode::usage, "TheAddressIsNotOurs", beside_a_neighbor({"-i", "eth0", "192.0.2.77"})},
      {"announce", ExitCode::usage, "ABroadcastAddress", beside_a_neighbor({"-i", "eth0", "192.0.2.255"})},
      {"announce", ExitCode::conflict, "ANeighborHasItToo",
       beside_a_neighbor({"-i", "eth0", "-c1", "--verify", "192.0.2.1"}, {}, true)},
      {"announce", ExitCode::off_link, "TheAddressIsOfAnotherLink", beside_a_neighbor({"-i", "eth0", "203.0.113.1"})},
      {"announce", ExitCode::permission, "WithoutCapNetRaw",
       beside_a_neighbor({"-i", "eth0", "192.0.2.1"}, {.before_exec = give_up_all_capabilities})},
      {"announce", ExitCode::interface_lost, "InterfaceIsAbsent", beside_a_neighbor({"-i", "nope0", "192.0.2.1"})},
      {"announce", ExitCode::partial, "OneOfTwoIsOfAnotherLink",
       beside_a_neighbor({"-i", "eth0", "-c1", "192.0.2.1", "203.0.113.1"})},
      {"announce", ExitCode::partial, "OneOfTwoIsAnsweredFor",
       beside_a_neighbor({"-i", "eth0", "-c1", "--verify", "--force", "192.0.2.1", "192.0.2.77"})},
      {"announce", ExitCode::system, "LoopbackHasNoLink", beside_a_neighbor({"-i", "lo", "192.0.2.1"})},
      {"announce", ExitCode::system, "TheCaptureCannotBeWritten",
       beside_a_neighbor({"-i", "eth0", "-c1", "192.0.2.1", "--write", "/nowhere/at/all.pcap"})},
  };
}

}  // namespace onlink::inline v0::test
