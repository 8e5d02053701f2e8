/* app/options.h - what the user asked for: one table of options for the command line, the INI file and the manual. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/tm.h"

struct texts { char **v; size_t n; };

struct options {
	const char *command;
	char *db, *sensor, *format, *history, *fail_on, *config, *pcap, *clients, *waivers, *output, *evidence;
	char *user, *metrics;			/* capture: to become; the file for Prometheus */
	struct texts deprecated, deprecate;	/* -d FILE, -D SPEC */
	struct texts args;			/* files, or DB and what else there is */
	char *filter;				/* behind --; NULL if none */
	usec_t grace, since, until;
	usec_t as_of;				/* report: as it stood then */
	char *day, *week;			/* report: a date, or "" for the last whole one; NULL: not asked for */
	usec_t resolve_after;			/* so much covered silence resolves a finding */
	usec_t day_start;			/* after midnight UTC: when days begin */
	usec_t quiet_from, quiet_to;		/* after midnight UTC: contacts in between alone fail nothing; equal: none */
	double min_coverage;			/* 0..1 of the period: with less an entry is unproven */
	struct texts iface;
	usec_t flush;				/* capture: how often it is stored */
	int64_t ring, snaplen;			/* bytes */
	int64_t memory;				/* bytes */
	int64_t flush_packets;			/* a flush after so many packets of a replay */
	int64_t retain;				/* days that kept history stays */
	int verbose;				/* -1 quiet, 0, 1 ... */
	bool no_promiscuous, no_kernel_filter, allow_root, list_interfaces;
	bool help;
};

/* The commands an option belongs to. */
enum { CMD_REPLAY = 1, CMD_REPORT = 2, CMD_EXPLAIN = 4, CMD_LOOKUP = 8, CMD_CAPTURE = 16, CMD_LIST = 32, CMD_READY = 64, CMD_DRAIN = 128,
	CMD_BOOK = CMD_REPORT | CMD_DRAIN, CMD_RUN = CMD_REPLAY | CMD_CAPTURE };

/* Read the command line behind the command's name, and the file of --config (the command line wins).  argv is not changed. */
int options_read(struct options *o, unsigned command, int argc, char **argv, struct err *err);
/* What of the settings bears on what is found, for --config: spans, shares, times and the severity that fails. */
void options_ini(const struct options *o, unsigned command, struct buf *out);
void options_free(struct options *o);
void options_help(FILE *out, unsigned command);

#endif
