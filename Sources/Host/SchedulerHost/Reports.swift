import AdapterKit
import DokkuIO

/// The rows of each plugin's report.
package struct Reports: Sendable {
    let host: Host

    package init(_ host: Host) {
        self.host = host
    }

    /// Raw, global and computed values of a plugin's properties.
    package func properties(of plugin: PropertyPlugin, _ scope: PropertyScope) throws -> Report {
        Report(
            plugin: plugin.name, subject: scope.description, rows: try rows(of: plugin, scope),
            hasLegacyKeys: plugin.name != "scheduler-docker-local")
    }

    private func rows(of plugin: PropertyPlugin, _ scope: PropertyScope) throws -> [Report.Row] {
        let stored = host.properties(plugin.name)
        var rows: [Report.Row] = []
        for property in plugin.properties {
            let isShown =
                try !property.isAddition
                || [scope, .global].contains { try stored.value(property.name, $0)?.isEmpty == false }
            guard isShown else { continue }
            func flag(_ kind: String) -> String { "--\(plugin.name)-\(kind)\(property.name)" }
            var app: AppName?
            if case .app(let name) = scope {
                app = name
                rows.append(.init(flag(""), property.shown(try stored.value(property.name, scope) ?? "")))
            } else if !property.isGlobal {
                continue
            }
            rows.append(
                .init(
                    flag("computed-"),
                    property.shown(try stored.computed(property.name, app, default: property.defaultValue))))
            if property.isGlobal {
                rows.append(.init(flag("global-"), property.shown(try stored.value(property.name, .global) ?? "")))
            }
        }
        return rows
    }

    /// `ps:report`: how an app fares, asked of its scheduler.
    package func processes(_ scope: PropertyScope) async throws -> Report {
        var rows = try rows(of: PropertyCatalog.ps, scope)
        if case .app(let name) = scope {
            let app = try host.reader(name).liveApp()
            let status = try await status(of: app)
            let project = try await host.reader(name).inputs.project(.none)
            let isFixed = project.appJSON.formation.values.contains { $0.quantity != nil }
            rows += [
                .init("--deployed", try isDeployed(name, status) ? "true" : "false"),
                .init("--processes", String(status.count)),
                .init("--ps-can-scale", isFixed ? "false" : "true"),
                .init("--restore", try host.properties("ps").value("restore", scope) ?? "true"),
                .init("--running", status.running.rawValue),
            ]
            // A container's id is known by its beginning; other schedulers' names are not.
            let length = try LocalState(host.layout, name).isDeployed() ? 11 : Int.max
            rows += status.states.map { state in
                .init("--status-\(state.name)", "\(state.state) (CID: \(state.id.prefix(length)))")
            }
        }
        return Report(plugin: "ps", subject: scope.description, rows: rows)
    }

    /// Asked of the app's scheduler; one that nobody answers to runs nothing.
    private func status(of app: App) async throws -> AppStatus {
        let scheduler = try host.scheduler(of: app.name)
        guard host.catalog.schedulers.contains(scheduler) else {
            await host.console.report(
                .warning("\(app.name) has selected the scheduler '\(scheduler)', which nobody answers to"))
            return AppStatus(states: [])
        }
        return try await host.adapter(scheduler: scheduler, app: app.name).status(of: app)
    }

    /// Whether a deploy has succeeded, as it was noted.
    package func isDeployed(_ app: AppName) throws -> Bool {
        try host.properties("common").value("deployed", .app(app)) == "true"
    }

    /// Whether `scheduler` runs a release of the app: asked of those that keep a record of their own.
    func isDeployed(_ app: AppName, on scheduler: String) async throws -> Bool {
        let manifest = try host.catalog.plugin(for: scheduler).manifest
        guard !manifest.isKeptByHost else { return try LocalState(host.layout, app).isDeployed() }
        let live = try host.reader(app).liveApp()
        do {
            let status = try await host.adapter(scheduler: scheduler, app: app).status(of: live)
            return try status.count > 0 || isDeployedToNothing(app)
        } catch let error as AdapterError where error.code == .unreachable {
            // Dokku takes a failure for "never deployed" and would begin anew.
            await host.warn(of: error)
            return try isDeployed(app)
        }
    }

    private func isDeployed(_ app: AppName, _ status: AppStatus) throws -> Bool {
        let scheduler = try host.scheduler(of: app)
        guard let manifest = host.catalog.plugins.first(where: { $0.manifest.scheduler == scheduler })?.manifest,
            !manifest.isKeptByHost, manifest.images != .none
        else { return try isDeployed(app) }
        return try status.count > 0 || isDeployedToNothing(app)
    }

    /// Whether the release that was noted is one that has no instance: stopped, or scaled to nothing.
    private func isDeployedToNothing(_ app: AppName) throws -> Bool {
        guard try isDeployed(app) else { return false }
        let isStopped = try host.properties("ps").value("restore", .app(app)) == "false"
        let quantities = try Formation.kept(app, host.layout)?.quantities.values.reduce(0, +)
        return isStopped || quantities == 0
    }

    /// `checks:report`.
    package func checks(_ scope: PropertyScope) throws -> Report {
        var rows = try rows(of: PropertyCatalog.checks, scope)
        for list in ["disabled", "skipped"] {
            let value = try host.properties("checks").value(list, scope) ?? ""
            rows.append(.init("--checks-\(list)-list", value.isEmpty ? "none" : value))
        }
        return Report(plugin: "checks", subject: scope.description, rows: rows)
    }

    /// Reports of what is kept as lists, one row a list.
    package func lists(_ plugin: String, _ scope: PropertyScope) throws -> Report {
        guard case .app(let app) = scope else { return Report(plugin: plugin, subject: "--global", rows: []) }
        let stored = host.properties(plugin)
        var rows: [Report.Row] = []
        switch plugin {
        case "domains":
            let domains = try StateFiles.readText(host.layout.app(app, "VHOST")) ?? ""
            rows = [
                .init("--domains-app-enabled", domains.isEmpty ? "false" : "true"),
                .init("--domains-app-vhosts", domains.split(whereSeparator: \.isWhitespace).joined(separator: " ")),
            ]
        case "ports":
            rows = [.init("--ports-map", try stored.list("map", scope).joined(separator: " "))]
        case "storage":
            rows = [
                .init("--storage-mounts", try StorageMounts(host, app).list().map { "-v " + $0 }.joined(separator: " "))
            ]
        case "docker-options":
            for phase in ["build", "deploy", "run"] {
                rows.append(
                    .init(
                        "--docker-options-\(phase)", try stored.list("_default_.\(phase)", scope).joined(separator: " ")
                    ))
            }
            for name in try stored.names(scope) where !name.hasPrefix("_default_.") {
                let key = name.split(separator: ".").joined(separator: "-")
                rows.append(.init("--docker-options-\(key)", try stored.list(name, scope).joined(separator: " ")))
            }
        default:
            for name in try stored.names(scope) {
                rows.append(.init("--\(plugin)-\(name.replacingDots)", try stored.value(name, scope) ?? ""))
            }
        }
        return Report(plugin: plugin, subject: app.description, rows: rows)
    }
}

extension String {
    fileprivate var replacingDots: String { String(map { $0 == "." ? "-" : $0 }) }
}
