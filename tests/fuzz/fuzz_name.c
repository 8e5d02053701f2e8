/* Names: text to wire and back, wire to text and back, and no byte beyond either. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* A good name survives its text, is itself folded already, and is below the root alone of these two. */
static void
check(const uint8_t *name, size_t n)
{
	uint8_t back[NAME_WIRE];
	char text[NAME_TEXT];
	const char *fault;

	must(n <= NAME_WIRE && name_len(name) == n);
	must(name_parse(name_text(name, text), back, &fault) == n && memcmp(back, name, n) == 0);
	must(name_fold(name, n, back) == n && memcmp(back, name, n) == 0);
	must(name_eq(name, back) && !name_below(name, back));
	must(name_below(name, (const uint8_t *)"") == (n > 1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t name[NAME_WIRE];
	const char *fault;
	char *text;
	size_t n;

	n = name_fold(data, size, name);
	if (n > 0)
		check(name, n);
	text = malloc(size + 1);
	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	n = name_parse(text, name, &fault);
	must((n == 0) == (fault != NULL));
	if (n > 0)
		check(name, n);
	free(text);
	return 0;
}
