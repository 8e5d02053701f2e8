/* Files that people take for captures, by their first bytes. */
#include "input/capture_int.h"

#define CONVERT "convert it with: editcap -F pcap IN OUT"

struct foreign { const char *magic; uint8_t len; const char *says; };

static const struct foreign foreigns[] = {
	{ "snoop\0\0\0", 8,        "is a snoop capture of Solaris; " CONVERT },
	{ "GMBU", 4,               "is a capture of Microsoft Network Monitor; " CONVERT },
	{ "RTSS", 4,               "is a capture of Microsoft Network Monitor; " CONVERT },
	{ "TRSNIFF data", 12,      "is a capture of NetXray or Sniffer; " CONVERT },
	{ "iptrace ", 8,           "is an iptrace capture of AIX; " CONVERT },
	{ "btsnoop\0", 8,          "is a Bluetooth capture: no network traffic in it" },
	{ "PK\003\004", 4,         "is a ZIP archive; unpack it first" },
	{ "7z\274\257\047\034", 6, "is a 7-Zip archive; unpack it first" },
	{ "\037\235", 2,           "is packed with compress; unpack it first with: uncompress FILE" },
	{ "SQLite format 3\0", 16, "is a database; read one with: staletap report FILE" },
};

const char *
foreign_guess(const uint8_t *p, size_t n)
{
	const struct foreign *f = foreigns;
	size_t i;

	for (i = 0; i < sizeof(foreigns) / sizeof(foreigns[0]); i++, f++)
		if (n >= f->len && memcmp(p, f->magic, f->len) == 0)
			return f->says;
	if (n >= 262 && memcmp(p + 257, "ustar", 5) == 0)
		return "is a tar archive; unpack it first";
	return "is no capture that staletap reads (pcap or pcapng, plain or packed); if Wireshark opens it, " CONVERT;
}
