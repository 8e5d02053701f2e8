/* report/html_finding.h - the columns of a finding, and the block made of them. */
#ifndef REPORT_HTML_FINDING_H
#define REPORT_HTML_FINDING_H

#include "report/html_int.h"

#define FINDING_COLUMNS(X) \
	X(ID, "v.id") X(KIND, "v.kind") X(SEVERITY, "v.severity") X(STATE, "v.state") X(RETURNED, "v.returned") X(WAIVED, "v.waived_until_us") \
	X(CAUSE, "v.cause") X(CONFIDENCE, "v.confidence") X(COULD_BE, "v.could_also_be") X(EXTENDED, "v.extended_by") X(CLIENT, "v.client") \
	X(LABEL, "v.client_label") X(OWNER, "v.client_owner") X(SITE, "v.site") X(SCOPE, "v.scope") X(NAME, "v.name") \
	X(ADDRESS, "v.deprecated_ip") X(PORT, "v.port") X(PROTO, "v.proto") X(RETIRED, "v.deprecated_at_us") X(LEGIT, "v.legit_until_us") \
	X(BASIS, "v.legit_basis") X(FIRST, "v.first_seen_us") X(LAST, "v.last_seen_us") X(DRAINS, "v.drains_by_us") \
	X(CONNECTIONS, "v.connections") X(STALE, "v.stale") X(HELD, "v.held") X(ESTABLISHED, "v.established") X(REFUSED, "v.refused") \
	X(TIMED_OUT, "v.timed_out") X(UNREACHABLE, "v.unreachable") X(UNSEEN, "v.unseen") X(RESOLVER, "v.resolver") X(ANSWERS, "v.answers") \
	X(SENDS, "v.server_name") X(REUSED, "v.reused") X(ADVICE, "v.advice") \
	X(PRESENT, "v.present") X(RESOLVES, "v.resolves_by_us") \
	X(TREND, "(SELECT t.now FROM trend t WHERE t.finding_id=f.id)")
enum {
#define FINDING_ENUM(id, sql) F_##id,
	FINDING_COLUMNS(FINDING_ENUM)
#undef FINDING_ENUM
	F_COUNT
};
#define FINDING_SQL(id, sql) sql ","

/* The finding whose row r stands at; open: its block is shown without being asked for.  0 or ST_*. */
int html_finding(struct page *p, struct rows *r, bool open);

#endif
