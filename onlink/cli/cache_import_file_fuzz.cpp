// SPDX-License-Identifier: Apache-2.0
// Any text at all: it is read to its end, each line is either an entry or an error, and an entry that is written reads
// back as itself.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "onlink/cli/cache_import_file.hpp"
#include "onlink/cli/cache_params_files.hpp"

using namespace onlink;

namespace {

void check(bool holds) {
  if (!holds) __builtin_trap();
}

void reads_back(const cli::EthersLine& line) {
  std::istringstream in{to_string(line)};
  const cli::EthersFile again = cli::read_ethers(in);
  check(again.errors.empty() && again.lines.size() == 1);
  cli::EthersLine expected = line;
  expected.number = 1;
  check(again.lines[0] == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::istringstream in{text};
  const cli::EthersFile file = cli::read_ethers(in);
  for (const cli::EthersLine& line : file.lines) reads_back(line);
  for (const cli::LineError& error : file.errors) check(error.number > 0 && !error.text.empty());

  std::istringstream hosts{text}, sysctl{text};
  (void)cli::read_host_addresses(hosts);
  cli::SysctlFiles settings;
  settings.add(sysctl, "fuzz");
  (void)settings.find("net/ipv4/neigh/eth0/locktime");
  return 0;
}
