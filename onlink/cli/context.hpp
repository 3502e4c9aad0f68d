// SPDX-License-Identifier: Apache-2.0
// What a command sees of the world besides its own arguments: where data and talk go, and the options common to all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/print/row.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli {

enum class Language : std::uint8_t { english, chinese };

struct Context {
  TextWriter& out;  // data
  TextWriter& err;  // talk: notices, errors, progress

  std::string_view command;            // "resolve", in front of error texts
  RowFormat format = RowFormat::text;  // --json, --csv
  bool quiet = false;                  // -q: only the exit code
  unsigned verbose = 0;                // -v, -vv
  bool color = false;                  // on stdout, after --color, NO_COLOR, TERM and the terminal had their say
  bool out_is_terminal = false;
  bool err_is_terminal = false;  // a progress line may be drawn
  unsigned width = 80;           // columns of the terminal on stderr
  Language language = Language::english;

  std::optional<std::string> interface{};   // -i
  std::optional<Family> family{};           // -4 or -6
  std::optional<std::string> read_file{};   // --read: a capture instead of the wire
  std::optional<std::string> write_file{};  // --write: a capture of what crosses the wire

  // Set by a command that a signal ended: what is known has been printed, and the program then dies by that signal.
  int signal = 0;

  // "onlink resolve: eth0: no such interface" on stderr, -q or not, and the exit code that goes with it. A usage error
  // names the command's --help.
  ExitCode fail(const Error& error) const;
  // A line of talk on stderr, unless -q. `note` reads: "onlink resolve: asking on eth0 (the default route's
  // interface)".
  void say(std::string_view note) const;
};

}  // namespace onlink::inline v0::cli
