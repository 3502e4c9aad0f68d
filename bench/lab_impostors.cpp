// SPDX-License-Identifier: Apache-2.0
// The truth that a scan of a lab is compared with: the addresses of a host or crowd that a second MAC answers for.
//   lab_impostors FILE HOST
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "onlink/engine/virtual_host.hpp"
#include "onlink/lab/lab_file.hpp"

int main(int argc, char** argv) {
  using namespace onlink;
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s FILE HOST\n", argv[0]);
    return 2;
  }
  std::ifstream file{argv[1]};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto plan = lab::parse_lab(text, argv[1]);
  if (!plan) {
    std::fprintf(stderr, "%s\n", plan.error().context.c_str());
    return 2;
  }
  const auto host = std::ranges::find(plan->hosts, argv[2], &lab::PlannedHost::name);
  if (host == plan->hosts.end()) {
    std::fprintf(stderr, "%s: no host '%s'\n", argv[1], argv[2]);
    return 2;
  }
  const VirtualHost engine{{.addresses = host->crowd,
                            .except = lab::taken_addresses(*plan),
                            .mac = host->mac,
                            .mac_per_address = host->mac_per_address,
                            .impostor = host->faults.impostor,
                            .seed = host->seed}};
  for (const AddressRange& range : host->crowd) {
    for (IpAddress address = range.first;; address = advance(address, 1)) {
      if (engine.impostor_of(address)) std::puts(to_string(address).c_str());
      if (address == range.last) break;
    }
  }
  return 0;
}
