#include "store/rows.h"

const char *
kind_name(enum finding_kind k)
{
	static const char *const names[] = { [KIND_CONNECTION] = "connection", [KIND_ANSWER] = "answer", [KIND_RESOLVER] = "resolver",
		[KIND_ZONE] = "zone" };

	return names[k];
}
