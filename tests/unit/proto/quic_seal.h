/* Initial packets made and sealed for tests, as RFC 9001 5.3 and 5.4 say. */
#ifndef TESTS_QUIC_SEAL_H
#define TESTS_QUIC_SEAL_H

#include <openssl/evp.h>
#include <string.h>

#include "hex.h"
#include "proto/quic_int.h"

static inline struct quic_cid
cid_of(const char *hexa)
{
	struct bytes x = hex(hexa);
	struct quic_cid c = { .n = (uint8_t)x.n };

	memcpy(c.b, x.b, x.n);
	return c;
}

static inline void
seal_varint(struct bytes *x, uint32_t v)		/* always four bytes */
{
	x->b[x->n++] = (uint8_t)(0x80 | v >> 24);
	x->b[x->n++] = (uint8_t)(v >> 16);
	x->b[x->n++] = (uint8_t)(v >> 8);
	x->b[x->n++] = (uint8_t)v;
}

static inline void
crypto_frame(struct bytes *x, uint32_t offset, const uint8_t *p, size_t n)
{
	x->b[x->n++] = 6;
	seal_varint(x, offset);
	seal_varint(x, (uint32_t)n);
	memcpy(x->b + x->n, p, n);
	x->n += n;
}

/* How many bytes of the packet number are sent. */
static unsigned seal_number_len = 4;

/* Append an Initial packet with these frames, sealed with the client keys that follow from `chosen`. */
static inline void
seal_initial(struct bytes *out, uint32_t version, const struct quic_cid *chosen, const struct quic_cid *dcid,
    const struct quic_cid *scid, const char *token, uint32_t number, const struct bytes *frames)
{
	uint8_t *p = out->b + out->n, nonce[12], mask[16];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	struct quic_keys k;
	size_t at = 0, number_at;
	int n;

	quic_client_keys(version, chosen, &k);
	p[at++] = (uint8_t)((version == QUIC_V2 ? 0xd0 : 0xc0) | (seal_number_len - 1));
	for (int i = 3; i >= 0; i--)
		p[at++] = (uint8_t)(version >> (8 * i));
	p[at++] = dcid->n;
	memcpy(p + at, dcid->b, dcid->n);
	at += dcid->n;
	p[at++] = scid->n;
	memcpy(p + at, scid->b, scid->n);
	at += scid->n;
	p[at++] = (uint8_t)strlen(token);
	memcpy(p + at, token, strlen(token));
	at += strlen(token);
	p[at++] = (uint8_t)(0x40 | (frames->n + seal_number_len + 16) >> 8);
	p[at++] = (uint8_t)(frames->n + seal_number_len + 16);
	number_at = at;
	for (int i = (int)seal_number_len - 1; i >= 0; i--)
		p[at++] = (uint8_t)(number >> (8 * i));
	memcpy(nonce, k.iv, 12);
	for (int i = 0; i < 4; i++)
		nonce[11 - i] ^= (uint8_t)(number >> (8 * i));
	EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, k.key, nonce);
	EVP_EncryptUpdate(ctx, NULL, &n, p, (int)at);
	EVP_EncryptUpdate(ctx, p + at, &n, frames->b, (int)frames->n);
	at += frames->n;
	EVP_EncryptFinal_ex(ctx, p + at, &n);
	EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, 16, p + at);
	at += 16;
	EVP_CIPHER_CTX_reset(ctx);
	EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, k.hp, NULL);
	EVP_EncryptUpdate(ctx, mask, &n, p + number_at + 4, 16);
	p[0] ^= mask[0] & 0x0f;
	for (size_t i = 0; i < seal_number_len; i++)
		p[number_at + i] ^= mask[1 + i];
	EVP_CIPHER_CTX_free(ctx);
	out->n += at;
}

#endif
