/* The header fields that matter (RFC 9110, RFC 9111, RFC 8484). */
#include <string.h>
#include <strings.h>

#include "proto/doh.h"

void
doh_head_begin(struct doh_head *h)
{
	memset(h, 0, sizeof(*h));
	h->cap = UINT32_MAX;
	h->length = UINT64_MAX;
}

void
doh_head_free(struct doh_head *h)
{
	buf_free(&h->query);
}

/* Whether the text begins with this word, in any case, and what is behind it is no longer word. */
static bool
word(const char *p, size_t n, const char *w)
{
	size_t m = strlen(w);

	return n >= m && strncasecmp(p, w, m) == 0 && (n == m || strchr("; ,\t", p[m]) != NULL);
}

/* Digits at the beginning; false if there are none.  More than fit count as the most. */
static bool
number(const char *p, size_t n, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n && p[i] >= '0' && p[i] <= '9'; i++)
		v = v > UINT32_MAX * UINT64_C(1000) ? v : v * 10 + (uint64_t)(p[i] - '0');
	*out = v;
	return i > 0;
}

static uint32_t
seconds(uint64_t v)
{
	return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* RFC 9111 5.2.2.1.  Of several the smallest counts; s-maxage is for shared caches, which have paid it into Age. */
static void
cache_control(struct doh_head *h, const char *p, size_t n)
{
	static const char key[] = "max-age=";
	uint64_t v;

	for (size_t at = 0; at < n;) {
		size_t end = at;

		while (at < n && (p[at] == ' ' || p[at] == '\t' || p[at] == ','))
			at++;
		while (end < at || (end < n && p[end] != ','))
			end++;
		if (end - at > sizeof(key) - 1 && strncasecmp(p + at, key, sizeof(key) - 1) == 0) {
			size_t from = at + sizeof(key) - 1;

			from += from < end && p[from] == '"';
			if (number(p + from, end - from, &v) && v < h->cap)
				h->cap = (uint32_t)v;
		}
		at = end;
	}
}

static void
host(struct doh_head *h, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n), *bracket = memchr(p, ']', n);

	if (n > 0 && p[0] == '[' && bracket != NULL) {		/* [2001:db8::1]:80 */
		n = (size_t)(bracket - p) - 1;
		p++;
	} else if (colon != NULL) {
		n = (size_t)(colon - p);
	}
	if (n > 1 && p[n - 1] == '.')
		n--;
	if (n == 0 || n > HTTP_NAME_MAX || memchr(p, 0, n) != NULL)
		return;
	for (size_t i = 0; i < n; i++)
		h->name[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + ('a' - 'A') : p[i]);
	h->name[n] = '\0';
}

static int
digit64(int c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* base64url (RFC 4648 5) up to its padding or the next parameter.  Nothing is left of a text that is none. */
static void
decode64(struct buf *out, const char *p, size_t n)
{
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < n && p[i] != '&' && p[i] != '=' && p[i] != '%'; i++) {
		int d = digit64((unsigned char)p[i]);

		if (d < 0 || out->len == DOH_MAX) {
			buf_clear(out);
			return;
		}
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_u8(out, (uint8_t)(bits >> have));
		}
	}
}

/* RFC 8484 4.1: a parameter "dns" in the query of any path. */
static void
path(struct doh_head *h, const char *p, size_t n)
{
	const char *at = memchr(p, '?', n);

	h->request = true;
	buf_clear(&h->query);
	while (at != NULL) {
		size_t left = n - (size_t)(at - p) - 1;

		at++;
		if (left > 4 && memcmp(at, "dns=", 4) == 0) {
			decode64(&h->query, at + 4, left - 4);
			return;
		}
		at = memchr(at, '&', left);
	}
}

void
doh_head_field(struct doh_head *h, const char *name, size_t n, const char *value, size_t m)
{
	uint64_t v;

#define IS(text) (n == sizeof(text) - 1 && memcmp(name, text, n) == 0)
	if (IS("content-type"))
		h->type = word(value, m, "application/dns-message") ? DOH_DNS : DOH_OTHER;
	else if (IS("content-length") && number(value, m, &v))
		h->length = v;
	else if (IS("age") && number(value, m, &v))
		h->less = seconds(v);
	else if (IS("cache-control"))
		cache_control(h, value, m);
	else if (IS(":status") && number(value, m, &v))
		h->status = v < 1000 ? (uint16_t)v : 0;
	else if (IS(":method"))
		h->request = true;
	else if (IS(":path"))
		path(h, value, m);
	else if (IS(":authority") || (IS("host") && h->name[0] == '\0'))
		host(h, value, m);
#undef IS
}
