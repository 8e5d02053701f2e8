/* app/kfilter.h - the kernel's part of the choice: an expression that lets through what the analysis needs, and little more. */
#ifndef APP_KFILTER_H
#define APP_KFILTER_H

#include "base/buf.h"
#include "know/deplist.h"

#define KFILTER_ADDRS 256		/* listed prefixes whose packets are all let through; beyond it a sample shows that flows live */

/* Append the expression (pcap-filter(7)).  user: the caller's own, which narrows it; NULL: none.  all_listed: everything from and to the
 * listed addresses by name, unless there are more than KFILTER_ADDRS; without, the sample in any case.  ether: the link says what each frame
 * carries, as Ethernet and the cooked ones do. */
void kfilter_text(const struct deplist *list, const char *user, bool all_listed, bool ether, struct buf *out);

#endif
