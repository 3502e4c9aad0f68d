// SPDX-License-Identifier: Apache-2.0
// main() of a test program that wants a network of its own: see small_lan.hpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "onlink/kernel/namespaces.hpp"

namespace {
constexpr int skipped = 77;
}

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  if (const auto entered = onlink::kernel::enter_new_network(); !entered) {
    std::printf("skipped: %s\n", entered.error().context.c_str());
    return skipped;
  }
  return RUN_ALL_TESTS();
}
