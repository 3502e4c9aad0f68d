// SPDX-License-Identifier: Apache-2.0
// The other arping, Thomas Habets', by its own command line.
#pragma once

namespace onlink::inline v0::cli::compat {

// argv[0] may be anything.
[[nodiscard]] int run_habets_arping(int argc, char** argv);

}  // namespace onlink::inline v0::cli::compat
