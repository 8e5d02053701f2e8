/* proto/quic_int.h - a packet's header (quicpkt.c), the keys that open it (quickeys.c), what is in it (quiccrypto.c). */
#ifndef PROTO_QUIC_INT_H
#define PROTO_QUIC_INT_H

#include "proto/quic.h"

enum { QUIC_V1 = 0x00000001, QUIC_V2 = 0x6b3343cf };
#define QUIC_CID_MAX 20
#define QUIC_TAG 16

struct quic_cid { uint8_t n, b[QUIC_CID_MAX]; };

enum quic_type { QUIC_INITIAL, QUIC_ZERO_RTT, QUIC_HANDSHAKE, QUIC_RETRY, QUIC_NEGOTIATION, QUIC_OTHER /* of a version not read */ };

struct quic_packet {
	uint32_t version;
	enum quic_type type;
	struct quic_cid dcid, scid;
	const uint8_t *start;
	size_t number_at;		/* of Initial packets: where the packet number begins */
	size_t size;			/* of the whole packet in its datagram */
	bool whole;			/* false: it is longer than what is here */
};

/* The packet with a long header at p.  False if there is none, or its header is not whole. */
bool quic_packet_read(const uint8_t *p, size_t n, struct quic_packet *out);
/* Whether the Initial packets of this version can be opened. */
bool quic_version_read(uint32_t version);
/* Google's own, from before there was a standard. */
bool quic_google(uint32_t version);

struct quic_keys { uint8_t key[16], iv[12], hp[16]; };

/* The keys of what a client sends in Initial packets after it chose this destination (RFC 9001 5.2). */
bool quic_client_keys(uint32_t version, const struct quic_cid *dcid, struct quic_keys *k);
/* Open an Initial packet into plain, which has room for its size.  *largest: the largest packet number so far (UINT64_MAX: none), kept up to
 * date.  Returns the length of its frames, or -1 if these are not its keys. */
int quic_open(const struct quic_keys *k, const struct quic_packet *p, uint64_t *largest, uint8_t *plain);

struct quic_crypto {			/* the stream of handshake bytes, put in order */
	uint8_t *p, *there;		/* bytes, and a bit for each that is there */
	uint32_t size;			/* room */
	uint32_t prefix;		/* the first so many are there */
};

/* The frames of an Initial packet: handshake bytes go into c.  False if they are not as they should be, or there is no room. */
bool quic_frames(const uint8_t *p, size_t n, struct quic_crypto *c);
/* Whether the first handshake message is there. */
bool quic_crypto_whole(const struct quic_crypto *c);
void quic_crypto_free(struct quic_crypto *c);
static inline size_t
quic_crypto_bytes(const struct quic_crypto *c)
{
	return c->size + c->size / 8;
}

/* RFC 9000 16; 0 and a failed cursor at the end. */
struct cur;
uint64_t quic_varint(struct cur *c);

#endif
