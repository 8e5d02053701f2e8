/* app/session.h - one run of the engine over a database: list, store and engine, opened, begun and ended in this order. */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/engine.h"

struct session {
	const struct options *opt;
	struct filter *filter;		/* the caller's; NULL: none */
	struct store *store;
	struct labels labels;
	struct waivers waivers;
	struct deplist *list;		/* until the engine has it */
	struct engine engine;
	bool engine_made;
	struct row_run run;
	struct buf options;		/* those that change what is found */
	char lists_sha256[65];
};

/* The list of the options: to be read before the captures are, for what is wrong with it is known at once. */
int session_list(struct session *s, struct err *err);
/* The database, its own list if the options have none, and the engine for that many sources. */
int session_open(struct session *s, uint32_t nsources, struct err *err);
/* A run begins: a row of its own, and the list. */
int session_begin(struct session *s, struct err *err);
void session_close(struct session *s);

#endif
