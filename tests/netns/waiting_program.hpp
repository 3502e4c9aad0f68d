// SPDX-License-Identifier: Apache-2.0
// Waiting for a program under test to wait, so that what happens next happens before its eyes.
#pragma once

namespace onlink::inline v0::test {

// Returns once the process sleeps in ppoll(2), or is no more; throws after 20 s.
void wait_until_it_waits(int pid);

}  // namespace onlink::inline v0::test
