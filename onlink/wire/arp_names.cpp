// SPDX-License-Identifier: Apache-2.0
// The names of ARP's numbers, as IANA's "arp-parameters" registry has them.
#include <algorithm>
#include <string_view>
#include <utility>

#include "onlink/wire/arp.hpp"

namespace onlink::inline v0 {
namespace {

struct OperationName {
  ArpOperation operation;
  std::string_view name;
};
constexpr OperationName operation_names[] = {
    {ArpOperation::request, "request"},
    {ArpOperation::reply, "reply"},
    {ArpOperation::reverse_request, "reverse-request"},
    {ArpOperation::reverse_reply, "reverse-reply"},
    {ArpOperation::drarp_request, "drarp-request"},
    {ArpOperation::drarp_reply, "drarp-reply"},
    {ArpOperation::drarp_error, "drarp-error"},
    {ArpOperation::inverse_request, "inarp-request"},
    {ArpOperation::inverse_reply, "inarp-reply"},
    {ArpOperation::nak, "nak"},
    {ArpOperation::mars_request, "mars-request"},
    {ArpOperation::mars_multi, "mars-multi"},
    {ArpOperation::mars_mserv, "mars-mserv"},
    {ArpOperation::mars_join, "mars-join"},
    {ArpOperation::mars_leave, "mars-leave"},
    {ArpOperation::mars_nak, "mars-nak"},
    {ArpOperation::mars_unserv, "mars-unserv"},
    {ArpOperation::mars_sjoin, "mars-sjoin"},
    {ArpOperation::mars_sleave, "mars-sleave"},
    {ArpOperation::mars_grouplist_request, "mars-grouplist-request"},
    {ArpOperation::mars_grouplist_reply, "mars-grouplist-reply"},
    {ArpOperation::mars_redirect_map, "mars-redirect-map"},
    {ArpOperation::mapos_unarp, "mapos-unarp"},
    {ArpOperation::experimental_1, "experimental-1"},
    {ArpOperation::experimental_2, "experimental-2"},
};

struct HardwareTypeName {
  ArpHardwareType type;
  std::string_view name;
};
constexpr HardwareTypeName hardware_type_names[] = {
    {ArpHardwareType::ethernet, "Ethernet"},
    {ArpHardwareType::ieee802, "IEEE 802"},
    {ArpHardwareType::arcnet, "ARCNET"},
    {ArpHardwareType::frame_relay, "Frame Relay"},
    {ArpHardwareType::atm_16, "ATM"},
    {ArpHardwareType::fibre_channel, "Fibre Channel"},
    {ArpHardwareType::atm, "ATM"},
    {ArpHardwareType::serial_line, "serial line"},
    {ArpHardwareType::atm_21, "ATM"},
    {ArpHardwareType::ieee1394, "IEEE 1394"},
    {ArpHardwareType::eui64, "EUI-64"},
    {ArpHardwareType::infiniband, "InfiniBand"},
    {ArpHardwareType::experimental_1, "experimental-1"},
    {ArpHardwareType::experimental_2, "experimental-2"},
};

std::string unknown(std::uint16_t number) { return "unknown(" + std::to_string(number) + ")"; }

}  // namespace

std::string to_string(ArpOperation operation) {
  const auto found = std::ranges::find(operation_names, operation, &OperationName::operation);
  return found == std::end(operation_names) ? unknown(std::to_underlying(operation)) : std::string{found->name};
}

std::string to_string(ArpHardwareType type) {
  const auto found = std::ranges::find(hardware_type_names, type, &HardwareTypeName::type);
  return found == std::end(hardware_type_names) ? unknown(std::to_underlying(type)) : std::string{found->name};
}

}  // namespace onlink::inline v0
