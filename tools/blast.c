/* Put the packets of a classic capture (little-endian) onto an interface, again and again, as fast as it goes.
 *
 *	blast INTERFACE CAPTURE LOOPS
 *
 * For tests of live captures, on interfaces of their own.  Prints how many were sent and how fast. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64

static uint8_t *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	struct stat sb;
	uint8_t *p;

	if (f == NULL || fstat(fileno(f), &sb) < 0 || (p = malloc((size_t)sb.st_size + 1)) == NULL)
		return NULL;
	*n = fread(p, 1, (size_t)sb.st_size, f);
	fclose(f);
	return p;
}

static int
open_link(const char *name)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	if (fd < 0 || to.sll_ifindex == 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -1;
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	return fd;
}

/* All of these, however often it takes. */
static int
send_batch(int fd, struct mmsghdr *m, unsigned n)
{
	for (unsigned done = 0; done < n; ) {
		int rc = sendmmsg(fd, m + done, n - done, 0);

		if (rc < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			return -1;
		done += rc > 0 ? (unsigned)rc : 0;
	}
	return 0;
}

static int64_t
send_all(int fd, uint8_t *p, size_t size)
{
	struct mmsghdr m[BATCH];
	struct iovec v[BATCH];
	unsigned n = 0;
	int64_t sent = 0;

	memset(m, 0, sizeof(m));
	for (size_t at = 24; at + 16 <= size; ) {
		uint32_t have;

		memcpy(&have, p + at + 8, sizeof(have));
		if (have > size - at - 16)
			break;
		v[n] = (struct iovec){ .iov_base = p + at + 16, .iov_len = have };
		m[n].msg_hdr.msg_iov = &v[n];
		m[n].msg_hdr.msg_iovlen = 1;
		at += 16 + have;
		if (++n < BATCH && at + 16 <= size)
			continue;
		if (send_batch(fd, m, n) < 0)
			return -1;
		sent += n;
		n = 0;
	}
	return sent;
}

int
main(int argc, char **argv)
{
	struct timespec a, b;
	uint8_t *p;
	size_t size;
	int64_t sent = 0, some = 0;
	double seconds;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "usage: blast INTERFACE CAPTURE LOOPS\n");
		return 2;
	}
	p = slurp(argv[2], &size);
	fd = open_link(argv[1]);
	if (p == NULL || fd < 0) {
		perror(p == NULL ? argv[2] : argv[1]);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (long i = 0; i < atol(argv[3]) && some >= 0; i++) {
		some = send_all(fd, p, size);
		sent += some > 0 ? some : 0;
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (some < 0)
		perror(argv[1]);
	seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
	printf("%" PRId64 " packets sent in %.3f seconds\n", sent, seconds);
	free(p);
	close(fd);
	return some < 0 ? 1 : 0;
}
