# GNU make.  Everything built goes below $(BUILD); sources are found by folder, so a new file needs no line here.
CC      ?= cc
CFLAGS  ?= -O2 -g
BUILD   ?= build
PREFIX  ?= /usr/local
# the module of ldns is called ldns or, in newer releases, libldns
PKGS    := libpcap $(shell pkg-config --exists libldns && echo libldns || echo ldns) libnghttp2 sqlite3 libarchive libcrypto libxxhash
comma   := ,
ifdef SANITIZER
BUILD   := build/$(subst $(comma),-,$(SANITIZER))
SANFLAGS := -fsanitize=$(SANITIZER) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
           -Wcast-qual -Wformat=2 -Wvla $(if $(CI),-Werror)
ALL_CFLAGS  = -std=c17 -D_GNU_SOURCE -Iinclude -Isrc $(WARN) $(SANFLAGS) $(shell pkg-config --cflags $(PKGS)) $(CFLAGS)
ALL_LDFLAGS = $(SANFLAGS) $(LDFLAGS)
LIBS        = $(shell pkg-config --libs $(PKGS))

SRCS  := $(filter-out src/app/main.c,$(wildcard src/*/*.c))
OBJS  := $(SRCS:%.c=$(BUILD)/%.o)
UNITS := $(wildcard tests/unit/*/test_*.c)
UNIT_BINS := $(UNITS:%.c=$(BUILD)/%)

.PHONY: all check unit clean
all: $(BUILD)/staletap

$(BUILD)/staletap: $(BUILD)/src/app/main.o $(BUILD)/libstaletap.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/libstaletap.a: $(OBJS)
	rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libstaletap.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
unit: $(UNIT_BINS)
	@set -e; for t in $(UNIT_BINS); do $$t; done
check: unit
clean:
	rm -rf build

.SECONDARY:
-include $(OBJS:.o=.d) $(UNITS:%.c=$(BUILD)/%.d) $(BUILD)/src/app/main.d
