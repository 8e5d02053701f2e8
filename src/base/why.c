#include "base/why.h"

#include <string.h>

static const char *const names[WHY_COUNT] = {
#define WHY_NAME(id, text) [WHY_##id] = text,
	WHY_TABLE(WHY_NAME)
#undef WHY_NAME
};

const char *
why_name(enum why w)
{
	return names[w];
}

enum why
why_find(const char *name)
{
	for (int i = 0; i < WHY_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return (enum why)i;
	return WHY_COUNT;
}
