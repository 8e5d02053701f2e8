#include "packet/scope.h"

#include <stdio.h>

char *
scope_text(uint32_t scope, char *buf)
{
	static const char *const kinds[] = {
		[SCOPE_VLAN] = "vlan",
		[SCOPE_VXLAN] = "vxlan",
		[SCOPE_GENEVE] = "geneve",
		[SCOPE_GRE] = "gre",
	};
	uint32_t kind = scope >> 24;

	if (kind == SCOPE_NONE || kind >= sizeof kinds / sizeof kinds[0])
		buf[0] = '\0';
	else
		snprintf(buf, SCOPE_TEXT, "%s%u", kinds[kind], (unsigned)(scope & 0xffffff));
	return buf;
}
