/// What Dokku's core plugins answer (contract part 3), out of files below `state/APP` of the stage. What is not here
/// is answered as Dokku answers what nobody implements: with nothing, and status 0.
enum StageAnswers {
    /// In front of every trigger file: notes the call, and the words that the bodies are made of.
    static let preamble = #"""
        #!/bin/sh
        plugin=${0%/*} plugin=${plugin##*/} trigger=${0##*/}
        { printf '%s\037%s\037' "$plugin" "$trigger"; for word; do printf '%s\037' "$word"; done; printf '\036'; } \
            >>"$STAGE/log/calls"
        app=$1 state=$STAGE/state/$1
        value() { [ ! -f "$1" ] || cat "$1"; }
        either() { if [ -f "$1" ]; then cat "$1"; else printf "$2"; fi; }
        property() { either "$state/$trigger/$2" "${3-}"; }
        lib() { either "$DOKKU_LIB_ROOT/config/$1" "${2-}"; }

        """#

    /// Trigger files by plugin and name.
    static let all: [String: [String: String]] = [
        // Listens to everything and answers nothing: whoever asks whether a trigger exists must not count it.
        "20_events": Dictionary(uniqueKeysWithValues: events.map { ($0, "exit 0") }),
        "app-json": [
            "app-json-get-content": #"either "$state/app.json" '{}'"#,
            "app-json-process-deploy-parallelism": #"either "$state/parallel/$2" '1\n'"#,
        ],
        "apps": [
            "app-list": #"for one in "$DOKKU_ROOT"/*/; do [ -d "$one" ] && basename "$one"; done; true"#
        ],
        "builder": ["builder-get-property": property, "builder-image-is-cnb": "echo false"],
        "certs": [
            "certs-exists": #"[ -f "$state/certs/crt" ] && echo true || echo false"#,
            "certs-get": #"[ -f "$state/certs/$2" ] && cat "$state/certs/$2""#,
        ],
        "checks": ["checks-get-property": #"property "$@" "$([ "$2" = wait-to-retire ] && echo 60)""#],
        "common": [
            "core-post-deploy": #"""
            mkdir -p "$DOKKU_LIB_ROOT/config/common/$app"
            printf true >"$DOKKU_LIB_ROOT/config/common/$app/deployed"
            """#, "post-delete": #"rm -rf "$DOKKU_LIB_ROOT/config/common/$app""#,
        ],
        "config": [
            "config-export": #"[ "$4" = json ] || exit 1; either "$state/config.json" '{}\n'"#,
            "config-get": #"value "$state/config/$2""#,
            "config-get-global": #"value "$STAGE/state/--global/config/$1""#, "config-migrate-env": "exit 0",
            "config-unset": #"rm -f "$state/config/$2"; echo "-----> Unsetting $2""#,
        ],
        "cron": ["cron-get-property": property],
        "docker-options": [
            "docker-args-deploy": #"value "$state/docker-args-deploy""#,
            "docker-args-process-deploy": #"value "$state/docker-args-process-deploy""#,
            "docker-args-process-run": #"value "$state/docker-args-process-run""#,
            "docker-args-run": #"value "$state/docker-args-run""#,
        ],
        "domains": [
            "domains-list": #"value "$state/domains""#, "domains-urls": "echo http://$app.dokku.me",
            "domains-vhost-enabled": #"[ -s "$state/domains" ]"#,
        ],
        "git": ["git-get-property": property], "logs": ["logs-get-property": #"property "$@" 10m"#],
        "network": network,
        "nginx-vhosts": ["core-post-deploy": "exit 0", "post-deploy": "exit 0", "proxy-build-config": "exit 0"],
        "ports": [
            "ports-get": #"""
            if [ "$2" = json ]; then
                either "$state/ports.json" '[{"container_port":5000,"host_port":80,"scheme":"http"}]\n'
            else
                either "$state/ports" 'http:80:5000\n'
            fi
            """#, "ports-get-property": property,
        ],
        "proxy": ["proxy-is-enabled": "echo true", "proxy-type": #"either "$state/proxy-type" 'nginx\n'"#], "ps": ps,
        "registry": [
            "deployed-app-image-repo": #"lib "registry/$app/image-repo" "dokku/$app"; echo"#,
            "deployed-app-image-tag": #"value "$state/image/tag""#,
            "deployed-app-repository": #"value "$state/image/repository"; echo"#,
        ],
        "resource": ["resource-get-property": #"value "$state/resource/$2.$3.$4"; echo"#],
        "scheduler": [
            "scheduler-detect": #"""
            for scope in "$app" --global; do
                file=$DOKKU_LIB_ROOT/config/scheduler/$scope/selected
                [ ! -f "$file" ] || { cat "$file"; echo; exit 0; }
            done
            echo docker-local
            """#
        ],
        "scheduler-docker-local": ["scheduler-uses-host-cron": #"[ "$1" = docker-local ] && echo true; true"#],
        "scheduler-null": [
            "scheduler-app-status": #"[ "$1" = null ] && echo "1 true"; true"#,
            "scheduler-is-deployed": "exit 0",
            "scheduler-uses-host-cron": #"[ "$1" = null ] && echo false; true"#,
        ],
        "storage": [
            "storage-app-mounts": #"either "$state/mounts.json" '[]\n'"#, "storage-list": #"value "$state/mounts""#,
        ],
    ]

    private static let property = #"property "$@""#

    private static let events = [
        "core-post-deploy", "post-deploy", "procfile-exists", "scheduler-deploy", "scheduler-post-run",
        "storage-app-mounts",
    ]

    private static let network = [
        "network-config-exists": #"[ -f "$DOKKU_ROOT/$app/IP.web.1" ] && echo true || echo false"#,
        "network-get-ipaddr": #"either "$state/ipaddr" 127.0.0.1"#,
        "network-get-property": #"property "$@" "$([ "$2" = bind-all-interfaces ] && echo false)""#,
        "network-write-ipaddr": #"printf '%s' "$4" >"$DOKKU_ROOT/$app/IP.$2.$3""#,
        "network-write-port": #"printf '%s' "$4" >"$DOKKU_ROOT/$app/PORT.$2.$3""#,
        "post-container-create": "exit 0",
    ]

    private static let ps = [
        "procfile-exists": #"[ -d "$state/procfile" ] || { echo " !     No Procfile" >&2; exit 1; }"#,
        "procfile-get-command": #"""
        [ -d "$state/procfile" ] || exit 0
        [ -f "$state/procfile/$2" ] || { echo "$2 is not in the Procfile" >&2; exit 1; }
        sed "s/\${PORT}/${3:-5000}/g; s/\$PORT/${3:-5000}/g" "$state/procfile/$2"
        """#, "ps-current-scale": #"value "$state/scale""#,
        "ps-get-property": #"""
        case $2 in
        restart-policy) property "$@" on-failure:10 ;;
        restore) property "$@" true ;;
        skip-deploy) property "$@" false ;;
        stop-timeout-seconds) property "$@" 30 ;;
        *) exit 1 ;;
        esac
        """#,
    ]
}
