/* input/unpack_int.h - the bytes of a file, unpacked if need be.
 *
 * gzip, bzip2, xz, lz4 and zstd are known by their first bytes and unpacked as a stream; anything else is read as it is,
 * straight into the caller's memory. */
#ifndef INPUT_UNPACK_INT_H
#define INPUT_UNPACK_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct unpack;

/* "-" is standard input.  On success *out is the caller's, to be freed with unpack_close().
 * Returns 0, what err_path() says where it cannot be opened, ST_EFORMAT (a directory, a terminal), ST_EIO or ST_ENOMEM. */
int unpack_open(const char *path, struct unpack **out, struct err *err);
void unpack_close(struct unpack *u);

/* Read n bytes; fewer only at the end.  Packed data that are damaged or cut end there, see unpack_trouble().
 * Returns the number of bytes or ST_EIO. */
ssize_t unpack_read(struct unpack *u, uint8_t *to, size_t n, struct err *err);

const char *unpack_packing(const struct unpack *u);	/* "gzip" ..., "" if plain */
bool unpack_regular(const struct unpack *u);		/* a regular file, not a pipe */
const char *unpack_trouble(const struct unpack *u);	/* why unpacking ended early, or NULL */
uint64_t unpack_done(const struct unpack *u);		/* bytes read of the file itself */
uint64_t unpack_total(const struct unpack *u);		/* its size, 0 if not known */

/* What a file is packed with, by its first bytes, or NULL. */
const char *unpack_magic(const uint8_t *p, size_t n);

#endif
