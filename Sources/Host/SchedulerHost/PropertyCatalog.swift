import AdapterKit
import DockerLocal
import DokkuIO

/// A plugin's properties: what `PLUGIN:set` and `PLUGIN:report` know.
package struct PropertyPlugin: Sendable {
    package struct Property: Sendable {
        package var name: String
        package var defaultValue: String
        package var summary: String
        package var isPerApp = true
        package var isGlobal = true
        package var isSeconds = false
        package var isSecret = false
        /// Whether it is none of Dokku's own plugin of that name, whose reports and errors are the same to the byte: it
        /// shows where it is set and nowhere else.
        package var isAddition = false

        /// `value` as it may be shown.
        package func shown(_ value: String) -> String { isSecret && !value.isEmpty ? "***" : value }
    }

    package let name: String
    package let properties: [Property]

    /// Dokku's docker-local plugin is a script with words of its own (contract 4.8).
    package var isShellScript: Bool { name == PropertyCatalog.dockerLocal.name }

    package func defaultValue(of name: String) -> String {
        properties.first { $0.name == name }?.defaultValue ?? ""
    }
}

/// The plugins whose properties can be set, by name.
package enum PropertyCatalog {
    package static let scheduler = PropertyPlugin(
        name: "scheduler",
        properties: [
            .init(name: "selected", defaultValue: "docker-local", summary: "the scheduler that runs the app"),
            .init(
                name: "shell", defaultValue: "",
                summary: "the shell that enter and run open; the best the image has if unset"),
            .init(
                name: releasesKept, defaultValue: defaultReleasesKept,
                summary: "how many releases are told of and can be gone back to", isAddition: true),
        ])
    static let releasesKept = "releases-kept"
    static let defaultReleasesKept = "20"

    /// The properties of an adapter are its settings; maps have commands of their own.
    package static func settings(of plugin: AdapterPlugin) -> PropertyPlugin {
        PropertyPlugin(
            name: plugin.propertyPlugin,
            properties: plugin.settings.filter { $0.map == nil }.map {
                .init(
                    name: $0.name, defaultValue: $0.defaultValue, summary: $0.summary, isPerApp: $0.isPerApp,
                    isSecret: $0.isSecret)
            })
    }

    package static let dockerLocal = settings(of: .dockerLocal)

    /// The map of which the host makes ``AppProcess/autoscaling``, so that no adapter reads it itself.
    static let autoscaling = "autoscaling"

    package static let ps = PropertyPlugin(
        name: "ps",
        properties: [
            .init(
                name: "restart-policy", defaultValue: "on-failure:10",
                summary: "when a stopped container is started again"),
            .init(
                name: "stop-timeout-seconds", defaultValue: "30", summary: "how long a container may take to stop",
                isSeconds: true),
            .init(
                name: "start-cmd", defaultValue: "", summary: "what buildpack images start, in place of the Procfile",
                isGlobal: false),
            .init(
                name: "dockerfile-start-cmd", defaultValue: "",
                summary: "what Dockerfile images start, in place of the Procfile", isGlobal: false),
        ])

    package static let checks = PropertyPlugin(
        name: "checks",
        properties: [
            .init(
                name: "wait-to-retire", defaultValue: "60",
                summary: "seconds that old containers keep running after a deploy", isSeconds: true),
            .init(
                name: "default-wait", defaultValue: "10",
                summary: "seconds an instance must run where app.json has no startup check", isSeconds: true),
        ])

    package static let network = PropertyPlugin(
        name: "network",
        properties: [
            .init(name: "initial-network", defaultValue: "", summary: "the network that containers start in"),
            .init(name: "attach-post-create", defaultValue: "", summary: "networks joined before the process starts"),
            .init(
                name: "attach-post-deploy", defaultValue: "", summary: "networks joined when an instance is verified"),
            .init(
                name: "bind-all-interfaces", defaultValue: "false",
                summary: "whether web's ports are published on the host"),
        ])

    package static let proxy = PropertyPlugin(
        name: "proxy",
        properties: [
            .init(name: "type", defaultValue: "null", summary: "what leads traffic to the app: nginx or null")
        ])

    package static let nginx = PropertyPlugin(
        name: "nginx",
        properties: [
            .init(
                name: "sites-directory", defaultValue: "/etc/nginx/conf.d", summary: "where an app's site is written to"
            ),
            .init(name: "command", defaultValue: "nginx", summary: "how nginx is called, such as 'sudo -n nginx'"),
            .init(name: "pid-file", defaultValue: "/run/nginx.pid", summary: "where nginx keeps its process id"),
            .init(
                name: "drain-seconds", defaultValue: "30", summary: "how long old requests may take after a switch",
                isSeconds: true),
        ])

    package static let cron = PropertyPlugin(
        name: "cron",
        properties: [
            .init(name: "maintenance", defaultValue: "false", summary: "whether cron tasks are held back"),
            .init(
                name: "host-crontab", defaultValue: "false",
                summary: "whether deploys write cron tasks into this user's crontab", isPerApp: false),
        ])

    package static let registry = PropertyPlugin(
        name: "registry",
        properties: [
            .init(
                name: "image-repo", defaultValue: "",
                summary: "the repository, without server and tag; dokku/APP if unset",
                isGlobal: false),
            .init(
                name: "image-repo-template", defaultValue: "",
                summary: "the repository of apps without image-repo, such as 'acme/{{ .AppName }}'"),
            .init(
                name: "push-extra-tags", defaultValue: "", summary: "further tags for each release, with commas between"
            ),
            .init(
                name: "push-on-release", defaultValue: "false",
                summary: "true: every release is pushed; false: none is; unset: those that the scheduler has to pull"),
            .init(
                name: "server", defaultValue: "",
                summary: "host[:port][/path] of the registry; docker.io for Docker Hub"),
        ])

    /// All plugins with properties, those of `catalog`'s adapters among them.
    package static func all(_ catalog: Catalog) -> [PropertyPlugin] {
        [cron, scheduler, ps, checks, network, proxy, nginx, registry]
            + catalog.plugins.filter { !$0.settings.isEmpty }.map { settings(of: $0) }
    }
}
