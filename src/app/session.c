#include "app/session.h"

#include <openssl/sha.h>
#include <stdio.h>

#include "app/lists.h"
#include "app/summary.h"
#include "app/version.h"
#include "app/waiving.h"

static void
list_hash(const struct deplist *list, char out[65])
{
	unsigned char md[SHA256_DIGEST_LENGTH];
	struct buf b = { 0 };

	deplist_canonical(list, &b);
	SHA256(b.p, b.len, md);
	for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
		snprintf(out + i * 2, 3, "%02x", md[i]);
	buf_free(&b);
}

int
session_list(struct session *s, struct err *err)
{
	int rc;

	s->list = deplist_new();
	if (s->list == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	rc = s->opt->clients != NULL ? labels_load(&s->labels, s->opt->clients, err) : 0;
	if (rc == 0 && s->opt->waivers != NULL)
		rc = waivers_load(&s->waivers, s->opt->waivers, err);
	if (rc == 0 && s->store != NULL)
		rc = waiving_complete(&s->waivers, s->opt, s->store, err);
	return rc == 0 ? lists_from_options(s->list, s->opt, err) : rc;
}

int
session_open(struct session *s, uint32_t nsources, struct err *err)
{
	int rc = store_open(s->opt->db, (size_t)ENGINE_STORE(s->opt->memory), &s->store, err);

	if (rc == 0)
		rc = lists_from_store(s->list, s->opt, s->store, err);
	if (rc == 0)
		rc = waiving_from_store(&s->waivers, s->opt, s->store, err);
	if (rc == 0)
		rc = waiving_complete(&s->waivers, s->opt, s->store, err);
	if (rc < 0)
		return rc;
	list_hash(s->list, s->lists_sha256);
	if (s->opt->verbose >= 0)
		summary_holds(s->store, s->opt);
	s->engine_made = true;
	rc = engine_init(&s->engine, s->opt, s->list, s->filter, s->store, nsources, err);
	if (rc == 0)
		engine_labels(&s->engine, &s->labels);
	s->engine.waivers = &s->waivers;
	s->list = NULL;			/* the engine's now */
	return rc;
}

/* Those that change what is found. */
static void
options_text(const struct options *o, struct buf *out)
{
	char t[TM_TEXT];

	buf_fmt(out, "grace=%g history=%s", (double)o->grace / 1e6, o->history);
	if (o->since != TM_NONE)
		buf_fmt(out, " since=%s", tm_text(o->since, t));
	if (o->until != TM_NONE)
		buf_fmt(out, " until=%s", tm_text(o->until, t));
	if (o->filter != NULL)
		buf_fmt(out, " filter=%s", o->filter);
}

int
session_begin(struct session *s, struct err *err)
{
	int rc = store_begin(s->store, err);

	options_text(s->opt, &s->options);
	s->run = (struct row_run){ .version = STALETAP_VERSION, .lists_sha256 = s->lists_sha256, .sensor = s->opt->sensor,
		.options = buf_cstr(&s->options) };
	if (rc < 0)
		return rc;
	s->engine.run = store_run(s->store, &s->run);
	lists_to_store(&s->engine);
	return 0;
}

void
session_close(struct session *s)
{
	if (s->engine_made)
		engine_free(&s->engine);
	deplist_free(s->list);
	store_close(s->store);
	buf_free(&s->options);
	labels_free(&s->labels);
	waivers_free(&s->waivers);
}
