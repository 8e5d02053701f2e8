/* The reader of captures: no bytes make it crash, run on for ever, or hand out what is not there; and the packets are those
 * that libpcap sees, as far as it goes. */
#include <assert.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct beside {
	pcap_t *p;			/* NULL: libpcap does not read this */
	int64_t unit;			/* of a fraction in classic pcap, ns; 0: pcapng */
	bool goes_on;			/* libpcap has not stopped yet */
};

static unsigned touched;		/* so that the bytes are really read */

static void
check_block(const struct capture *c, const struct block *b, struct rec *last)
{
	const struct capture_facts *f = capture_facts(c);
	uint32_t i, k;

	for (i = 0; i < b->n; i++) {
		const struct rec *r = &b->recs[i];

		assert(r->number == last->number + 1 && (r->offset > last->offset || r->number == 1));
		assert(r->caplen <= r->wirelen && r->iface < f->n_ifaces && r->link == f->ifaces[r->iface].link);
		assert(r->offset + r->caplen <= f->offset);
		for (k = 0; k < r->caplen; k++)
			touched += r->data[k];
		*last = *r;
	}
}

/* libpcap reads both parts of a time in classic pcap with a sign if the file has its own byte order, and without if it has
 * not; we read seconds without and fractions with one. */
static int64_t
time_of(pcap_t *p, const struct pcap_pkthdr *h, int64_t unit)
{
	int64_t sec = h->ts.tv_sec, ns = h->ts.tv_usec;

	if (sec < 0)
		sec += INT64_C(1) << 32;
	if (pcap_is_swapped(p) && ns > INT32_MAX * unit)
		ns -= unit << 32;
	return sec * 1000000000 + ns;
}

/* libpcap turns round the bytes of some link types' own headers if the file has the other byte order; we hand out what is in the file. */
static bool
turned_round(pcap_t *p, uint16_t link)
{
	enum { SLL = 113, USB_LINUX = 189, USB_LINUX_MMAPPED = 220, NFLOG = 239, PKTAP = 258, SLL2 = 276 };

	return pcap_is_swapped(p) && (link == SLL || link == USB_LINUX || link == USB_LINUX_MMAPPED || link == NFLOG || link == PKTAP || link == SLL2);
}

/* The next packet of libpcap.  It lets one be longer than it was on the wire; pcapng times are not compared: it
 * gives up on some resolutions, has none for simple packets, and overflows.  False where it stops. */
static bool
check_packet(struct beside *k, const struct rec *r)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	int rc = pcap_next_ex(k->p, &h, &data);

	assert(rc == 1 || (k->unit == 0 && rc == PCAP_ERROR));
	if (rc != 1)
		return false;
	assert(r->caplen == h->caplen && r->wirelen == (h->len > h->caplen ? h->len : h->caplen));
	assert(k->unit == 0 || r->ts_ns == time_of(k->p, h, k->unit));
	assert(turned_round(k->p, r->link) || memcmp(r->data, data, h->caplen) == 0);
	return true;
}

static void
check_end(struct beside *k, const struct capture *c)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	int rc = pcap_next_ex(k->p, &h, &data);

	assert(rc == PCAP_ERROR || (rc == PCAP_ERROR_BREAK && capture_facts(c)->end == CAPTURE_WHOLE));
}

static void
read_to_end(struct capture *c, struct beside *k)
{
	struct rec last = { .number = 0 };
	struct block b;
	struct err err;
	uint32_t i;
	int rc;

	rc = block_init(&b, &err);
	assert(rc == 0);
	while ((rc = capture_block(c, &b, &err)) > 0) {
		check_block(c, &b, &last);
		for (i = 0; i < b.n && k->goes_on; i++)
			k->goes_on = check_packet(k, &b.recs[i]);
	}
	assert(rc == 0 && capture_facts(c)->packets == last.number);
	if (k->goes_on)
		check_end(k, c);
	block_free(&b);
}

/* libpcap opens the file too, if it does. */
static struct beside
open_beside(const char *path, const struct capture *c, const uint8_t *data)
{
	bool classic = strcmp(capture_facts(c)->format, "pcap") == 0;
	char why[PCAP_ERRBUF_SIZE];
	struct beside k = { .unit = !classic ? 0 : memchr(data, 0x3c, 4) != NULL ? 1 : 1000 };

	if (capture_facts(c)->packing[0] == '\0')
		k.p = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
	k.goes_on = k.p != NULL;
	return k;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct beside k;
	struct capture *c;
	struct err err;
	char path[40];

	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (capture_open(path, &c, &err) == 0) {
		k = open_beside(path, c, data);
		read_to_end(c, &k);
		if (k.p != NULL)
			pcap_close(k.p);
		capture_close(c);
	}
	close(fd);
	return 0;
}
