#include "flow.h"

#include <stdio.h>
#include <string.h>

enum step { SYN, SYN_ACK, HANDSHAKE_ACK, REQUEST, ANSWER, FIN, FIN_BACK, LAST_ACK, REFUSAL, RETRY };
enum { SYN_TRIES = 4, SECOND = 1000000, REQUEST_MAX = 600, HELLO = 517 };

void
flow_begin(struct flow *f, struct rnd *r)
{
	f->step = SYN;
	f->seq[0] = (uint32_t)rnd_next(r);
	f->seq[1] = (uint32_t)rnd_next(r);
	f->owed = f->tries = 0;
	f->not_before = 0;
}

/* From the client (side 0) or the server (1); moves the sender's sequence number. */
static void
packet(struct flow *f, struct out *o, int side, unsigned flags, const uint8_t *payload, size_t n)
{
	struct ends e = side == 0 ? f->ends : ends_back(&f->ends);
	uint32_t ack = flags & TCP_ACK ? f->seq[!side] : 0;

	out_tcp(o, &e, flags, f->seq[side], ack, payload, n);
	f->seq[side] += (uint32_t)n + ((flags & (TCP_SYN | TCP_FIN)) != 0);
}

/* A ClientHello of RFC 8446 that asks for `host`, padded to a record of 517 bytes as browsers do. */
static size_t
client_hello(uint8_t *m, const char *host, struct rnd *r)
{
	size_t n = strlen(host), i;
	uint8_t *p = m;

	*p++ = 22;				/* handshake record, TLS 1.0 as its version */
	p = put16(p, 0x0301);
	p = put16(p, HELLO - 5);
	p = put32(p, 1u << 24 | (HELLO - 9));	/* ClientHello */
	p = put16(p, 0x0303);
	for (i = 0; i < 32; i += 4)
		p = put32(p, (uint32_t)rnd_next(r));
	*p++ = 0;				/* no session id */
	p = put16(p, 4);
	p = put32(p, 0x13011302);
	p = put16(p, 1 << 8);			/* one compression method: none */
	p = put16(p, (unsigned)(m + HELLO - p - 2));
	p = put16(p, 0);			/* server_name */
	p = put16(p, (unsigned)n + 5);
	p = put16(p, (unsigned)n + 3);
	*p++ = 0;
	p = put16(p, (unsigned)n);
	memcpy(p, host, n);
	p += n;
	p = put16(p, 43);			/* supported_versions: 1.3 */
	p = put16(p, 3);
	*p++ = 2;
	p = put16(p, 0x0304);
	p = put16(p, 21);			/* padding */
	p = put16(p, (unsigned)(m + HELLO - p - 2));
	memset(p, 0, (size_t)(m + HELLO - p));
	return HELLO;
}

static void
request(struct flow *f, struct out *o, struct rnd *r)
{
	uint8_t m[REQUEST_MAX];
	size_t n;

	if (f->kind == FLOW_HTTPS)
		n = client_hello(m, f->host, r);
	else
		n = (size_t)snprintf((char *)m, sizeof(m), "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", f->host);
	packet(f, o, 0, TCP_PSH | TCP_ACK, m, n);
}

/* A segment of the answer, or the client's word that it has some. */
static void
answer(struct flow *f, struct out *o, struct rnd *r)
{
	static const char status[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	static uint8_t body[WIRE_MSS];
	size_t n = sizeof(body);

	if (f->owed > 0 && (f->segments == 0 || f->owed == 2 || rnd_chance(r, 600000))) {
		packet(f, o, 0, TCP_ACK, NULL, 0);
		f->owed = 0;
		return;
	}
	f->segments--;
	f->owed++;
	if (f->kind == FLOW_HTTP) {
		packet(f, o, 1, TCP_PSH | TCP_ACK, (const uint8_t *)status, sizeof(status) - 1);
		return;
	}
	if (body[0] == 0) {
		memset(body, 'x', sizeof(body));
		memcpy(body, "\x17\x03\x03\x40", 4);	/* application data */
	}
	if (f->segments == 0 || rnd_chance(r, 150000))
		n = 40 + rnd_below(r, WIRE_MSS - 40);
	packet(f, o, 1, TCP_PSH | TCP_ACK, body, n);
}

/* The same SYN again, after one second, two, and four. */
static int
retry(struct flow *f, struct out *o)
{
	f->not_before = out_now(o) + ((uint64_t)SECOND << f->tries);
	f->seq[0] -= f->tries > 0;
	packet(f, o, 0, TCP_SYN, NULL, 0);
	return ++f->tries < SYN_TRIES;
}

int
flow_step(struct flow *f, struct out *o, struct rnd *r)
{
	if (out_now(o) < f->not_before)
		return 1;
	switch ((enum step)f->step) {
	case SYN:
		if (f->kind == FLOW_SILENT) {
			f->step = RETRY;
			return retry(f, o);
		}
		packet(f, o, 0, TCP_SYN, NULL, 0);
		f->step = f->kind == FLOW_REFUSED ? REFUSAL : SYN_ACK;
		return 1;
	case SYN_ACK:
		packet(f, o, 1, TCP_SYN | TCP_ACK, NULL, 0);
		break;
	case HANDSHAKE_ACK:
		packet(f, o, 0, TCP_ACK, NULL, 0);
		break;
	case REQUEST:
		request(f, o, r);
		break;
	case ANSWER:
		answer(f, o, r);
		if (f->segments > 0 || f->owed > 0)
			return 1;
		break;
	case FIN:
		packet(f, o, 0, TCP_FIN | TCP_ACK, NULL, 0);
		break;
	case FIN_BACK:
		packet(f, o, 1, TCP_FIN | TCP_ACK, NULL, 0);
		break;
	case LAST_ACK:
		packet(f, o, 0, TCP_ACK, NULL, 0);
		return 0;
	case REFUSAL:
		f->seq[1] = 0;
		packet(f, o, 1, TCP_RST | TCP_ACK, NULL, 0);
		return 0;
	case RETRY:
		return retry(f, o);
	}
	f->step++;
	return 1;
}
