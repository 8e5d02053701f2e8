/* staletap list: check a list, apply one to a database. */
#include "app/cmd.h"

#include <stdio.h>
#include <string.h>

#include "app/list_cmd.h"

static const struct action {
	const char *name;
	size_t least, most;		/* arguments behind the name */
	int (*run)(const struct options *opt, int *status, struct err *err);
	const char *usage;
} actions[] = {
	{ "apply", 2, 2, list_apply, "apply DB LIST" },
	{ "check", 1, SIZE_MAX, list_check, "check LIST..." },
};

int
cmd_list(const struct options *opt)
{
	const char *name = opt->args.n > 0 ? opt->args.v[0] : "";
	struct err err = { 0 };
	int status = 0;

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		const struct action *a = &actions[i];

		if (strcmp(a->name, name) != 0)
			continue;
		if (opt->args.n - 1 < a->least || opt->args.n - 1 > a->most) {
			err_set(&err, ST_ESYNTAX, "list: give %s; --help says more", a->usage);
			return cmd_fail(&err);
		}
		return a->run(opt, &status, &err) < 0 ? cmd_fail(&err) : status;
	}
	err_set(&err, ST_ESYNTAX, "list: say what to do: apply or check; --help says more");
	return cmd_fail(&err);
}
