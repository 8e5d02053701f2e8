# GNU make.  What is built goes below $(BUILD); sources are found by folder, so a new file needs no line here.
#
#	make [V=1]			the program, build/staletap; V=1 shows the commands
#	make check [ONLY=WORD]		all tests, or those whose name holds WORD; SANITIZER=address,undefined as you like
#	make fuzz [FUZZ_SECONDS=N]	every fuzz target for a while, with clang; `make check` runs their corpora
#	make bench bench-gate		time and memory beside libpcap and tcpdump; instructions a packet
#	make shots			pictures of the HTML report, build/shots
#	make browser			fetch what drives the browser in tests (npm), build/node
#	make lab			record the captures in pcaps/ anew (root)
PREFIX       ?= /usr/local
CFLAGS       ?= -O2 -g
FUZZ_SECONDS ?= 60
GATE_MOST    ?= 1600
comma        := ,
BUILD        ?= build$(SANITIZER:%=/$(subst $(comma),-,$(SANITIZER)))

PKGS := libpcap libldns libnghttp2 sqlite3 libarchive libcrypto libxxhash inih libseccomp
# the module of ldns is called ldns or, in newer releases, libldns
PKGS := $(PKGS:libldns=$(shell pkg-config --exists libldns && echo libldns || echo ldns))
ifeq ($(filter clean,$(MAKECMDGOALS))$(shell pkg-config --exists $(PKGS) && echo found),)
$(error a library is missing: run tools/bootstrap $(MAKECMDGOALS), or see the output of: pkg-config --print-errors --exists $(PKGS))
endif
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
LIBS       := $(shell pkg-config --libs $(PKGS)) -lm

# Warnings are errors in CI only: a newer compiler has new ones.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
            -Wcast-qual -Wformat=2 -Wvla $(if $(filter true,$(CI)),-Werror)
SANITIZE := $(SANITIZER:%=-fsanitize=% -fno-sanitize-recover=all -fno-omit-frame-pointer)
COMPILE   = $(CC) -std=c17 -D_GNU_SOURCE -Iinclude -Isrc $(WARNINGS) $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(SANITIZE)
LINK      = $(CC) $(CFLAGS) $(SANITIZE) -Wl,--as-needed $(LDFLAGS)

Q := $(if $(V),,@)

SRCS  := $(filter-out src/app/main.c,$(wildcard src/*/*.c))
UNITS := $(wildcard tests/unit/*/test_*.c)
FUZZ  := $(wildcard tests/fuzz/fuzz_*.c)
TOOLS := $(wildcard tools/*.c)
ASSETS := $(wildcard src/*/assets/*)
OBJS  := $(patsubst %.c,$(BUILD)/%.o,$(SRCS) $(UNITS) $(FUZZ) $(TOOLS) $(wildcard tools/*/*.c) src/app/main.c \
             tests/fuzz/run_corpus.c)

PROG      := $(BUILD)/staletap
LIB       := $(BUILD)/libstaletap.a
UNIT_BINS := $(UNITS:%.c=$(BUILD)/%)
FUZZ_BINS := $(FUZZ:%.c=$(BUILD)/%)
TOOL_BINS := $(TOOLS:%.c=$(BUILD)/%)

UNITS_IN  := $(patsubst %.in,%,$(wildcard tools/service/*.in))

TESTS     := $(UNIT_BINS) $(FUZZ_BINS) $(wildcard tests/*/*.test)

.PHONY: all check demo browser shots lint fuzz fuzz-targets bench bench-gate lab install uninstall clean FORCE
.SECONDARY:
.DELETE_ON_ERROR:

all: $(PROG)

check: $(PROG) $(UNIT_BINS) $(FUZZ_BINS) $(TOOL_BINS)
	@ONLY=$(ONLY) tests/run $(BUILD) $(TESTS)

demo: $(PROG)
	@STALETAP=$(PROG) tools/demo

# Fetched once for all builds; the lock file says what exactly, by its hash.
NODE_PARTS   := $(addprefix tests/report/,package.json package-lock.json .npmrc)
NODE_MODULES := build/node/node_modules
browser: $(NODE_MODULES)/.package-lock.json
$(NODE_MODULES)/.package-lock.json: $(NODE_PARTS)
	@mkdir -p build/node && cp $(NODE_PARTS) build/node
	$(Q)cd build/node && npm ci && touch node_modules/.package-lock.json
shots: $(PROG) browser
	@NODE_PATH=$(CURDIR)/$(NODE_MODULES) STALETAP=$(PROG) tools/shots $(BUILD)/shots

lint:
	@tools/layers
	@tools/lint $(SRCS) src/app/main.c -- -std=c17 -D_GNU_SOURCE -Iinclude -Isrc $(PKG_CFLAGS)

# libFuzzer is clang's, and wants the library under test built for it: a build of its own.
fuzz:
	$(MAKE) CC=clang SANITIZER=fuzzer-no-link,address,undefined fuzz-targets
fuzz-targets: $(FUZZ:tests/fuzz/fuzz_%.c=$(BUILD)/fuzz/%)
	tools/fuzz $(FUZZ_SECONDS) $^

bench: $(PROG) $(TOOL_BINS)
	@tools/bench $(BUILD)
bench-gate: $(PROG) $(TOOL_BINS)
	@tools/bench-gate $(BUILD) $(GATE_MOST)

lab: $(PROG)
	tools/lab/run

# What is there already in /etc stays as it is.  The user that captures run as is made by a packager or by hand (README).
ETC     := $(DESTDIR)/etc/staletap
UNITDIR := $(DESTDIR)/lib/systemd/system
SHARE   := $(DESTDIR)$(PREFIX)/share
MAN     := $(BUILD)/man/staletap.1 $(BUILD)/man/staletap.conf.5
install: $(PROG) $(MAN)
	install -d $(DESTDIR)$(PREFIX)/bin $(ETC) $(UNITDIR) $(SHARE)/man/man1 $(SHARE)/man/man5 $(SHARE)/bash-completion/completions
	install -m 755 $(PROG) $(DESTDIR)$(PREFIX)/bin/staletap
	install -m 644 $(BUILD)/man/staletap.1 $(SHARE)/man/man1
	install -m 644 $(BUILD)/man/staletap.conf.5 $(SHARE)/man/man5
	install -m 644 tools/service/staletap.bash $(SHARE)/bash-completion/completions/staletap
	for f in staletap.conf deprecated.csv; do test -e $(ETC)/$$f || install -m 644 tools/service/$$f $(ETC); done
	for f in $(UNITS_IN); do sed 's|@PREFIX@|$(PREFIX)|' "$$f.in" >"$(UNITDIR)/$${f##*/}"; done
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/staletap $(SHARE)/man/man1/staletap.1 $(SHARE)/man/man5/staletap.conf.5 \
	    $(SHARE)/bash-completion/completions/staletap $(UNITS_IN:tools/service/%=$(UNITDIR)/%)
$(BUILD)/man/%: doc/man/%.in $(PROG) tools/mkman
	@mkdir -p $(@D)
	$(Q)tools/mkman $(PROG) $< >$@
clean:
	rm -rf build

$(PROG): $(BUILD)/src/app/main.o $(LIB)
	$(Q)$(LINK) -o $@ $^ $(LIBS)
$(LIB): $(SRCS:%.c=$(BUILD)/%.o) $(ASSETS:%=$(BUILD)/%.o)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(UNIT_BINS): %: %.o $(LIB)
	$(Q)$(LINK) -o $@ $^ -lcmocka $(LIBS)
$(FUZZ_BINS): %: %.o $(BUILD)/tests/fuzz/run_corpus.o $(LIB)
	$(Q)$(LINK) -o $@ $^ $(LIBS)
$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)
# A tool of several files has a folder of its own name for the others.
.SECONDEXPANSION:
$(TOOL_BINS): %: %.o $$(patsubst %.c,$(BUILD)/%.o,$$(wildcard tools/$$(notdir $$*)/*.c)) $(LIB)
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# $(BUILD)/flags holds how things are compiled and changes with it: another CC or CFLAGS builds anew.
$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '$(CC) $<'
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(COMPILE)' | cmp -s - $@ || echo '$(COMPILE)' >$@

# What goes into the program as it stands: a style sheet, a script.
$(BUILD)/%.asset.c: % tools/asset
	@mkdir -p $(@D)
	$(Q)tools/asset $< >$@
$(ASSETS:%=$(BUILD)/%.o): %.o: %.asset.c $(BUILD)/flags
	$(Q)$(COMPILE) -c -o $@ $<

-include $(OBJS:.o=.d)
