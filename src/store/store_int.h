/* store/store_int.h - what the files of the store share. */
#ifndef STORE_INT_H
#define STORE_INT_H

#include <sqlite3.h>

#include "store/words_int.h"
#include "store/write.h"

#define STORE_APPLICATION 0x53544c54	/* "STLT" */
#define STORE_VERSION 3

/* ---- schema.c ---- */

/* Tables and indexes in the order they came to be; the last row has version 0.  Views; the last is NULL. */
struct schema_step { int version; const char *sql; };
extern const struct schema_step schema_steps[];
extern const char *const schema_views[];

/* ---- migrate.c ---- */

/* Bring a database from one version (0: an empty file) to STORE_VERSION, in one transaction.  An SQLite code. */
int schema_bring(sqlite3 *db, int from);
/* Of a schema ("main", or an attached one's name): SQLITE_OK if every table and index of that version, and of ours every view, is there word for word; SQLITE_MISMATCH if not.  What
 * is there besides is the user's.  A view or table made by somebody else is thereby never run. */
int schema_check(sqlite3 *db, const char *schema, int version);
/* The names and advice of the causes as this program knows them.  An SQLite code. */
int schema_causes(sqlite3 *db);

/* ---- db.c ---- */

/* A path as messages show it, escaped; the caller's to free, NULL without memory. */
char *db_shown(const char *path);
/* What an SQLite code means to the user: sets err and returns its code.  `doing` is a phrase: "cannot be opened". */
int db_fail(sqlite3 *db, int rc, const char *shown, const char *doing, struct err *err);
/* Open for writing; *lock is the descriptor that keeps other writers away until it is closed, after the database. */
int db_open_write(const char *path, const char *shown, size_t cache, sqlite3 **db, int *lock, struct err *err);
int db_open_read(const char *path, const char *shown, sqlite3 **db, struct err *err);
/* The same; *uri becomes the URI by which it can be opened again, the caller's to sqlite3_free(). */
int db_open_uri(const char *path, const char *shown, sqlite3 **db, char **uri, struct err *err);
void db_distrust(sqlite3 *db);		/* what an untrusted file could do is switched off */

/* ---- read.c ---- */

/* A reader on a connection, which is then its own; path: for messages.  NULL without memory, and the connection stays the caller's. */
struct reader *reader_on(sqlite3 *db, const char *path);

/* ---- write.c ---- */

/* What two say of a client of an entry: the later time wins. */
#define USED_JOINS \
	"ON CONFLICT DO UPDATE SET before_us=max(ifnull(excluded.before_us,before_us),ifnull(before_us,excluded.before_us))," \
	"told_us=max(ifnull(excluded.told_us,told_us),ifnull(told_us,excluded.told_us))," \
	"expires_us=max(ifnull(excluded.expires_us,expires_us),ifnull(expires_us,excluded.expires_us))," \
	"server_id=CASE WHEN excluded.expires_us>=ifnull(expires_us,excluded.expires_us) THEN excluded.server_id ELSE server_id END," \
	"other_us=CASE WHEN excluded.told_us>=ifnull(told_us,excluded.told_us) THEN excluded.other_us ELSE other_us END," \
	"open_us=min(ifnull(excluded.open_us,open_us),ifnull(open_us,excluded.open_us))"
#define STORE_SQL(X) \
	X(ADDR_FIND,	"SELECT id FROM addr WHERE text=?1") \
	X(ADDR_ADD,	"INSERT INTO addr(text) VALUES(?1)") \
	X(LABEL,	"INSERT OR REPLACE INTO label(addr_id,label,owner,site) VALUES(?1,?2,?3,?4)") \
	X(CLIENT_CLEAR,	"DELETE FROM client") \
	X(CLIENT,	"INSERT OR IGNORE INTO client(prefix,label,owner,site,host,role) VALUES(?1,?2,?3,?4,?5,?6)") \
	X(NAME_FIND,	"SELECT id FROM name WHERE text=?1") \
	X(NAME_ADD,	"INSERT INTO name(text) VALUES(?1)") \
	X(SENSOR_FIND,	"SELECT id FROM sensor WHERE text=?1") \
	X(SENSOR_ADD,	"INSERT INTO sensor(text) VALUES(?1)") \
	X(ANSWER_FIND,	"SELECT id FROM answer WHERE name=?1 AND type=?2 AND data=?3 AND server_id=?4 AND sensor_id=?5") \
	X(ANSWER_NEW,	"INSERT INTO answer(role,ttl_min,ttl_max,first_us,last_us,n,after_legit,name,type,data,server_id,sensor_id) " \
			"VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12) ON CONFLICT(name,type,data,server_id,sensor_id) DO NOTHING") \
	X(ANSWER_ADD,	"UPDATE answer SET role=coalesce(?1,role),ttl_min=min(ttl_min,?2),ttl_max=max(ttl_max,?3)," \
			"first_us=min(first_us,?4),last_us=max(last_us,?5),n=n+?6," \
			"after_legit=CASE WHEN ?7 IS NULL THEN after_legit ELSE ifnull(after_legit,0)+?7 END WHERE id=?8") \
	X(RUN,		"INSERT INTO run(sensor_id,version,options,lists_sha256) VALUES(?1,?2,?3,?4)") \
	X(FINDING_FIND,	"SELECT id,last_us,connections,answers FROM finding WHERE fid=?1") \
	X(FINDING,	"INSERT INTO finding(fid,run_id,kind,mode,severity,state,returned,cause_id,confidence,could_be,extended," \
			"client_id,scope,name_id,chain,listed,listing_id,dst_id,port,proto,legit_us,legit_basis,first_us,last_us," \
			"drains_us,connections,draining,stale,held,by_cause,established,refused,timed_out,unreachable,unseen," \
			"bytes_to,bytes_from,reused,server_name,resolver_id,dns_transport,answers,longest_us,resolves_us) VALUES(?1,?2,?3,?4,?5,?6,?7,?8," \
			"?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29,?30,?31,?32,?33,?34," \
			"?35,?36,?37,?38,?39,?40,?41,?42,?43,?44) ON CONFLICT(fid) DO UPDATE SET run_id=excluded.run_id,kind=excluded.kind," \
			"mode=excluded.mode,severity=excluded.severity,state=excluded.state,returned=excluded.returned," \
			"cause_id=excluded.cause_id,confidence=excluded.confidence,could_be=excluded.could_be," \
			"extended=excluded.extended,client_id=excluded.client_id,scope=excluded.scope,name_id=excluded.name_id," \
			"chain=excluded.chain,listed=excluded.listed,listing_id=excluded.listing_id,dst_id=excluded.dst_id," \
			"port=excluded.port,proto=excluded.proto,legit_us=excluded.legit_us,legit_basis=excluded.legit_basis," \
			"first_us=excluded.first_us,last_us=excluded.last_us,drains_us=excluded.drains_us," \
			"connections=excluded.connections,draining=excluded.draining,stale=excluded.stale,held=excluded.held," \
			"by_cause=excluded.by_cause,established=excluded.established,refused=excluded.refused," \
			"timed_out=excluded.timed_out,unreachable=excluded.unreachable,unseen=excluded.unseen," \
			"bytes_to=excluded.bytes_to,bytes_from=excluded.bytes_from,reused=excluded.reused," \
			"server_name=excluded.server_name,resolver_id=excluded.resolver_id," \
			"dns_transport=excluded.dns_transport,answers=excluded.answers,longest_us=excluded.longest_us," \
			"resolves_us=excluded.resolves_us") \
	X(FINDING_SENSOR, "INSERT OR IGNORE INTO finding_sensor(finding_id,sensor_id) VALUES(?1,?2)") \
	X(FLOW,		"INSERT OR REPLACE INTO flow(id,sensor_id,finding_id,started_us,ended_us,client_id,client_port,server_id," \
			"port,proto,name_id,server_name,outcome,stale,cause_id,confidence,gap_us,bytes_to,bytes_from,tag,yes,no," \
			"doubt,could_be,data_us) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25)") \
	X(FRAME,	"INSERT INTO frame(id,source_id,at_us,number,offset,link,wire,bytes) VALUES(?1,?2,?3,?4,?5,?6,?7,?8) " \
			"ON CONFLICT(id) DO UPDATE SET source_id=?2,at_us=?3,number=?4,offset=?5,link=?6,wire=?7,bytes=?8") \
	X(LAST_IDS,	"SELECT (SELECT ifnull(max(id),0) FROM flow),(SELECT ifnull(max(id),0) FROM frame)") \
	X(FLOW_DROP,	"DELETE FROM flow WHERE id=?1") \
	X(FINDING_DROP,	"DELETE FROM finding WHERE id=?1") \
	X(FINDING_SENSOR_DROP, "DELETE FROM finding_sensor WHERE finding_id=?1") \
	X(HISTORY_DROP,	"DELETE FROM history WHERE finding_id=?1") \
	X(WAIVED_DROP,	"DELETE FROM waived WHERE finding_id=?1") \
	X(FINDING_LIKE,	"SELECT fid FROM finding WHERE fid>=?1 AND fid<?1||'g' ORDER BY fid LIMIT 2") \
	X(WAIVED_CLEAR,	"DELETE FROM waived") \
	X(WAIVER_CLEAR,	"DELETE FROM waiver") \
	X(WAIVER,	"INSERT INTO waiver(id,finding,address,client,name,reason,owner,approved_by,expires_us) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)") \
	X(WAIVED,	"INSERT INTO waived(finding_id,waiver_id) VALUES(?1,?2)") \
	X(WAIVERS,	"SELECT id,finding,address,client,name,reason,owner,approved_by,expires_us FROM waiver ORDER BY id") \
	X(WAIVABLE,	"SELECT f.id,f.fid,d.text,c.text,n.text,nullif(l.name,'') FROM finding f LEFT JOIN addr d ON d.id=f.dst_id " \
			"LEFT JOIN addr c ON c.id=f.client_id LEFT JOIN name n ON n.id=f.name_id LEFT JOIN listing l ON l.id=f.listing_id") \
	X(FRAME_DROP,	"DELETE FROM frame WHERE id=?1") \
	X(EVIDENCE_CLEAR, "DELETE FROM evidence WHERE finding_id=?1") \
	X(EVIDENCE,	"INSERT INTO evidence(finding_id,seq,at_us,role,what,server_id,ttl,expires_us,frame_id,flow_id) " \
			"VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)") \
	X(HISTORY,	"INSERT OR REPLACE INTO history(finding_id,day,at_us,state,severity,cause_id,confidence,connections,stale) " \
			"SELECT f.id,?2,?1,f.state,f.severity,f.cause_id,f.confidence,f.connections,f.stale FROM finding f " \
			"LEFT JOIN history h ON h.finding_id=f.id AND h.day=(SELECT max(day) FROM history WHERE finding_id=f.id) " \
			"WHERE h.day IS NULL OR (f.state,f.severity,f.cause_id,f.confidence,ifnull(f.connections,-1),ifnull(f.stale,-1))" \
			"<>(h.state,h.severity,h.cause_id,h.confidence,ifnull(h.connections,-1),ifnull(h.stale,-1))") \
	X(TOTAL,	"INSERT OR REPLACE INTO total(listing_id,day,at_us,clients_open,clients_draining,connections,stale,covered) " \
			"SELECT l.id,?2,?1,d.clients_open,d.clients_draining,ifnull(sum(f.connections),0),ifnull(sum(f.stale),0),?3 " \
			"FROM listing l JOIN deprecated d ON d.listing_id=l.id LEFT JOIN finding f ON f.listing_id=l.id AND f.kind=0 " \
			"AND f.cause_id NOT IN (SELECT id FROM cause WHERE text='background.scan') WHERE l.active GROUP BY l.id") \
	X(LISTING_FIND,	"SELECT id FROM listing WHERE listed=?1 AND name=?2 AND clients=?3 AND deprecated_us IS ?4") \
	X(LISTING_ADD,	"INSERT INTO listing(listed,name,clients,deprecated_us,reinstated_us,ttl,replacement,owner,ticket,note) " \
			"VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)") \
	X(LISTING_SET,	"UPDATE listing SET reinstated_us=?5,ttl=?6,replacement=?7,owner=?8,ticket=?9,note=?10,active=1 WHERE id=?11") \
	X(LISTING_OFF,	"UPDATE listing SET active=0 WHERE id=?1") \
	X(FINDINGS_OFF,	"UPDATE finding SET state=3 WHERE listing_id=?1") \
	X(FLOWS_OFF,	"DELETE FROM flow WHERE finding_id IN (SELECT id FROM finding WHERE listing_id=?1)") \
	X(LISTINGS,	"SELECT id,nullif(listed,''),nullif(name,''),nullif(clients,''),deprecated_us,reinstated_us,ttl,replacement," \
			"owner,ticket,note FROM listing WHERE active ORDER BY id") \
	X(DEPRECATED,	"INSERT OR REPLACE INTO deprecated(listing_id,state,why,legit_us,legit_basis,clients_open,clients_draining," \
			"seen_before,last_connection_us,last_stale_answer_us,unattributed,covered,grace_us) " \
			"VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)") \
	X(USED,		"INSERT INTO used(listing_id,client_id,scope,before_us,told_us,expires_us,server_id,other_us,open_us) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9) " \
			USED_JOINS) \
	X(FORECAST,	"INSERT OR REPLACE INTO forecast(listing_id,made_us,at_us,low,expected,high) VALUES(?1,?2,?3,?4,?5,?6)") \
	X(FORECAST_OLD,	"DELETE FROM forecast WHERE made_us<?1") \
	X(USED_CLOSED,	"UPDATE used SET open_us=NULL WHERE open_us NOT NULL") \
	X(USED_OFF,	"DELETE FROM used WHERE listing_id=?1") \
	X(SENSOR_END,	"SELECT max(last_us) FROM source WHERE sensor_id=(SELECT id FROM sensor WHERE text=?1)") \
	X(SOURCE_SPANS,	"SELECT first_us,last_us FROM source s WHERE NOT EXISTS(SELECT 1 FROM minute m WHERE m.source_id=s.id) " \
			"UNION ALL SELECT started_us,ended_us FROM minute ORDER BY 1") \
	X(SOURCE_LENS,	"SELECT DISTINCT head_len FROM source WHERE sensor_id=?1 AND head_len<=?2 ORDER BY head_len DESC") \
	X(SOURCE_FIND,	"SELECT s.id,s.run_id,s.file,s.packets,s.bytes,s.first_us,s.last_us,s.whole,r.lists_sha256,r.options,r.version " \
			"FROM source s JOIN run r ON r.id=s.run_id WHERE s.sensor_id=?1 AND s.head=?2") \
	X(SOURCE_ADD,	"INSERT INTO source(sensor_id,run_id,file,head,head_len,packets,bytes,first_us,last_us,whole) " \
			"VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)") \
	X(SOURCE_SET,	"UPDATE source SET sensor_id=?1,run_id=?2,file=?3,head=?4,head_len=?5,packets=?6,bytes=?7,first_us=?8," \
			"last_us=?9,whole=?10 WHERE id=?11") \
	X(COVERAGE,	"INSERT OR REPLACE INTO coverage(source_id,link,started_us,ended_us,packets,lost,unread,queries,answers," \
			"one_sided,encrypted,seen,reason) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)") \
	X(MINUTE,	"INSERT OR REPLACE INTO minute(source_id,link,started_us,ended_us,packets,lost,unread,queries,answers," \
			"one_sided,encrypted,seen,reason) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)") \
	X(HABIT,	"INSERT OR REPLACE INTO habit(sensor_id,client_id,scope,samples,beyond,longest_us,soonest_us,wall_us) " \
			"VALUES(?1,?2,?3,?4,?5,?6,?7,?8)") \
	X(RESOLVER,	"INSERT OR REPLACE INTO resolver(sensor_id,addr_id,scope,role,clients,answers,after_legit,last_after_us,ttl_floor,ttl_cap," \
			"stale_ttl,optimistic,prefetch,caches,upstreams,samples) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)") \
	X(COUNTER,	"INSERT OR REPLACE INTO counter(source_id,name,n) VALUES(?1,?2,?3)") \
	X(HOST_FIND,	"SELECT id FROM host WHERE addr=?1 AND scope=?2") \
	X(HOST_ADD,	"INSERT INTO host(addr,scope) VALUES(?1,?2)") \
	X(HOST_ADDR,	"SELECT addr FROM host WHERE id=?1") \
	X(SAID_FIND,	"SELECT id FROM said WHERE hash=?1") \
	X(SAID_COUNT,	"SELECT count(*) FROM said WHERE name=?1 AND type=?2") \
	X(SAID_ADD,	"INSERT INTO said(hash,name,type,body) VALUES(?1,?2,?3,?4)") \
	X(PAGE_GET,	"SELECT part,n,body FROM page WHERE kind=?1 AND shard=?2 AND hour=?3 AND sensor_id=?4 " \
			"ORDER BY part DESC LIMIT 1") \
	X(PAGE_PUT,	"INSERT OR REPLACE INTO page(kind,shard,hour,sensor_id,part,n,body) VALUES(?1,?2,?3,?4,?5,?6,?7)") \
	X(PAGE_DAY,	"SELECT body FROM page WHERE kind=?1 AND shard=?2 AND hour>=?3 AND hour<?3+24 AND sensor_id=?4") \
	X(PAGE_OLD,	"DELETE FROM page WHERE hour<?1 AND kind<>3") \
	X(TRAFFIC,	"INSERT OR REPLACE INTO traffic(sensor_id,day,server_id,port,proto,clients,connections,established) " \
			"VALUES(?1,?2,?3,?4,?5,?6,?7,?8)") \
	X(STATE_PUT,	"INSERT OR REPLACE INTO state(kind,shard,body) VALUES(?1,?2,?3)") \
	X(STATE_GET,	"SELECT body FROM state WHERE kind=?1 AND shard=?2")

enum sql {
#define STORE_SQL_ENUM(id, text) SQL_##id,
	STORE_SQL(STORE_SQL_ENUM)
#undef STORE_SQL_ENUM
	SQL_COUNT
};

struct store {
	sqlite3 *db;
	int lock;			/* db_open_write() */
	char *shown;			/* its path, for messages */
	bool flushing;			/* between begin and commit */
	struct err failed;		/* code 0: nothing has gone wrong in this flush */
	sqlite3_stmt *stmt[SQL_COUNT];	/* prepared when first used */
	struct words words;		/* ids of texts */
	int64_t run, sensor;		/* of store_run(); 0 before it */
	struct buf known;		/* the texts of store_source_find()'s last row */
};

/* A statement being filled in, a value after the other.  With stmt NULL (the flush has failed) all does nothing. */
struct bind { struct store *st; sqlite3_stmt *stmt; int i; };

struct bind bind_make(struct store *st, enum sql sql);
void bind_int(struct bind *b, int64_t v);		/* as it is */
void bind_num(struct bind *b, int64_t v);		/* -1: NULL */
void bind_time(struct bind *b, usec_t t);		/* TM_NONE: NULL */
void bind_text(struct bind *b, const char *s);		/* NULL: NULL; valid until the step */
void bind_blob(struct bind *b, const void *p, size_t n);
void bind_real(struct bind *b, double v);		/* negative: NULL */
/* Run a statement that gives no row. */
void bind_run(struct bind *b);
/* Its first row: 1, 0 if there is none, -1 after a failure.  Read the columns, then bind_done(). */
int bind_row(struct bind *b);
void bind_done(struct bind *b);

/* An SQLite failure while writing: it sticks. */
void store_fail(struct store *st, int rc);
/* The end of a call that reads: 0 or the failure.  Outside a flush that is then forgotten. */
int store_finish(struct store *st, struct err *err);

/* The id of a text, making its row if need be; 0 for NULL and after a failure. */
enum word { WORD_ADDR, WORD_NAME, WORD_SENSOR, WORD_ANSWER };
int64_t store_word(struct store *st, enum word kind, const char *text);
void bind_id(struct bind *b, int64_t id);		/* 0: NULL */

#endif
