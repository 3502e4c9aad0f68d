// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <span>

#include "onlink/cli/program.hpp"

int main(int argc, char** argv) {
  const std::span<const char* const> words{argv, static_cast<std::size_t>(argc)};
  if (words.empty()) return onlink::cli::run_program("onlink", words);
  return onlink::cli::run_program(words.front(), words.subspan(1));
}
