extension StagePrograms {
    /// Stands where `docker-container-healthchecker` stands, for hosts that have none: adds default checks to an
    /// `app.json`, and checks a container.
    static let healthchecker = #"""
        #!/bin/sh
        verb=$1 subject=$2
        shift 2
        file= type=web uptime= empty= listening= warn= port=5000 address=
        : >"$KIT_STAGE/headers.$$"
        trap 'rm -f "$KIT_STAGE/headers.$$"' EXIT
        while [ $# -gt 0 ]; do
            case $1 in
            --app-json) file=$2; shift ;;
            --process-type) type=$2; shift ;;
            --uptime) uptime=$2; shift ;;
            --port) [ -z "$2" ] || port=$2; shift ;;
            --ip-address) address=$2; shift ;;
            --header) printf '%s\n' "$2" >>"$KIT_STAGE/headers.$$"; shift ;;
            --name) shift ;;
            --if-empty) empty=1 ;;
            --listening-check) listening=1 ;;
            --warn-only) warn=1 ;;
            esac
            shift
        done
        command -v jq >/dev/null || { echo " !     the stage needs the program jq for checks" >&2; exit 1; }

        state() { docker container inspect --format "{{.State.$1}}" "$subject" 2>/dev/null; }
        ended() {
            echo " !     the container's state is $(state Status), its process ended with code $(state ExitCode)" >&2
        }
        restarts() { docker container inspect --format '{{.RestartCount}}' "$subject" 2>/dev/null; }

        # Whether it ran for so many seconds without a restart.
        stays() {
            before=$(restarts) until=$(($(date +%s) + $1))
            while :; do
                [ "$(state Running)" = true ] && [ "$(restarts)" = "$before" ] || { ended; return 1; }
                [ "$(date +%s)" -lt "$until" ] || return 0
                sleep 0.2
            done
        }

        once() {
            check=$1
            ask() { printf '%s' "$check" | jq -r "$1"; }
            if [ "$(ask 'has("uptime")')" = true ]; then stays "$(ask .uptime)"; return; fi
            [ "$(state Running)" = true ] || { ended; return 1; }
            limit=$(ask '.timeout // 5')
            if [ "$(ask 'has("command")')" = true ]; then
                eval "set -- $(ask '.command | @sh')"
                timeout "$limit" docker container exec "$subject" "$@" && return
                echo " !     the command $* failed" >&2
                return 1
            fi
            at=$(ask ".port // $port")
            if [ "$(ask '.listening // false')" = true ]; then
                curl -s -o /dev/null --max-time "$limit" "telnet://$address:$at" </dev/null
                [ $? != 7 ] && return
                echo " !     nothing listens on port $at" >&2
                return 1
            fi
            set --
            while IFS= read -r header; do set -- "$@" -H "$header"; done <"$KIT_STAGE/headers.$$"
            body=$(curl -sfL --max-time "$limit" "$@" "$(ask '.scheme // "http"')://$address:$at$(ask '.path // "/"')") || {
                echo " !     no good answer from $(ask '.path // "/"')" >&2
                return 1
            }
            content=$(ask '.content // ""')
            case $body in *"$content"*) return 0 ;; esac
            echo " !     the answer lacks '$content'" >&2
            return 1
        }

        passes() {
            check=$1
            left=$(printf '%s' "$check" | jq -r '.attempts // 3')
            pause=$(printf '%s' "$check" | jq -r '.wait // 5')
            sleep "$(printf '%s' "$check" | jq -r '.initialDelay // 0')"
            while :; do
                once "$check" && return 0
                left=$((left - 1))
                [ "$left" -gt 0 ] && [ "$(state Running)" = true ] || return 1
                printf '%s' "$check" | jq -e 'has("uptime")' >/dev/null && return 1
                sleep "$pause"
            done
        }

        case $verb in
        convert) cat "$file" ;;
        add)
            if [ -n "$listening" ]; then
                new=$(jq -nc --argjson port "$port" \
                    '{type: "startup", name: "port listening check", listening: true, port: $port, attempts: 1}')
            else
                new=$(jq -nc --argjson uptime "${uptime:-1}" '{type: "startup", name: "default", uptime: $uptime}')
            fi
            [ -z "$warn" ] || new=$(printf '%s' "$new" | jq -c '.warn = true')
            jq --arg type "$subject" --argjson new "$new" --arg empty "$empty" \
                'if $empty == "1" and ((.healthchecks[$type] // []) | length) > 0 then .
                 else .healthchecks[$type] = ((.healthchecks[$type] // []) + [$new]) end' "$file"
            ;;
        check)
            failed=0
            checks=$KIT_STAGE/checks.$$
            jq -c --arg type "$type" \
                '.healthchecks[$type] // [] | .[] | select((.type // "startup") == "startup" or .type == "")' \
                "$file" >"$checks"
            while IFS= read -r one <&3; do
                passes "$one" && continue
                [ "$(printf '%s' "$one" | jq -r '.warn // false')" = true ] || failed=$((failed + 1))
            done 3<"$checks"
            rm -f "$checks"
            exit "$failed"
            ;;
        *) echo " !     the stage has no '$verb' of checks" >&2; exit 1 ;;
        esac

        """#
}
