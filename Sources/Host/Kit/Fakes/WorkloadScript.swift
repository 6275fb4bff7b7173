extension Workload {
    /// `/bin/kit` as a POSIX shell script, for images that live runs deploy: it does what ``run(in:)`` acts out.
    ///
    /// It needs busybox, or the same tools: awk, head, httpd, sleep, sort, stty.
    package static let script = #"""
        #!/bin/sh
        # The program that the conformance kit deploys.
        # As the first process of a container it gets no signal that it does not ask for.
        trap 'exit 143' TERM INT
        # A shell minds signals while it waits, not while a program runs.
        stay() { sleep "${1:-1000000}" & wait $!; }
        listen() {
            mkdir -p /tmp/www && echo 'kit page' >/tmp/www/index.html && echo ok >/tmp/www/health
            httpd -f -p "${PORT:-5000}" -h /tmp/www &
        }
        verb="${1-}"
        [ $# -gt 0 ] && shift
        case "$verb" in
        serve) listen; echo "listening on ${PORT-}"; stay; exit 143 ;;
        serve-then-exit) listen; echo "listening on ${PORT-}"; stay "${1:-0}"; echo 'giving up' >&2; exit "${2:-1}" ;;
        stubborn) trap '' TERM; listen; stay "${1:-1000000}" ;;
        sleep) stay "${1:-1000000}" ;;
        exit) status="${1:-0}"; if [ $# -gt 1 ]; then shift; printf '%s\n' "$*" >&2; fi; exit $((status & 255)) ;;
        print) printf '%s\n' "$*" ;;
        print-and-stay) printf '%s\n' "$*"; listen; stay; exit 143 ;;
        error) printf '%s\n' "$*" >&2 ;;
        no-newline) printf '%s' "$*" ;;
        value) awk -v name="${1-}" 'BEGIN { print ENVIRON[name] }' ;;
        names) awk 'BEGIN { for (name in ENVIRON) print name }' | sort ;;
        lines | lines-and-stay)
            count="${1:-1}"
            [ "$count" -ge 1 ] || count=1
            awk -v count="$count" 'BEGIN { for (line = 1; line <= count; line++) print "line " line }'
            if [ "$verb" = lines-and-stay ]; then listen; stay; exit 143; fi ;;
        long-line) awk -v count="${1:-0}" 'BEGIN { while (count-- > 0) printf "x"; print "" }' ;;
        bytes)
            block=$(awk 'BEGIN { for (byte = 0; byte < 251; byte++) printf "\\%03o", byte }')
            left="${1:-0}"
            while [ "$left" -gt 0 ]; do
                printf "$block" | head -c "$left"
                left=$((left - 251))
            done ;;
        keep) printf '%s\n' "${2-}" >"$1" ;;
        kept) cat "$1" ;;
        cat) cat ;;
        size) stty size 2>/dev/null || echo '24 80' ;;
        terminal) if [ -t 1 ]; then echo yes; else echo no; fi ;;
        *) echo 'kit: unknown verb' >&2; exit 64 ;;
        esac

        """#
}
