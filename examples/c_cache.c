/* SPDX-License-Identifier: Apache-2.0
 *
 * The neighbour cache in C. Two hosts on a link that is nothing but this program's memory: alpha sends a packet to beta, then
 * to somebody who does not exist. Time is a number that we choose, so the whole takes no time, and prints the same every
 * time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "onlink/c/neighbor.h"

struct host {
  const char *name;
  onlink_neighbor_cache *cache;
};

static onlink_ip ip(const char *text) {
  onlink_ip parsed;
  if (onlink_ip_parse(text, &parsed) != ONLINK_OK) {
    fprintf(stderr, "%s is no IP address\n", text);
    exit(2);
  }
  return parsed;
}

static struct host make_host(const char *name, uint8_t number, const char *address) {
  const onlink_neighbor_config config = {.mac = {0x02, 0, 0, 0, 0, number}, .seed = number};
  const struct host host = {name, onlink_neighbor_cache_new(&config)};
  const onlink_ip own = ip(address);
  if (host.cache == NULL || onlink_neighbor_add_address(host.cache, 0, &own, 24, 0) != ONLINK_OK) exit(1);
  return host;
}

/* What a cache has to say, and what it has to send: here, to the only other host there is. Returns the number of frames. */
static int carry(const struct host *from, const struct host *to, onlink_instant now) {
  onlink_event event;
  const void *frame;
  size_t size;
  int frames = 0;
  char text[ONLINK_IP_TEXT_SIZE];

  while (onlink_neighbor_next_event(from->cache, &event)) {
    onlink_ip_text(&event.address, text);
    printf("%6.1f s  %-5s  %s: ", (double)event.time / 1e9, from->name, text);
    if (event.kind == ONLINK_NEIGHBOR_CHANGED) {
      printf("%s -> %s", onlink_nud_state_text(event.before), onlink_nud_state_text(event.after));
    } else if (event.kind == ONLINK_SEND_FAILED) {
      printf("packet %" PRIu64 " was not sent", event.cookie);
    } else {
      printf("event %d", (int)event.kind);
    }
    printf(" (%s)\n", event.reason);
  }
  for (; (frame = onlink_neighbor_next_frame(from->cache, &size)) != NULL; ++frames) {
    printf("%6.1f s  %-5s  sends %zu octets\n", (double)now / 1e9, from->name, size);
    onlink_neighbor_receive(to->cache, now, frame, size);
  }
  return frames;
}

static void settle(const struct host *a, const struct host *b, onlink_instant now) {
  while (carry(a, b, now) + carry(b, a, now) > 0) {
  }
}

int main(void) {
  const struct host alpha = make_host("alpha", 1, "192.0.2.1");
  const struct host beta = make_host("beta", 2, "192.0.2.2");
  const onlink_ip known = ip("192.0.2.2");
  const onlink_ip nobody = ip("192.0.2.3");
  const uint8_t packet[28] = {0x45}; /* what is in it is nobody's business here */
  const onlink_instant end = INT64_C(10000000000);
  onlink_instant now = 0;

  onlink_neighbor_send(alpha.cache, now, &known, packet, sizeof packet, 1);
  settle(&alpha, &beta, now);
  onlink_neighbor_send(alpha.cache, now, &nobody, packet, sizeof packet, 2);
  settle(&alpha, &beta, now);
  while (onlink_neighbor_deadline(alpha.cache, &now) && now < end) {
    onlink_neighbor_expire(alpha.cache, now);
    settle(&alpha, &beta, now);
  }

  onlink_neighbor_cache_free(alpha.cache);
  onlink_neighbor_cache_free(beta.cache);
  return 0;
}
