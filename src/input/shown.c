#include "input/shown_int.h"

#include <string.h>

#include "base/buf.h"
#include "base/esc.h"

#define SHOWN_MAX 300			/* leaves half of struct err for what is wrong with it */

char *
path_shown(const char *path)
{
	struct buf b = { .p = NULL };
	const char *text;
	char *shown;

	esc_term(&b, path, strlen(path));
	text = buf_cstr(&b);
	if (b.len > SHOWN_MAX)
		text += b.len - SHOWN_MAX;
	while ((*text & 0xc0) == 0x80)			/* not amid a character */
		text++;
	shown = b.failed ? NULL : strdup(text);
	buf_free(&b);
	return shown;
}
