// SPDX-License-Identifier: Apache-2.0
// What the programs of this folder share: options read from the command line, errors said, exit codes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"

namespace onlink::differential {

// docs/exit-codes.md
enum class Exit : int { yes = 0, no = 1, usage = 2, permission = 5, system = 8 };

[[nodiscard]] Exit exit_of(const Error& error) noexcept;

// Says "PROGRAM: TEXT" on stderr and gives the exit status.
int complain(std::string_view program, std::string_view text, Exit status);
int complain(std::string_view program, const Error& error);
// Writes to stdout; a status of 8 when it is closed to us.
int print(std::string_view text, Exit status = Exit::yes);

// Options in GNU style: "--name", "--name VALUE", "--name=VALUE", "-n VALUE". What is left are operands.
class Arguments {
 public:
  Arguments(int argc, char** argv);

  bool flag(std::string_view name);                         // "--json", "-v"
  std::optional<std::string> value(std::string_view name);  // the last one given
  // A number; an error when it is none.
  std::uint64_t number(std::string_view name, std::uint64_t otherwise);
  // Whatever is left; an error when an option that nobody asked for is among it.
  std::vector<std::string> operands();
  [[nodiscard]] const std::optional<std::string>& error() const noexcept { return error_; }

 private:
  std::vector<std::string> words_;
  std::optional<std::string> error_;
};

}  // namespace onlink::differential
