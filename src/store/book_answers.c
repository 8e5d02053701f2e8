/* Answers of a period.  Each connection is kept, of answers their first, their last, and how many: of those that lie within the period or
 * without it that is enough, of others it is said. */
#include "store/book_int.h"

#define DURING "f.kind<>0 AND ifnull(f.answers,0)>0 AND p.since NOT NULL"
#define BEFORE "f.last_us<p.since"
#define WITHIN "(f.first_us>=p.since AND f.last_us<p.until)"
#define PERIOD "(SELECT ifnull(since_us,first_us) AS since,ifnull(until_us,last_us+1) AS until FROM period) p"

static const char answers_sql[] =
	"UPDATE finding SET answers=0,by_cause='' WHERE id IN (SELECT f.id FROM finding f," PERIOD " WHERE " DURING " AND " BEFORE ");"
	"INSERT INTO remark(text) SELECT printf('the answers of %d finding%s are counted over all time, not for the period alone: %s%s',count(*),"
	    "iif(count(*)=1,'','s'),group_concat(iif(nr<=5,fid,NULL),' '),iif(count(*)>5,' ...','')) FROM (SELECT f.fid,row_number() OVER (ORDER BY f.fid) "
	    "AS nr FROM finding f," PERIOD " WHERE " DURING " AND NOT " BEFORE " AND NOT " WITHIN " ORDER BY f.fid) HAVING count(*)>0";

int
book_answers(struct book *b)
{
	if (b->opts->since == TM_NONE && b->opts->until == TM_NONE)
		return SQLITE_OK;
	return sqlite3_exec(b->db, answers_sql, NULL, NULL, NULL);
}
