#include "input/block.h"
#include "input/block_int.h"

#include <stdlib.h>

int
block_init(struct block *b, struct err *err)
{
	b->n = 0;
	b->size = BLOCK_BYTES;
	b->bytes = malloc(BLOCK_BYTES);
	b->recs = malloc(BLOCK_RECS * sizeof(*b->recs));
	if (b->bytes != NULL && b->recs != NULL)
		return 0;
	block_free(b);
	return err_set(err, ST_ENOMEM, "out of memory for a block of packets");
}

void
block_free(struct block *b)
{
	free(b->recs);
	free(b->bytes);
	*b = (struct block){ .recs = NULL };
}

int
block_resize(struct block *b, size_t size, struct err *err)
{
	uint8_t *p;

	if (size == b->size)
		return 0;
	p = realloc(b->bytes, size);
	if (p == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for a packet of %zu bytes", size);
	b->bytes = p;
	b->size = size;
	return 0;
}
