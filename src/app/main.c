#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/version.h"
#include "base/esc.h"

static const struct command {
	const char *name;
	unsigned bit;
	int (*run)(const struct options *opt);
	const char *usage, *help;
} commands[] = {
	{ "replay", CMD_REPLAY, cmd_replay, "[options] FILE... [-- BPF filter]", "analyse saved captures (- is standard input)" },
	{ "capture", CMD_CAPTURE, cmd_capture, "-i IFACE [options] [-- BPF filter]", "analyse live traffic" },
	{ "report", CMD_REPORT, cmd_report, "[options] DB... [IP|NAME]", "the report" },
	{ "drain", CMD_DRAIN, cmd_drain, "[options] DB... [IP|NAME]", "who is left, and when it will be empty" },
	{ "ready", CMD_READY, cmd_ready, "[options] DB... [NAME|IP]", "before a change: who would be stale, for how long, and why" },
	{ "explain", CMD_EXPLAIN, cmd_explain, "DB ID|IP|NAME", "a finding or a client: what is known, and why" },
	{ "list", CMD_LIST, cmd_list, "apply [options] DB LIST | check LIST...", "check a list, make it a database's own" },
	{ "lookup", CMD_LOOKUP, cmd_lookup, "DB NAME|IP", "what was answered for a name, or led to an address" },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

int
cmd_fail(const struct err *err)
{
	fprintf(stderr, "staletap: %s\n", err->text);
	return err_exit(err->code);
}

static int
usage(FILE *out, int status)
{
	fprintf(out, "usage: staletap COMMAND ...\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  staletap %-8s %-36s %s\n", commands[i].name, commands[i].usage, commands[i].help);
	fprintf(out, "\nstaletap COMMAND --help says more; staletap --version which one this is.\n");
	return status;
}

static int
run(const struct command *c, int argc, char **argv)
{
	struct err err = { 0 };
	struct options opt;
	int status;

	if (options_read(&opt, c->bit, argc, argv, &err) < 0) {
		status = cmd_fail(&err);
	} else if (opt.help) {
		printf("usage: staletap %s %s\n%s\n\n", c->name, c->usage, c->help);
		options_help(stdout, c->bit);
		status = 0;
	} else {
		opt.command = c->name;
		status = c->run(&opt);
	}
	options_free(&opt);
	return status;
}

int
main(int argc, char **argv)
{
	char shown[ESC_SHORT];

	if (argc < 2)
		return usage(stderr, 2);
	if (strcmp(argv[1], "--version") == 0) {
		printf("staletap %s\n", STALETAP_VERSION);
		return 0;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return usage(stdout, 0);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(&commands[i], argc - 2, argv + 2);
	esc_short(argv[1], shown);
	fprintf(stderr, "staletap: \"%s\" is no command; these are:\n", shown);
	return usage(stderr, 2);
}
