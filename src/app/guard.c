#include "app/guard.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/esc.h"

static int
no_user(const char *name, bool asked, struct err *err)
{
	char shown[ESC_SHORT];

	if (asked)
		return err_set(err, ST_ESYNTAX, "-Z %s: there is no such user; name one that may write the database", esc_short(name, shown));
	return err_set(err, ST_ESYNTAX, "started as root, and there is no user \"%s\" to become: make one (useradd --system %s), name "
	               "another with -Z USER, or stay root with --allow-root", name, name);
}

int
guard_user(const char *name, bool allow_root, struct guard_user *out, struct err *err)
{
	const char *who = name != NULL ? name : GUARD_USER;
	const struct passwd *pw;

	*out = (struct guard_user){ .uid = geteuid(), .gid = getegid() };
	if (name == NULL && (geteuid() != 0 || allow_root))
		return 0;
	pw = getpwnam(who);
	if (pw == NULL)
		return no_user(who, name != NULL, err);
	if (pw->pw_uid == geteuid() && geteuid() != 0)
		return 0;
	if (geteuid() != 0)
		return err_set(err, ST_ESYNTAX, "-Z %s: only root can become another user; leave it out, or start as root", who);
	if (pw->pw_uid == 0 && !allow_root)
		return err_set(err, ST_ESYNTAX, "-Z %s: is root too; name another user, or add --allow-root", who);
	*out = (struct guard_user){ .uid = pw->pw_uid, .gid = pw->pw_gid, .change = pw->pw_uid != 0 };
	return 0;
}

/* glibc has no functions for these. */
static bool
drop_capabilities(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } }, now[_LINUX_CAPABILITY_U32S_3];

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 || syscall(SYS_capset, &h, none) < 0)
		return false;
	return syscall(SYS_capget, &h, now) == 0 && memcmp(now, none, sizeof(now)) == 0;
}

int
guard_become(const struct guard_user *u, struct err *err)
{
	uid_t r, e, s;

	if (u->change && (setgroups(0, NULL) < 0 || setresgid(u->gid, u->gid, u->gid) < 0 || setresuid(u->uid, u->uid, u->uid) < 0))
		return err_set(err, ST_EIO, "cannot become user %u: %s", (unsigned)u->uid, strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, ST_EIO, "cannot give up new privileges: %s", strerror(errno));
	if (!drop_capabilities())
		return err_set(err, ST_EIO, "cannot give up capabilities: %s", strerror(errno));
	if (!u->change)
		return 0;
	if (getresuid(&r, &e, &s) < 0 || r != u->uid || e != u->uid || s != u->uid || setuid(0) == 0)
		return err_set(err, ST_EIO, "is still root after becoming user %u; nothing was captured", (unsigned)u->uid);
	return 0;
}

/* Calls that are never needed again.  io_uring would write past the rules below. */
static const int forbidden[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(ptrace), SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_vm_readv), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
};
/* Calls that write to, or double, a descriptor, and which argument it is. */
static const struct { int call; unsigned arg; } writers[] = {
	{ SCMP_SYS(write), 0 }, { SCMP_SYS(writev), 0 }, { SCMP_SYS(pwrite64), 0 }, { SCMP_SYS(pwritev), 0 }, { SCMP_SYS(pwritev2), 0 },
	{ SCMP_SYS(sendto), 0 }, { SCMP_SYS(sendmsg), 0 }, { SCMP_SYS(sendmmsg), 0 }, { SCMP_SYS(sendfile), 0 }, { SCMP_SYS(splice), 2 },
	{ SCMP_SYS(dup), 0 }, { SCMP_SYS(dup2), 0 }, { SCMP_SYS(dup3), 0 },
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
add_rules(scmp_filter_ctx ctx, const int *fd, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT(forbidden) && rc == 0; i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), forbidden[i], 0);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < COUNT(writers) && rc == 0; j++)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), writers[j].call, 1,
			                      SCMP_CMP(writers[j].arg, SCMP_CMP_EQ, (scmp_datum_t)fd[i], 0));
	return rc;
}

int
guard_confine(const int *fd, size_t n, struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc = ctx != NULL ? 0 : -ENOMEM;

	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (rc == 0)
		rc = add_rules(ctx, fd, n);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == 0 ? 0 : err_set(err, ST_EIO, "cannot confine itself (seccomp): %s; is the kernel built with it?", strerror(-rc));
}
