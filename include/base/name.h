/* base/name.h - DNS names: uncompressed wire format, lower-case.
 *
 * A name is a row of labels, each with its length before it, and the root's 0 at the end (RFC 1035 3.1): at most 255
 * bytes, labels of at most 63.  ASCII letters are folded (RFC 4343), so that equal names are equal bytes.  Where a function
 * takes a name it trusts it to be so; bytes from outside go through name_fold() or name_parse() first. */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_WIRE 255
#define NAME_TEXT 1008		/* 250 bytes as \DDD, dots, the 0 */

/* Read text: "www.example.com", the final dot may be there, "." is the root, \. and \DDD as in zone files.  Letters beyond ASCII
 * are refused, for what is on the wire is the A-label (RFC 5890).  out has NAME_WIRE bytes.  Returns the length, or 0; then *fault
 * says in what ("has an empty label"). */
size_t name_parse(const char *text, uint8_t *out, const char **fault);
/* Check and fold a name in wire format at p, which has n bytes and may have others behind the name; a compression pointer
 * is no name here.  out has NAME_WIRE bytes and may be p.  Returns the length, or 0. */
size_t name_fold(const uint8_t *p, size_t n, uint8_t *out);

/* As text in buf, which has NAME_TEXT bytes; returns buf.  Without a final dot; the root is ".".  What zone files give a meaning
 * has a backslash before it, what is no printable ASCII is \DDD: so the text can be shown anywhere, and read back. */
char *name_text(const uint8_t *name, char *buf);

size_t name_len(const uint8_t *name);		/* 1 (the root) to 255 */
bool name_eq(const uint8_t *a, const uint8_t *b);
/* Whether name is below apex: "a.example.com" and "b.a.example.com" are below "example.com", which is not below itself. */
bool name_below(const uint8_t *name, const uint8_t *apex);

#endif
