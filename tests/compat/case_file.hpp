// SPDX-License-Identifier: Apache-2.0
// The cases of one tool, from tests/compat/cases/TOOL.cases:
//
//   # comment                                 blank lines are nothing; a \ at a line's end continues it
//   @mask='in [0-9.]+ seconds=>in N seconds'  directives alone: for the rest of the group; before the first, of the
//   file
//   [--retry]                                 a group, commonly an option of the manual: a row of the table
//   $ --retry=1 192.0.2.77                    a case: the tool's words, quoted as in a shell
//   @stdin="192.0.2.2\n" $ --file=- -q        directives before the $ are for this case alone
//
// Directives; those that may stand several times are marked *:
//   mask='REGEX=>TEXT' *      on each line that either side prints, in order (ECMAScript; $1). For what is volatile
//   drop=REGEX *              lines that match are left out on both sides: what a system says of itself
//   usage=REGEX               lines of either output from the first that matches to the last count as one: a help
//   screen frame-mask='REGEX=>TEXT' * on each frame sent, in hexadecimal: "eth0 ffffffffffff02..." stdin=TEXT
//   file='NAME=CONTENT' *     in the working directory, which is fresh and else empty
//   copy=NAME *               likewise a file of tests/compat/data
//   etc='hosts=CONTENT' *     instead of the system's /etc/hosts
//   env='LANG=C' *
//   as=nobody                 without capabilities, and unable to gain any
//   full                      standard output is /dev/full
//   neighbor='ADDR MAC STATE [on IFACE]' * | 'ADDR proxy [on IFACE]'   in the kernel's table before the run
//   address='10.0.0.1/8 on noip0' *        route='198.18.0.0/15 via 192.0.2.254' * | 'default via ADDR'
//   host='ADDR[,ADDR...] MAC [QUIRK...]' * one more host on the LAN (scripted_host.hpp)
//   answer='ADDR HEX' *       whoever asks for ADDR is answered with this frame
//   then='EVENT after N frames|lines|ms' *  INT, TERM (signals); down (eth0); unplug (its cable); send HEX
//   unordered                 lines of standard output are compared as a set: the kernel's order is hashed
//   ours='compat arp-scan'    ours is `onlink compat arp-scan WORDS`, not a link named arp-scan
//   differs=REASON            known to differ; REASON stands in docs/differences.md or docs/compat.md word for word
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onlink::compat_diff {

struct Directive {
  std::string key{};
  std::string value{};  // "" for those that have none
};

struct Case {
  std::string group{};
  std::size_t line = 0;
  std::string text{};  // what stands behind the $, as written
  std::vector<std::string> words{};
  std::vector<Directive> directives{};  // the file's, then the group's, then its own

  [[nodiscard]] bool has(std::string_view key) const;
  // The last, since it is the nearest.
  [[nodiscard]] std::optional<std::string> value(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view key) const;
};

struct CaseFile {
  std::string tool{};  // "arp-scan": the file's name
  std::filesystem::path path{};
  std::vector<Case> cases{};
};

// Throw std::runtime_error, with file and line.
[[nodiscard]] CaseFile parse_cases(const std::filesystem::path& path, std::string_view text);
[[nodiscard]] CaseFile load_cases(const std::filesystem::path& path);

}  // namespace onlink::compat_diff
