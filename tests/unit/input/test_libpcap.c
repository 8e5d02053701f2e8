/* The same packets as libpcap, from every published capture at hand.
 *
 * The captures are in $STALETAP_CAPTURES, or else in ../shared/captures. */
#include "make.h"

#include <ftw.h>
#include <pcap/pcap.h>

#include "input/unpack_int.h"

struct found { char *path[1000]; size_t n; };

static struct found found;

static int
note_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)where;
	if (type == FTW_F && found.n < sizeof(found.path) / sizeof(found.path[0]))
		found.path[found.n++] = strdup(path);
	return 0;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
find_captures(void **state)
{
	const char *top = getenv("STALETAP_CAPTURES");

	nftw(top != NULL ? top : "../shared/captures", note_file, 8, FTW_PHYS);
	qsort(found.path, found.n, sizeof(found.path[0]), by_path);
	return make_dir(state);
}

static int
forget_captures(void **state)
{
	while (found.n > 0)
		free(found.path[--found.n]);
	return drop_dir(state);
}

/* libpcap unpacks nothing. */
static const char *
unpacked(const char *path)
{
	const char *to = in_dir("unpacked");
	static uint8_t some[1 << 16];
	struct unpack *u;
	struct err err;
	ssize_t n;
	FILE *f = fopen(to, "wb");

	assert_non_null(f);
	assert_int_equal(unpack_open(path, &u, &err), 0);
	while ((n = unpack_read(u, some, sizeof(some), &err)) > 0)
		assert_int_equal(fwrite(some, 1, (size_t)n, f), n);
	assert_int_equal(n, 0);
	unpack_close(u);
	assert_int_equal(fclose(f), 0);
	return to;
}

/* On purpose: libpcap 1.10 reads the seconds of a classic capture with a sign, so 2106 is 1969 to it.  The format has
 * none (draft-ietf-opsawg-pcap), and Wireshark reads none. */
static int64_t
pcap_time(const struct pcap_pkthdr *h, const char *format)
{
	int64_t sec = h->ts.tv_sec;

	if (strcmp(format, "pcap") == 0 && sec < 0)
		sec += INT64_C(1) << 32;
	return sec * 1000000000 + h->ts.tv_usec;
}

static int
dlt_of(uint16_t link)
{
	return link == 101 ? DLT_RAW : link;
}

static void
compare_packet(const char *path, const struct rec *r, const struct pcap_pkthdr *h, const u_char *data, int dlt,
    const char *format)
{
	bpf_u_int32 len = h->len > h->caplen ? h->len : h->caplen;	/* on purpose: never less than what was captured */

	if (r->ts_ns != pcap_time(h, format) || r->caplen != h->caplen || r->wirelen != len ||
	    memcmp(r->data, data, h->caplen) != 0 || dlt_of(r->link) != dlt)
		fail_msg("%s: packet %llu: %lld %u %u %d, libpcap %lld %u %u %d", path, (unsigned long long)r->number,
		    (long long)r->ts_ns, r->caplen, r->wirelen, r->link, (long long)pcap_time(h, format), h->caplen, h->len, dlt);
}

/* Returns how many packets libpcap has; *whole if it read to the end without complaint. */
static size_t
compare_all(const char *path, const struct all *a, pcap_t *p, bool *whole)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	size_t n = 0;
	int rc;

	while ((rc = pcap_next_ex(p, &h, &data)) == 1) {
		if (n >= a->n)
			fail_msg("%s: libpcap has more than our %zu packets", path, a->n);
		compare_packet(path, &a->recs[n++], h, data, pcap_datalink(p), facts_of(a)->format);
	}
	*whole = rc == PCAP_ERROR_BREAK;
	if (*whole && (n != a->n || facts_of(a)->end != CAPTURE_WHOLE))
		fail_msg("%s: libpcap has %zu packets, we %zu; %s", path, n, a->n, facts_of(a)->warning);
	if (!*whole)
		print_message("# %s: libpcap stops after packet %zu (%s), we after %zu%s%s\n", path, n, pcap_geterr(p), a->n,
		    facts_of(a)->warning != NULL ? ": " : "", facts_of(a)->warning != NULL ? facts_of(a)->warning : "");
	return n;
}

static void
same_packets(void **state)
{
	size_t i, files = 0, packets = 0, further = 0;
	char why[PCAP_ERRBUF_SIZE];

	(void)state;
	if (found.n == 0) {
		print_message("skip: no published captures here; set STALETAP_CAPTURES to their folder\n");
		skip();
	}
	for (i = 0; i < found.n; i++) {
		struct all a = read_all(found.path[i]);
		const char *plain = a.capture != NULL && facts_of(&a)->packing[0] != '\0' ? unpacked(found.path[i]) : found.path[i];
		pcap_t *p = pcap_open_offline_with_tstamp_precision(plain, PCAP_TSTAMP_PRECISION_NANO, why);
		bool whole;

		if (p != NULL && a.capture == NULL)
			fail_msg("%s: libpcap reads it, we do not: %s", found.path[i], a.err.text);
		if (p != NULL) {
			packets += compare_all(found.path[i], &a, p, &whole);
			further += !whole;
			files++;
			pcap_close(p);
		} else if (a.capture != NULL) {
			fail_msg("%s: we read it, libpcap does not: %s", found.path[i], why);
		}
		free_all(&a);
	}
	print_message("# %zu files, %zu packets the same; in %zu of the files libpcap stops before the end\n", files, packets, further);
	assert_true(files > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_packets),
	};

	return cmocka_run_group_tests_name("input/libpcap", tests, find_captures, forget_captures);
}
