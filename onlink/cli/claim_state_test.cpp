// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_state.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace onlink::inline v0::cli {
namespace {

constexpr MacAddress mac{{2, 0, 0, 0, 0, 7}};
constexpr Ipv4Address address = Ipv4Address::of(169, 254, 7, 7);

class LinkLocalFile : public testing::Test {
 protected:
  LinkLocalFile() : folder_(testing::TempDir() + "onlink-claim-" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~LinkLocalFile() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  const std::filesystem::path folder_;
};

std::string text_of(const std::string& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST_F(LinkLocalFile, KeepsTheAddressFromOneRunToTheNext) {
  LinkLocalMemory first{file("address")};
  const auto nothing = first.open(mac);
  ASSERT_TRUE(nothing) << nothing.error().context;
  EXPECT_EQ(*nothing, std::nullopt);
  ASSERT_TRUE(first.save(address));
  LinkLocalMemory second{file("address")};
  EXPECT_EQ(second.open(mac).value(), address);
  EXPECT_EQ(text_of(file("address")), "169.254.7.7\n");
}

TEST_F(LinkLocalFile, IsReplacedInOnePieceAndLeavesNothingBeside) {
  LinkLocalMemory memory{file("address")};
  ASSERT_TRUE(memory.open(mac));
  ASSERT_TRUE(memory.save(address));
  ASSERT_TRUE(memory.save(Ipv4Address::of(169, 254, 8, 8)));
  EXPECT_EQ(text_of(file("address")), "169.254.8.8\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 1);
}

TEST_F(LinkLocalFile, IsNeverWrittenThroughALinkThatSomebodyElseHasPutThere) {
  std::ofstream{file("precious")} << "untouched";
  LinkLocalMemory memory{file("address")};
  ASSERT_TRUE(memory.open(mac));
  std::filesystem::create_symlink(file("precious"), file("address." + std::to_string(::getpid())));
  ASSERT_TRUE(memory.save(address));
  EXPECT_EQ(text_of(file("precious")), "untouched");
  EXPECT_EQ(text_of(file("address")), "169.254.7.7\n");
}

TEST_F(LinkLocalFile, WithoutAnAddressInItIsAsIfItWereNotThere) {
  for (const std::string text : {"", "nonsense\n", "169.254\n"}) {
    std::ofstream{file("address")} << text;
    LinkLocalMemory memory{file("address")};
    EXPECT_EQ(memory.open(mac).value(), std::nullopt) << text;
  }
}

TEST_F(LinkLocalFile, ThatCannotBeReadOrWrittenIsToldWithItsName) {
  LinkLocalMemory folder{file("")};
  EXPECT_FALSE(folder.open(mac));
  LinkLocalMemory nowhere{file("no/such/folder")};
  ASSERT_TRUE(nowhere.open(mac));
  const auto saved = nowhere.save(address);
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().context.find("no/such/folder"), std::string::npos) << saved.error().context;
}

TEST_F(LinkLocalFile, HasItsPlaceInTheUsersStateDirectoryByItsMac) {
  ASSERT_EQ(::setenv("XDG_STATE_HOME", folder_.c_str(), 1), 0);
  LinkLocalMemory memory;
  ASSERT_TRUE(memory.open(mac));
  ASSERT_TRUE(memory.save(address));
  EXPECT_EQ(text_of(file("onlink/link-local-02:00:00:00:00:07")), "169.254.7.7\n");
  ::unsetenv("XDG_STATE_HOME");
}

}  // namespace
}  // namespace onlink::inline v0::cli
