import AdapterKit
import DokkuIO

/// Checks of what serves already: `checks:run`, and Dokku's trigger `check-deploy` (contract 2.6).
package struct Checkups: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Checks the instances that serve, or those of one process type, or one of them.
    /// - Throws: ``AdapterError`` when one fails; it serves on.
    package func run(_ only: LogQuery.Source = .all) async throws {
        let live = try host.reader(app).liveApp().live
        let scheduler = try host.scheduler(of: app)
        let manifest = try host.catalog.plugin(for: scheduler).manifest
        guard manifest.capabilities.contains(.check) else { return try await tell(scheduler, manifest, only) }
        let query = LogQuery(source: only)
        let wanted = live.filter { query.includes($0.name) }
        guard !wanted.isEmpty else {
            let names = live.map(\.name.description).joined(separator: " ")
            throw AdapterError(
                .notFound, "\(app) has no such containers to check",
                details: names.isEmpty ? [] : ["instances: \(names)"], hint: "ps:report \(app)")
        }
        try await check(wanted, on: scheduler)
    }

    /// Checks a container that Dokku names.
    /// - Parameter call: what Dokku knows of it; the app's own record knows better where it has the container.
    func run(_ call: ContainerCall, on scheduler: String) async throws {
        let live = try host.reader(app).liveApp().live
        guard !call.id.isEmpty else { return try await run(call.source) }
        var instance = live.first { $0.id.hasPrefix(call.id) } ?? call.instance
        instance.port = call.instance.port ?? instance.port
        try await check([instance], on: scheduler)
    }

    private func check(_ instances: [Instance], on scheduler: String) async throws {
        guard
            let adapter = try host.optionalRole((any InstanceChecking).self, .check, of: app, on: scheduler)
        else { return }
        let reader = host.reader(app)
        async let routes = reader.inputs.routes()
        let project = try await reader.inputs.project(.none)
        let checkup = Checkup(
            app: try reader.liveApp(project.environment),
            subjects: try instances.map { .init($0, checks: try reader.checks($0.name.process, project: project)) },
            domains: try await routes.domains)
        try refuse(try await adapter.check(checkup, console: host.console), of: instances.count)
    }

    /// A scheduler that never stops checking is asked what it has found.
    private func tell(_ scheduler: String, _ manifest: Manifest, _ only: LogQuery.Source) async throws {
        let status = try await host.adapter(for: app).status(of: try host.reader(app).liveApp())
        let query = LogQuery(source: only)
        let states = status.states.filter { query.includes($0.name) }
        guard manifest.images != .none, !states.isEmpty else {
            throw AdapterError(
                .unsupported, "the \(scheduler) scheduler has no instances of \(app) to check",
                hint: "ps:report \(app)")
        }
        await host.console.report(
            .detail("The \(scheduler) scheduler checks instances by itself, and has found:"))
        for state in states { await host.console.report(.detail("\(state.state) (\(state.name))")) }
        try refuse(
            states.filter { !$0.isRunning }.map {
                FailedInstance(name: $0.name, id: $0.id, reason: "is \($0.state)", lastLines: [])
            }, of: states.count)
    }

    private func refuse(_ failures: [FailedInstance], of count: Int) throws {
        guard let first = failures.first else { return }
        let sentences = failures.map { "\($0.name) \($0.reason)" }
        throw AdapterError(
            .rolloutFailed,
            count == 1 || failures.count == 1
                ? "\(first.name) \(first.reason)" : "\(failures.count) of \(count) instances failed their checks",
            details: failures.count == 1 ? [] : sentences, hint: "logs \(app)", failedInstances: failures)
    }
}

/// A container as `check-deploy` names it: `CONTAINER_ID PROC_TYPE PORT IP [INDEX]`, all of which may be empty.
package struct ContainerCall: Sendable, Equatable {
    var id: String
    var instance: Instance
    /// What is meant where no container is named.
    var source: LogQuery.Source

    /// - Throws: ``AdapterError`` for a process type that is none.
    init(_ words: [String]) throws {
        func word(_ index: Int) -> String { index < words.count ? words[index] : "" }
        id = word(0)
        source = try LogQuery.Source(word(1))
        let name = try InstanceName(word(1)) ?? InstanceName(ProcessType(word(1).isEmpty ? "web" : word(1)), 1)
        instance = Instance(
            id: id, name: InstanceName(name.process, Int(word(4)) ?? name.index),
            address: word(3).isEmpty ? nil : word(3), port: Int(word(2)))
    }
}
