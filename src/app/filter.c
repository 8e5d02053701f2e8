#include "app/filter.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <stdlib.h>

#include "base/esc.h"

#define SNAPLEN 262144		/* libpcap's own largest */

struct program { uint16_t link; bool compiled; struct bpf_program bpf; };
struct filter {
	const char *text;
	struct program *programs;
	size_t n;
	char fault[200];		/* libpcap's, of the first link type that it could not be compiled for */
};

/* In `host www.example.com` libpcap would ask name servers, and nothing is ever sent.  This takes the place of the C library's function,
 * for the whole program: addresses as numbers only.  What it gives is freed by the C library's freeaddrinfo(), with one free(). */
int
getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
	struct { struct addrinfo info; struct sockaddr_in6 to; } *a = calloc(1, sizeof(*a));

	(void)service;
	(void)hints;
	*out = NULL;
	if (a == NULL)
		return EAI_MEMORY;
	a->info = (struct addrinfo){ .ai_family = AF_INET6, .ai_addrlen = sizeof(a->to), .ai_addr = (struct sockaddr *)&a->to };
	a->to.sin6_family = AF_INET6;
	if (node == NULL || inet_pton(AF_INET6, node, &a->to.sin6_addr) != 1) {
		free(a);
		return EAI_NONAME;
	}
	*out = &a->info;
	return 0;
}

int
filter_new(const char *text, struct filter **out, struct err *err)
{
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	(*out)->text = text;
	return 0;
}

void
filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++)
		if (f->programs[i].compiled)
			pcap_freecode(&f->programs[i].bpf);
	free(f->programs);
	free(f);
}

static const struct program *
find(const struct filter *f, uint16_t link)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->programs[i].link == link)
			return &f->programs[i];
	return NULL;
}

int
filter_dlt(uint16_t link)
{
	return link == 101 ? DLT_RAW : link;
}

int
filter_link(struct filter *f, uint16_t link, struct err *err)
{
	struct program *more, *p;
	pcap_t *dead;

	if (find(f, link) != NULL)
		return 0;
	more = realloc(f->programs, (f->n + 1) * sizeof(*more));
	if (more != NULL)
		f->programs = more;
	dead = more != NULL ? pcap_open_dead(filter_dlt(link), SNAPLEN) : NULL;
	if (dead == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	p = &f->programs[f->n++];
	*p = (struct program){ .link = link };
	p->compiled = pcap_compile(dead, &p->bpf, f->text, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!p->compiled && f->fault[0] == '\0')
		snprintf(f->fault, sizeof(f->fault), "%s", pcap_geterr(dead));
	pcap_close(dead);
	return 0;
}

int
filter_check(const struct filter *f, struct err *err)
{
	char text[ESC_SHORT], fault[ESC_SHORT];

	for (size_t i = 0; i < f->n; i++)
		if (f->programs[i].compiled)
			return 0;
	if (f->n == 0)
		return 0;
	return err_set(err, ST_ESYNTAX, "filter \"%s\": %s; see pcap-filter(7), and write addresses, for no name is looked up",
	               esc_short(f->text, text), esc_short(f->fault, fault));
}

bool
filter_wants(const struct filter *f, const struct rec *r)
{
	const struct pcap_pkthdr h = { .caplen = r->caplen, .len = r->wirelen };
	const struct program *p = find(f, r->link);

	return p != NULL && p->compiled && pcap_offline_filter(&p->bpf, &h, r->data) != 0;
}
