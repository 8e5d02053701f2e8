#include "input/live.h"

#include <errno.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/esc.h"
#include "input/block_int.h"

#define SNAPLEN 262144			/* libpcap's own largest */
#define WAKE_MS 100			/* so long a packet may wait in the ring for others */
#define KERNEL_MOST 4096		/* instructions that classic BPF takes (BPF_MAXINSNS) */

struct port {
	pcap_t *pcap;
	struct live_facts facts;
	char name[IFNAMSIZ];
	int index;			/* a new interface of the same name has another; 0: all of them ("any") */
	uint64_t number;
};

struct live {
	struct port port[LIVE_MOST];
	size_t n;
	size_t snaplen;
	size_t turn;			/* who is read first: none starves */
	int ask;			/* a socket to ask about interfaces with */
};

/* ---- open ---- */

/* libpcap's reasons, and what to do about them. */
static int
refused(const char *name, pcap_t *p, int rc, struct err *err)
{
	char shown[ESC_SHORT], why[ESC_SHORT];
	const char *remedy = "see staletap capture -L for those there are";

	if (rc == PCAP_ERROR_PERM_DENIED || rc == PCAP_ERROR_PROMISC_PERM_DENIED)
		remedy = "start it as root, or give the program CAP_NET_RAW (setcap cap_net_raw+ep)";
	else if (rc == PCAP_ERROR_IFACE_NOT_UP)
		remedy = "bring it up first (ip link set dev ... up)";
	return err_set(err, ST_ESYNTAX, "%s: cannot be captured on: %s%s%s; %s", esc_short(name, shown), pcap_statustostr(rc),
	               *pcap_geterr(p) != '\0' ? ": " : "", esc_short(pcap_geterr(p), why), remedy);
}

static int
ask_index(const struct live *l, const char *name)
{
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	return ioctl(l->ask, SIOCGIFINDEX, &r) == 0 ? r.ifr_ifindex : 0;
}

/* What packets of several interfaces say about each other needs their order, and a ring that hands them on block by block loses it. */
static int
open_port(struct live *l, struct port *p, const char *name, const struct live_opts *o, struct err *err)
{
	char text[PCAP_ERRBUF_SIZE], shown[ESC_SHORT];
	int rc;

	if (strlen(name) >= sizeof(p->name))
		return err_set(err, ST_ESYNTAX, "%s: is no name of an interface; see staletap capture -L", esc_short(name, shown));
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->pcap = pcap_create(name, text);
	if (p->pcap == NULL)
		return err_set(err, ST_ENOMEM, "%s: %s", esc_short(name, shown), text);
	pcap_set_snaplen(p->pcap, (int)l->snaplen);
	pcap_set_promisc(p->pcap, o->promiscuous);
	pcap_set_timeout(p->pcap, WAKE_MS);
	pcap_set_immediate_mode(p->pcap, o->n > 1);
	pcap_set_tstamp_precision(p->pcap, PCAP_TSTAMP_PRECISION_NANO);
	if (o->ring > 0)
		pcap_set_buffer_size(p->pcap, o->ring > INT32_MAX ? INT32_MAX : (int)o->ring);
	rc = pcap_activate(p->pcap);
	if (rc < 0)
		return refused(name, p->pcap, rc, err);
	if (pcap_setnonblock(p->pcap, 1, text) < 0 || pcap_get_selectable_fd(p->pcap) < 0)
		return err_set(err, ST_EIO, "%s: cannot be waited for: %s", esc_short(name, shown), text);
	p->index = ask_index(l, name);
	p->facts = (struct live_facts){ .name = p->name, .link = (uint16_t)pcap_datalink(p->pcap),
		.nano = pcap_get_tstamp_precision(p->pcap) == PCAP_TSTAMP_PRECISION_NANO };
	return 0;
}

int
live_open(const struct live_opts *o, struct live **out, struct err *err)
{
	struct live *l = calloc(1, sizeof(*l));
	int rc = 0;

	if (l == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	if (o->n > LIVE_MOST) {
		free(l);
		return err_set(err, ST_ELIMIT, "-i: %zu interfaces are given, %d can be read at a time; capture on \"any\"", o->n, LIVE_MOST);
	}
	l->snaplen = o->snaplen > 0 && o->snaplen < SNAPLEN ? (size_t)o->snaplen : SNAPLEN;
	l->ask = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->ask < 0)
		rc = err_set(err, ST_EIO, "no socket to ask about interfaces: %s", strerror(errno));
	for (size_t i = 0; i < o->n && rc == 0; i++) {
		l->n++;
		rc = open_port(l, &l->port[i], o->iface[i], o, err);
	}
	if (rc < 0)
		live_close(l);
	else
		*out = l;
	return rc;
}

void
live_close(struct live *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->port[i].pcap != NULL)
			pcap_close(l->port[i].pcap);
	if (l->ask >= 0)
		close(l->ask);
	free(l);
}

/* ---- facts ---- */

size_t
live_count(const struct live *l)
{
	return l->n;
}

const struct live_facts *
live_facts(const struct live *l, size_t i)
{
	return &l->port[i].facts;
}

int
live_fd(const struct live *l, size_t i)
{
	return pcap_get_selectable_fd(l->port[i].pcap);
}

static enum live_state
ask_state(const struct live *l, const struct port *p)
{
	struct ifreq r = { 0 };

	if (p->index == 0)
		return LIVE_UP;
	if (ask_index(l, p->name) != p->index)
		return LIVE_GONE;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", p->name);
	if (ioctl(l->ask, SIOCGIFFLAGS, &r) < 0)
		return LIVE_GONE;
	return r.ifr_flags & IFF_UP ? LIVE_UP : LIVE_DOWN;
}

void
live_look(struct live *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct port *p = &l->port[i];
		struct pcap_stat s;

		p->facts.state = ask_state(l, p);
		if (pcap_stats(p->pcap, &s) < 0)
			continue;
		/* they are 32 bits wide, and go round */
		p->facts.lost += (uint32_t)(s.ps_drop - (uint32_t)p->facts.lost);
		p->facts.lost_before += (uint32_t)(s.ps_ifdrop - (uint32_t)p->facts.lost_before);
	}
}

/* ---- the kernel's filter ---- */

/* libpcap runs a filter by itself where the kernel refuses it, and does not say so: the socket does. */
static bool
in_kernel(const struct live *l, size_t i)
{
	socklen_t n = 0;

	return getsockopt(live_fd(l, i), SOL_SOCKET, SO_GET_FILTER, NULL, &n) == 0 && n > 1;
}

static int
filter_one(struct live *l, size_t i, const char *expression, unsigned *size, struct err *err)
{
	struct port *p = &l->port[i];
	struct bpf_program bpf;
	char why[ESC_SHORT];
	int rc = 0;

	if (pcap_compile(p->pcap, &bpf, expression, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return err_set(err, ST_ESYNTAX, "the filter is not understood: %s; see pcap-filter(7)", esc_short(pcap_geterr(p->pcap), why));
	*size = bpf.bf_len;
	if (bpf.bf_len > KERNEL_MOST)
		rc = err_set(err, ST_ELIMIT, "the filter has %u instructions, the kernel takes %d", bpf.bf_len, KERNEL_MOST);
	else if (pcap_setfilter(p->pcap, &bpf) < 0)
		rc = err_set(err, ST_EIO, "%s: the filter cannot be set: %s", p->name, esc_short(pcap_geterr(p->pcap), why));
	else
		p->facts.filtered = in_kernel(l, i);
	pcap_freecode(&bpf);
	return rc;
}

int
live_filter(struct live *l, const char *expression, unsigned *size, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < l->n && rc == 0; i++)
		rc = filter_one(l, i, expression, size, err);
	return rc;
}

/* ---- packets ---- */

struct filling { struct live *l; struct port *p; struct block *b; size_t used; uint32_t source; };

static bool
has_room(const struct filling *f)
{
	return f->b->n < BLOCK_RECS && f->b->size - f->used >= f->l->snaplen;
}

static void
take(u_char *ctx, const struct pcap_pkthdr *h, const u_char *data)
{
	struct filling *f = (struct filling *)(void *)ctx;
	struct rec *r = &f->b->recs[f->b->n++];
	size_t have = h->caplen < f->l->snaplen ? h->caplen : f->l->snaplen;

	memcpy(f->b->bytes + f->used, data, have);
	*r = (struct rec){ .ts_ns = h->ts.tv_sec * INT64_C(1000000000) + (f->p->facts.nano ? h->ts.tv_usec : h->ts.tv_usec * 1000),
		.number = ++f->p->number, .data = f->b->bytes + f->used, .caplen = (uint32_t)have, .wirelen = h->len,
		.source = f->source, .link = f->p->facts.link };
	f->used += have;
	f->p->facts.seen++;
	if (!has_room(f))
		pcap_breakloop(f->p->pcap);
}

static int
by_time(const void *a, const void *b)
{
	const struct rec *x = a, *y = b;

	if (x->ts_ns != y->ts_ns)
		return x->ts_ns < y->ts_ns ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

static int
gone(const struct port *p, struct err *err)
{
	return err_set(err, ST_EIO, "%s: the interface was deleted; start again when it is there", p->name);
}

/* An interface that is down is no failure, and may be up again by now. */
static int
failed(struct live *l, struct port *p, struct err *err)
{
	char why[ESC_SHORT];

	p->facts.state = ask_state(l, p);
	if (p->facts.state == LIVE_GONE)
		return gone(p, err);
	if (p->facts.state == LIVE_DOWN || strstr(pcap_geterr(p->pcap), "down") != NULL)
		return 0;
	return err_set(err, ST_EIO, "%s: cannot be read: %s", p->name, esc_short(pcap_geterr(p->pcap), why));
}

static int
wait_for(struct live *l, int ms, bool ready[LIVE_MOST], struct err *err)
{
	struct pollfd fd[LIVE_MOST];
	int rc = 0;

	for (size_t i = 0; i < l->n; i++)
		fd[i] = (struct pollfd){ .fd = live_fd(l, i), .events = POLLIN };
	memset(ready, 0, LIVE_MOST * sizeof(*ready));
	if (poll(fd, l->n, ms) < 0)
		return errno == EINTR ? 0 : err_set(err, ST_EIO, "cannot wait for packets: %s", strerror(errno));
	for (size_t i = 0; i < l->n && rc == 0; i++) {
		int why;
		socklen_t n = sizeof(why);

		ready[i] = (fd[i].revents & POLLIN) != 0;
		if (fd[i].revents & (POLLERR | POLLHUP | POLLNVAL)) {
			getsockopt(fd[i].fd, SOL_SOCKET, SO_ERROR, &why, &n);	/* or poll() returns at once for ever */
			l->port[i].facts.state = ask_state(l, &l->port[i]);
			if (l->port[i].facts.state == LIVE_GONE)
				rc = gone(&l->port[i], err);
		}
	}
	return rc;
}

int
live_block(struct live *l, struct block *b, int ms, struct err *err)
{
	struct filling f = { .l = l, .b = b };
	bool ready[LIVE_MOST];
	int rc = block_resize(b, BLOCK_BYTES + l->snaplen, err);

	b->n = 0;
	if (rc == 0)
		rc = wait_for(l, ms, ready, err);
	for (size_t k = 0; k < l->n && rc == 0 && has_room(&f); k++) {
		f.source = (uint32_t)((l->turn + k) % l->n);
		f.p = &l->port[f.source];
		if (ready[f.source] && pcap_dispatch(f.p->pcap, (int)(BLOCK_RECS - b->n), take, (u_char *)&f) == PCAP_ERROR)
			rc = failed(l, f.p, err);
	}
	l->turn++;
	if (l->n > 1)
		qsort(b->recs, b->n, sizeof(*b->recs), by_time);
	return rc < 0 ? rc : (int)b->n;
}

int
live_list(void (*each)(void *ctx, const char *name, const char *what, bool up), void *ctx, struct err *err)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_if_t *all;

	if (pcap_findalldevs(&all, text) < 0)
		return err_set(err, ST_EIO, "interfaces cannot be listed: %s", text);
	for (const pcap_if_t *i = all; i != NULL; i = i->next)
		each(ctx, i->name, i->description != NULL ? i->description : "", (i->flags & PCAP_IF_UP) != 0);
	pcap_freealldevs(all);
	return 0;
}
