#include <stdio.h>

int
main(void)
{
	fputs("staletap: nothing here yet\n", stderr);
	return 2;
}
