// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cells.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

// A LAN with one neighbour, 192.0.2.2, whose network holds nothing else; the program runs on our end of it.
std::function<ProgramResult()> beside_a_neighbor(std::vector<std::string> words,
                                                 std::function<void()> before_exec = {}) {
  return [words = std::move(words), before_exec = std::move(before_exec)] {
    SmallLan lan{{.addresses = {prefix("192.0.2.1/28")}}};
    lan.add_host({.addresses = {prefix("192.0.2.2/28")}});
    std::vector<std::string> all{"scan"};
    all.insert(all.end(), words.begin(), words.end());
    return run_onlink({.words = all, .before_exec = before_exec});
  };
}

ProgramResult over_two_owners() {
  SmallLan lan{{.addresses = {prefix("192.0.2.1/28")}}};
  lan.add_host({.addresses = {prefix("192.0.2.3/28")}});
  lan.add_host({.addresses = {prefix("192.0.2.3/28")}});
  return run_onlink({.words = {"scan", "-i", "eth0", "192.0.2.0/28"}});
}

}  // namespace

std::vector<Cell> scan_cells() {
  return {
      {"scan", ExitCode::yes, "SomebodyIsFound", beside_a_neighbor({"-i", "eth0", "192.0.2.0/28"})},
      {"scan", ExitCode::yes, "OnlyOurOwnAddressIsAskedFor", beside_a_neighbor({"-i", "eth0", "192.0.2.1"})},
      {"scan", ExitCode::no, "NobodyIsThere", beside_a_neighbor({"-i", "eth0", "192.0.2.8/30"})},
      {"scan", ExitCode::usage, "TargetIsNoNetwork", beside_a_neighbor({"-i", "eth0", "nonsense"})},
      {"scan", ExitCode::conflict, "TwoOwners", over_two_owners},
      {"scan", ExitCode::off_link, "NetworkIsOnAnotherLink", beside_a_neighbor({"-i", "eth0", "203.0.113.0/28"})},
      {"scan", ExitCode::permission, "WithoutCapNetRaw",
       beside_a_neighbor({"-i", "eth0", "192.0.2.0/28"}, give_up_all_capabilities)},
      {"scan", ExitCode::interface_lost, "InterfaceIsAbsent", beside_a_neighbor({"-i", "nope0", "192.0.2.0/28"})},
      {"scan", ExitCode::partial, "OneOfTwoNetworksIsOnAnotherLink",
       beside_a_neighbor({"-i", "eth0", "192.0.2.0/28", "203.0.113.0/28"})},
      {"scan", ExitCode::system, "LoopbackResolvesNothing", beside_a_neighbor({"-i", "lo", "192.0.2.0/28"})},
  };
}

}  // namespace onlink::inline v0::test
