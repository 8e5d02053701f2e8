/* What is kept of each table's entries, member by member.  Ids among them are checked in state.c. */
#include "app/state_int.h"

#include <string.h>

#include "judge/scan.h"

#define PACKSCOPE(s) PACK_(s, key.scope, PACK_U64, 1, UINT32_MAX, NULL)		/* a key that has a word for it */

static const struct pack_field host_fields[] = { PACKRAW(struct copy_host, key.addr), PACKSCOPE(struct copy_host),
	PACK32(struct copy_host, home), PACK_END };
static const struct pack_field query_fields[] = { PACKRAW(struct query, key.client), PACKRAW(struct query, key.server), PACK64(struct query, key.which),
	PACK64(struct query, t), PACK_END };
static const struct pack_field loss_fields[] = { PACK32(struct loss, whole), PACK32(struct loss, part), PACK_END };
static const struct pack_field clocks_fields[] = { PACK64(struct copy_clocks, near), PACK64(struct copy_clocks, far),
	PACK64(struct copy_clocks, apart), PACK_END };
static const struct pack_field client_fields[] = { PACKRAW(struct client, key.addr), PACKSCOPE(struct client),
	PACK64(struct client, queries), PACK64(struct client, answers), PACKSUB(struct client, loss, 1, loss_fields),
	PACK64(struct client, first_query),
	PACK64(struct client, last_query), PACK64(struct client, last_answer), PACK64(struct client, last_sealed),
	PACK8(struct client, heard, 1), PACK64(struct client, sealed_answer), PACK32(struct client, untold),
	PACK32(struct client, untold_timed), PACKRAW(struct client, link), PACK64(struct client, since), PACK64(struct client, came), PACK8(struct client, running, 1), PACK8(struct client, sampled, 1),
	PACK32(struct client, as_server), PACK32S(struct client, by, CLIENT_SERVERS), PACK_END };
static const struct pack_field sample_fields[] = { PACK32(struct sample, mask), PACK32(struct sample, n), PACK_END };
static const struct pack_field vote_fields[] = { PACK32(struct vote, value), PACK32(struct vote, names), PACK32(struct vote, times),
	PACK64(struct vote, last), PACK_END };
static const struct pack_field profile_fields[] = { PACKSUB(struct profile, sample, 1, sample_fields), PACKSUB(struct profile, floor, 1, vote_fields),
	PACKSUB(struct profile, cap, 1, vote_fields), PACKSUB(struct profile, stale, 1, vote_fields), PACK32(struct profile, own_floor),
	PACK32(struct profile, own_cap), PACK32(struct profile, stale_said), PACK32(struct profile, least), PACK32(struct profile, most),
	PACK32(struct profile, ahead), PACK32(struct profile, once_fresh), PACK32(struct profile, asked_after),
	PACK32(struct profile, asked_before), PACK32(struct profile, caches), PACK32(struct profile, other), PACK32(struct profile, clients),
	PACK32S(struct profile, up, PROFILE_UPS), PACK8(struct profile, nup, PROFILE_UPS), PACK8(struct profile, iterates, 1),
	PACK64(struct profile, samples), PACK64(struct profile, after_legit), PACK64(struct profile, last_after), PACK_END };
static const struct pack_field server_fields[] = { PACKRAW(struct server, key.addr), PACKSCOPE(struct server),
	PACK64(struct server, answers), PACK64(struct server, with_ra), PACK64(struct server, with_aa), PACK32(struct server, once_stale), PACK8(struct server, asks_resolvers, 1), PACK8(struct server, iterates, 1),
	PACKSUB(struct server, profile, 1, profile_fields), PACK_END };
static const struct pack_field instant_fields[] = { PACK64(struct instant, at), PACK64(struct instant, first), PACK64(struct instant, last),
	PACK32(struct instant, ttl), PACK32(struct instant, n), PACK_END };
static const struct pack_field streak_fields[] = { PACK64(struct streak, first), PACK64(struct streak, last), PACK32(struct streak, ttl),
	PACK32(struct streak, n), PACK32(struct streak, stuck), PACK_END };
static const struct pack_field expiries_fields[] = { PACKSUB(struct expiries, of, EXPIRY_MAX, instant_fields),
	PACK8(struct expiries, n, EXPIRY_MAX), PACK64(struct expiries, answers), PACK32(struct expiries, full),
	PACKSUB(struct expiries, streak, 1, streak_fields), PACK_END };
static const struct pack_field seen_fields[] = { PACK64(struct seen, key.name), PACK32(struct seen, key.server),
	PACKSUB(struct seen, x, 1, expiries_fields), PACK64(struct seen, fetched), PACK64(struct seen, fetched_expiry),
	PACK32(struct seen, fetched_ttl), PACK32(struct seen, ttl_min), PACK32(struct seen, ttl_max), PACK32(struct seen, floor),
	PACK32(struct seen, cap), PACK64(struct seen, run_out), PACK32(struct seen, run_out_ttl), PACK_END };
static const struct pack_field stood_fields[] = { PACK8(struct zone_stood, still, SAID_YES), PACK8(struct zone_stood, split, SAID_YES),
	PACK8(struct zone_stood, left, SAID_YES), PACK8(struct zone_stood, part, SAID_MAYBE), PACK_END };
static const struct pack_field origin_fields[] = { PACK64(struct origin, t), PACK32(struct origin, ttl), PACK32(struct origin, server),
	PACK8(struct origin, aa, 1), PACK_END };
static const struct pack_field fed_fields[] = { PACK64(struct fed, expiry), PACKSUB(struct fed, by, 1, origin_fields), PACK_END };
static const struct pack_field served_fields[] = { PACKRAW(struct served, key.addr), PACK32(struct served, key.server),
	PACK32(struct served, key.name), PACK64(struct served, n), PACK64(struct served, first), PACK64(struct served, last),
	PACK32(struct served, max_ttl), PACK8(struct served, after, 1), PACK64(struct served, then_fresh), PACKSUB(struct served, expiries, 1, expiries_fields),
	PACKSUB(struct served, fed, SERVED_FED, fed_fields), PACK8(struct served, nfed, SERVED_FED), PACK8(struct served, stale_said, 1), PACK8(struct served, floor_seen, 1), PACK8(struct served, obeyed, 1), PACK64(struct served, refreshed), PACK64(struct served, n_asked),
	PACK64(struct served, fetched), PACK64(struct served, fetched_expiry), PACK32(struct served, fetched_ttl),
	PACKSUB(struct served, fetched_stood, 1, stood_fields), PACK_END };
static const struct pack_field zone_server_fields[] = { PACKRAW(struct zone_server, addr), PACK64(struct zone_server, with),
	PACK64(struct zone_server, without), PACK_END };
struct zone_ttl { usec_t since, last; uint32_t ttl; };
static const struct pack_field zone_ttl_fields[] = { PACK64(struct zone_ttl, since), PACK64(struct zone_ttl, last),
	PACK32(struct zone_ttl, ttl), PACK_END };
static const struct pack_field zone_fields[] = { PACKRAW(struct zone_rec, key.addr), PACK32(struct zone_rec, key.name), PACK_(struct zone_rec, key.by, PACK_U32, 1, ZONE_BYS - 1, NULL),
	PACKSUB(struct zone_rec, ttls, ZONE_TTLS, zone_ttl_fields), PACK8(struct zone_rec, nttls, ZONE_TTLS),
	PACKSUB(struct zone_rec, servers, ZONE_SERVERS, zone_server_fields), PACK8(struct zone_rec, nservers, ZONE_SERVERS), PACK64(struct zone_rec, T), PACK8(struct zone_rec, named, 1), PACK32(struct zone_rec, next), PACK64(struct zone_rec, same), PACK64(struct zone_rec, moved), PACK64(struct zone_rec, with_after), PACK64(struct zone_rec, without_after),
	PACK64(struct zone_rec, first_without), PACK64(struct zone_rec, other_before), PACKRAW(struct zone_rec, with_server), PACKRAW(struct zone_rec, without_server),
	PACK64(struct zone_rec, kept_before), PACK64(struct zone_rec, kept_with), PACK64(struct zone_rec, kept_without),
	PACK64(struct zone_rec, resolver_expiry), PACK64(struct zone_rec, seen_before), PACK64(struct zone_rec, last_told),
	PACK32(struct zone_rec, ttl_after), PACK_END };
static const struct pack_field ns_set_fields[] = { PACKRAW(struct ns_set, key.server), PACK32(struct ns_set, key.zone),
	PACK_(struct ns_set, key.by, PACK_U32, 1, NS_CACHE, NULL), PACK64(struct ns_set, t), PACK8(struct ns_set, n, NS_MAX),
	PACK8(struct ns_set, more, 1), PACK32S(struct ns_set, host, NS_MAX), PACK_END };
static const struct pack_field ns_host_fields[] = { PACK32(struct ns_host, key.name), PACK_(struct ns_host, key.v6, PACK_U32, 1, 1, NULL),
	PACK64(struct ns_host, t), PACK8(struct ns_host, n, NS_ADDRS), PACK8(struct ns_host, more, 1), PACKRAW(struct ns_host, addr), PACK_END };
static const struct pack_field told_fields[] = { PACK32S(struct told, path, LEDGER_PATH), PACK8(struct told, npath, LEDGER_PATH),
	PACK8(struct told, way, DNS_WAYS - 1), PACK8(struct told, by, ZONE_BYS - 1), PACK8(struct told, aa, 1), PACK8(struct told, ra, 1), PACK8(struct told, authority, 1), PACKSUB(struct told, stood, 1, stood_fields), PACK32(struct told, n),
	PACK64(struct told, first), PACK64(struct told, last), PACK64(struct told, t), PACK64(struct told, expiry), PACK32(struct told, ttl),
	PACK32(struct told, server), PACKSUB(struct told, from, 1, origin_fields), PACK64(struct told, kept), PACK64(struct told, other), PACK64(struct told, kept_other),
	PACK64(struct told, asked), PACK64(struct told, answered), PACK32(struct told, unanswered), PACK64(struct told, waits), PACK64(struct told, failed),
	PACK64(struct told, beyond), PACK64(struct told, together), PACK32(struct told, n_together), PACK32(struct told, n_apart),
	PACK8(struct told, awaited, 1), PACK32(struct told, question), PACK64(struct told, unheard), PACK64(struct told, unheard_last),
	PACK64(struct told, deaf), PACKRAW(struct told, deaf_to), PACK_END };
static const struct pack_field ledger_fields[] = { PACKRAW(struct ledger_entry, key.client), PACKRAW(struct ledger_entry, key.addr),
	PACK32(struct ledger_entry, key.scope), PACK_(struct ledger_entry, n, PACK_U32, 1, LEDGER_NAMES, NULL), PACK64(struct ledger_entry, since),
	PACKSUB(struct ledger_entry, told, LEDGER_NAMES, told_fields), PACK_END };
const struct pack_field state_kept_fields[] = { PACK64(struct kept, key.number), PACK32(struct kept, key.source), PACK64(struct kept, id),
	PACK64(struct kept, offset), PACK64(struct kept, t), PACK32(struct kept, wire), PACK32(struct kept, have), PACK32(struct kept, users),
	PACK16(struct kept, link), PACK8(struct kept, written, 1), PACK_END };
static const struct pack_field flow_fields[] = { PACKRAW(struct flow, key.addr), PACK_(struct flow, key.port, PACK_U16, 2, UINT16_MAX, NULL),
	PACK32(struct flow, key.scope), PACK8(struct flow, key.proto, 255), PACK8(struct flow, opener, 1), PACK8(struct flow, opener_sure, 1),
	PACK8(struct flow, syn, 1), PACK8(struct flow, synack, 1), PACK8(struct flow, reset, 1), PACK8(struct flow, refused, 1),
	PACK8(struct flow, unreachable, 1), PACK8(struct flow, port_unreachable, 1), PACK8(struct flow, went_on, 1),
	PACK8(struct flow, end, FLOW_DATA_END), PACK8(struct flow, fin, 3), PACK8(struct flow, seen, 3), PACK8(struct flow, started, 3),
	PACK8(struct flow, answered, 3), PACK8(struct flow, watched, 1), PACK32(struct flow, isn), PACK32S(struct flow, next, 2),
	PACK64(struct flow, id), PACK64(struct flow, first), PACK64(struct flow, last), PACK64(struct flow, last_data),
	PACK64S(struct flow, bytes, 2), PACK32(struct flow, syns), PACKRAW(struct flow, from), PACK_END };
static const struct pack_field service_target_fields[] = { PACK32(struct service_target, name), PACK16(struct service_target, port),
	PACK64(struct service_target, t), PACK64(struct service_target, expiry), PACK64(struct service_target, kept), PACK_END };
static const struct pack_field service_fields[] = { PACKRAW(struct service, key.client), PACK32(struct service, key.scope), PACK32(struct service, key.name),
	PACK_(struct service, key.type, PACK_U32, 1, UINT16_MAX, NULL), PACK64(struct service, t), PACK8(struct service, authority, 1),
	PACK8(struct service, n, SERVICE_TARGETS), PACKSUB(struct service, to, SERVICE_TARGETS, service_target_fields), PACK_END };
static const struct pack_field lead_fields[] = { PACK32S(struct lead, path, LEAD_PATH), PACK_(struct lead, type, PACK_U16, LEAD_PATH, UINT16_MAX, NULL),
	PACK8(struct lead, n, LEAD_PATH), PACK16(struct lead, port), PACK64(struct lead, t), PACK64(struct lead, expiry), PACK64(struct lead, other), PACK64(struct lead, kept), PACK_END };
static const struct pack_field facts_fields[] = { PACK64(struct facts, yes), PACK64(struct facts, no), PACK64(struct facts, doubt), PACK_END };
static const struct pack_field hint_fields[] = { PACK32S(struct hint, path, LEDGER_PATH), PACK8(struct hint, npath, LEDGER_PATH),
	PACK8(struct hint, way, DNS_WAYS - 1), PACK8(struct hint, by, ZONE_BYS - 1), PACK8(struct hint, heard, 1), PACK64(struct hint, t), PACK64(struct hint, expiry),
	PACK32(struct hint, ttl), PACK32(struct hint, server), PACKSUB(struct hint, from, 1, origin_fields), PACK64(struct hint, other), PACK64(struct hint, asked), PACK64(struct hint, waits),
	PACK64(struct hint, failed), PACK64(struct hint, deaf),
	PACK64(struct hint, answered), PACK64(struct hint, kept), PACK64(struct hint, kept_other),
	PACKSUB(struct hint, facts, 1, facts_fields), PACKSUB(struct hint, lead, 1, lead_fields), PACK_END };
static const struct pack_field conn_fields[] = { PACK64(struct conn, flow), PACKRAW(struct conn, client), PACKRAW(struct conn, who), PACKRAW(struct conn, from), PACK8(struct conn, lent, 1), PACK64(struct conn, since), PACKRAW(struct conn, server),
	PACK32(struct conn, scope), PACK16(struct conn, cport), PACK16(struct conn, port), PACK8(struct conn, proto, 255),
	PACK8(struct conn, opening_seen, 1), PACK8(struct conn, to_seen, 1), PACK8(struct conn, lossy, 1), PACK8(struct conn, recalled, 1), PACK8(struct conn, ended, 1), PACK8(struct conn, shown, 1),
	PACK8(struct conn, vip, 1), PACK8(struct conn, referred, 1),
	 PACK8(struct conn, hello, HELLO_NAMELESS), PACK8(struct conn, outcome, OUT_COUNT - 1), PACK64(struct conn, t),
	PACK64(struct conn, last), PACK64(struct conn, last_data), PACK64(struct conn, begin), PACK32(struct conn, isn),
	PACK8(struct conn, stray, 1), PACK8(struct conn, background, 1), PACK8(struct conn, race, RACE_LOST), PACK16(struct conn, rival_port), PACKRAW(struct conn, rival),
	PACK64(struct conn, bytes_to), PACK64(struct conn, bytes_from), PACK32(struct conn, sni), PACK8(struct conn, nhints, LEDGER_NAMES),
	PACKSUB(struct conn, hints, LEDGER_NAMES, hint_fields), PACK64(struct conn, kept_first), PACK64(struct conn, kept_last), PACK_END };
static const struct pack_field habit_told_fields[] = { PACKRAW(struct habit_told, addr), PACK64(struct habit_told, name),
	PACK64(struct habit_told, told), PACK64(struct habit_told, expiry), PACK64(struct habit_told, used), PACK_END };
static const struct pack_field habit_fields[] = { PACKRAW(struct habit, key.addr), PACKSCOPE(struct habit), PACK8(struct habit, n, HABIT_RECENT),
	PACK32(struct habit, samples), PACK32(struct habit, beyond), PACK64(struct habit, longest), PACK64(struct habit, soonest),
	PACKSUB(struct habit, of, HABIT_RECENT, habit_told_fields), PACK_END };
static const struct pack_field referral_fields[] = { PACKRAW(struct referral, key.client), PACKRAW(struct referral, key.addr),
	PACK32(struct referral, key.scope), PACKRAW(struct referral, by), PACK64(struct referral, first), PACK_END };
static const struct pack_field nic_fields[] = { PACKRAW(struct nic, key.mac), PACK32(struct nic, key.scope), PACK8(struct nic, n, 1 + NIC_V6),
	PACK8(struct nic, shared, 1), PACKRAW(struct nic, of), PACK_END };
static const struct pack_field standing_fields[] = { PACK64(struct standing, last), PACK64(struct standing, last_stale),
	PACK64(struct standing, longest), PACK64(struct standing, returned), PACK_END };
static const struct pack_field tally_fields[] = { PACK64(struct tally, connections), PACK64(struct tally, draining), PACK64(struct tally, stale),
	PACK64(struct tally, held), PACK64(struct tally, going_on), PACK64(struct tally, answers), PACK64S(struct tally, by_cause, CAUSE_COUNT),
	PACK64S(struct tally, outcome, OUT_COUNT), PACK64(struct tally, bytes_to), PACK64(struct tally, bytes_from), PACK64(struct tally, first),
	PACKSUB(struct tally, standing, 1, standing_fields), PACK64(struct tally, drains_by), PACK_END };
static const struct pack_field evidence_fields[] = { PACK_(struct evidence, role, PACK_U32, 1, EV_LEAD, NULL), PACK64(struct evidence, at),
	PACK64(struct evidence, kept), PACK32(struct evidence, server), PACK64(struct evidence, ttl), PACK64(struct evidence, expiry), PACK_END };
static const struct pack_field verdict_fields[] = { PACK_(struct verdict, cause, PACK_U32, 1, CAUSE_COUNT - 1, NULL),
	PACK_(struct verdict, confidence, PACK_U32, 1, CONF_CERTAIN, NULL), PACK32(struct verdict, could_be), PACK64(struct verdict, because), PACK32(struct verdict, extended),
	PACK_END };
static const struct pack_field legit_fields[] = { PACK64(struct legit, until), PACK_(struct legit, basis, PACK_U32, 1, LEGIT_ASSUMED, NULL),
	PACK32(struct legit, ttl), PACK_END };
static const struct pack_field speaker_fields[] = { PACK64(struct speaker, t), PACK8(struct speaker, stale, 1), PACK8(struct speaker, lossy, 1), PACK8(struct speaker, recalled, 1), PACKSUB(struct speaker, from, 1, origin_fields),
	PACKSUB(struct speaker, verdict, 1, verdict_fields), PACKSUB(struct speaker, facts, 1, facts_fields),
	PACKSUB(struct speaker, legit, 1, legit_fields), PACK32(struct speaker, name), PACK32(struct speaker, sni),
	PACK32(struct speaker, server), PACK32S(struct speaker, path, LEDGER_PATH), PACK8(struct speaker, npath, LEDGER_PATH),
	PACK8(struct speaker, way, DNS_WAYS - 1), PACK8(struct speaker, by, ZONE_BYS - 1), PACKSUB(struct speaker, lead, 1, lead_fields), PACK8(struct speaker, nevidence, EVIDENCE_MAX),
	PACKSUB(struct speaker, evidence, EVIDENCE_MAX, evidence_fields), PACK_END };
static const struct pack_field finding_fields[] = { PACKRAW(struct finding, key.client), PACKRAW(struct finding, key.addr),
	PACK64(struct finding, key.entry_name), PACK32(struct finding, key.scope), PACK16(struct finding, key.port),
	PACK8(struct finding, key.proto, 255), PACK8(struct finding, key.kind, FINDING_ZONE), PACKRAW(struct finding, id),
	PACK64(struct finding, listing), PACKSUB(struct finding, settled, 1, tally_fields), PACKSUB(struct finding, speaker, 1, speaker_fields),
	PACK8(struct finding, shown, 1), PACK8(struct finding, stored, 1), PACK_END };

static const struct pack_field scan_fields[] = { PACKRAW(struct scan_source, key.client), PACK32(struct scan_source, key.scope),
	PACKRAW(struct scan_source, about), PACK64(struct scan_source, since), PACK32S(struct scan_source, tried, SCAN_MANY),
	PACK8(struct scan_source, n, SCAN_MANY), PACK8(struct scan_source, scans, 1), PACK8(struct scan_source, used, 1), PACK_END };

const struct pack_field state_source_fields[] = { PACK64(struct source, first), PACK64(struct source, last),
	PACK64S(struct source, why.n, WHY_COUNT), PACK64S(struct source, dns.queries, DNS_WAYS), PACK64S(struct source, dns.answers, DNS_WAYS),
	PACK64(struct source, dns.a), PACK64(struct source, dns.aaaa), PACK64(struct source, dns.cname), PACK64(struct source, dns.malformed),
	PACK64(struct source, flows), PACK64(struct source, sealed), PACK64(struct source, quic), PACK_END };

const struct pack_field state_head_fields[] = { PACK32(struct head, version), PACK32(struct head, layout),
	PACK_(struct head, both_ways, PACK_U32, 1, 1, NULL), PACK_(struct head, saw_syn, PACK_U32, 1, 1, NULL), PACK_(struct head, lossy, PACK_U32, 1, 1, NULL), PACK64(struct head, begin), PACK64(struct head, now),
	PACK64(struct head, last_packet), PACK64(struct head, last_flow), PACK64(struct head, last_kept),
	PACK64(struct head, asked), PACK64(struct head, repeated), PACK64(struct head, answered), PACK64(struct head, unanswered),
	PACK64(struct head, unasked), PACKSUB(struct head, loss, 1, loss_fields),
	PACKSUB(struct head, clocks, 1, clocks_fields), PACKSUB(struct head, zone, 1, sample_fields), PACK_END };

void
state_tables(struct engine *e, struct table_state out[STATE_TABLES])
{
	struct know *k = &e->know;
	const struct table_state t[STATE_TABLES] = {
		{ ST_HOSTS, host_fields, &e->copies.hosts }, { ST_QUERIES, query_fields, &k->queries.t }, { ST_CLIENTS, client_fields, &k->clients.t },
		{ ST_SERVERS, server_fields, &k->resolvers.servers }, { ST_SERVED, served_fields, &k->resolvers.served },
		{ ST_PROFILES, seen_fields, &k->resolvers.seen.t },
		{ ST_ZONES, zone_fields, &k->zones.t },
		{ ST_NS_SETS, ns_set_fields, &k->delegations.sets }, { ST_NS_HOSTS, ns_host_fields, &k->delegations.hosts }, { ST_LEDGER, ledger_fields, &k->ledger.t }, { ST_FLOWS, flow_fields, &e->flows.t },
		{ ST_HABITS, habit_fields, &k->habits.t }, { ST_REFERRALS, referral_fields, &k->referrals.t },
		{ ST_CONNS, conn_fields, &e->judge.conns }, { ST_FINDINGS, finding_fields, &e->judge.findings },
		{ ST_SCANS, scan_fields, &e->judge.scans }, { ST_SERVICES, service_fields, &k->services.t }, { ST_NICS, nic_fields, &k->nics.t },
	};

	memcpy(out, t, sizeof(t));
}
