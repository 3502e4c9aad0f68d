// SPDX-License-Identifier: Apache-2.0
// libpcap is loaded at run time: linked in, it would bring eleven libraries (D-Bus, systemd, gcrypt ...) into every
// start of a program that rarely reads pcapng.
#include "onlink/link/pcapng.hpp"

#include <dlfcn.h>
#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace onlink::inline v0 {
namespace {

struct Libpcap {
  decltype(&::pcap_fopen_offline_with_tstamp_precision) open_offline = nullptr;
  decltype(&::pcap_next_ex) next_ex = nullptr;
  decltype(&::pcap_datalink) datalink = nullptr;
  decltype(&::pcap_geterr) geterr = nullptr;
  decltype(&::pcap_close) close = nullptr;
};

template <class F>
bool find(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(::dlsym(library, name));
  return function != nullptr;
}

// Nothing when there is no libpcap on this machine. It stays loaded.
const std::optional<Libpcap>& libpcap() {
  static const std::optional<Libpcap> loaded = []() -> std::optional<Libpcap> {
    void* const library = ::dlopen("libpcap.so.0.8", RTLD_NOW | RTLD_LOCAL);
    Libpcap functions;
    const bool complete =
        library != nullptr && find(library, "pcap_fopen_offline_with_tstamp_precision", functions.open_offline) &&
        find(library, "pcap_next_ex", functions.next_ex) && find(library, "pcap_datalink", functions.datalink) &&
        find(library, "pcap_geterr", functions.geterr) && find(library, "pcap_close", functions.close);
    return complete ? std::optional{functions} : std::nullopt;
  }();
  return loaded;
}

// libpcap reads through our buffer, so that a pipe whose first octets we looked at works, too.
extern "C" ssize_t read_source(void* cookie, char* out, std::size_t size) {
  auto& source = *static_cast<ByteSource*>(cookie);
  const auto bytes = source.peek(size);
  if (!bytes) return -1;
  std::memcpy(out, bytes->data(), bytes->size());
  source.take(bytes->size());
  return static_cast<ssize_t>(bytes->size());
}

class PcapngReader final : public FrameReader {
 public:
  explicit PcapngReader(const Libpcap& library, ByteSource source) noexcept
      : library_(library), source_(std::move(source)) {}
  ~PcapngReader() override {
    if (file_ != nullptr) library_.close(file_);
  }

  [[nodiscard]] std::expected<void, Error> open() {
    FILE* const stream = ::fopencookie(&source_, "rb", {.read = read_source, .write = {}, .seek = {}, .close = {}});
    if (stream == nullptr) return std::unexpected{error(std::generic_category().message(errno))};
    std::array<char, PCAP_ERRBUF_SIZE> reason{};
    file_ = library_.open_offline(stream, PCAP_TSTAMP_PRECISION_NANO, reason.data());
    if (file_ == nullptr) {
      std::fclose(stream);
      return std::unexpected{error(reason.data())};
    }
    const int link_type = library_.datalink(file_);
    if (link_type == DLT_EN10MB) return {};
    return std::unexpected{Error{ErrorCode::unsupported, 0,
                                 source_.name() + ": link type " + std::to_string(link_type) + " is not Ethernet (1)"}};
  }

  std::expected<std::optional<ReceivedFrame>, Error> next() override {
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int result = failed_ ? PCAP_ERROR : library_.next_ex(file_, &header, &bytes);
    if (result == PCAP_ERROR_BREAK) return std::nullopt;
    if (result != 1) {
      failed_ = true;
      return std::unexpected{error(library_.geterr(file_))};
    }
    // With nanosecond precision asked for, tv_usec holds nanoseconds.
    const auto time = std::chrono::seconds{header->ts.tv_sec} + std::chrono::nanoseconds{header->ts.tv_usec};
    return ReceivedFrame{.bytes = std::as_bytes(std::span{bytes, header->caplen}),
                         .time = SystemTime{time},
                         .original_size = header->len,
                         .outgoing = false};
  }

 private:
  [[nodiscard]] Error error(const std::string& reason) const {
    return {ErrorCode::system, 0, source_.name() + ": " + reason};
  }

  const Libpcap& library_;
  ByteSource source_;  // what libpcap's stream reads from
  pcap_t* file_ = nullptr;
  bool failed_ = false;
};

}  // namespace

std::expected<std::unique_ptr<FrameReader>, Error> open_pcapng(ByteSource source) {
  const auto& library = libpcap();
  if (!library) {
    return std::unexpected{
        Error{ErrorCode::unsupported, 0,
              source.name() + ": reading pcapng needs libpcap (install libpcap0.8, or convert to pcap)"}};
  }
  auto reader = std::make_unique<PcapngReader>(*library, std::move(source));
  if (auto opened = reader->open(); !opened) return std::unexpected{opened.error()};
  return reader;
}

}  // namespace onlink::inline v0
