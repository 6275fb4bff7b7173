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
    }

    package let name: String
    package let properties: [Property]

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
        ])

    package static let dockerLocal = PropertyPlugin(
        name: "scheduler-docker-local",
        properties: AdapterPlugin.dockerLocal.settings.map {
            .init(name: $0.name, defaultValue: $0.defaultValue, summary: $0.summary, isPerApp: $0.isPerApp)
        })

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

    package static let all = [cron, scheduler, dockerLocal, ps, checks, network, proxy, nginx]
}

/// `PLUGIN:set` (contract 4.3).
package struct PropertySetting: Sendable {
    private let host: Host
    private let plugin: PropertyPlugin

    package init(_ host: Host, _ plugin: PropertyPlugin) {
        self.host = host
        self.plugin = plugin
    }

    /// Sets a property, or clears it when `value` is empty. The order of checks is Dokku's.
    package func set(_ property: String, to value: String, _ scope: PropertyScope) async throws {
        let known = plugin.properties.first { $0.name == property }
        if scope == .global, known?.isGlobal != true {
            throw AdapterError(.invalidInput, "Property cannot be specified globally")
        }
        // Dokku's docker-local plugin has a word of its own for it.
        let noun = plugin.name == PropertyCatalog.dockerLocal.name ? ("key", "keys") : ("property", "properties")
        guard !property.isEmpty else { throw AdapterError(.invalidInput, "No \(noun.0) specified") }
        guard let known, scope == .global || known.isPerApp else {
            let names = plugin.properties.filter(\.isPerApp).map(\.name).sorted().joined(separator: ", ")
            throw AdapterError(.invalidInput, "Invalid \(noun.0) specified, valid \(noun.1) include: \(names)")
        }
        if known.isSeconds, !value.isEmpty, Seconds.parse(value) == nil {
            throw AdapterError(
                .invalidInput, "\(property) must be \(Seconds.rule()), not '\(value.prefix(40))'",
                hint: "\(plugin.name):set APP \(property) \(known.defaultValue)")
        }
        try await check(property, value)
        await host.console.headline(value.isEmpty ? "Unsetting \(property)" : "Setting \(property) to \(value)")
        try host.properties(plugin.name).set(property, to: value, scope)
        if plugin.name == PropertyCatalog.cron.name { try await Crontab(host).refresh() }
    }

    /// A value that would break every deploy is refused; one that can never do anything is worth a word.
    private func check(_ property: String, _ value: String) async throws {
        if plugin.name == "ps", property == "restart-policy", !value.isEmpty, RestartPolicy(value) == nil {
            throw AdapterError(
                .invalidInput, "Invalid restart-policy specified", hint: "ps:set APP restart-policy on-failure:10")
        }
        if plugin.name == "scheduler", property == "selected", !value.isEmpty, !host.catalog.schedulers.contains(value)
        {
            let names = host.catalog.schedulers.joined(separator: ", ")
            await host.console.report(
                .warning(
                    "Nothing here answers to a scheduler called '\(value)': deploys will fail. There are: \(names)"))
        }
    }
}
