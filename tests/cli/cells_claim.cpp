// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "onlink/kernel/link_setup.hpp"
#include "tests/cli/cells.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

const HostPlan claimant{.addresses = {prefix("192.0.2.1/24")}};

std::vector<std::string> claim_words(std::vector<std::string> words) {
  words.insert(words.begin(), "claim");
  return words;
}

// A LAN with one neighbour, 192.0.2.2, and the program run on our end of it.
std::function<ProgramResult()> beside_a_neighbor(std::vector<std::string> words,
                                                 std::function<void()> before_exec = {}) {
  return [words = std::move(words), before_exec = std::move(before_exec)] {
    SmallLan lan{claimant};
    lan.add_host({.addresses = {prefix("192.0.2.2/24")}});
    return run_onlink({.words = claim_words(words), .before_exec = before_exec});
  };
}

// Does something to our interface once the program has said something.
ProgramResult disturbed(std::vector<std::string> words, const std::function<void(KernelHost& ours)>& disturb) {
  SmallLan lan{claimant};
  bool done = false;
  return run_onlink({.words = claim_words(std::move(words)), .on_output = [&](std::string_view out) {
                       if (!out.empty() && !std::exchange(done, true)) disturb(lan.ours());
                     }});
}

// The address is held when its interface is deleted.
ProgramResult interface_is_deleted() {
  return disturbed({"-i", "eth0", "--fast", "--timeout=20", "192.0.2.9"},
                   [](KernelHost& ours) { (void)kernel::delete_link(ours.netlink(), ours.link().index); });
}

// A check that loses its link, after its first probe, says of nothing that it is free.
ProgramResult link_is_lost() {
  return disturbed({"-i", "eth0", "--probe-only", "-x", "192.0.2.9"}, [](KernelHost& ours) { ours.set_up(false); });
}

}  // namespace

std::vector<Cell> claim_cells() {
  return {
      {"claim", ExitCode::yes, "NobodyHasIt", beside_a_neighbor({"-i", "eth0", "--probe-only", "--fast", "192.0.2.9"})},
      {"claim", ExitCode::yes, "ItIsHeldUntilTheTimeIsOver",
       beside_a_neighbor({"-i", "eth0", "--scale=.02", "--timeout=1", "192.0.2.9", "2001:db8::9"})},
      {"claim", ExitCode::yes, "ItIsAnnounced",
       beside_a_neighbor({"-i", "eth0", "--scale=.02", "--once", "192.0.2.9"})},
      {"claim", ExitCode::no, "TheTimeIsOverBeforeItsProbes",
       beside_a_neighbor({"-i", "eth0", "--timeout=.1", "192.0.2.9"})},
      {"claim", ExitCode::usage, "NoAddressIsNamed", beside_a_neighbor({"-i", "eth0"})},
      {"claim", ExitCode::usage, "TheBroadcastAddressIsNobodys", beside_a_neighbor({"-i", "eth0", "192.0.2.255"})},
      {"claim", ExitCode::usage, "ACheckConfiguresNothing",
       beside_a_neighbor({"-i", "eth0", "--probe-only", "--configure", "192.0.2.9"})},
      {"claim", ExitCode::conflict, "TheNeighborHasIt", beside_a_neighbor({"-i", "eth0", "--fast", "192.0.2.2"})},
      {"claim", ExitCode::conflict, "TheNeighborHasWhatIsOnlyAskedFor",
       beside_a_neighbor({"-i", "eth0", "--probe-only", "--fast", "192.0.2.2"})},
      {"claim", ExitCode::conflict, "OurKernelHasItWithAnotherMac",
       beside_a_neighbor({"-i", "eth0", "--mac", "02:00:00:00:00:77", "192.0.2.1"})},
      {"claim", ExitCode::permission, "WithoutCapNetRaw",
       beside_a_neighbor({"-i", "eth0", "192.0.2.9"}, give_up_all_capabilities)},
      {"claim", ExitCode::permission, "ConfiguringWithoutCapNetAdmin",
       beside_a_neighbor({"-i", "eth0", "--configure", "192.0.2.9"}, give_up_all_capabilities)},
      {"claim", ExitCode::interface_lost, "InterfaceIsAbsent", beside_a_neighbor({"-i", "nope0", "192.0.2.9"})},
      {"claim", ExitCode::interface_lost, "InterfaceIsDeleted", interface_is_deleted},
      {"claim", ExitCode::interface_lost, "LinkIsLostDuringACheck", link_is_lost},
      {"claim", ExitCode::conflict, "OneOfTwoIsTaken",
       beside_a_neighbor({"-i", "eth0", "--probe-only", "--fast", "192.0.2.2", "192.0.2.9"})},
      {"claim", ExitCode::partial, "TheTimeIsOverBetweenTwo",
       beside_a_neighbor({"-i", "eth0", "--dad-transmits=0", "--timeout=2", "2001:db8::9", "192.0.2.9"})},
      {"claim", ExitCode::system, "LoopbackHasNoClaims", beside_a_neighbor({"-i", "lo", "192.0.2.9"})},
      {"claim", ExitCode::system, "ThereIsNoSuchHook",
       beside_a_neighbor({"-i", "eth0", "192.0.2.9", "--exec", "/nonexistent/hook"})},
  };
}

}  // namespace onlink::inline v0::test
