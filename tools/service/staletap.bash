# Completion for bash: commands and options as the program itself names them.
_staletap()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} prog=${COMP_WORDS[0]} words

	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		words=$("$prog" --help 2>/dev/null | sed -n 's/^  staletap \([a-z]*\) .*/\1/p')
		COMPREPLY=($(compgen -W "$words --help --version" -- "$cur"))
		return
	fi
	case $prev in
	-i|--interface)
		words=$("$prog" capture -L 2>/dev/null | awk '{ print $1 }')
		COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
	*)
		words=$("$prog" "${COMP_WORDS[1]}" --help 2>/dev/null | sed -n "s/^ .*$prev \([a-z]*|[a-z|]*\).*/\1/p" | tr '|' ' ')
		if [ -n "$words" ] && [ "${prev#--}" != "$prev" ]; then
			COMPREPLY=($(compgen -W "$words" -- "$cur"))
		elif [ "${cur#-}" != "$cur" ]; then
			words=$("$prog" "${COMP_WORDS[1]}" --help 2>/dev/null | sed -n 's/^  .*\(--[a-z-]*\).*/\1/p')
			COMPREPLY=($(compgen -W "$words" -- "$cur"))
		else
			COMPREPLY=($(compgen -f -- "$cur"))
		fi ;;
	esac
}
complete -o filenames -F _staletap staletap
