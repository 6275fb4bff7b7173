/// The programs of a stage that stand where programs of a Dokku host stand. All are POSIX sh.
enum StagePrograms {
    /// Runs a command as Dokku would: our programs in front, in a folder of its own. Ends when nobody writes any more,
    /// as Dokku's callers do: a background child that keeps the output open is waited for (contract 1.4). So is, when
    /// all are told to end, what still cleans up.
    static let run = #"""
        #!/bin/sh
        PATH=$KIT_STAGE/bin:$PATH
        DOKKU_SYSTEM_USER=$(id -un) DOKKU_SYSTEM_GROUP=$(id -gn) DOKKU_PID=$$
        export PATH DOKKU_SYSTEM_USER DOKKU_SYSTEM_GROUP DOKKU_PID
        cd "$DOKKU_ROOT" || exit 1
        status=$KIT_STAGE/status.$$
        echo 143 >"$status"
        trap : TERM INT HUP QUIT
        pass() {
            trap '' TERM INT HUP QUIT
            exec cat
        }
        { { "$@" 2>&1 1>&3 3>&-; echo $? >"$status"; } | (pass >&2); } 3>&1 | (pass)
        read -r code <"$status"
        rm -f "$status"
        exit "$code"

        """#

    /// Asks ourselves first, then the folder's own trigger file; the first that fails ends it (contract 1.3).
    static let plugn = #"""
        #!/bin/sh
        [ "$1" = trigger ] || { echo "plugn $1 is not there on this stage" >&2; exit 1; }
        name=$2
        shift 2
        "$KIT_STAGE/answers" "$name" "$@" || exit $?
        for plugin in "$PLUGIN_PATH"/enabled/*; do
            [ -f "$plugin/$name" ] || continue
            if [ -x "$plugin/$name" ]; then
                "$plugin/$name" "$@" || exit $?
            else
                echo "Trigger '$name' is not executable, skipping plugin (${plugin##*/})" >&2
            fi
        done

        """#

    /// Leaves out the options and runs the rest as who we are.
    static let sudo = #"""
        #!/bin/sh
        while [ $# -gt 0 ]; do
            case $1 in
            -u | -g) shift 2 ;;
            -*) shift ;;
            *) break ;;
            esac
        done
        exec "$@"

        """#

    /// One command a line of input, one at a time, up to the first that fails.
    static let parallel = #"""
        #!/bin/sh
        while IFS= read -r line; do
            [ -n "$line" ] || continue
            sh -c "$line" </dev/null || exit 1
        done

        """#

    /// What Dokku's own `common` answers to bash code.
    static let common = #"""
        #!/bin/sh
        [ "$1" = --quiet ] && shift
        verb=$1
        shift
        label() { docker image inspect --format "{{ index .Config.Labels \"$2\" }}" "$1" 2>/dev/null; }
        case $verb in
        scheduler-detect) printf '%s' "$KIT_SCHEDULER" ;;
        is-deployed) [ "$(cat "$DOKKU_LIB_ROOT/config/common/$1/deployed" 2>/dev/null)" = true ] ;;
        verify-app-name) [ -n "$1" ] && [ -d "$DOKKU_ROOT/$1" ] ;;
        is-valid-app-name | is-valid-app-name-old) printf '%s\n' "$1" | grep -q '^[a-z0-9][a-z0-9._-]*$' ;;
        plugn-trigger-exists)
            for file in "$PLUGIN_PATH"/enabled/*/"$1"; do [ -f "$file" ] && { echo true; exit 0; }; done
            echo false
            ;;
        image-is-cnb-based)
            [ -n "$(label "$1" io.buildpacks.stack.id)" ] && echo true || echo false
            ;;
        image-is-herokuish-based)
            docker image inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$1" 2>/dev/null |
                grep -q '^USER=herokuishuser$' && echo true || echo false
            ;;
        *) echo " !     the stage has no 'common $verb'" >&2; exit 1 ;;
        esac

        """#

    /// Reads and writes property files (contract 4.2).
    static let prop = #"""
        #!/bin/sh
        verb=$1 folder=$DOKKU_LIB_ROOT/config/$2/$3 file=$DOKKU_LIB_ROOT/config/$2/$3/$4
        case $verb in
        get) [ ! -s "$file" ] || { cat "$file"; echo; } ;;
        get-with-default) if [ -f "$file" ]; then cat "$file"; echo; elif [ -n "$5" ]; then printf '%s\n' "$5"; fi ;;
        exists) [ -f "$file" ] ;;
        set) mkdir -p "$folder"; if [ -n "$5" ]; then printf '%s' "$5" >"$file"; else rm -f "$file"; fi ;;
        del) rm -f "$file" ;;
        destroy) [ -z "$3" ] || rm -rf "$folder" ;;
        setup | setup-app) mkdir -p "$folder" ;;
        get-all) for one in "$folder"/*; do [ ! -f "$one" ] || printf '%s %s\n' "${one##*/}" "$(cat "$one")"; done ;;
        clone) [ ! -d "$folder" ] || { mkdir -p "$folder/../$4"; cp "$folder"/* "$folder/../$4/"; } ;;
        lrange) [ ! -f "$file" ] || cat "$file" ;;
        llen) [ ! -f "$file" ] && echo 0 || grep -c '' "$file" ;;
        lismember) [ -f "$file" ] && grep -qxF -- "$5" "$file" ;;
        rpush) mkdir -p "$folder"; printf '%s\n' "$5" >>"$file" ;;
        *) echo " !     the stage has no 'prop $verb'" >&2; exit 1 ;;
        esac

        """#

    /// `config_sub export|get|keys` for bash code that asks for config.
    static let config = #"""
        #!/bin/sh
        verb=$1 format=exports merged=false app= key=
        shift
        while [ $# -gt 0 ]; do
            case $1 in
            --format) format=$2; shift ;;
            --format=*) format=${1#*=} ;;
            --merged) merged=true ;;
            --global) [ -n "$app" ] || app=--global ;;
            --*) ;;
            *) if [ -z "$app" ]; then app=$1; elif [ -z "$key" ]; then key=$1; fi ;;
            esac
            shift
        done
        case $verb in
        export) "$KIT_STAGE/answers" config-export "$app" false "$merged" "$format" ;;
        get) "$KIT_STAGE/answers" config-get "$app" "$key"; echo ;;
        keys) ls "$DOKKU_LIB_ROOT/kit/$app/config" 2>/dev/null; true ;;
        *) echo " !     the stage has no 'config $verb'" >&2; exit 1 ;;
        esac

        """#
}
