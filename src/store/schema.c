/* How the tables came to be, a step after the other, each with the version (user_version) that brought it: a new database takes all
 * steps, an older one those it lacks, so that both are the same word for word.  A step that was released is never changed; what
 * is new is a row at the end, with STORE_VERSION: { 2, "ALTER TABLE finding ADD COLUMN x INTEGER" }.
 *
 * The views are made anew for each version and may change at will, but for the contract: their columns, in their order, are what
 * people's queries rest on.  Integer twins of times come after them. */
#include "store/store_int.h"

/* Microseconds c as RFC 3339 text with six decimals; NULL stays NULL.  Rounds down before 1970 too. */
#define REST(c) "((" c ")%1000000+1000000)%1000000"
#define TIME(c) "strftime('%Y-%m-%dT%H:%M:%S',((" c ")-" REST(c) ")/1000000,'unixepoch')||printf('.%06dZ'," REST(c) ")"
#define CAUSES(bits) "ifnull((SELECT group_concat(text,' ') FROM (SELECT text FROM cause WHERE (" bits ")>>id&1 ORDER BY id)),'')"
#define STATE(c) "CASE " c " WHEN 0 THEN 'draining' WHEN 1 THEN 'open' WHEN 2 THEN 'resolved' WHEN 3 THEN 'withdrawn' END"
#define KIND(c) "CASE " c " WHEN 0 THEN 'connection' WHEN 1 THEN 'answer' WHEN 2 THEN 'resolver' WHEN 3 THEN 'zone' END"
#define SEVERITY(c) "CASE " c " WHEN 0 THEN 'info' WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' WHEN 4 THEN 'critical' END"
#define CONFIDENCE(c) "CASE " c " WHEN 1 THEN 'possible' WHEN 2 THEN 'likely' WHEN 3 THEN 'certain' END"

/* How it is now with a finding f of cause c that is not resolved.  Over: nothing is left that could lead the client there, neither the answer
 * that it had nor a connection; only its silence is not long enough yet. */
#define NOW "(SELECT us FROM moment)"
#define GRACE "(SELECT ifnull(max(grace_us),0) FROM deprecated)"
#define TOLD_SINCE "EXISTS(SELECT 1 FROM used u WHERE u.listing_id=f.listing_id AND u.client_id=f.client_id AND u.scope=ifnull(f.scope,'') AND u.told_us<=" NOW \
	" AND u.expires_us+" GRACE ">=" NOW ")"
#define IS_OVER "(f.state<2 AND f.kind<2 AND f.drains_us<=" NOW " AND f.last_us<=f.drains_us+" GRACE " AND NOT " TOLD_SINCE ")"
#define WAIVED "(SELECT max(w.expires_us) FROM waived x JOIN waiver w ON w.id=x.waiver_id WHERE x.finding_id=f.id)"

const struct schema_step schema_steps[] = {
	/* texts stand once; everything else holds ids */
	{ 1, "CREATE TABLE addr(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT" },
	{ 1, "CREATE TABLE name(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT" },
	{ 1, "CREATE TABLE sensor(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT" },
	{ 1, "CREATE TABLE cause(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, advice TEXT NOT NULL) STRICT" },

	/* where the packets came from, and what could be seen there */
	{ 1, "CREATE TABLE run(id INTEGER PRIMARY KEY, sensor_id INTEGER NOT NULL REFERENCES sensor, version TEXT, options TEXT, lists_sha256 TEXT) STRICT" },
	{ 1, "CREATE TABLE source(id INTEGER PRIMARY KEY, sensor_id INTEGER NOT NULL REFERENCES sensor, run_id INTEGER NOT NULL REFERENCES run, "
	    "file TEXT NOT NULL, head BLOB NOT NULL, head_len INTEGER NOT NULL, packets INTEGER NOT NULL, bytes INTEGER NOT NULL, "
	    "first_us INTEGER, last_us INTEGER, whole INTEGER NOT NULL, UNIQUE(sensor_id, head)) STRICT" },
	{ 1, "CREATE TABLE coverage(source_id INTEGER NOT NULL REFERENCES source, link TEXT NOT NULL, started_us INTEGER, ended_us INTEGER, "
	    "packets INTEGER, lost INTEGER, unread TEXT, queries INTEGER, answers INTEGER, one_sided INTEGER, encrypted INTEGER, seen TEXT, "
	    "reason TEXT, PRIMARY KEY(source_id, link)) STRICT, WITHOUT ROWID" },
	{ 1, "CREATE TABLE counter(source_id INTEGER NOT NULL REFERENCES source, name TEXT NOT NULL, n INTEGER NOT NULL, "
	    "PRIMARY KEY(source_id, name)) STRICT, WITHOUT ROWID" },

	/* what the user said; '' is an entry for every name, every client */
	{ 1, "CREATE TABLE listing(id INTEGER PRIMARY KEY, listed TEXT NOT NULL, name TEXT NOT NULL, clients TEXT NOT NULL, deprecated_us INTEGER, "
	    "reinstated_us INTEGER, ttl INTEGER, replacement TEXT, owner TEXT, ticket TEXT, note TEXT, active INTEGER NOT NULL DEFAULT 1) STRICT" },
	{ 1, "CREATE INDEX listing_key ON listing(listed, name, clients, deprecated_us)" },
	{ 1, "CREATE TABLE deprecated(listing_id INTEGER PRIMARY KEY REFERENCES listing, state TEXT NOT NULL, why TEXT, legit_us INTEGER, "
	    "legit_basis TEXT, clients_open INTEGER, clients_draining INTEGER, seen_before INTEGER, last_connection_us INTEGER, "
	    "last_stale_answer_us INTEGER, unattributed INTEGER, covered REAL) STRICT" },

	/* passive DNS */
	{ 1, "CREATE TABLE answer(id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, "
	    "server_id INTEGER NOT NULL REFERENCES addr, sensor_id INTEGER NOT NULL REFERENCES sensor, role TEXT, ttl_min INTEGER NOT NULL, "
	    "ttl_max INTEGER NOT NULL, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, n INTEGER NOT NULL, after_legit INTEGER, "
	    "UNIQUE(name, type, data, server_id, sensor_id)) STRICT" },
	{ 1, "CREATE INDEX answer_data ON answer(data)" },

	/* findings, their flows and packets */
	{ 1, "CREATE TABLE finding(id INTEGER PRIMARY KEY, fid TEXT NOT NULL UNIQUE, run_id INTEGER NOT NULL REFERENCES run, kind INTEGER NOT NULL, "
	    "mode TEXT, severity INTEGER NOT NULL, state INTEGER NOT NULL, returned INTEGER, cause_id INTEGER NOT NULL REFERENCES cause, "
	    "confidence INTEGER NOT NULL, could_be INTEGER NOT NULL, extended INTEGER NOT NULL, client_id INTEGER REFERENCES addr, scope TEXT, "
	    "name_id INTEGER REFERENCES name, chain TEXT, listed TEXT, listing_id INTEGER REFERENCES listing, dst_id INTEGER REFERENCES addr, "
	    "port INTEGER, proto TEXT, legit_us INTEGER, legit_basis TEXT, first_us INTEGER, last_us INTEGER, drains_us INTEGER, "
	    "connections INTEGER, draining INTEGER, stale INTEGER, held INTEGER, by_cause TEXT NOT NULL, established INTEGER, refused INTEGER, "
	    "timed_out INTEGER, unreachable INTEGER, unseen INTEGER, bytes_to INTEGER, bytes_from INTEGER, reused TEXT, server_name TEXT, "
	    "resolver_id INTEGER REFERENCES addr, dns_transport TEXT, answers INTEGER) STRICT" },
	{ 1, "CREATE INDEX finding_client ON finding(client_id)" },
	{ 1, "CREATE INDEX finding_dst ON finding(dst_id)" },
	{ 1, "CREATE TABLE finding_sensor(finding_id INTEGER NOT NULL REFERENCES finding, sensor_id INTEGER NOT NULL REFERENCES sensor, "
	    "PRIMARY KEY(finding_id, sensor_id)) STRICT, WITHOUT ROWID" },
	{ 1, "CREATE TABLE flow(id INTEGER PRIMARY KEY, sensor_id INTEGER NOT NULL REFERENCES sensor, finding_id INTEGER REFERENCES finding, "
	    "started_us INTEGER, ended_us INTEGER, client_id INTEGER REFERENCES addr, client_port INTEGER, server_id INTEGER REFERENCES addr, "
	    "port INTEGER, proto TEXT, name_id INTEGER REFERENCES name, server_name TEXT, outcome TEXT, stale INTEGER, "
	    "cause_id INTEGER NOT NULL REFERENCES cause, confidence INTEGER NOT NULL, gap_us INTEGER, bytes_to INTEGER, bytes_from INTEGER, "
	    "tag INTEGER NOT NULL, yes INTEGER NOT NULL, no INTEGER NOT NULL, doubt INTEGER NOT NULL) STRICT" },
	{ 1, "CREATE INDEX flow_finding ON flow(finding_id)" },
	{ 1, "CREATE TABLE frame(id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES source, at_us INTEGER, number INTEGER NOT NULL, "
	    "offset INTEGER NOT NULL, link INTEGER NOT NULL, wire INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT" },
	{ 1, "CREATE TABLE evidence(finding_id INTEGER NOT NULL REFERENCES finding, seq INTEGER NOT NULL, at_us INTEGER, role TEXT, what TEXT, "
	    "server_id INTEGER REFERENCES addr, ttl INTEGER, expires_us INTEGER, "
	    "frame_id INTEGER REFERENCES frame ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, "
	    "flow_id INTEGER REFERENCES flow DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY(finding_id, seq)) STRICT, WITHOUT ROWID" },
	{ 1, "CREATE INDEX evidence_frame ON evidence(frame_id)" },
	{ 1, "CREATE INDEX evidence_flow ON evidence(flow_id)" },
	{ 1, "CREATE TABLE history(finding_id INTEGER NOT NULL REFERENCES finding, day INTEGER NOT NULL, at_us INTEGER NOT NULL, state INTEGER NOT NULL, "
	    "severity INTEGER NOT NULL, cause_id INTEGER NOT NULL REFERENCES cause, confidence INTEGER NOT NULL, connections INTEGER, stale INTEGER, "
	    "PRIMARY KEY(finding_id, day)) STRICT, WITHOUT ROWID" },
	/* what the next run needs of the engine's tables */
	{ 1, "CREATE TABLE state(kind INTEGER NOT NULL, shard INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE(kind, shard)) STRICT" },

	/* version 2 */
	{ 2, "ALTER TABLE flow ADD COLUMN could_be INTEGER" },
	{ 2, "CREATE TABLE host(id INTEGER PRIMARY KEY, addr BLOB NOT NULL, scope INTEGER NOT NULL, UNIQUE(addr, scope)) STRICT" },
	{ 2, "CREATE TABLE said(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, type INTEGER NOT NULL, body BLOB NOT NULL) STRICT" },
	{ 2, "CREATE INDEX said_name ON said(name, type)" },
	{ 2, "CREATE TABLE page(sensor_id INTEGER NOT NULL REFERENCES sensor, kind INTEGER NOT NULL, shard INTEGER NOT NULL, "
	    "hour INTEGER NOT NULL, part INTEGER NOT NULL, n INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE(kind, shard, hour, sensor_id, part)) STRICT" },
	{ 2, "CREATE TABLE traffic(sensor_id INTEGER NOT NULL REFERENCES sensor, day INTEGER NOT NULL, server_id INTEGER NOT NULL REFERENCES addr, "
	    "port INTEGER NOT NULL, proto TEXT NOT NULL, clients INTEGER NOT NULL, connections INTEGER NOT NULL, established INTEGER NOT NULL, "
	    "PRIMARY KEY(server_id, port, proto, day, sensor_id)) STRICT, WITHOUT ROWID" },
	{ 2, "CREATE TABLE label(addr_id INTEGER PRIMARY KEY REFERENCES addr, label TEXT, owner TEXT, site TEXT) STRICT" },
	{ 2, "CREATE TABLE minute(source_id INTEGER NOT NULL REFERENCES source, link TEXT NOT NULL, started_us INTEGER NOT NULL, "
	    "ended_us INTEGER, packets INTEGER, lost INTEGER, unread TEXT, queries INTEGER, answers INTEGER, one_sided INTEGER, encrypted INTEGER, "
	    "seen TEXT, reason TEXT, PRIMARY KEY(source_id, started_us)) STRICT, WITHOUT ROWID" },

	/* version 3 */
	{ STORE_VERSION, "ALTER TABLE finding ADD COLUMN longest_us INTEGER" },
	{ STORE_VERSION, "ALTER TABLE flow ADD COLUMN data_us INTEGER" },	/* of its last payload */
	{ STORE_VERSION, "CREATE INDEX answer_listed ON answer(after_legit) WHERE after_legit NOT NULL" },
	{ STORE_VERSION, "CREATE TABLE waiver(id INTEGER PRIMARY KEY, finding TEXT, address TEXT, client TEXT, name TEXT, reason TEXT NOT NULL, owner TEXT, "
	    "approved_by TEXT, expires_us INTEGER NOT NULL) STRICT" },
	{ STORE_VERSION, "CREATE TABLE waived(finding_id INTEGER NOT NULL REFERENCES finding, waiver_id INTEGER NOT NULL REFERENCES waiver, "
	    "PRIMARY KEY(finding_id, waiver_id)) STRICT, WITHOUT ROWID" },
	{ STORE_VERSION, "CREATE TABLE resolver(sensor_id INTEGER NOT NULL REFERENCES sensor, addr_id INTEGER NOT NULL REFERENCES addr, scope TEXT NOT NULL, "
	    "role TEXT, clients INTEGER, answers INTEGER, after_legit INTEGER, last_after_us INTEGER, ttl_floor INTEGER, ttl_cap INTEGER, "
	    "stale_ttl INTEGER, optimistic INTEGER, prefetch INTEGER, caches INTEGER, upstreams INTEGER, samples INTEGER, "
	    "PRIMARY KEY(sensor_id, addr_id, scope)) STRICT, WITHOUT ROWID" },
	/* how long a client goes on with an answer: names asked for again of which one was used after it had run out, and how old then */
	{ STORE_VERSION, "CREATE TABLE habit(sensor_id INTEGER NOT NULL REFERENCES sensor, client_id INTEGER NOT NULL REFERENCES addr, scope TEXT NOT NULL, "
	    "samples INTEGER, beyond INTEGER, longest_us INTEGER, soonest_us INTEGER, wall_us INTEGER, PRIMARY KEY(client_id, scope, sensor_id)) "
	    "STRICT, WITHOUT ROWID" },
	{ STORE_VERSION, "CREATE INDEX finding_listing ON finding(listing_id)" },
	/* who was led to an entry's addresses: the last time before it was retired, what it was told last and until when that runs */
	{ STORE_VERSION, "CREATE TABLE used(listing_id INTEGER NOT NULL REFERENCES listing, client_id INTEGER NOT NULL REFERENCES addr, scope TEXT NOT NULL, "
	    "before_us INTEGER, told_us INTEGER, expires_us INTEGER, server_id INTEGER REFERENCES addr, other_us INTEGER, open_us INTEGER, "
	    "PRIMARY KEY(listing_id, client_id, scope)) STRICT, WITHOUT ROWID" },
	{ STORE_VERSION, "CREATE INDEX used_open ON used(open_us) WHERE open_us NOT NULL" },
	{ STORE_VERSION, "ALTER TABLE deprecated ADD COLUMN grace_us INTEGER" },
	/* what stood when a day was over (connections: all until then; covered: of that day), and what was expected of the next ones */
	{ STORE_VERSION, "CREATE TABLE total(listing_id INTEGER NOT NULL REFERENCES listing, day INTEGER NOT NULL, at_us INTEGER NOT NULL, clients_open INTEGER, "
	    "clients_draining INTEGER, connections INTEGER, stale INTEGER, covered REAL, PRIMARY KEY(listing_id, day)) STRICT, WITHOUT ROWID" },
	{ STORE_VERSION, "CREATE TABLE forecast(listing_id INTEGER NOT NULL REFERENCES listing, made_us INTEGER NOT NULL, at_us INTEGER NOT NULL, low REAL, "
	    "expected REAL, high REAL, PRIMARY KEY(listing_id, made_us, at_us)) STRICT, WITHOUT ROWID" },
	{ STORE_VERSION, "ALTER TABLE cause ADD COLUMN over TEXT" },		/* the advice once nothing is left of it */
	{ STORE_VERSION, "ALTER TABLE finding ADD COLUMN resolves_us INTEGER" },	/* by silence, if nobody comes any more */
	/* clients.csv, as it was given */
	{ STORE_VERSION, "CREATE TABLE client(prefix TEXT PRIMARY KEY, label TEXT, owner TEXT, site TEXT, host TEXT, role TEXT) STRICT, WITHOUT ROWID" },
	{ 0, NULL }
};

const char *const schema_views[] = {
	"CREATE VIEW v_findings AS SELECT f.fid AS id, " KIND("f.kind") " AS kind, f.mode, " SEVERITY("f.severity") " AS severity, "
	    STATE("f.state") " AS state, f.returned, " TIME(WAIVED) " AS waived_until, c.text AS cause, " CONFIDENCE("f.confidence") " AS confidence, "
	    CAUSES("f.could_be") " AS could_also_be, " CAUSES("f.extended") " AS extended_by, ca.text AS client, "
	    "lb.label AS client_label, lb.owner AS client_owner, lb.site, f.scope, n.text AS name, f.chain, "
	    "f.listed, da.text AS deprecated_ip, f.port, f.proto, l.owner, l.ticket, " TIME("l.deprecated_us") " AS deprecated_at, "
	    TIME("f.legit_us") " AS legit_until, f.legit_basis, " TIME("f.first_us") " AS first_seen, " TIME("f.last_us") " AS last_seen, "
	    TIME("f.drains_us") " AS drains_by, f.connections, f.draining, f.stale, f.held, f.by_cause, f.established, f.refused, f.timed_out, "
	    "f.unreachable, f.unseen, f.bytes_to AS bytes_to_server, f.bytes_from AS bytes_from_server, f.reused, f.server_name, ra.text AS resolver, "
	    "f.dns_transport, f.answers, (SELECT group_concat(text,' ') FROM (SELECT s.text FROM finding_sensor x JOIN sensor s ON s.id=x.sensor_id "
	    "WHERE x.finding_id=f.id ORDER BY s.text)) AS sensors, "
	    "p.advice, " WAIVED " AS waived_until_us, "
	    "l.deprecated_us AS deprecated_at_us, f.legit_us AS legit_until_us, f.first_us AS first_seen_us, f.last_us AS last_seen_us, "
	    "f.drains_us AS drains_by_us, p.present, " TIME("f.resolves_us") " AS resolves_by, f.resolves_us AS resolves_by_us "
	    "FROM finding f JOIN cause c ON c.id=f.cause_id JOIN present p ON p.id=f.id LEFT JOIN addr ca ON ca.id=f.client_id "
	    "LEFT JOIN name n ON n.id=f.name_id LEFT JOIN listing l ON l.id=f.listing_id LEFT JOIN addr da ON da.id=f.dst_id "
	    "LEFT JOIN addr ra ON ra.id=f.resolver_id LEFT JOIN label lb ON lb.addr_id=f.client_id",
	/* "now": the end of the data; in a book, of its period */
	"CREATE VIEW moment AS SELECT max(ended_us) AS us FROM coverage",
	"CREATE VIEW present AS SELECT f.id, f.listing_id, f.client_id, ifnull(f.scope,'') AS scope, c.text AS cause, f.state, f.last_us, f.resolves_us, "
	    "CASE WHEN f.state>1 THEN NULL WHEN " IS_OVER " THEN 'over' WHEN f.kind=0 THEN 'connects' ELSE 'told' END AS present, "
	    "CASE WHEN c.over NOT NULL AND (f.state=2 OR " IS_OVER ") THEN c.over ELSE c.advice END AS advice FROM finding f JOIN cause c ON c.id=f.cause_id",
	/* Each entry with something open: clients that go on connecting, that are told it alone, and that are over; of the latter the last contact and
	 * when all of them are resolved.  present: the first of these that there is, also of findings that have no client; 1, 2, 3. */
	"CREATE VIEW standing AS SELECT listing_id, min(p) AS present, sum(client_id NOT NULL AND p=1) AS connects, sum(client_id NOT NULL AND p=2) AS told, "
	    "sum(client_id NOT NULL AND p=3) AS over, max(iif(p=3,last_us,NULL)) AS last_us, max(iif(p=3,resolves_us,NULL)) AS resolves_us FROM "
	    "(SELECT listing_id, client_id, min(CASE present WHEN 'connects' THEN 1 WHEN 'told' THEN 2 ELSE 3 END) AS p, max(last_us) AS last_us, "
	    "max(resolves_us) AS resolves_us FROM present WHERE state=1 AND cause<>'background.scan' GROUP BY listing_id, client_id, scope) GROUP BY listing_id",
	"CREATE VIEW v_deprecated AS SELECT nullif(l.listed,'') AS listed, nullif(l.name,'') AS name, nullif(l.clients,'') AS clients, "
	    TIME("l.deprecated_us") " AS deprecated_at, " TIME("l.reinstated_us") " AS reinstated_at, l.ttl, " TIME("d.legit_us") " AS legit_until, "
	    "d.legit_basis, l.replacement, l.owner, l.ticket, l.note, d.state, d.clients_open, d.clients_draining, d.seen_before, "
	    TIME("d.last_connection_us") " AS last_connection, " TIME("d.last_stale_answer_us") " AS last_stale_answer, d.unattributed, d.covered, "
	    "l.deprecated_us AS deprecated_at_us, l.reinstated_us AS reinstated_at_us, d.legit_us AS legit_until_us, "
	    "d.last_connection_us, d.last_stale_answer_us FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id WHERE l.active",
	"CREATE VIEW v_history AS SELECT f.fid AS finding, " TIME("h.at_us") " AS at, " STATE("h.state") " AS state, "
	    SEVERITY("h.severity") " AS severity, c.text AS cause, " CONFIDENCE("h.confidence") " AS confidence, h.connections, h.stale, h.at_us "
	    "FROM history h JOIN finding f ON f.id=h.finding_id JOIN cause c ON c.id=h.cause_id",
	"CREATE VIEW v_evidence AS SELECT f.fid AS finding, e.seq, " TIME("e.at_us") " AS at, e.role, e.what, a.text AS server, e.ttl, "
	    TIME("e.expires_us") " AS expires, p.source_id AS source, s.file, p.number AS packet, p.offset AS byte_offset, p.bytes, e.at_us, "
	    "e.expires_us FROM evidence e JOIN finding f ON f.id=e.finding_id LEFT JOIN addr a ON a.id=e.server_id "
	    "LEFT JOIN frame p ON p.id=e.frame_id LEFT JOIN source s ON s.id=p.source_id",
	"CREATE VIEW v_flows AS SELECT s.text AS sensor, w.id AS flow, f.fid AS finding, " TIME("w.started_us") " AS started, "
	    TIME("w.ended_us") " AS ended, ca.text AS client, w.client_port, sa.text AS server, w.port, w.proto, n.text AS name, w.server_name, "
	    "w.outcome, CASE w.stale WHEN 0 THEN 'draining' WHEN 1 THEN 'stale' END AS draining_or_stale, c.text AS cause, "
	    CONFIDENCE("w.confidence") " AS confidence, w.gap_us, w.bytes_to AS bytes_to_server, w.bytes_from AS bytes_from_server, w.started_us, "
	    "w.ended_us, " CAUSES("w.could_be") " AS could_also_be FROM flow w JOIN sensor s ON s.id=w.sensor_id JOIN cause c ON c.id=w.cause_id LEFT JOIN finding f ON f.id=w.finding_id "
	    "LEFT JOIN addr ca ON ca.id=w.client_id LEFT JOIN addr sa ON sa.id=w.server_id LEFT JOIN name n ON n.id=w.name_id",
	"CREATE VIEW v_answers AS SELECT s.text AS sensor, w.name, w.type, w.data, a.text AS server, "
	    "coalesce((SELECT min(r.role) FROM resolver r WHERE r.sensor_id=w.sensor_id AND r.addr_id=w.server_id),w.role) AS server_role, w.ttl_min, "
	    "w.ttl_max, " TIME("w.first_us") " AS first_seen, " TIME("w.last_us") " AS last_seen, w.n AS count, w.after_legit, "
	    "w.first_us AS first_seen_us, w.last_us AS last_seen_us FROM answer w JOIN addr a ON a.id=w.server_id "
	    "JOIN sensor s ON s.id=w.sensor_id",
	"CREATE VIEW v_coverage AS SELECT n.text AS sensor, c.link, " TIME("c.started_us") " AS started, " TIME("c.ended_us") " AS ended, c.seen, "
	    "c.packets, c.lost, c.unread, c.one_sided AS dns_one_sided, c.encrypted AS dns_encrypted, c.reason, c.started_us, c.ended_us "
	    "FROM (SELECT * FROM coverage x WHERE NOT EXISTS(SELECT 1 FROM minute m WHERE m.source_id=x.source_id) "
	    "UNION ALL SELECT source_id,link,started_us,ended_us,packets,lost,unread,queries,answers,one_sided,encrypted,seen,reason FROM minute) c "
	    "JOIN source s ON s.id=c.source_id JOIN sensor n ON n.id=s.sensor_id",
	"CREATE VIEW v_sources AS SELECT s.id AS source, s.run_id AS run, n.text AS sensor, s.file, lower(hex(s.head)) AS sha256, s.packets, "
	    TIME("s.first_us") " AS first_seen, " TIME("s.last_us") " AS last_seen, r.version, r.options, r.lists_sha256, "
	    "s.first_us AS first_seen_us, s.last_us AS last_seen_us FROM source s JOIN sensor n ON n.id=s.sensor_id JOIN run r ON r.id=s.run_id",
	"CREATE VIEW v_traffic AS SELECT s.text AS sensor, date(t.day*86400,'unixepoch') AS day, a.text AS server, t.port, t.proto, "
	    "t.clients, t.connections, t.established FROM traffic t JOIN sensor s ON s.id=t.sensor_id JOIN addr a ON a.id=t.server_id",
	"CREATE VIEW v_resolvers AS SELECT s.text AS sensor, a.text AS resolver, lb.label, r.role, r.clients, r.answers, r.after_legit, "
	    TIME("r.last_after_us") " AS last_after_legit, r.ttl_floor, r.ttl_cap, r.stale_ttl, r.optimistic, r.prefetch, r.caches, r.upstreams, "
	    "r.samples, nullif(r.scope,'') AS scope, r.last_after_us AS last_after_legit_us FROM resolver r JOIN sensor s ON s.id=r.sensor_id "
	    "JOIN addr a ON a.id=r.addr_id LEFT JOIN label lb ON lb.addr_id=r.addr_id",
	"CREATE VIEW v_forecast AS SELECT nullif(l.listed,'') AS listed, nullif(l.name,'') AS name, " TIME("f.made_us") " AS made, "
	    TIME("f.at_us") " AS at, f.low, f.expected, f.high, f.made_us, f.at_us FROM forecast f JOIN listing l ON l.id=f.listing_id",
	"CREATE VIEW v_waivers AS SELECT w.id AS waiver, w.finding, w.address, w.client, w.name, w.reason, w.owner, w.approved_by, "
	    TIME("w.expires_us") " AS expires, (SELECT count(*) FROM waived x WHERE x.waiver_id=w.id) AS matches, w.expires_us FROM waiver w",
	NULL
};
