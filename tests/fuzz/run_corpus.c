/* A main for a fuzz target without libFuzzer: each file of a folder is given to it once, in a block of just its
 * size, so that the sanitizers see a read beyond the end. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The whole file as a block of its own, or NULL. */
static uint8_t *
slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	long end = -1;

	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (end = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0)
		data = malloc((size_t)end > 0 ? (size_t)end : 1);
	if (data != NULL && fread(data, 1, (size_t)end, f) != (size_t)end) {
		free(data);
		data = NULL;
	}
	*size = (size_t)end;
	fclose(f);
	return data;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	struct dirent **files;
	int n, i, failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	n = scandir(argv[1], &files, visible, by_name);
	if (n < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	for (i = 0; i < n; i++) {
		char path[4096];
		uint8_t *data;
		size_t size;

		snprintf(path, sizeof(path), "%s/%s", argv[1], files[i]->d_name);
		data = slurp(path, &size);
		printf("%s %d - %s\n", data != NULL ? "ok" : "not ok", i + 1, files[i]->d_name);
		fflush(stdout);		/* the name is there if the target dies */
		failed += data == NULL;
		if (data != NULL)
			LLVMFuzzerTestOneInput(data, size);
		free(data);
		free(files[i]);
	}
	free(files);
	printf("%d passed, %d failed, 0 skipped\n", n - failed, failed);
	return failed != 0;
}
