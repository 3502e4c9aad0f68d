// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/ptr_lookup.hpp"

#include <ares.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "onlink/wire/dns.hpp"

namespace onlink::inline v0::cli {

struct PtrChannel {
  ares_channel ares = nullptr;
  bool ready = false;
  bool servers_known = true;
  bool heard = false;
  std::size_t on_the_way = 0;
  std::deque<IpAddress> waiting{};
  std::vector<NameFound> found{};
};

namespace {

struct Question {
  PtrChannel* channel = nullptr;
  IpAddress address;
};

}  // namespace

extern "C" void onlink_ptr_answered(void* argument, int status, int /*timeouts*/, unsigned char* message, int size) {
  const std::unique_ptr<Question> question{static_cast<Question*>(argument)};
  PtrChannel& channel = *question->channel;
  --channel.on_the_way;
  const bool nobody = status == ARES_ETIMEOUT || status == ARES_ECONNREFUSED || status == ARES_EDESTRUCTION;
  channel.heard = channel.heard || !nobody;
  if (message == nullptr || size <= 0) return;
  const auto bytes = std::as_bytes(std::span{message, static_cast<std::size_t>(size)});
  if (auto name = ptr_name(question->address, bytes)) channel.found.push_back(*std::move(name));
}

std::optional<NameFound> ptr_name(const IpAddress& address, Bytes bytes) {
  const auto message = DnsMessage::decode(bytes);
  if (!message || !message->header().response || message->header().response_code != DnsResponseCode::no_error)
    return std::nullopt;
  DnsName wanted = reverse_name(address);
  // Servers put an alias before what it leads to.
  for (const DnsRecord record : message->answers()) {
    const auto* data = std::get_if<DnsNameData>(&record.data);
    if (data == nullptr || record.name != wanted) continue;
    if (record.type == DnsType::cname) wanted = data->name;
    if (record.type == DnsType::ptr && !data->name.is_root()) {
      return NameFound{address, to_string(data->name, DnsNameText::utf8), NameSource::ptr};
    }
  }
  return std::nullopt;
}

PtrLookup::PtrLookup(const std::string& servers) : channel_(std::make_unique<PtrChannel>()) {
  ares_options options{};
  options.timeout = static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(patience).count());
  options.tries = tries;
  channel_->ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS &&
                    ares_init_options(&channel_->ares, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) == ARES_SUCCESS;
  if (channel_->ready && !servers.empty()) {
    channel_->servers_known = ares_set_servers_ports_csv(channel_->ares, servers.c_str()) == ARES_SUCCESS;
  }
}

PtrLookup::~PtrLookup() {
  if (channel_->ready) ares_destroy(channel_->ares);
  ares_library_cleanup();
}

bool PtrLookup::is_ready() const noexcept { return channel_->ready && channel_->servers_known; }
bool PtrLookup::heard_a_server() const noexcept { return channel_->heard; }
bool PtrLookup::is_done() const noexcept {
  return !is_ready() || (channel_->waiting.empty() && channel_->on_the_way == 0);
}

void PtrLookup::ask(const IpAddress& address) { channel_->waiting.push_back(address); }

void PtrLookup::append_poll_fds(std::vector<pollfd>& fds) const {
  if (!is_ready()) return;
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets;
  const auto wanted = static_cast<unsigned>(ares_getsock(channel_->ares, sockets.data(), ARES_GETSOCK_MAXNUM));
  for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    const int read = (wanted & 1U << i) != 0 ? POLLIN : 0;
    const int write = (wanted & 1U << (i + ARES_GETSOCK_MAXNUM)) != 0 ? POLLOUT : 0;
    if ((read | write) != 0) fds.push_back({sockets[i], static_cast<short>(read | write), 0});
  }
}

Duration PtrLookup::wait_time(Duration limit) const {
  if (!is_ready() || channel_->on_the_way == 0) return limit;
  timeval next{};
  if (ares_timeout(channel_->ares, nullptr, &next) == nullptr) return limit;
  return std::min<Duration>(limit, std::chrono::seconds{next.tv_sec} + std::chrono::microseconds{next.tv_usec});
}

void PtrLookup::work(const std::vector<pollfd>& ready, std::vector<NameFound>& found) {
  if (!is_ready()) return;
  while (channel_->on_the_way < at_once && !channel_->waiting.empty()) {
    constexpr int class_internet = 1, type_ptr = 12;
    auto question = std::make_unique<Question>(Question{channel_.get(), channel_->waiting.front()});
    channel_->waiting.pop_front();
    ++channel_->on_the_way;
    const std::string name = to_string(reverse_name(question->address));
    ares_query(channel_->ares, name.c_str(), class_internet, type_ptr, onlink_ptr_answered, question.release());
  }
  for (const pollfd& fd : ready) {
    ares_process_fd(channel_->ares, (fd.revents & ~POLLOUT) != 0 ? fd.fd : ARES_SOCKET_BAD,
                    (fd.revents & POLLOUT) != 0 ? fd.fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  std::ranges::move(channel_->found, std::back_inserter(found));
  channel_->found.clear();
}

}  // namespace onlink::inline v0::cli
