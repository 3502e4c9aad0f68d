// SPDX-License-Identifier: Apache-2.0
// When an address may be called free, and what the outcomes of several targets make together.
#include "onlink/cli/resolve_report.hpp"

#include <gtest/gtest.h>

namespace onlink::inline v0::cli {
namespace {

using namespace std::chrono_literals;

const IpAddress first = Ipv4Address::of(192, 0, 2, 1);
const IpAddress second = Ipv4Address::of(192, 0, 2, 2);
const MacAddress one{{2, 0, 0, 0, 0, 1}}, two{{2, 0, 0, 0, 0, 2}};

class Report {
 public:
  explicit Report(std::vector<IpAddress> addresses, ResolveReportConfig config = {}) {
    std::vector<ResolveTarget> targets;
    for (const IpAddress& address : addresses) targets.push_back({.address = address});
    report_.emplace(context_, std::move(config), targets);
    report_->start({});
  }
  Report& asked(const IpAddress& address, bool sent = true) {
    report_->on_event(Asked{Instant{}, address, 1});
    if (sent) report_->on_frame_sent({});
    return *this;
  }
  Report& answered(const IpAddress& address, const MacAddress& mac, Evidence evidence = Evidence::arp_reply) {
    const bool again = macs_++ != 0;
    report_->on_event(Answered{.time = Instant{1ms},
                               .address = address,
                               .mac = mac,
                               .frame_source = mac,
                               .vlans = {},
                               .kind = again ? AnswerKind::conflict : AnswerKind::first,
                               .evidence = evidence,
                               .round_trip = 1ms});
    return *this;
  }
  Report& silent(const IpAddress& address) {
    report_->on_event(Silent{Instant{1s}, address, 1});
    return *this;
  }
  Report& verdict(const IpAddress& address, Reach reach) {
    report_->on_verdict({.target = address, .reach = reach, .asked_interface = "eth0"});
    return *this;
  }
  std::string finish(RunEnd end = RunEnd::finished) {
    RunResult result;
    result.end = end;
    report_->finish(&result);
    return out_.text();
  }
  [[nodiscard]] ExitCode exit_code() const { return report_->exit_code(); }

 private:
  StringWriter out_, err_;
  Context context_{.out = out_, .err = err_, .command = "resolve"};
  std::optional<ResolveReport> report_;
  int macs_ = 0;
};

bool says_free(const std::string& text) { return text.find("free") != std::string::npos; }

TEST(Free, IsSaidWhenEveryProbeWasSentAndTheRunEndedWell) {
  EXPECT_TRUE(says_free(Report({first}, {.probe = true}).asked(first).silent(first).finish()));
}

TEST(Free, IsNeverSaidWithoutProbe) { EXPECT_FALSE(says_free(Report({first}).asked(first).silent(first).finish())); }

TEST(Free, IsNeverSaidWhenAProbeDidNotLeave) {
  EXPECT_FALSE(says_free(Report({first}, {.probe = true}).asked(first, false).silent(first).finish()));
  EXPECT_FALSE(says_free(Report({first}, {.probe = true}).silent(first).finish()));
}

TEST(Free, IsNeverSaidWhenTheRunDidNotEndWell) {
  for (const RunEnd end : {RunEnd::failed, RunEnd::interrupted}) {
    EXPECT_FALSE(says_free(Report({first}, {.probe = true}).asked(first).silent(first).finish(end)));
  }
}

TEST(Free, IsNeverSaidOfATargetThatIsStillOpen) {
  EXPECT_FALSE(says_free(Report({first}, {.probe = true}).asked(first).finish()));
}

TEST(Free, IsNeverSaidOfACapture) {
  EXPECT_FALSE(says_free(Report({first}, {.probe = true, .replay = true}).asked(first).silent(first).finish()));
}

TEST(Free, IsNeverSaidWhenSomebodyElseProbesForIt) {
  Report report({first}, {.probe = true});
  EXPECT_FALSE(says_free(report.asked(first).answered(first, one, Evidence::arp_probe).silent(first).finish()));
  EXPECT_EQ(report.exit_code(), ExitCode::conflict);
}

TEST(ResolveExitCode, IsTheOneOfTheTargetsTogether) {
  EXPECT_EQ(Report({first, second}).answered(first, one).verdict(second, Reach::own).exit_code(), ExitCode::yes);
  EXPECT_EQ(Report({first, second}).silent(first).silent(second).exit_code(), ExitCode::no);
  EXPECT_EQ(Report({first, second}).answered(first, one).silent(second).exit_code(), ExitCode::partial);
  EXPECT_EQ(Report({first, second}).answered(first, one).answered(first, two).exit_code(), ExitCode::conflict);
  EXPECT_EQ(Report({first, second}).verdict(first, Reach::off_link).verdict(second, Reach::no_route).exit_code(),
            ExitCode::off_link);
  EXPECT_EQ(Report({first, second}).verdict(first, Reach::off_link).silent(second).exit_code(), ExitCode::no);
  EXPECT_EQ(Report({first, second}).verdict(first, Reach::off_link).verdict(second, Reach::own).exit_code(),
            ExitCode::partial);
}

}  // namespace
}  // namespace onlink::inline v0::cli
