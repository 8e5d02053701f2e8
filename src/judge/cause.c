#include "judge/cause.h"

#include <string.h>

#define SEV(x) SEV_##x
static const struct {
	const char *name, *advice;
	enum severity severity;
	enum cause_end end;
} causes[CAUSE_COUNT] = {
#define CAUSE_ROW(id, text, sev, end, advice) [CAUSE_##id] = { text, advice, SEV(sev), CAUSE_##end },
	CAUSE_TABLE(CAUSE_ROW)
#undef CAUSE_ROW
};
static const char *const severities[] = { "info", "low", "medium", "high", "critical" };
static const char *const confidences[] = { "", "possible", "likely", "certain" };

const char *
cause_name(enum cause c)
{
	return causes[c].name;
}

const char *
cause_advice(enum cause c)
{
	return causes[c].advice;
}

const char *
cause_over(enum cause c)
{
	switch (c) {
	case CAUSE_CLIENT_WITHIN_TTL:
	case CAUSE_RESOLVER_WITHIN_TTL:
	case CAUSE_STUB_OVERRUN:
		return "Nothing to do: the answer that led there has run out.";
	case CAUSE_OPENED_BEFORE:
		return "Nothing is left to end: the connection from before the change is closed. A maximum lifetime in the client's pool makes "
		    "the next change shorter.";
	case CAUSE_TTL_FLOOR:
	case CAUSE_RESOLVER_OPTIMISTIC:
		return cause_advice(c);		/* the resolver will do it again */
	default:
		return NULL;
	}
}

bool
cause_untold(enum cause c)
{
	return causes[c].end == CAUSE_UNTOLD;
}

bool
cause_ends(enum cause c)
{
	return causes[c].end == CAUSE_ENDS;
}

enum severity
cause_severity(enum cause c)
{
	return causes[c].severity;
}

enum cause
cause_find(const char *name)
{
	for (int i = 0; i < CAUSE_COUNT; i++)
		if (strcmp(causes[i].name, name) == 0)
			return (enum cause)i;
	return CAUSE_COUNT;
}

const char *
confidence_name(enum confidence c)
{
	return confidences[c];
}

const char *
severity_name(enum severity s)
{
	return severities[s];
}

int
severity_find(const char *name)
{
	for (int i = 0; i <= SEV_CRITICAL; i++)
		if (strcmp(severities[i], name) == 0)
			return i;
	return -1;
}
