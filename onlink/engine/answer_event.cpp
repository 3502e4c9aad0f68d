// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/answer_event.hpp"

namespace onlink::inline v0 {

std::string_view to_string(Service service) noexcept {
  switch (service) {
    case Service::arp:
      return "arp";
    case Service::arp_probe:
      return "arp_probe";
    case Service::neighbor_solicitation:
      return "neighbor_solicitation";
    case Service::duplicate_detection:
      return "duplicate_detection";
    case Service::echo:
      return "echo";
    case Service::udp_echo:
      return "udp_echo";
    case Service::closed_port:
      return "closed_port";
  }
  return "unknown";
}

std::string_view to_string(AnswerFate fate) noexcept {
  switch (fate) {
    case AnswerFate::sent:
      return "sent";
    case AnswerFate::delayed:
      return "delayed";
    case AnswerFate::lost:
      return "lost";
    case AnswerFate::overflowed:
      return "overflowed";
    case AnswerFate::limited:
      return "limited";
  }
  return "unknown";
}

std::string_view to_string(PingFailure failure) noexcept {
  switch (failure) {
    case PingFailure::no_answer:
      return "no_answer";
    case PingFailure::unreachable:
      return "unreachable";
    case PingFailure::refused:
      return "refused";
    case PingFailure::no_route:
      return "no_route";
    case PingFailure::not_sent:
      return "not_sent";
  }
  return "unknown";
}

}  // namespace onlink::inline v0
