extension StagePrograms {
    /// The bash functions that plugins source from Dokku's `common`, for a plugin that is not beside them: the ones
    /// that a scheduler needs, in words of our own.
    static let library = #"""
        #!/usr/bin/env bash
        dokku_log_quiet() { [[ -n "$DOKKU_QUIET_OUTPUT" ]] || echo "$*"; }
        dokku_log_info1() { echo "-----> $*"; }
        dokku_log_info2() { echo "=====> $*"; }
        dokku_log_verbose() { echo "       $*"; }
        dokku_log_exclaim() { echo " !     $*"; }
        dokku_log_warn() { echo " !     $*" >&2; }
        dokku_log_stderr() { echo "$*" >&2; }
        dokku_log_fail() {
            echo " !     $*" >&2
            exit "${DOKKU_FAIL_EXIT_CODE:-1}"
        }
        dokku_log_info1_quiet() { [[ -n "$DOKKU_QUIET_OUTPUT" ]] || dokku_log_info1 "$@"; }
        dokku_log_info2_quiet() { [[ -n "$DOKKU_QUIET_OUTPUT" ]] || dokku_log_info2 "$@"; }
        dokku_log_verbose_quiet() { [[ -n "$DOKKU_QUIET_OUTPUT" ]] || dokku_log_verbose "$@"; }
        dokku_log_warn_quiet() { [[ -n "$DOKKU_QUIET_OUTPUT" ]] || dokku_log_warn "$@"; }
        dokku_log_fail_quiet() { dokku_log_fail "$@"; }
        has_tty() { [[ "$DOKKU_FORCE_TTY" == true ]] || { [[ "$DOKKU_DISABLE_TTY" != true ]] && tty -s; }; }
        get_app_scheduler() { plugn trigger scheduler-detect "$1"; }
        is_deployed() { "$PLUGIN_CORE_AVAILABLE_PATH/common/common" --quiet is-deployed "$1"; }
        verify_app_name() {
            "$PLUGIN_CORE_AVAILABLE_PATH/common/common" --quiet verify-app-name "$1" && return
            DOKKU_FAIL_EXIT_CODE=20 dokku_log_fail "App $1 does not exist"
        }
        get_running_image_tag() {
            local tag
            tag="$(plugn trigger deployed-app-image-tag "$1")"
            tag="${tag:-$2}"
            echo "${tag:-latest}"
        }
        get_deploying_app_image_name() {
            local repo image
            repo="$(plugn trigger deployed-app-image-repo "$1")"
            image="$(plugn trigger deployed-app-repository "$1")${repo:-dokku/$1}:$(get_running_image_tag "$1" "$2")"
            "$DOCKER_BIN" image inspect "$image" &>/dev/null || dokku_log_fail "App image ($image) not found"
            echo "$image"
        }
        get_app_container_ids() {
            local file
            for file in "$DOKKU_ROOT/$1/CONTAINER."${2:+$2.}*; do [[ -f "$file" ]] && cat "$file"; done
            return 0
        }
        is_container_status() {
            [[ "$("$DOCKER_BIN" container inspect --format "{{.State.$2}}" "$1" 2>/dev/null)" == true ]]
        }

        """#

    /// The functions for properties, by the same names as in Dokku.
    static let propertyLibrary = #"""
        #!/usr/bin/env bash
        fn-plugin-property-get() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" get-with-default "$@"; }
        fn-plugin-property-get-default() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" get-with-default "$@"; }
        fn-plugin-property-get-all() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" get-all "$@"; }
        fn-plugin-property-exists() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" exists "$@"; }
        fn-plugin-property-write() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" set "$@"; }
        fn-plugin-property-delete() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" del "$@"; }
        fn-plugin-property-destroy() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" destroy "$@"; }
        fn-plugin-property-clone() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" clone "$@"; }
        fn-plugin-property-setup() { "$PLUGIN_CORE_AVAILABLE_PATH/common/prop" setup "$@"; }

        """#

    /// The functions for config, by the same names as in Dokku.
    static let configLibrary = #"""
        #!/usr/bin/env bash
        config_sub() { "$PLUGIN_AVAILABLE_PATH/config/config_sub" "$@"; }
        config_get() { config_sub get "$@"; }
        config_keys() { config_sub keys "$@"; }
        config_export() {
            local app="$2"
            if [[ "$1" == global ]]; then app=--global; shift; else shift 2; fi
            config_sub export "$@" "$app"
        }

        """#
}
