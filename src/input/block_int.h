/* input/block_int.h - for those who fill blocks. */
#ifndef INPUT_BLOCK_INT_H
#define INPUT_BLOCK_INT_H

#include "input/block.h"

/* Make room for `size` bytes, keeping what is there; room that one large packet needed is given back.  0 or ST_ENOMEM. */
int block_resize(struct block *b, size_t size, struct err *err);

#endif
