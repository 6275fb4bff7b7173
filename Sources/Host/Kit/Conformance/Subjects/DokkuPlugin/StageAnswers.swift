extension StagePrograms {
    /// What Dokku's core plugins answer to a scheduler's questions (contract part 3), out of the files of `StageState`.
    /// What is not listed is answered as Dokku answers what nobody implements: with nothing, and 0.
    static let answers = #"""
        #!/bin/sh
        trigger=$1
        shift
        app=$1
        state=$DOKKU_LIB_ROOT/kit/$app
        value() { [ ! -f "$1" ] || cat "$1"; }
        line() { printf '%s\n' "$1"; }
        case $trigger in
        scheduler-detect) line "$KIT_SCHEDULER" ;;
        ps-current-scale) value "$state/scale" ;;
        procfile-exists) [ -d "$state/procfile" ] || { line " !     $app has no Procfile" >&2; exit 1; } ;;
        procfile-get-command)
            [ -d "$state/procfile" ] || exit 0
            [ -f "$state/procfile/$2" ] || { line " !     the Procfile has no '$2'" >&2; exit 1; }
            sed "s/\${PORT}/${3:-5000}/g; s/\$PORT/${3:-5000}/g" "$state/procfile/$2"
            ;;
        config-get) value "$state/config/$2" ;;
        config-get-global) ;;
        config-export)
            [ "$app" != --global ] || exit 0
            if [ -f "$state/export/$4" ]; then cat "$state/export/$4"; exit 0; fi
            case $4 in
            exports | envfile | docker-args | docker-args-keys | pack-keys | shell | pretty) ;;
            json) line '{}' ;;
            json-list) line '[]' ;;
            *) line " !     there is no format '$4'" >&2; exit 1 ;;
            esac
            ;;
        ps-get-property | checks-get-property | network-get-property | logs-get-property | cron-get-property | \
            ports-get-property | git-get-property | builder-get-property)
            if [ -f "$state/property/$trigger/$2" ]; then cat "$state/property/$trigger/$2"; exit 0; fi
            case $trigger/$2 in
            ps-get-property/restart-policy) line on-failure:10 ;;
            ps-get-property/restore) line true ;;
            ps-get-property/skip-deploy) line false ;;
            ps-get-property/stop-timeout-seconds) line 30 ;;
            checks-get-property/wait-to-retire) line 60 ;;
            network-get-property/bind-all-interfaces) line false ;;
            logs-get-property/max-size) line 10m ;;
            ps-get-property/* | checks-get-property/*) line " !     there is no property '$2'" >&2; exit 1 ;;
            esac
            ;;
        resource-get-property) value "$state/resource/$2.$3.$4"; echo ;;
        network-get-ipaddr)
            [ -z "$3" ] || docker container inspect --format \
                '{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}' "$3" 2>/dev/null | sed -n '/./{p;q;}'
            ;;
        network-write-ipaddr) printf '%s' "$4" >"$DOKKU_ROOT/$app/IP.$2.$3" ;;
        network-write-port) printf '%s' "$4" >"$DOKKU_ROOT/$app/PORT.$2.$3" ;;
        network-get-listeners)
            all=
            for file in "$DOKKU_ROOT/$app/IP.$2."*; do
                [ -f "$file" ] || continue
                port=$(value "$DOKKU_ROOT/$app/PORT.$2.${file##*.}")
                all="$all $(cat "$file"):${port:-5000}"
            done
            line "${all# }"
            ;;
        network-config-exists) [ -f "$DOKKU_ROOT/$app/IP.web.1" ] && line true || line false ;;
        ports-get) if [ "$2" = json ]; then value "$state/ports.json"; else value "$state/ports"; fi ;;
        domains-list) value "$state/domains" ;;
        domains-vhost-enabled) [ -s "$state/domains" ] ;;
        proxy-type) line nginx ;;
        proxy-is-enabled) line true ;;
        certs-exists | builder-image-is-cnb) line false ;;
        app-list) for one in "$DOKKU_ROOT"/*/; do one=${one%/}; line "${one##*/}"; done ;;
        app-json-get-content) if [ -f "$state/app.json" ]; then cat "$state/app.json"; else printf '{}'; fi ;;
        app-json-process-deploy-parallelism)
            if [ -f "$state/parallel/$2" ]; then cat "$state/parallel/$2"; else line 1; fi
            ;;
        deployed-app-repository) value "$state/image/repository"; echo ;;
        deployed-app-image-repo) value "$state/image/repo"; echo ;;
        deployed-app-image-tag) value "$state/image/tag"; echo ;;
        docker-args-deploy | docker-args-run) value "$state/arguments/${trigger##*-}" ;;
        docker-args-process-deploy) value "$state/arguments/process-deploy"; value "$state/arguments/type-$4" ;;
        docker-args-process-run) value "$state/arguments/process-run" ;;
        storage-app-mounts) if [ -f "$state/mounts.json" ]; then cat "$state/mounts.json"; else line '[]'; fi ;;
        storage-list) value "$state/mounts" ;;
        post-container-create)
            for network in $(value "$DOKKU_LIB_ROOT/kit/$3/property/network-get-property/attach-post-create"); do
                docker network connect "$network" "$2" || exit 1
            done
            ;;
        core-post-deploy)
            mkdir -p "$DOKKU_LIB_ROOT/config/common/$app"
            printf true >"$DOKKU_LIB_ROOT/config/common/$app/deployed"
            ;;
        post-delete) [ -z "$app" ] || rm -rf "$DOKKU_LIB_ROOT/config/common/$app" "$state" ;;
        esac

        """#
}
