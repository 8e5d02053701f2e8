/* noop - read a capture with libpcap and do nothing with it: the yardstick of `make bench`. */
#include <pcap/pcap.h>
#include <stdio.h>

static void
count(u_char *ctx, const struct pcap_pkthdr *head, const u_char *bytes)
{
	(void)head;
	(void)bytes;
	++*(unsigned long *)(void *)ctx;
}

int
main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	unsigned long packets = 0;
	pcap_t *p;

	if (argc != 2) {
		fputs("usage: noop FILE\n", stderr);
		return 2;
	}
	p = pcap_open_offline(argv[1], why);
	if (p == NULL) {
		fprintf(stderr, "noop: %s\n", why);
		return 1;
	}
	if (pcap_loop(p, -1, count, (u_char *)&packets) != 0) {
		fprintf(stderr, "noop: %s: %s\n", argv[1], pcap_geterr(p));
		return 1;
	}
	pcap_close(p);
	printf("%lu\n", packets);
	return 0;
}
