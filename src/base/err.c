#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return code;
}

int
err_path(int why)
{
	switch (why) {
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP:
	case ENAMETOOLONG:
		return ST_ESYNTAX;
	default:
		return ST_EIO;
	}
}

int
err_exit(int code)
{
	switch (code) {
	case ST_OK:
		return 0;
	case ST_ESYNTAX:
	case ST_EFORMAT:
	case ST_ELIMIT:
		return 2;
	default:
		return 3;
	}
}
