// SPDX-License-Identifier: Apache-2.0
// Comparing tag stacks, and their text form.
#include <algorithm>
#include <iterator>
#include <optional>

#include "onlink/base/text.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {
namespace {

struct TagKind {
  std::string_view name;
  EtherType tpid;
};
constexpr TagKind tag_kinds[] = {
    {"q", EtherType::vlan},
    {"ad", EtherType::service_vlan},
    {"9100", EtherType::legacy_vlan_9100},
    {"9200", EtherType::legacy_vlan_9200},
};
constexpr std::uint16_t max_vlan_id = 4094;  // 4095 is reserved (IEEE 802.1Q table 9-2)

// 802.1ad outside, 802.1Q inside; a single tag is 802.1Q.
constexpr EtherType usual_tpid(std::size_t index, std::size_t count) noexcept {
  return index == 0 && count > 1 ? EtherType::service_vlan : EtherType::vlan;
}

std::optional<VlanTag> parse_tag(std::string_view text, EtherType usual) {
  VlanTag tag{.tpid = usual};
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const auto kind = std::ranges::find(tag_kinds, text.substr(0, colon), &TagKind::name);
    if (kind == std::end(tag_kinds)) return std::nullopt;
    tag.tpid = kind->tpid;
    text.remove_prefix(colon + 1);
  }
  const auto id = parse_decimal(text, max_vlan_id);
  if (!id) return std::nullopt;
  tag.tci = static_cast<std::uint16_t>(*id);
  return tag;
}

const VlanTag* skip_priority_tags(const VlanTag* tag, const VlanTag* end) noexcept {
  while (tag != end && tag->id() == 0) ++tag;
  return tag;
}

}  // namespace

bool VlanStack::same_network(const VlanStack& other) const noexcept {
  const VlanTag* a = skip_priority_tags(begin(), end());
  const VlanTag* b = skip_priority_tags(other.begin(), other.end());
  while (a != end() && b != other.end()) {
    if (a->tpid != b->tpid || a->id() != b->id()) return false;
    a = skip_priority_tags(a + 1, end());
    b = skip_priority_tags(b + 1, other.end());
  }
  return a == end() && b == other.end();
}

std::expected<VlanStack, Error> parse_vlan_stack(std::string_view text) {
  const std::size_t count = 1 + static_cast<std::size_t>(std::ranges::count(text, '.'));
  const auto refuse = [text](const char* reason) {
    return std::unexpected(usage_error(quoted(text) + ": not a VLAN stack: " + reason));
  };
  if (count > VlanStack::max_tags) return refuse("more than 4 tags");
  VlanStack stack;
  std::string_view rest = text;
  for (std::size_t i = 0; i < count; ++i) {
    const auto tag = parse_tag(take_until(rest, '.'), usual_tpid(i, count));
    if (!tag) return refuse("a tag is an identifier 0 to 4094, if need be with q:, ad:, 9100: or 9200: before it");
    stack.push(*tag);
  }
  return stack;
}

std::string to_string(const VlanStack& stack) {
  std::string text;
  std::size_t index = 0;
  for (const VlanTag tag : stack) {
    if (index != 0) text += '.';
    if (tag.tpid != usual_tpid(index, stack.size())) {
      const auto kind = std::ranges::find(tag_kinds, tag.tpid, &TagKind::tpid);
      if (kind != std::end(tag_kinds)) text.append(kind->name).append(1, ':');
    }
    text += std::to_string(tag.id());
    ++index;
  }
  return text;
}

}  // namespace onlink::inline v0
