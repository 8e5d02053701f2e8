/* app/notify.h - word to systemd (sd_notify(3)): a datagram to the socket it names in NOTIFY_SOCKET. */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include "base/tm.h"

/* The socket, opened and connected while that is still allowed; -1 where nobody wants to know. */
int notify_open(void);
/* "READY=1", "STATUS=...", "WATCHDOG=1", "RELOADING=1" ...; -1 is welcome. */
void notify_say(int fd, const char *what);
/* How often WATCHDOG=1 is wanted: half the time limit; 0 if it is not. */
usec_t notify_watchdog(void);

#endif
