/* timed - run a command without its output, and print what it took: seconds of CPU (user + system), seconds, peak
 * memory in KiB.  A process begins with its parent's peak, so the parent has to be as small as this. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(long whole, long part, double parts)
{
	return (double)whole + (double)part / parts;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return seconds(t.tv_sec, t.tv_nsec, 1e9);
}

int
main(int argc, char **argv)
{
	double begun = now();
	struct rusage use;
	int status;
	pid_t pid;

	if (argc < 2) {
		fputs("usage: timed COMMAND...\n", stderr);
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) < 0) {
		perror("timed");
		return 1;
	}
	printf("%.6f %.6f %ld\n", seconds(use.ru_utime.tv_sec + use.ru_stime.tv_sec,
	    use.ru_utime.tv_usec + use.ru_stime.tv_usec, 1e6), now() - begun, use.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
