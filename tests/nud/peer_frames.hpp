// SPDX-License-Identifier: Apache-2.0
// What the peer answers by itself (AnswerStep), the same for both runners.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "tests/nud/scenario.hpp"

namespace onlink::differential {

// The answer to a frame of the host's, if it asks for `answer.address`: an ARP reply, or a Neighbor Advertisement with
// S = 1, O = 1 and target link-layer address. Sent to whoever asked. Nothing for other frames and for probes from ::.
[[nodiscard]] std::optional<std::vector<std::byte>> answer_to(const AnswerStep& answer, Bytes frame);

}  // namespace onlink::differential
