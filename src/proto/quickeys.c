/* The keys of Initial packets, and their use (RFC 9001 5). */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "proto/quic_int.h"

#define SECRET 32		/* SHA-256 */
#define SAMPLE 16		/* header protection is made of so many bytes, four behind the packet number's place */

struct version { uint8_t salt[20]; const char *key, *iv, *hp; };

static const struct version *
version_of(uint32_t v)
{
	static const struct version v1 = { { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c,
		0xad, 0xcc, 0xbb, 0x7f, 0x0a }, "quic key", "quic iv", "quic hp" };
	static const struct version v2 = { { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d,
		0xcb, 0xf9, 0xbd, 0x2e, 0xd9 }, "quicv2 key", "quicv2 iv", "quicv2 hp" };
	static const struct version draft29 = { { 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
		0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99 }, "quic key", "quic iv", "quic hp" };

	if (v == QUIC_V2)
		return &v2;
	return v >= 0xff00001d && v <= 0xff000020 ? &draft29 : &v1;
}

static bool
hmac(const uint8_t *key, size_t n, const uint8_t *p, size_t m, uint8_t out[SECRET])
{
	unsigned len = SECRET;

	return HMAC(EVP_sha256(), key, (int)n, p, m, out, &len) != NULL;
}

/* HKDF-Expand-Label (RFC 8446 7.1) with an empty context; at most one block of output is ever needed. */
static bool
expand(const uint8_t secret[SECRET], const char *label, uint8_t *out, size_t n)
{
	uint8_t info[64] = { (uint8_t)(n >> 8), (uint8_t)n }, block[SECRET];
	size_t m = strlen(label), at = 2;

	info[at++] = (uint8_t)(6 + m);
	memcpy(info + at, "tls13 ", 6);
	memcpy(info + at + 6, label, m);
	at += 6 + m;
	info[at++] = 0;
	info[at++] = 1;			/* the block's number */
	if (!hmac(secret, SECRET, info, at, block))
		return false;
	memcpy(out, block, n);
	return true;
}

bool
quic_client_keys(uint32_t version, const struct quic_cid *dcid, struct quic_keys *k)
{
	const struct version *v = version_of(version);
	uint8_t initial[SECRET], client[SECRET];

	return hmac(v->salt, sizeof(v->salt), dcid->b, dcid->n, initial) && expand(initial, "client in", client, SECRET) &&
	    expand(client, v->key, k->key, sizeof(k->key)) && expand(client, v->iv, k->iv, sizeof(k->iv)) &&
	    expand(client, v->hp, k->hp, sizeof(k->hp));
}

/* The mask over the first byte and the packet number (RFC 9001 5.4.3). */
static bool
mask_of(const struct quic_keys *k, const uint8_t *sample, uint8_t mask[SAMPLE])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	bool good = ctx != NULL && EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, k->hp, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 && EVP_EncryptUpdate(ctx, mask, &n, sample, SAMPLE) == 1 && n == SAMPLE;

	EVP_CIPHER_CTX_free(ctx);
	return good;
}

/* AES-128-GCM over n bytes that end with their tag. */
static bool
unseal(const struct quic_keys *k, uint64_t number, const uint8_t *head, size_t head_len, const uint8_t *p, size_t n, uint8_t *plain)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t nonce[sizeof(k->iv)], tag[QUIC_TAG];
	int m, end;
	bool good;

	memcpy(nonce, k->iv, sizeof(nonce));
	for (int i = 0; i < 8; i++)
		nonce[sizeof(nonce) - 1 - i] ^= (uint8_t)(number >> (8 * i));
	memcpy(tag, p + n - QUIC_TAG, QUIC_TAG);
	good = ctx != NULL && EVP_DecryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, k->key, nonce) == 1 &&
	    EVP_DecryptUpdate(ctx, NULL, &m, head, (int)head_len) == 1 &&
	    EVP_DecryptUpdate(ctx, plain, &m, p, (int)(n - QUIC_TAG)) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, QUIC_TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(ctx, plain + m, &end) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return good;
}

/* The whole packet number from its last bits: the one nearest to the next expected (RFC 9000 A.3). */
static uint64_t
whole_number(uint64_t largest, uint64_t low, unsigned bits)
{
	uint64_t expected = largest + 1, window = UINT64_C(1) << bits, n = (expected & ~(window - 1)) | low;

	if (n + window / 2 <= expected && n < (UINT64_C(1) << 62) - window)
		return n + window;
	if (n > expected + window / 2 && n >= window)
		return n - window;
	return n;
}

int
quic_open(const struct quic_keys *k, const struct quic_packet *p, uint64_t *largest, uint8_t *plain)
{
	uint8_t mask[SAMPLE], head[2048];		/* most of a header is the token */
	size_t len, number_len;
	uint64_t number = 0;

	if (p->size < p->number_at + 4 + SAMPLE || p->number_at + 4 > sizeof(head))
		return -1;
	if (!mask_of(k, p->start + p->number_at + 4, mask))
		return -1;
	memcpy(head, p->start, p->number_at + 4);
	head[0] ^= mask[0] & 0x0f;
	number_len = (size_t)(head[0] & 3) + 1;
	for (size_t i = 0; i < number_len; i++) {
		head[p->number_at + i] ^= mask[1 + i];
		number = number << 8 | head[p->number_at + i];
	}
	number = whole_number(*largest, number, 8 * (unsigned)number_len);
	len = p->size - p->number_at - number_len;
	if (!unseal(k, number, head, p->number_at + number_len, p->start + p->number_at + number_len, len, plain))
		return -1;
	if (*largest == UINT64_MAX || number > *largest)
		*largest = number;
	return (int)(len - QUIC_TAG);
}
