# For tests/*/*.test in sh: `. tests/lib.sh`, then claims, then `finish`.
passed=0
failed=0
skipped=0

ok()		# NAME
{
	passed=$((passed + 1))
	echo "ok - $1"
}

not_ok()	# NAME [WHY]
{
	failed=$((failed + 1))
	echo "not ok - $1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/# /'
}

skip()		# NAME WHY
{
	skipped=$((skipped + 1))
	echo "ok - $1 # SKIP $2"
}

is()		# NAME GOT EXPECTED
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "expected: $3
got: $2"
	fi
}

has()		# NAME TEXT PATTERN: the text has a line that the basic regular expression fits
{
	if printf '%s\n' "$2" | grep -q -e "$3"; then
		ok "$1"
	else
		not_ok "$1" "no line fits $3 in:
$2"
	fi
}

finish()
{
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" = 0 ]
	exit
}
