#include "store/rows.h"

const char *
state_name(enum finding_state s)
{
	static const char *const names[] = { [STATE_DRAINING] = "draining", [STATE_OPEN] = "open", [STATE_RESOLVED] = "resolved",
		[STATE_WITHDRAWN] = "withdrawn" };

	return names[s];
}

const char *
kind_name(enum finding_kind k)
{
	static const char *const names[] = { [KIND_CONNECTION] = "connection", [KIND_ANSWER] = "answer", [KIND_RESOLVER] = "resolver",
		[KIND_ZONE] = "zone" };

	return names[k];
}
