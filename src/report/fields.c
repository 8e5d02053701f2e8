/* The fields of a finding, as JSON and CSV give them: the contract's, in its order, which is that of v_findings. */
#include "report/report_int.h"

const struct field finding_fields[FINDING_FIELDS] = {
	{ "id", FIELD_TEXT }, { "kind", FIELD_TEXT }, { "mode", FIELD_TEXT }, { "severity", FIELD_TEXT }, { "state", FIELD_TEXT },
	{ "returned", FIELD_NUMBER }, { "waived_until", FIELD_TEXT }, { "cause", FIELD_TEXT }, { "confidence", FIELD_TEXT },
	{ "could_also_be", FIELD_LIST }, { "extended_by", FIELD_LIST }, { "client", FIELD_TEXT }, { "client_label", FIELD_TEXT },
	{ "client_owner", FIELD_TEXT }, { "site", FIELD_TEXT }, { "scope", FIELD_TEXT }, { "name", FIELD_TEXT },
	{ "chain", FIELD_LIST }, { "listed", FIELD_TEXT }, { "deprecated_ip", FIELD_TEXT }, { "port", FIELD_NUMBER },
	{ "proto", FIELD_TEXT }, { "owner", FIELD_TEXT }, { "ticket", FIELD_TEXT }, { "deprecated_at", FIELD_TEXT },
	{ "legit_until", FIELD_TEXT }, { "legit_basis", FIELD_TEXT }, { "first_seen", FIELD_TEXT }, { "last_seen", FIELD_TEXT },
	{ "drains_by", FIELD_TEXT }, { "connections", FIELD_NUMBER }, { "draining", FIELD_NUMBER }, { "stale", FIELD_NUMBER },
	{ "held", FIELD_NUMBER }, { "by_cause", FIELD_COUNTS }, { "established", FIELD_NUMBER }, { "refused", FIELD_NUMBER },
	{ "timed_out", FIELD_NUMBER }, { "unreachable", FIELD_NUMBER }, { "unseen", FIELD_NUMBER },
	{ "bytes_to_server", FIELD_NUMBER }, { "bytes_from_server", FIELD_NUMBER }, { "reused", FIELD_TEXT },
	{ "server_name", FIELD_TEXT }, { "resolver", FIELD_TEXT }, { "dns_transport", FIELD_TEXT }, { "answers", FIELD_NUMBER },
	{ "sensors", FIELD_LIST }, { "advice", FIELD_TEXT },
};

void
fields_open(struct rows *r, struct reader *rd, const struct report_opts *opts)
{
	struct buf sql = { 0 };

	for (size_t i = 0; i < FINDING_FIELDS; i++)
		buf_fmt(&sql, "%sv.%s", i == 0 ? "SELECT " : ",", finding_fields[i].name);
	buf_str(&sql, " FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " WHICH
	    " ORDER BY v.deprecated_ip,v.name,v.client,v.port,v.id");
	rows_open(r, rd, buf_cstr(&sql));
	bind_which(r, opts);
	buf_free(&sql);
}
