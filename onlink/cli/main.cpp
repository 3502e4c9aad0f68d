// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <span>

#include "onlink/cli/program.hpp"

int main(int argc, char** argv) {
  const std::span<const char* const> words{argv, static_cast<std::size_t>(argc)};
  return onlink::cli::run_program(words.empty() ? words : words.subspan(1));
}
