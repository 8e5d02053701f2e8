#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/guard.h"
#include "input/live.h"

/* What a confined process gets is for good, so each claim is tried in a child; its status is the number of the first claim that fails. */
static int
in_child(int (*claims)(const int fd[2]))
{
	int fd[2], status;
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(claims(fd));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd[0]);
	close(fd[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static bool
denied(long rc)
{
	return rc == -1 && errno == EPERM;
}

static int
sends_nothing(const int fd[2])
{
	struct iovec v = { .iov_base = (void *)(uintptr_t)"x", .iov_len = 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	struct mmsghdr mm = { .msg_hdr = m };
	struct err err;
	char *const argv[] = { (char *)(uintptr_t)"true", NULL };

	if (write(fd[0], "x", 1) != 1 || guard_confine(&fd[0], 1, &err) != 0)
		return 1;
	if (!denied(write(fd[0], "x", 1)) || !denied(send(fd[0], "x", 1, 0)) || !denied(writev(fd[0], &v, 1)))
		return 2;
	if (!denied(sendmsg(fd[0], &m, 0)) || !denied(sendmmsg(fd[0], &mm, 1, 0)))
		return 3;
	if (!denied(dup(fd[0])) || !denied(dup2(fd[0], 200)))
		return 4;
	if (!denied(socket(AF_PACKET, SOCK_RAW, 0)) || !denied(socket(AF_INET, SOCK_DGRAM, 0)))
		return 5;
	if (!denied(execve("/bin/true", argv, NULL)))
		return 6;
	if (!denied(ptrace(PTRACE_TRACEME, 0, NULL, NULL)))
		return 7;
	return 0;
}

/* Other descriptors are as before, and the one can still be read. */
static int
reads_and_stores(const int fd[2])
{
	struct err err;
	char c;

	if (guard_confine(&fd[0], 1, &err) != 0)
		return 1;
	if (write(fd[1], "y", 1) != 1 || read(fd[0], &c, 1) != 1 || c != 'y')
		return 2;
	return 0;
}

static int
is_nobody(const int fd[2])
{
	struct guard_user u;
	struct err err;

	(void)fd;
	if (guard_user("nobody", false, &u, &err) != 0 || !u.change || guard_become(&u, &err) != 0)
		return 1;
	if (geteuid() != u.uid || getegid() != u.gid || getgroups(0, NULL) != 0 || setuid(0) == 0)
		return 2;
	return 0;
}

static void
confined_process_cannot_send_or_start_anything(void **state)
{
	(void)state;
	assert_int_equal(in_child(sends_nothing), 0);
}

static void
confined_process_goes_on(void **state)
{
	(void)state;
	assert_int_equal(in_child(reads_and_stores), 0);
}

/* The socket that a capture reads, on the machine's own loopback. */
static int
sends_no_packet(const int fd[2])
{
	static char lo[] = "lo";
	char *iface[] = { lo };
	const struct live_opts o = { .iface = iface, .n = 1 };
	static const uint8_t frame[60] = { 0 };
	struct live *l;
	struct err err;
	int capture;

	(void)fd;
	if (live_open(&o, &l, &err) != 0)
		return 1;
	capture = live_fd(l, 0);
	if (guard_confine(&capture, 1, &err) != 0)
		return 2;
	if (!denied(send(capture, frame, sizeof(frame), 0)) || !denied(write(capture, frame, sizeof(frame))))
		return 3;
	return 0;
}

static void
capture_socket_cannot_send(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(in_child(sends_no_packet), 0);
}

static void
root_becomes_the_user(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(in_child(is_nobody), 0);
}

static void
users_that_are_refused(void **state)
{
	struct guard_user u;
	struct err err;

	(void)state;
	assert_int_equal(guard_user("no such user", false, &u, &err), ST_ESYNTAX);
	assert_non_null(strstr(err.text, "no such user"));
	if (geteuid() == 0) {
		assert_int_equal(guard_user("root", false, &u, &err), ST_ESYNTAX);
		assert_non_null(strstr(err.text, "--allow-root"));
		assert_int_equal(guard_user(NULL, true, &u, &err), 0);
		assert_false(u.change);
	} else {
		assert_int_equal(guard_user("root", false, &u, &err), ST_ESYNTAX);
		assert_int_equal(guard_user(NULL, false, &u, &err), 0);
		assert_false(u.change);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confined_process_cannot_send_or_start_anything),
		cmocka_unit_test(confined_process_goes_on),
		cmocka_unit_test(capture_socket_cannot_send),
		cmocka_unit_test(root_becomes_the_user),
		cmocka_unit_test(users_that_are_refused),
	};

	return cmocka_run_group_tests_name("app/guard", tests, NULL, NULL);
}
