/* Bytes written as hexadecimal text; blanks are ignored. */
#ifndef TESTS_HEX_H
#define TESTS_HEX_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct bytes { uint8_t b[4096]; size_t n; };

static inline void
hex_add(struct bytes *x, const char *hex)
{
	for (; *hex != '\0'; hex++) {
		char two[3] = { hex[0], hex[0] == ' ' ? '\0' : hex[1], '\0' };

		if (*hex == ' ')
			continue;
		x->b[x->n++] = (uint8_t)strtoul(two, NULL, 16);
		hex++;
	}
}

static inline struct bytes
hex(const char *text)
{
	struct bytes x = { .n = 0 };

	hex_add(&x, text);
	return x;
}

#endif
