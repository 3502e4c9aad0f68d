// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/dns.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace onlink::inline v0 {
namespace {

// Reads a message from an offset on. Names may point anywhere before themselves, so the whole message stays at hand.
// The first reason to refuse is kept; after it everything reads as zeros.
class Cursor {
 public:
  Cursor(Bytes message, std::size_t offset, std::size_t end) noexcept : message_(message), offset_(offset), end_(end) {}

  [[nodiscard]] std::optional<DecodeError> error() const noexcept { return error_; }
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return end_ - offset_; }
  void refuse(DecodeError error) noexcept {
    if (!error_) error_ = error;
    offset_ = end_;
  }

  Bytes bytes(std::size_t count) noexcept {
    if (count > remaining()) {
      refuse(DecodeError::truncated);
      return {};
    }
    return message_.subspan(std::exchange(offset_, offset_ + count), count);
  }
  template <std::unsigned_integral T>
  T integer() noexcept {
    const Bytes taken = bytes(sizeof(T));
    return taken.empty() ? T{0} : load_be<T>(taken.first<sizeof(T)>());
  }
  std::uint16_t u16() noexcept { return integer<std::uint16_t>(); }
  std::uint32_t u32() noexcept { return integer<std::uint32_t>(); }

  DnsName name() noexcept;
  Cursor data(std::size_t length) noexcept {
    const std::size_t start = offset_;
    const bool fits = !bytes(length).empty() || length == 0;
    return {message_, fits ? start : end_, fits ? start + length : end_};
  }

 private:
  bool append_label(DnsName& name, Bytes label) noexcept;

  Bytes message_;
  std::size_t offset_;
  std::size_t end_;
  std::optional<DecodeError> error_;
};

bool Cursor::append_label(DnsName& name, Bytes label) noexcept {
  const std::string_view text{reinterpret_cast<const char*>(label.data()),
                              label.size()};  // NOLINT: octets as characters
  if (name.append(text)) return true;
  refuse(DecodeError::bad_length);
  return false;
}

// As many as a name can have labels, so that a chain of bare pointers cannot make a small message expensive.
constexpr unsigned pointer_limit = 127;

// RFC 1035 section 4.1.4. Each pointer must lead before the labels that held it, so the walk ends.
DnsName Cursor::name() noexcept {
  DnsName name;
  std::size_t at = offset_;
  std::size_t limit = end_;  // where reading must stop: the record's end, later the label run that pointed
  std::size_t run_start = offset_;
  unsigned pointers = 0;
  std::optional<std::size_t> resume;  // behind the first pointer
  while (true) {
    if (at >= limit) return refuse(DecodeError::truncated), DnsName{};
    const auto length = std::to_integer<std::size_t>(message_[at]);
    if (length == 0) break;
    if (length < 0x40) {
      if (limit - at - 1 < length) return refuse(DecodeError::truncated), DnsName{};
      if (!append_label(name, message_.subspan(at + 1, length))) return DnsName{};
      at += length + 1;
      continue;
    }
    if (length < 0xc0) return refuse(DecodeError::unsupported), DnsName{};
    if (limit - at < 2) return refuse(DecodeError::truncated), DnsName{};
    const std::size_t target = load_be<std::uint16_t>(message_.subspan(at).first<2>()) & 0x3fffU;
    if (target >= run_start || target < dns_header_size || ++pointers > pointer_limit)
      return refuse(DecodeError::malformed), DnsName{};
    if (!resume) resume = at + 2;
    limit = run_start;
    at = run_start = target;
  }
  offset_ = resume.value_or(at + 1);
  return name;
}

DnsData decode_ipv4_data(Cursor& in) noexcept { return DnsIpv4Data{Ipv4Address{in.u32()}}; }
DnsData decode_ipv6_data(Cursor& in) noexcept {
  DnsIpv6Data data;
  std::ranges::transform(in.bytes(16), data.address.octets.begin(),
                         [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
  return data;
}
DnsData decode_name_data(Cursor& in) noexcept { return DnsNameData{in.name()}; }
DnsData decode_soa(Cursor& in) noexcept {
  DnsSoaData data{.primary_server = in.name(), .mailbox = in.name()};
  data.serial = in.u32();
  data.refresh = in.u32();
  data.retry = in.u32();
  data.expire = in.u32();
  data.minimum = in.u32();
  return data;
}
DnsData decode_mx(Cursor& in) noexcept {
  const std::uint16_t preference = in.u16();
  return DnsMxData{preference, in.name()};
}
DnsData decode_txt(Cursor& in) noexcept {
  const Bytes strings = in.bytes(in.remaining());
  for (Reader reader{strings}; reader.remaining() > 0;) {
    reader.skip(reader.u8());
    if (!reader.ok()) in.refuse(DecodeError::bad_length);
  }
  return DnsTxtData{strings};
}
DnsData decode_srv(Cursor& in) noexcept {
  DnsSrvData data;
  data.priority = in.u16();
  data.weight = in.u16();
  data.port = in.u16();
  data.target = in.name();
  return data;
}
DnsData decode_opt(Cursor& in) noexcept {
  const Bytes options = in.bytes(in.remaining());
  for (Reader reader{options}; reader.remaining() > 0;) {
    reader.skip(2);
    reader.skip(reader.u16());
    if (!reader.ok()) in.refuse(DecodeError::bad_length);
  }
  return DnsOptData{options};
}

// The types whose data is looked into: one row each.
struct TypeRow {
  DnsType type;
  std::string_view name;
  DnsData (*decode)(Cursor&) noexcept;
};
constexpr TypeRow type_rows[] = {
    {DnsType::a, "A", decode_ipv4_data},
    {DnsType::ns, "NS", decode_name_data},
    {DnsType::cname, "CNAME", decode_name_data},
    {DnsType::soa, "SOA", decode_soa},
    {DnsType::ptr, "PTR", decode_name_data},
    {DnsType::mx, "MX", decode_mx},
    {DnsType::txt, "TXT", decode_txt},
    {DnsType::aaaa, "AAAA", decode_ipv6_data},
    {DnsType::srv, "SRV", decode_srv},
    {DnsType::opt, "OPT", decode_opt},
    {DnsType::any, "ANY", nullptr},
};

const TypeRow* find_row(DnsType type) noexcept {
  const auto* row = std::ranges::find(type_rows, type, &TypeRow::type);
  return row == std::end(type_rows) ? nullptr : row;
}

DnsData decode_data(DnsType type, Cursor& in) noexcept {
  const TypeRow* row = find_row(type);
  if (row == nullptr || row->decode == nullptr) return DnsRawData{in.bytes(in.remaining())};
  // An update or a negative answer may hold a record without data (RFC 2136 section 2.4).
  if (in.remaining() == 0 && type != DnsType::opt) return DnsRawData{};
  DnsData data = row->decode(in);
  if (in.remaining() != 0) in.refuse(DecodeError::bad_length);
  return data;
}

DnsQuestion take(Cursor& in, DnsQuestion) noexcept {
  DnsQuestion question;
  question.name = in.name();
  question.type = static_cast<DnsType>(in.u16());
  question.question_class = static_cast<DnsClass>(in.u16());
  return question;
}

DnsRecord take(Cursor& in, DnsRecord) noexcept {
  DnsRecord record;
  record.name = in.name();
  record.type = static_cast<DnsType>(in.u16());
  record.record_class = static_cast<DnsClass>(in.u16());
  record.time_to_live = in.u32();
  const std::size_t length = in.u16();
  Cursor data = in.data(length);
  if (in.error()) return record;
  record.data = decode_data(record.type, data);
  // Whatever overran the data's own length, while the record is all there, contradicts that length.
  if (data.error()) in.refuse(*data.error() == DecodeError::truncated ? DecodeError::bad_length : *data.error());
  if (record.type == DnsType::opt && !record.name.is_root()) in.refuse(DecodeError::malformed);
  return record;
}

template <class Item>
DnsItems<Item> check_items(Cursor& in, Bytes message, std::uint16_t count) noexcept {
  const DnsItems<Item> items{message, in.offset(), count};
  for (std::uint16_t i = 0; i < count && !in.error(); ++i) take(in, Item{});
  return items;
}

DnsHeader unpack_flags(std::uint16_t id, std::uint16_t flags) noexcept {
  return {
      .id = id,
      .response = (flags & 0x8000) != 0,
      .opcode = static_cast<DnsOpcode>(flags >> 11 & 0x0f),
      .authoritative = (flags & 0x0400) != 0,
      .truncated = (flags & 0x0200) != 0,
      .recursion_desired = (flags & 0x0100) != 0,
      .recursion_available = (flags & 0x0080) != 0,
      .reserved = (flags & 0x0040) != 0,
      .authentic_data = (flags & 0x0020) != 0,
      .checking_disabled = (flags & 0x0010) != 0,
      .response_code = static_cast<DnsResponseCode>(flags & 0x0f),
  };
}

std::uint16_t pack_flags(const DnsHeader& header) noexcept {
  const auto bit = [](bool set, unsigned value) { return set ? value : 0U; };
  return static_cast<std::uint16_t>(
      bit(header.response, 0x8000) | (static_cast<unsigned>(header.opcode) & 0x0f) << 11 |
      bit(header.authoritative, 0x0400) | bit(header.truncated, 0x0200) | bit(header.recursion_desired, 0x0100) |
      bit(header.recursion_available, 0x0080) | bit(header.reserved, 0x0040) | bit(header.authentic_data, 0x0020) |
      bit(header.checking_disabled, 0x0010) | (static_cast<unsigned>(header.response_code) & 0x0f));
}

}  // namespace

std::string to_string(DnsType type) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? std::string{row->name} : "TYPE" + std::to_string(std::to_underlying(type));
}

std::string to_string(DnsResponseCode code) {
  constexpr std::string_view names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
  const auto number = std::to_underlying(code);
  return number < std::size(names) ? std::string{names[number]} : "RCODE" + std::to_string(number);
}

template <class Item>
Item DnsItems<Item>::Iterator::operator*() const noexcept {
  Cursor in{message_, offset_, message_.size()};
  return take(in, Item{});
}

template <class Item>
auto DnsItems<Item>::Iterator::operator++() noexcept -> Iterator& {
  Cursor in{message_, offset_, message_.size()};
  take(in, Item{});
  offset_ = in.offset();
  --left_;
  return *this;
}

template class DnsItems<DnsQuestion>;
template class DnsItems<DnsRecord>;

std::expected<DnsMessage, DecodeError> DnsMessage::decode(Bytes bytes) noexcept {
  Cursor in{bytes, 0, bytes.size()};
  DnsMessage message;
  const std::uint16_t id = in.u16();
  message.header_ = unpack_flags(id, in.u16());
  const std::uint16_t questions = in.u16();
  const std::uint16_t answers = in.u16();
  const std::uint16_t authorities = in.u16();
  const std::uint16_t additionals = in.u16();
  message.questions_ = check_items<DnsQuestion>(in, bytes, questions);
  message.answers_ = check_items<DnsRecord>(in, bytes, answers);
  message.authorities_ = check_items<DnsRecord>(in, bytes, authorities);
  message.additionals_ = check_items<DnsRecord>(in, bytes, additionals);
  if (in.error()) return std::unexpected(*in.error());
  if (in.remaining() != 0) return std::unexpected(DecodeError::bad_length);
  return message;
}

DnsWriter::DnsWriter(const DnsHeader& header, MutableBytes out) noexcept : out_(out) {
  out_.u16(header.id);
  out_.u16(pack_flags(header));
  out_.zeros(8);
}

void DnsWriter::count(DnsSection section) noexcept {
  if (!ok()) return;
  const std::size_t at = 4 + 2 * static_cast<std::size_t>(section);
  const auto place = out_.written().subspan(at).first<2>();
  store_be<std::uint16_t>(static_cast<std::uint16_t>(load_be<std::uint16_t>(place) + 1), place);
}

// Where the labels of `name` from octet `from` on were written before; 0: nowhere.
std::uint16_t DnsWriter::find_suffix(const DnsName& name, std::size_t from, std::size_t known_count) const noexcept {
  for (std::size_t i = 0; i < known_count; ++i) {
    Cursor in{out_.written(), known_[i], out_.size()};
    // Octet by octet, not as names compare: a pointer must give back the case that was meant.
    if (same_bytes(in.name().wire(), name.wire().subspan(from)) && !in.error()) return known_[i];
  }
  return 0;
}

void DnsWriter::name(const DnsName& name, Compression compression) noexcept {
  // Its own labels end nowhere yet: an IPv6 reverse name has 34 of them to look through in vain.
  const std::size_t earlier = compression == Compression::yes ? known_count_ : 0;
  for (std::size_t at = 0; name.octet(at) != 0;) {
    const std::uint16_t known = find_suffix(name, at, earlier);
    if (known != 0) {
      out_.u16(static_cast<std::uint16_t>(0xc000 | known));
      return;
    }
    if (out_.size() < 0x4000 && known_count_ < known_limit)
      known_[known_count_++] = static_cast<std::uint16_t>(out_.size());
    const std::size_t length = name.octet(at) + std::size_t{1};
    out_.bytes(name.wire().subspan(at, length));
    at += length;
  }
  out_.u8(0);
}

void DnsWriter::question(const DnsQuestion& question) noexcept {
  name(question.name, Compression::yes);
  out_.u16(std::to_underlying(question.type));
  out_.u16(std::to_underlying(question.question_class));
  count(DnsSection::question);
}

struct DnsWriter::DataEncoder {
  DnsWriter& to;

  void operator()(const DnsRawData& data) const noexcept { to.out_.bytes(data.bytes); }
  void operator()(const DnsIpv4Data& data) const noexcept { to.out_.u32(data.address.value); }
  void operator()(const DnsIpv6Data& data) const noexcept { to.out_.octets(data.address.octets); }
  void operator()(const DnsNameData& data) const noexcept { to.name(data.name, Compression::yes); }
  void operator()(const DnsSoaData& data) const noexcept {
    to.name(data.primary_server, Compression::yes);
    to.name(data.mailbox, Compression::yes);
    for (const std::uint32_t value : {data.serial, data.refresh, data.retry, data.expire, data.minimum})
      to.out_.u32(value);
  }
  void operator()(const DnsMxData& data) const noexcept {
    to.out_.u16(data.preference);
    to.name(data.exchange, Compression::yes);
  }
  void operator()(const DnsTxtData& data) const noexcept { to.out_.bytes(data.strings); }
  void operator()(const DnsSrvData& data) const noexcept {
    for (const std::uint16_t value : {data.priority, data.weight, data.port}) to.out_.u16(value);
    to.name(data.target, Compression::no);
  }
  void operator()(const DnsOptData& data) const noexcept { to.out_.bytes(data.options); }
};

void DnsWriter::record(DnsSection section, const DnsRecord& record) noexcept {
  name(record.name, Compression::yes);
  out_.u16(std::to_underlying(record.type));
  out_.u16(std::to_underlying(record.record_class));
  out_.u32(record.time_to_live);
  const MutableBytes length = out_.reserve(2);
  const std::size_t start = out_.size();
  std::visit(DataEncoder{*this}, record.data);
  if (!ok()) return;
  store_be<std::uint16_t>(static_cast<std::uint16_t>(out_.size() - start), length.first<2>());
  count(section);
}

}  // namespace onlink::inline v0
