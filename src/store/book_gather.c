/* One database into the book: every number that is only this file's is translated through its text. */
#include <string.h>

#include "store/book_int.h"

#define MAP(table) "CREATE TEMP TABLE map_" table "(src INTEGER PRIMARY KEY, id INTEGER)"
#define BY_TEXT(table) "INSERT OR IGNORE INTO main." table "(text) SELECT text FROM src." table " ORDER BY id", \
	"INSERT INTO map_" table " SELECT s.id,m.id FROM src." table " s JOIN main." table " m ON m.text=s.text"
#define SAME_ENTRY "m.listed=s.listed AND m.name=s.name AND m.clients=s.clients AND m.deprecated_us IS s.deprecated_us"
#define SAME_WAIVER "m.finding IS s.finding AND m.address IS s.address AND m.client IS s.client AND m.name IS s.name AND m.reason=s.reason AND " \
	"m.owner IS s.owner AND m.approved_by IS s.approved_by AND m.expires_us=s.expires_us"
#define COVER "link,started_us,ended_us,packets,lost,unread,queries,answers,one_sided,encrypted,seen,reason"
/* of a finding: what is taken over as it is */
#define PLAIN "kind,mode,severity,state,returned,cause_id,confidence,could_be,extended,scope,chain,listed,port,proto,legit_us,legit_basis," \
	"first_us,last_us,drains_us,connections,draining,stale,held,by_cause,established,refused,timed_out,unreachable,unseen,bytes_to," \
	"bytes_from,reused,server_name,dns_transport,answers,longest_us,resolves_us"
#define MAPPED "run_id,client_id,name_id,listing_id,dst_id,resolver_id"
#define RANK(c) "CASE " c ".legit_basis WHEN 'authoritative' THEN 4 WHEN 'list' THEN 3 WHEN 'resolver' THEN 2 WHEN 'assumed' THEN 1 ELSE 0 END"
#define BETTER "(" RANK("excluded") ",ifnull(excluded.legit_us,0))>(" RANK("deprecated") ",ifnull(deprecated.legit_us,0))"

#define BY_ONE_SENSOR "EXISTS(SELECT 1 FROM src.finding_sensor x JOIN map_sensor n ON n.src=x.sensor_id JOIN main.finding_sensor y " \
	"ON y.sensor_id=n.id WHERE x.finding_id=i.src AND y.finding_id=m.id)"

/* ?1: what is added to this database's own numbers.  ?2: its path, for people. */
static const char *const steps[] = {
	MAP("sensor"), MAP("addr"), MAP("name"), MAP("source"), MAP("listing"), MAP("finding"), MAP("waiver"),
	BY_TEXT("sensor"), BY_TEXT("addr"), BY_TEXT("name"),
	"INSERT INTO main.run(id,sensor_id,version,options,lists_sha256) SELECT r.id+?1,n.id,r.version,r.options,r.lists_sha256 "
	    "FROM src.run r JOIN map_sensor n ON n.src=r.sensor_id",

	/* one capture that two databases of a sensor hold is one */
	"INSERT OR IGNORE INTO main.source(id,sensor_id,run_id,file,head,head_len,packets,bytes,first_us,last_us,whole) "
	    "SELECT s.id+?1,n.id,s.run_id+?1,s.file,s.head,s.head_len,s.packets,s.bytes,s.first_us,s.last_us,s.whole "
	    "FROM src.source s JOIN map_sensor n ON n.src=s.sensor_id",
	"INSERT INTO map_source SELECT s.id,m.id FROM src.source s JOIN map_sensor n ON n.src=s.sensor_id "
	    "JOIN main.source m ON m.sensor_id=n.id AND m.head=s.head",
	"INSERT OR IGNORE INTO main.coverage(source_id," COVER ") SELECT m.id," COVER " FROM src.coverage c JOIN map_source m ON m.src=c.source_id",
	"INSERT OR IGNORE INTO main.minute(source_id," COVER ") SELECT m.id," COVER " FROM src.minute c JOIN map_source m ON m.src=c.source_id",
	"INSERT OR IGNORE INTO main.counter(source_id,name,n) SELECT m.id,c.name,c.n FROM src.counter c JOIN map_source m ON m.src=c.source_id",

	"INSERT INTO remark(text) SELECT printf('%s: the list has %s%s%s with other times, TTL or state than a database before it: what this one says "
	    "holds',?2,s.listed,CASE WHEN s.name<>'' THEN ' ' ELSE '' END,s.name) FROM src.listing s JOIN main.listing m ON " SAME_ENTRY
	    " WHERE (s.reinstated_us,s.ttl,s.active) IS NOT (m.reinstated_us,m.ttl,m.active) ORDER BY s.id",
	"UPDATE main.listing SET reinstated_us=s.reinstated_us,ttl=s.ttl,replacement=s.replacement,owner=s.owner,ticket=s.ticket,note=s.note,"
	    "active=s.active FROM src.listing s,main.listing m WHERE " SAME_ENTRY " AND main.listing.id=m.id",
	"INSERT INTO main.listing(listed,name,clients,deprecated_us,reinstated_us,ttl,replacement,owner,ticket,note,active) SELECT s.listed,s.name,"
	    "s.clients,s.deprecated_us,s.reinstated_us,s.ttl,s.replacement,s.owner,s.ticket,s.note,s.active FROM src.listing s "
	    "WHERE NOT EXISTS(SELECT 1 FROM main.listing m WHERE " SAME_ENTRY ") ORDER BY s.id",
	"INSERT OR IGNORE INTO map_listing SELECT s.id,m.id FROM src.listing s JOIN main.listing m ON " SAME_ENTRY,
	"INSERT OR IGNORE INTO sees(listing_id,sensor_id) SELECT l.id,n.id FROM src.deprecated d JOIN map_listing l ON l.src=d.listing_id,map_sensor n "
	    "WHERE d.seen_before=1",
	"INSERT INTO main.deprecated(listing_id,state,why,legit_us,legit_basis,clients_open,clients_draining,seen_before,last_connection_us,"
	    "last_stale_answer_us,unattributed,covered,grace_us) SELECT l.id,d.state,d.why,d.legit_us,d.legit_basis,d.clients_open,d.clients_draining,"
	    "d.seen_before,d.last_connection_us,d.last_stale_answer_us,d.unattributed,d.covered,d.grace_us FROM src.deprecated d "
	    "JOIN map_listing l ON l.src=d.listing_id WHERE true ON CONFLICT(listing_id) DO UPDATE SET "
	    "legit_us=CASE WHEN " BETTER " THEN excluded.legit_us ELSE legit_us END,"
	    "legit_basis=CASE WHEN " BETTER " THEN excluded.legit_basis ELSE legit_basis END,"
	    "seen_before=max(ifnull(seen_before,0),ifnull(excluded.seen_before,0)),"
	    "last_connection_us=coalesce(max(last_connection_us,excluded.last_connection_us),last_connection_us,excluded.last_connection_us),"
	    "last_stale_answer_us=coalesce(max(last_stale_answer_us,excluded.last_stale_answer_us),last_stale_answer_us,excluded.last_stale_answer_us),"
	    "unattributed=ifnull(unattributed,0)+ifnull(excluded.unattributed,0),grace_us=max(ifnull(grace_us,0),ifnull(excluded.grace_us,0))",
	"INSERT INTO main.used(listing_id,client_id,scope,before_us,told_us,expires_us,server_id,other_us,open_us) SELECT l.id,c.id,u.scope,u.before_us,u.told_us,"
	    "u.expires_us,d.id,u.other_us,u.open_us FROM src.used u JOIN map_listing l ON l.src=u.listing_id JOIN map_addr c ON c.src=u.client_id LEFT JOIN map_addr d "
	    "ON d.src=u.server_id WHERE true " USED_JOINS,
	"INSERT OR REPLACE INTO main.label(addr_id,label,owner,site) SELECT a.id,l.label,l.owner,l.site FROM src.label l JOIN map_addr a ON a.src=l.addr_id",

	"INSERT OR REPLACE INTO main.client(prefix,label,owner,site,host,role) SELECT prefix,label,owner,site,host,role FROM src.client",

	"INSERT INTO main.answer(name,type,data,server_id,sensor_id,role,ttl_min,ttl_max,first_us,last_us,n,after_legit) SELECT w.name,w.type,w.data,a.id,"
	    "n.id,w.role,w.ttl_min,w.ttl_max,w.first_us,w.last_us,w.n,w.after_legit FROM src.answer w JOIN map_addr a ON a.src=w.server_id "
	    "JOIN map_sensor n ON n.src=w.sensor_id WHERE w.after_legit NOT NULL ON CONFLICT(name,type,data,server_id,sensor_id) DO UPDATE SET "
	    "ttl_min=min(ttl_min,excluded.ttl_min),ttl_max=max(ttl_max,excluded.ttl_max),first_us=min(first_us,excluded.first_us),"
	    "last_us=max(last_us,excluded.last_us),n=n+excluded.n,after_legit=after_legit+excluded.after_legit",

	/* a finding of several databases speaks by the surest, then by the latest */
	"CREATE TEMP TABLE incoming AS SELECT f.id AS src,f.fid," PLAIN ",f.run_id+?1 AS run_id,c.id AS client_id,n.id AS name_id,l.id AS listing_id,"
	    "d.id AS dst_id,r.id AS resolver_id FROM src.finding f LEFT JOIN map_addr c ON c.src=f.client_id LEFT JOIN map_name n ON n.src=f.name_id "
	    "LEFT JOIN map_listing l ON l.src=f.listing_id LEFT JOIN map_addr d ON d.src=f.dst_id LEFT JOIN map_addr r ON r.src=f.resolver_id",
	/* answers of one time may be the same answers, those of another are others; two sensors have two clocks */
	"CREATE TEMP TABLE merged AS SELECT m.id,min(m.first_us,i.first_us) AS first_us,max(m.last_us,i.last_us) AS last_us,"
	    "CASE WHEN max(i.first_us-m.last_us,m.first_us-i.last_us)>iif(" BY_ONE_SENSOR ",0,60000000) THEN m.answers+i.answers "
	    "ELSE max(m.answers,i.answers) END AS answers,"
	    "ifnull(m.returned,0)+ifnull(i.returned,0) AS returned,max(ifnull(m.longest_us,0),ifnull(i.longest_us,0)) AS longest_us "
	    "FROM temp.incoming i JOIN main.finding m ON m.fid=i.fid",
	"DELETE FROM temp.incoming WHERE EXISTS(SELECT 1 FROM main.finding m WHERE m.fid=incoming.fid AND "
	    "(m.confidence,ifnull(m.last_us,0))>(incoming.confidence,ifnull(incoming.last_us,0)))",
	"DELETE FROM main.evidence WHERE finding_id IN (SELECT m.id FROM main.finding m JOIN temp.incoming i ON i.fid=m.fid)",
	"INSERT OR REPLACE INTO main.finding(id,fid," PLAIN "," MAPPED ") SELECT (SELECT m.id FROM main.finding m WHERE m.fid=i.fid),i.fid," PLAIN ","
	    MAPPED " FROM temp.incoming i ORDER BY i.src",
	"UPDATE main.finding SET first_us=g.first_us,last_us=g.last_us,answers=g.answers,returned=g.returned,longest_us=g.longest_us FROM temp.merged g "
	    "WHERE g.id=finding.id",
	"INSERT INTO map_finding SELECT s.id,m.id FROM src.finding s JOIN main.finding m ON m.fid=s.fid",
	"INSERT OR IGNORE INTO main.finding_sensor SELECT f.id,n.id FROM src.finding_sensor x JOIN map_finding f ON f.src=x.finding_id "
	    "JOIN map_sensor n ON n.src=x.sensor_id",
	"INSERT INTO main.flow(id,sensor_id,finding_id,started_us,ended_us,client_id,client_port,server_id,port,proto,name_id,server_name,outcome,stale,"
	    "cause_id,confidence,gap_us,bytes_to,bytes_from,tag,yes,no,doubt,could_be,data_us) SELECT w.id+?1,n.id,f.id,w.started_us,w.ended_us,c.id,"
	    "w.client_port,d.id,w.port,w.proto,t.id,w.server_name,w.outcome,w.stale,w.cause_id,w.confidence,w.gap_us,w.bytes_to,w.bytes_from,w.tag,"
	    "w.yes,w.no,w.doubt,w.could_be,w.data_us FROM src.flow w JOIN map_sensor n ON n.src=w.sensor_id LEFT JOIN map_finding f ON f.src=w.finding_id "
	    "LEFT JOIN map_addr c ON c.src=w.client_id LEFT JOIN map_addr d ON d.src=w.server_id LEFT JOIN map_name t ON t.src=w.name_id",
	"INSERT INTO main.frame(id,source_id,at_us,number,offset,link,wire,bytes) SELECT p.id+?1,s.id,p.at_us,p.number,p.offset,p.link,p.wire,p.bytes "
	    "FROM src.frame p JOIN map_source s ON s.src=p.source_id",
	"INSERT INTO main.evidence(finding_id,seq,at_us,role,what,server_id,ttl,expires_us,frame_id,flow_id) SELECT f.id,e.seq,e.at_us,e.role,e.what,a.id,"
	    "e.ttl,e.expires_us,e.frame_id+?1,e.flow_id+?1 FROM src.evidence e JOIN temp.incoming i ON i.src=e.finding_id JOIN map_finding f "
	    "ON f.src=e.finding_id LEFT JOIN map_addr a ON a.src=e.server_id",
	"INSERT OR REPLACE INTO main.history(finding_id,day,at_us,state,severity,cause_id,confidence,connections,stale) SELECT f.id,h.day,h.at_us,h.state,"
	    "h.severity,h.cause_id,h.confidence,h.connections,h.stale FROM src.history h JOIN map_finding f ON f.src=h.finding_id",
	"INSERT INTO main.total(listing_id,day,at_us,clients_open,clients_draining,connections,stale,covered) SELECT l.id,t.day,t.at_us,t.clients_open,"
	    "t.clients_draining,t.connections,t.stale,t.covered FROM src.total t JOIN map_listing l ON l.src=t.listing_id WHERE true "
	    "ON CONFLICT(listing_id,day) DO UPDATE SET at_us=max(at_us,excluded.at_us),clients_open=max(clients_open,excluded.clients_open),"
	    "clients_draining=max(clients_draining,excluded.clients_draining),connections=max(connections,excluded.connections),"
	    "stale=max(stale,excluded.stale),covered=max(covered,excluded.covered)",
	"INSERT OR REPLACE INTO main.forecast(listing_id,made_us,at_us,low,expected,high) SELECT l.id,t.made_us,t.at_us,t.low,t.expected,t.high "
	    "FROM src.forecast t JOIN map_listing l ON l.src=t.listing_id",
	"INSERT OR REPLACE INTO main.resolver(sensor_id,addr_id,scope,role,clients,answers,after_legit,last_after_us,ttl_floor,ttl_cap,stale_ttl,"
	    "optimistic,prefetch,caches,upstreams,samples) SELECT n.id,a.id,r.scope,r.role,r.clients,r.answers,r.after_legit,r.last_after_us,r.ttl_floor,"
	    "r.ttl_cap,r.stale_ttl,r.optimistic,r.prefetch,r.caches,r.upstreams,r.samples FROM src.resolver r JOIN map_sensor n ON n.src=r.sensor_id "
	    "JOIN map_addr a ON a.src=r.addr_id",
	"INSERT INTO main.waiver(finding,address,client,name,reason,owner,approved_by,expires_us) SELECT s.finding,s.address,s.client,s.name,s.reason,s.owner,"
	    "s.approved_by,s.expires_us FROM src.waiver s WHERE NOT EXISTS(SELECT 1 FROM main.waiver m WHERE " SAME_WAIVER ") ORDER BY s.id",
	"INSERT OR IGNORE INTO map_waiver SELECT s.id,m.id FROM src.waiver s JOIN main.waiver m ON " SAME_WAIVER,
	"INSERT OR IGNORE INTO main.waived SELECT f.id,w.id FROM src.waived x JOIN map_finding f ON f.src=x.finding_id JOIN map_waiver w ON w.src=x.waiver_id",
	"DROP TABLE temp.incoming", "DROP TABLE temp.merged", "DROP TABLE map_sensor", "DROP TABLE map_addr", "DROP TABLE map_name",
	"DROP TABLE map_source", "DROP TABLE map_listing", "DROP TABLE map_finding", "DROP TABLE map_waiver",
};

static int
run(sqlite3 *db, const char *sql, int64_t base, const char *shown)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(stmt) >= 1)
		rc = sqlite3_bind_int64(stmt, 1, base);
	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(stmt) >= 2)
		rc = sqlite3_bind_text(stmt, 2, shown, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK && sqlite3_step(stmt) != SQLITE_DONE)
		rc = sqlite3_extended_errcode(db);
	sqlite3_finalize(stmt);
	return rc;
}

int
book_gather(struct book *b, const char *uri, int64_t part, const char *shown)
{
	sqlite3 *db = b->db;
	char *attach = sqlite3_mprintf("ATTACH %Q AS src", uri);
	int rc = attach != NULL ? sqlite3_exec(db, attach, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(attach);
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	if (rc == SQLITE_OK)		/* again, for it may be another file by now */
		rc = schema_check(db, "src", STORE_VERSION);
	for (size_t i = 0; rc == SQLITE_OK && i < sizeof(steps) / sizeof(*steps); i++)
		rc = run(db, steps[i], part * BOOK_PART, shown);
	if (rc == SQLITE_OK && b->opts->history)
		rc = book_past(b, part);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT; DETACH src", NULL, NULL, NULL);
	return rc;
}
