// SPDX-License-Identifier: Apache-2.0
// DNS messages (RFC 1035 section 4), as DNS, mDNS (RFC 6762) and LLMNR (RFC 4795) share them. Decoding checks the whole
// message once: every name, every record, the data of every type known here; the sections are then views that decode
// item by item, so that no message needs memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <string>
#include <variant>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/wire/dns_name.hpp"

namespace onlink::inline v0 {

// IANA "dns-parameters"; open: any 16-bit value may be held.
enum class DnsType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  opt = 41,
  any = 255,
};
// "PTR"; "TYPE65280" (RFC 3597 section 5) for what is not known here.
[[nodiscard]] std::string to_string(DnsType type);

// Open. In mDNS the top bit is a flag of its own: in a question "unicast response wanted", in a record "flush the
// cache".
enum class DnsClass : std::uint16_t { internet = 1, any = 255 };
inline constexpr std::uint16_t mdns_class_flag = 0x8000;
[[nodiscard]] constexpr bool has_mdns_flag(DnsClass value) noexcept {
  return (static_cast<std::uint16_t>(value) & mdns_class_flag) != 0;
}
[[nodiscard]] constexpr DnsClass without_mdns_flag(DnsClass value) noexcept {
  return static_cast<DnsClass>(static_cast<std::uint16_t>(value) & ~mdns_class_flag);
}

enum class DnsOpcode : std::uint8_t { query = 0, inverse_query = 1, status = 2, notify = 4, update = 5 };
enum class DnsResponseCode : std::uint8_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  no_such_name = 3,
  not_implemented = 4,
  refused = 5,
};
[[nodiscard]] std::string to_string(DnsResponseCode code);  // "NXDOMAIN", ..., "RCODE11"

// Without the counts, which follow from the sections. LLMNR calls bit `authoritative` C (conflict) and
// `recursion_desired` T.
struct DnsHeader {
  std::uint16_t id = 0;
  bool response = false;
  DnsOpcode opcode = DnsOpcode::query;
  bool authoritative = false;
  bool truncated = false;
  bool recursion_desired = false;
  bool recursion_available = false;
  bool reserved = false;
  bool authentic_data = false;     // RFC 4035
  bool checking_disabled = false;  // RFC 4035
  DnsResponseCode response_code = DnsResponseCode::no_error;

  bool operator==(const DnsHeader&) const = default;
};
inline constexpr std::size_t dns_header_size = 12;

struct DnsQuestion {
  DnsName name{};
  DnsType type = DnsType::a;
  DnsClass question_class = DnsClass::internet;

  bool operator==(const DnsQuestion&) const = default;
};

// The data of a record, one struct a layout.
struct DnsIpv4Data {  // A
  Ipv4Address address;
  bool operator==(const DnsIpv4Data&) const = default;
};
struct DnsIpv6Data {  // AAAA, RFC 3596
  Ipv6Address address;
  bool operator==(const DnsIpv6Data&) const = default;
};
struct DnsNameData {  // NS, CNAME, PTR
  DnsName name{};
  bool operator==(const DnsNameData&) const = default;
};
struct DnsSoaData {
  DnsName primary_server;
  DnsName mailbox;
  std::uint32_t serial = 0;
  std::uint32_t refresh = 0;  // seconds, as the next three
  std::uint32_t retry = 0;
  std::uint32_t expire = 0;
  std::uint32_t minimum = 0;
  bool operator==(const DnsSoaData&) const = default;
};
struct DnsMxData {
  std::uint16_t preference = 0;
  DnsName exchange;
  bool operator==(const DnsMxData&) const = default;
};
struct DnsTxtData {
  Bytes strings;  // character-strings, each behind its length octet
  bool operator==(const DnsTxtData& other) const noexcept { return same_bytes(strings, other.strings); }
};
struct DnsSrvData {  // RFC 2782
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  DnsName target;
  bool operator==(const DnsSrvData&) const = default;
};
struct DnsOptData {  // RFC 6891; the record's class is the sender's payload size, its time to live holds flags
  Bytes options;     // each: code, length, value
  bool operator==(const DnsOptData& other) const noexcept { return same_bytes(options, other.options); }
};
struct DnsRawData {  // a type not known here: never looked into (RFC 3597)
  Bytes bytes;
  bool operator==(const DnsRawData& other) const noexcept { return same_bytes(bytes, other.bytes); }
};
using DnsData = std::variant<DnsRawData, DnsIpv4Data, DnsIpv6Data, DnsNameData, DnsSoaData, DnsMxData, DnsTxtData,
                             DnsSrvData, DnsOptData>;

struct DnsRecord {
  DnsName name{};
  DnsType type = DnsType::a;
  DnsClass record_class = DnsClass::internet;
  std::uint32_t time_to_live = 0;  // seconds
  DnsData data;

  bool operator==(const DnsRecord&) const = default;
};

// A section's items, DnsQuestion or DnsRecord, decoded while iterating.
template <class Item>
class DnsItems {
 public:
  class Iterator {
   public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    constexpr Iterator() noexcept = default;
    constexpr Iterator(Bytes message, std::size_t offset, std::uint16_t left) noexcept
        : message_(message), offset_(offset), left_(left) {}
    [[nodiscard]] Item operator*() const noexcept;
    Iterator& operator++() noexcept;
    void operator++(int) noexcept { ++*this; }
    bool operator==(const Iterator& other) const noexcept { return left_ == other.left_; }

   private:
    Bytes message_;
    std::size_t offset_ = 0;
    std::uint16_t left_ = 0;
  };

  constexpr DnsItems(Bytes message, std::size_t offset, std::uint16_t count) noexcept
      : message_(message), offset_(offset), count_(count) {}
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] Iterator begin() const noexcept { return {message_, offset_, count_}; }
  [[nodiscard]] Iterator end() const noexcept { return {message_, message_.size(), 0}; }

 private:
  Bytes message_;
  std::size_t offset_;
  std::uint16_t count_;
};
static_assert(std::input_iterator<DnsItems<DnsRecord>::Iterator>);
extern template class DnsItems<DnsQuestion>;
extern template class DnsItems<DnsRecord>;

// A message that was found sound; spans point into the bytes that were decoded, which must outlive it.
class DnsMessage {
 public:
  // Refuses:
  //   truncated    the header, a question or a record reaches past the end
  //   bad_length   a name of more than 255 octets; data that does not fill its length; octets behind the last record
  //   malformed    a compression pointer that does not point backwards (so none can loop), or the 128th of a name;
  //                an OPT that is not the root's
  //   unsupported  a label of a type other than 00 and 11 (RFC 6891 section 5 retired 01)
  [[nodiscard]] static std::expected<DnsMessage, DecodeError> decode(Bytes message) noexcept;

  [[nodiscard]] const DnsHeader& header() const noexcept { return header_; }
  [[nodiscard]] DnsItems<DnsQuestion> questions() const noexcept { return questions_; }
  [[nodiscard]] DnsItems<DnsRecord> answers() const noexcept { return answers_; }
  [[nodiscard]] DnsItems<DnsRecord> authorities() const noexcept { return authorities_; }
  [[nodiscard]] DnsItems<DnsRecord> additionals() const noexcept { return additionals_; }

 private:
  DnsMessage() noexcept = default;
  DnsHeader header_;
  DnsItems<DnsQuestion> questions_{{}, 0, 0};
  DnsItems<DnsRecord> answers_{{}, 0, 0};
  DnsItems<DnsRecord> authorities_{{}, 0, 0};
  DnsItems<DnsRecord> additionals_{{}, 0, 0};
};

enum class DnsSection : std::uint8_t { question, answer, authority, additional };

// Writes a message into memory of the caller's, compressing names where RFC 1035 allows it (not in types newer than it:
// RFC 3597 section 4). What does not fit makes ok() false for good.
class DnsWriter {
 public:
  DnsWriter(const DnsHeader& header, MutableBytes out) noexcept;
  void question(const DnsQuestion& question) noexcept;
  // REQUIRES: sections in the message's order; `record.data` holds the layout of `record.type`, or DnsRawData.
  void record(DnsSection section, const DnsRecord& record) noexcept;

  [[nodiscard]] bool ok() const noexcept { return out_.ok(); }
  [[nodiscard]] Bytes written() const noexcept { return out_.written(); }

 private:
  enum class Compression : std::uint8_t { no, yes };
  struct DataEncoder;
  void name(const DnsName& name, Compression compression) noexcept;
  [[nodiscard]] std::uint16_t find_suffix(const DnsName& name, std::size_t from,
                                          std::size_t known_count) const noexcept;
  void count(DnsSection section) noexcept;

  static constexpr std::size_t known_limit = 32;
  Writer out_;
  std::array<std::uint16_t, known_limit> known_{};  // where a label begins that a pointer may name
  std::size_t known_count_ = 0;
};

}  // namespace onlink::inline v0
