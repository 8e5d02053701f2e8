/* base/json.h - write JSON (RFC 8259) into a buffer, commas and quotes put by themselves.
 *
 *	json_begin(&j, &out);
 *	json_object(&j);
 *	json_key(&j, "client"); json_str(&j, "192.0.2.7");
 *	json_key(&j, "could_also_be"); json_array(&j); json_end(&j);
 *	json_end(&j);		-> {"client":"192.0.2.7","could_also_be":[]}
 *
 * Values at the top follow each other without anything between them: who writes a value a line puts the newline.  No
 * memory shows in out->failed.  Calls out of order are bugs and asserted. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define JSON_DEPTH 64

struct json {
	struct buf *out;
	uint64_t arrays;	/* bit d: what is open at depth d is an array */
	unsigned depth;
	bool comma, keyed;	/* the next value needs a comma; a key waits for its value */
};

void json_begin(struct json *j, struct buf *out);
void json_object(struct json *j);
void json_array(struct json *j);
void json_end(struct json *j);				/* the innermost object or array */
void json_key(struct json *j, const char *key);		/* ours: plain ASCII, not escaped */
void json_str(struct json *j, const char *s);		/* NULL is null */
void json_strn(struct json *j, const void *p, size_t n);
void json_int(struct json *j, int64_t v);
void json_uint(struct json *j, uint64_t v);
void json_real(struct json *j, double v);		/* six digits; null for what is no number */
void json_bool(struct json *j, bool v);
void json_null(struct json *j);

#endif
