/* proto/tlsrec.h - what TLS says before it is sealed: the ClientHello and the ServerHello (RFC 8446 4.1, RFC 6066 3,
 * RFC 7301, RFC 9849).  Nothing is decrypted.
 *
 * Bound     A handshake message of TLS_HELLO_MAX bytes; a longer one is no hello.
 * The record layer is read from the first byte of a direction on: a hello may be spread over any records and segments. */
#ifndef PROTO_TLSREC_H
#define PROTO_TLSREC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_HELLO_MAX ((size_t)64 << 10)
#define TLS_NAME_MAX 255

struct tls_hello {
	bool client;			/* a ClientHello */
	uint16_t version;		/* the highest offered, or the one chosen: 0x0303 is TLS 1.2, 0x0304 1.3; GREASE left out */
	char name[TLS_NAME_MAX + 1];	/* the server name, lower case, without its final dot; "" if none was sent.  From the network: escape it */
	const uint8_t *alpn;		/* protocol names, a byte of length before each, as offered; NULL if none */
	uint16_t alpn_len;
	bool ech;			/* encrypted_client_hello is there: the name may be another's (browsers send a mock one too) */
	bool whole;			/* false: the message was cut, what is not here is not known */
};

/* Read a handshake message from its type on: `wire` bytes as far as is known, `have` of them here.  False if it is neither hello, or if its
 * extensions are not as they should be.  Points into the message. */
bool tls_hello_read(const uint8_t *p, size_t wire, size_t have, struct tls_hello *h);
/* Whether a list of protocol names has this one. */
bool tls_alpn_has(const uint8_t *list, size_t n, const char *name);

enum tls_found {
	TLS_MORE,			/* not yet */
	TLS_HELLO,			/* *h is set, and points into *r until the next call */
	TLS_OTHER,			/* a record after the hello, or in its place */
	TLS_NONE			/* this is no TLS */
};

struct tlsrec {			/* one direction; all zero to begin with */
	uint8_t *msg;		/* the first handshake message, as far as it is here */
	uint32_t len, cap;
	uint32_t left;		/* bytes of the record to come */
	bool done;		/* the hello has been */
};

/* Whether n bytes could begin a connection: 1 a record with a hello, 0 not, -1 too few to say. */
int tlsrec_begins(const uint8_t *p, size_t n);
/* The same for any record, at the beginning of a segment. */
int tlsrec_goes_on(const uint8_t *p, size_t n);
/* The next n bytes.  Takes *used of them; on TLS_MORE it wants the rest again, with more behind it. */
enum tls_found tlsrec_data(struct tlsrec *r, const uint8_t *p, size_t n, size_t *used, struct tls_hello *h);
/* Bytes are missing here: TLS_HELLO if what came before them is good for something, else TLS_NONE. */
enum tls_found tlsrec_gap(struct tlsrec *r, struct tls_hello *h);
void tlsrec_free(struct tlsrec *r);

#endif
