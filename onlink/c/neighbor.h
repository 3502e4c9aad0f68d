/* SPDX-License-Identifier: Apache-2.0
 *
 * The neighbour cache (onlink/engine/neighbor_cache.hpp) for programs in C: ARP and Neighbor Discovery on one Ethernet
 * link, with the behaviour of Linux. It owns no socket and no clock. You hand it the frames that arrive and the time,
 * it hands back frames to send and events:
 *
 *   onlink_neighbor_send(cache, now, &next_hop, ip_packet, size, cookie);
 *   onlink_neighbor_receive(cache, now, frame, size);
 *   onlink_neighbor_expire(cache, now);                  // when onlink_neighbor_deadline() says so
 *   while ((frame = onlink_neighbor_next_frame(cache, &size))) transmit(frame, size);
 *   while (onlink_neighbor_next_event(cache, &event)) ...
 *
 * Take the frames and the events after each call, or after several; none is lost, they keep their order, and what
 * nobody takes stays in memory. Nothing here blocks or is safe to call from two threads at a time; caches do not know
 * of each other. Functions that return onlink_status tell why not; a NULL argument is only allowed where that is said.
 * Where memory runs out after onlink_neighbor_cache_new(), the program is ended (abort): entries, waiting packets and
 * what is not taken are all that grows, and the first two are bounded by parameters.
 */
#ifndef ONLINK_C_NEIGHBOR_H
#define ONLINK_C_NEIGHBOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define ONLINK_NOTHROW noexcept
extern "C" {
#else
#define ONLINK_NOTHROW
#endif

typedef struct onlink_neighbor_cache onlink_neighbor_cache;

/* Nanoseconds of any clock that never goes back (CLOCK_MONOTONIC). */
typedef int64_t onlink_instant;

typedef enum onlink_status {
  ONLINK_OK = 0,
  ONLINK_EXISTS,  /* there is such an entry already (EEXIST) */
  ONLINK_ABSENT,  /* there is none (ENOENT) */
  ONLINK_INVALID, /* an argument cannot be meant (EINVAL) */
  ONLINK_FULL     /* no room for another entry (ENOBUFS) */
} onlink_status;

/* In English, for a person: "no such entry". */
const char *onlink_status_text(onlink_status status) ONLINK_NOTHROW;

typedef enum onlink_family { ONLINK_IPV4 = 4, ONLINK_IPV6 = 6 } onlink_family;

/* Network byte order; IPv4 in the first four octets. One whose family is none is ONLINK_INVALID where a status is
 * returned; it is not sent to, and has no route. */
typedef struct onlink_ip {
  onlink_family family;
  uint8_t octets[16];
} onlink_ip;

/* From text, and back into `text` with its final 0. ONLINK_INVALID when the text is no address. */
#define ONLINK_IP_TEXT_SIZE 46
onlink_status onlink_ip_parse(const char *text, onlink_ip *ip) ONLINK_NOTHROW;
void onlink_ip_text(const onlink_ip *ip, char text[ONLINK_IP_TEXT_SIZE]) ONLINK_NOTHROW;

/* Linux's numbers (NUD_*). */
typedef enum onlink_nud_state {
  ONLINK_NUD_NONE = 0x00,
  ONLINK_NUD_INCOMPLETE = 0x01,
  ONLINK_NUD_REACHABLE = 0x02,
  ONLINK_NUD_STALE = 0x04,
  ONLINK_NUD_DELAY = 0x08,
  ONLINK_NUD_PROBE = 0x10,
  ONLINK_NUD_FAILED = 0x20,
  ONLINK_NUD_NOARP = 0x40,
  ONLINK_NUD_PERMANENT = 0x80
} onlink_nud_state;
const char *onlink_nud_state_text(onlink_nud_state state) ONLINK_NOTHROW;

/* --- a cache ------------------------------------------------------------------------------------------------------ */

/* All zero is a good beginning; `mac` must be set. */
typedef struct onlink_neighbor_config {
  uint8_t mac[6];
  int linux_compatible; /* not 0: Linux's behaviour where it is less strict than the RFCs (docs/nud-table.md) */
  uint64_t seed;        /* of every random delay: same seed, same run */
} onlink_neighbor_config;

/* NULL when there is no memory. */
onlink_neighbor_cache *onlink_neighbor_cache_new(const onlink_neighbor_config *config) ONLINK_NOTHROW;
void onlink_neighbor_cache_free(onlink_neighbor_cache *cache) ONLINK_NOTHROW; /* NULL is fine */

/* An address of this host, with its network's length; it is answered for from now on. An IPv6 address is not checked
 * for duplicates unless `check` is not 0; then an ONLINK_ADDRESS_VERIFIED event says when it may be used. */
onlink_status onlink_neighbor_add_address(onlink_neighbor_cache *cache, onlink_instant now, const onlink_ip *address,
                                          unsigned prefix_length, int check) ONLINK_NOTHROW;
onlink_status onlink_neighbor_remove_address(onlink_neighbor_cache *cache, onlink_instant now,
                                             const onlink_ip *address) ONLINK_NOTHROW;
/* A route over this link. `gateway` NULL: the destinations are on the link. */
onlink_status onlink_neighbor_add_route(onlink_neighbor_cache *cache, onlink_instant now, const onlink_ip *destination,
                                        unsigned prefix_length, const onlink_ip *gateway) ONLINK_NOTHROW;
/* By the name of Linux's sysctl, with the value as one would write it: "net/ipv4/neigh/eth0/retrans_time_ms", "300".
 * The interface's name is of no account. */
onlink_status onlink_neighbor_set_parameter(onlink_neighbor_cache *cache, onlink_instant now, const char *path,
                                            const char *value) ONLINK_NOTHROW;

/* --- what happens ------------------------------------------------------------------------------------------------- */

typedef enum onlink_send_result {
  ONLINK_SENT,   /* the frame is there to be taken */
  ONLINK_QUEUED, /* it waits for the neighbour's answer; the packet was copied */
  ONLINK_DROPPED /* an event says why, if next_hop is an address */
} onlink_send_result;

/* An IP packet, header and all, to a neighbour; the Ethernet header is added here. `cookie` comes back in
 * ONLINK_SEND_FAILED. */
onlink_send_result onlink_neighbor_send(onlink_neighbor_cache *cache, onlink_instant now, const onlink_ip *next_hop,
                                        const void *packet, size_t size, uint64_t cookie) ONLINK_NOTHROW;
/* Every Ethernet frame that arrives, tags included; what is no ARP or Neighbor Discovery is ignored. */
void onlink_neighbor_receive(onlink_neighbor_cache *cache, onlink_instant now, const void *frame,
                             size_t size) ONLINK_NOTHROW;
/* An upper layer knows that packets to this neighbour arrive: a TCP acknowledgement of new data, say. */
void onlink_neighbor_confirm(onlink_neighbor_cache *cache, onlink_instant now,
                             const onlink_ip *neighbor) ONLINK_NOTHROW;
void onlink_neighbor_expire(onlink_neighbor_cache *cache, onlink_instant now) ONLINK_NOTHROW;
/* Not 0 when there is a time at which onlink_neighbor_expire() wants to be called. */
int onlink_neighbor_deadline(const onlink_neighbor_cache *cache, onlink_instant *deadline) ONLINK_NOTHROW;

typedef enum onlink_link_change {
  ONLINK_CARRIER_LOST,
  ONLINK_CARRIER_BACK,
  ONLINK_LINK_DOWN,
  ONLINK_LINK_UP
} onlink_link_change;
void onlink_neighbor_link(onlink_neighbor_cache *cache, onlink_instant now, onlink_link_change change) ONLINK_NOTHROW;

/* --- what comes out ----------------------------------------------------------------------------------------------- */

/* The next frame to send, or NULL; valid until the next call with this cache. */
const void *onlink_neighbor_next_frame(onlink_neighbor_cache *cache, size_t *size) ONLINK_NOTHROW;

typedef enum onlink_event_kind {
  ONLINK_NEIGHBOR_CHANGED, /* address, before, after, has_mac, mac, router */
  ONLINK_NEIGHBOR_REMOVED, /* address, before, has_mac, mac */
  ONLINK_SEND_FAILED,      /* address (the next hop), cookie */
  ONLINK_TABLE_FULL,       /* address.family */
  ONLINK_ADDRESS_CONFLICT, /* address is ours, mac is another's */
  ONLINK_ADDRESS_VERIFIED, /* address; duplicate */
  ONLINK_RESOLUTION_WANTED /* address: app_solicit asks you to resolve it */
} onlink_event_kind;

typedef struct onlink_event {
  onlink_event_kind kind;
  onlink_instant time;
  onlink_ip address;
  onlink_nud_state before;
  onlink_nud_state after;
  int has_mac;
  uint8_t mac[6];
  int router;
  int duplicate;
  uint64_t cookie;
  const char *reason; /* a word: "arp-reply", "unanswered"; never NULL */
} onlink_event;

/* 0: there is none. Kinds that this header does not name are not handed over. */
int onlink_neighbor_next_event(onlink_neighbor_cache *cache, onlink_event *event) ONLINK_NOTHROW;

/* --- looking, and setting by hand --------------------------------------------------------------------------------- */

typedef struct onlink_neighbor_entry {
  onlink_ip address;
  onlink_nud_state state;
  int has_mac;
  uint8_t mac[6];
  int router;
  uint32_t queued; /* packets */
  onlink_instant confirmed, used, updated;
} onlink_neighbor_entry;

onlink_status onlink_neighbor_find(const onlink_neighbor_cache *cache, const onlink_ip *address,
                                   onlink_neighbor_entry *entry) ONLINK_NOTHROW;
/* The MAC of an entry that is usable without further ado (REACHABLE, PERMANENT, NOARP); else ONLINK_ABSENT. */
onlink_status onlink_neighbor_find_connected(const onlink_neighbor_cache *cache, const onlink_ip *address,
                                             uint8_t mac[6]) ONLINK_NOTHROW;
size_t onlink_neighbor_count(const onlink_neighbor_cache *cache, onlink_family family) ONLINK_NOTHROW;

/* Makes the entry or changes it. `mac` may be NULL for states that have none. */
onlink_status onlink_neighbor_set(onlink_neighbor_cache *cache, onlink_instant now, const onlink_ip *address,
                                  const uint8_t *mac, onlink_nud_state state) ONLINK_NOTHROW;
onlink_status onlink_neighbor_remove(onlink_neighbor_cache *cache, onlink_instant now,
                                     const onlink_ip *address) ONLINK_NOTHROW;

/* Where a destination is sent to, by addresses, routes, Router Advertisements and redirects. */
typedef enum onlink_next_hop_kind {
  ONLINK_ON_LINK,         /* to the destination itself */
  ONLINK_GATEWAY,         /* to `next_hop` */
  ONLINK_LOCAL,           /* ours */
  ONLINK_BROADCAST,       /* to ff:ff:ff:ff:ff:ff */
  ONLINK_MULTICAST,       /* to the group's MAC */
  ONLINK_OTHER_INTERFACE, /* not over this link */
  ONLINK_NO_ROUTE
} onlink_next_hop_kind;
onlink_next_hop_kind onlink_neighbor_next_hop(const onlink_neighbor_cache *cache, onlink_instant now,
                                              const onlink_ip *destination, onlink_ip *next_hop) ONLINK_NOTHROW;

#ifdef __cplusplus
}
#endif

#endif
