// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace onlink::inline v0::cli {
namespace {

std::string place_of(const SysctlFiles& files, std::string_view key) {
  const SysctlAssignment* const found = files.find(key);
  return found == nullptr ? "" : found->value + " " + found->place();
}

TEST(SysctlFiles, KeysAreReadWithDotsAndSlashes) {
  SysctlFiles files;
  std::istringstream in{
      "# a comment\n"
      "net.ipv4.neigh.eth0/100.locktime = 5\r\n"
      "; another\n"
      "-net/ipv4/neigh/eth0.200/locktime=6\n"
      "no assignment\n"
      "net.ipv4.conf.all.arp_ignore=1\n"};
  files.add(in, "/etc/x");
  EXPECT_EQ(place_of(files, "net/ipv4/neigh/eth0.100/locktime"), "5 /etc/x:2");
  EXPECT_EQ(place_of(files, "net/ipv4/neigh/eth0.200/locktime"), "6 /etc/x:4");
  EXPECT_EQ(place_of(files, "net/ipv4/conf/all/arp_ignore"), "1 /etc/x:6");
  EXPECT_EQ(place_of(files, "net/ipv4/conf/eth0/arp_ignore"), "");
}

TEST(SysctlFiles, TheLastOneCountsAndANameBeforeAPattern) {
  SysctlFiles files;
  std::istringstream in{
      "net.ipv4.conf.eth0.rp_filter = 1\n"
      "net.ipv4.conf.eth1.rp_filter = 1\n"
      "net.ipv4.conf.eth1.rp_filter = 2\n"
      "net.ipv4.conf.*.rp_filter = 0\n"};
  files.add(in, "f");
  EXPECT_EQ(place_of(files, "net/ipv4/conf/eth0/rp_filter"), "1 f:1");
  EXPECT_EQ(place_of(files, "net/ipv4/conf/eth1/rp_filter"), "2 f:3");
  EXPECT_EQ(place_of(files, "net/ipv4/conf/eth2/rp_filter"), "0 f:4");
  EXPECT_EQ(place_of(files, "net/ipv4/conf/eth2/x/rp_filter"), "");
}

class SysctlTree : public testing::Test {
 protected:
  SysctlTree() : root_(testing::TempDir() + "onlink-sysctl-" + std::to_string(::getpid())) {}
  ~SysctlTree() override { std::filesystem::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream{root_ / path} << text;
  }
  std::filesystem::path root_;
};

TEST_F(SysctlTree, FilesApplyByNameAndOneHidesItsNamesakes) {
  write("etc/sysctl.d/20-b.conf", "net.ipv4.neigh.eth0.locktime = 20\nnet.ipv4.neigh.eth1.locktime = 20\n");
  write("usr/lib/sysctl.d/10-a.conf", "net.ipv4.neigh.eth0.locktime = 10\nnet.ipv4.neigh.eth2.locktime = 10\n");
  write("run/sysctl.d/30-c.conf", "net.ipv4.neigh.eth3.locktime = 30\n");
  write("usr/lib/sysctl.d/30-c.conf", "net.ipv4.neigh.eth3.locktime = 31\n");
  write("etc/sysctl.d/99-x.conf.bak", "net.ipv4.neigh.eth0.locktime = 99\n");
  write("etc/sysctl.conf", "net.ipv4.neigh.eth1.locktime = 1\n");
  const SysctlFiles files = SysctlFiles::read(root_);
  EXPECT_EQ(place_of(files, "net/ipv4/neigh/eth0/locktime"), "20 /etc/sysctl.d/20-b.conf:1");
  EXPECT_EQ(place_of(files, "net/ipv4/neigh/eth1/locktime"), "1 /etc/sysctl.conf:1");
  EXPECT_EQ(place_of(files, "net/ipv4/neigh/eth2/locktime"), "10 /usr/lib/sysctl.d/10-a.conf:2");
  EXPECT_EQ(place_of(files, "net/ipv4/neigh/eth3/locktime"), "30 /run/sysctl.d/30-c.conf:1");
}

TEST_F(SysctlTree, AHostWithoutFilesSetsNothing) {
  EXPECT_EQ(SysctlFiles::read(root_).find("net/ipv4/neigh/eth0/locktime"), nullptr);
}

}  // namespace
}  // namespace onlink::inline v0::cli
