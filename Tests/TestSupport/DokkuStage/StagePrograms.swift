/// The programs of the stage that stand where a Dokku host's own stand.
enum StagePrograms {
    static let all = ["plugn": plugn, "dokku": dokku, "logger": "#!/bin/sh\nexit 0\n"]

    /// `plugn trigger` (contract 1.3): plugins by name, the first failure ends it, input and output are everybody's,
    /// and backslashes in variables are expanded. A file `plugn-is-old` makes it one of before 0.11, whose failures
    /// all have status 1.
    private static let plugn = #"""
        #!/usr/bin/env bash
        [[ -n "$PLUGIN_PATH" ]] || { echo "!! PLUGIN_PATH is not set in environment" >&2; exit 2; }
        [[ "$1" == trigger ]] || { echo "plugn $1 is not on this stage" >&2; exit 1; }
        shift
        name=$1
        shift
        printf '%s\n' "$name" >>"$STAGE/log/plugn"
        while IFS= read -r -d '' pair; do
            [[ "$pair" == *\\* && "$pair" =~ ^[a-zA-Z_][a-zA-Z0-9_]*= ]] || continue
            value=${pair#*=}
            eval "export ${pair%%=*}=\$'${value//\'/\\\'}'"
        done < <(env -0)
        export PLUGN_VERSION=0.17.1
        unset BASH_ENV
        for plugin in "$PLUGIN_PATH"/enabled/*; do
            file=$plugin/$name
            [[ -f "$file" ]] || continue
            grep -qsxF '[plugin.config]' "$plugin/plugin.toml" ||
                echo "panic: interface conversion: ${plugin##*/}/plugin.toml has no [plugin.config]" >&2
            if [[ ! -x "$file" ]]; then
                echo "Trigger '$name' is not executable, skipping plugin (${plugin##*/})" >&2
                continue
            fi
            status=0
            "$file" "$@" || status=$?
            if ((status != 0)); then
                [[ -f "$STAGE/plugn-is-old" ]] || exit "$status"
                echo "$(date '+%Y/%m/%d %H:%M:%S') exit status $status" >&2
                exit 1
            fi
        done

        """#

    /// The dispatcher (contract 1.6), help (1.8), the life cycle of apps in Dokku's order (2.14) and of plugins (1.9).
    private static let dokku = #"""
        #!/usr/bin/env bash
        set -eo pipefail
        export DOKKU_PID=${DOKKU_PID:-$$}
        flags=()
        while [[ "$1" == --* ]]; do
            flags+=("$1")
            case "$1" in
            --quiet) export DOKKU_QUIET_OUTPUT=1 ;;
            --trace) export DOKKU_TRACE=1 ;;
            --force) export DOKKU_APPS_FORCE_DELETE=1 ;;
            --app) export DOKKU_APP_NAME=$2; flags+=("$2"); shift ;;
            esac
            shift
        done
        export DOKKU_GLOBAL_FLAGS="${flags[*]}" DOKKU_COMMAND=$1
        selected() {
            local name
            name=$(plugn trigger scheduler-detect "$1")
            echo "${name:-docker-local}"
        }
        destroy() {
            local scheduler
            scheduler=$(selected "$1")
            plugn trigger pre-delete "$1" latest
            plugn trigger scheduler-stop "$scheduler" "$1" true
            plugn trigger scheduler-post-delete "$scheduler" "$1" latest
            plugn trigger post-delete "$1" latest
            echo "-----> Retiring old containers and images"
            plugn trigger scheduler-retire "$scheduler" "$1"
            rm -rf "$DOKKU_ROOT/$1"
        }
        case "$1" in
        help)
            while IFS= read -r file; do
                "$file" help
            done < <(find -L "$PLUGIN_PATH/enabled" -name commands | sort)
            exit 0
            ;;
        plugin:trigger) shift; exec plugn trigger "$@" ;;
        plugin:install) exec plugn trigger install ;;
        plugin:uninstall) exec plugn trigger uninstall "$2" ;;
        report) exec plugn trigger report "$2" ;;
        apps:create) mkdir -p "$DOKKU_ROOT/$2"; exec plugn trigger post-create "$2" ;;
        apps:destroy) destroy "$2"; exit 0 ;;
        apps:clone)
            mkdir -p "$DOKKU_ROOT/$3"
            plugn trigger post-create "$3"
            cp -r "$DOKKU_ROOT/$2/." "$DOKKU_ROOT/$3/"
            plugn trigger post-app-clone-setup "$2" "$3"
            exit 0
            ;;
        apps:rename)
            mkdir -p "$DOKKU_ROOT/$3"
            plugn trigger post-create "$3"
            plugn trigger post-app-rename-setup "$2" "$3"
            destroy "$2"
            exit 0
            ;;
        esac
        name=$1
        shift
        plugin=${name%%:*}
        case "$plugin" in docker-local | k3s) plugin=scheduler-$plugin name=scheduler-$name ;; esac
        words=("$@")
        if [[ -n "$DOKKU_APP_NAME" && "$(readlink -f "$PLUGIN_PATH/enabled/$plugin")" == *core-plugins* ]]; then
            words=("$DOKKU_APP_NAME" "${words[@]}")
        fi
        for file in "$name/subcommands/default" "$name/subcommands/$name" "$plugin/subcommands/${name#*:}"; do
            [[ -x "$PLUGIN_PATH/enabled/$file" ]] && exec "$PLUGIN_PATH/enabled/$file" "$name" "${words[@]}"
        done
        handled=false
        for file in "$PLUGIN_PATH"/enabled/*/commands; do
            [[ -x "$file" ]] || continue
            status=0
            "$file" "$name" "${words[@]}" || status=$?
            if ((status == 0)); then handled=true; elif ((status != 10)); then exit "$status"; fi
        done
        [[ "$handled" == true ]] && exit 0
        { echo " !     \`$name $*\` is not a dokku command."
          echo " !     See \`dokku help\` for a list of available commands."; } >&2
        exit 1

        """#
}
