import AdapterKit
import DokkuIO

/// What the `ps` commands do with a deployed app.
package struct Processes: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// The image of the release that serves.
    /// - Throws: ``AdapterError`` when the app was never deployed.
    package func image() async throws -> ImageReference { try await host.reader(app).inputs.image() }

    /// The files of the release that serves.
    package func project() async throws -> ProjectFiles { try await host.reader(app).inputs.project(.all) }

    /// Deploys again what was deployed last: `ps:restart`, `ps:rebuild`, `ps:start`.
    /// - Parameters:
    ///   - isRestart: instances are replaced even if nothing has changed.
    ///   - reason: what the ledger says of why.
    package func deployKept(only: ProcessType? = nil, isRestart: Bool = false, reason: String) async throws {
        _ = try await image()
        try await deploy(tag: nil, only: only, isRestart: isRestart, reason: reason)
    }

    /// Deploys what is there to be deployed: the release that was kept, or the one that Dokku has just built.
    /// - Parameters:
    ///   - tag: the tag that Dokku calls us with.
    ///   - reason: what the ledger says of why.
    package func deploy(tag: String?, only: ProcessType?, isRestart: Bool, reason: String) async throws {
        try await DeployPipeline(host, app).deploy {
            let inputs = host.reader(app, tag: tag ?? "").inputs
            async let image = inputs.image()
            async let routes = inputs.routes()
            let project = try await inputs.project(.all)
            let formation = try await inputs.formation(project)
            try formation.require(only, of: app)
            _ = try await routes
            return .init(
                project: project, image: try await image, formation: formation, only: only, isRestart: isRestart,
                tag: tag, reason: reason)
        }
    }

    /// Starts the app unless all of it runs.
    package func start() async throws {
        let status = try await host.adapter(for: app).status(of: try host.reader(app).liveApp())
        guard status.running != .yes else {
            await host.console.report(.warning("App \(app) already running"))
            return
        }
        try await deployKept(reason: "start")
    }

    /// Stops every instance; they are known and can be started again.
    package func stop() async throws {
        guard try Reports(host).isDeployed(app) else {
            throw AdapterError(.notFound, "App \(app) has not been deployed")
        }
        let lock = try await DeployLock.take(host.layout, app, command: "ps:stop \(app)")
        defer { lock.release() }
        await host.console.step("Stopping \(app)")
        try await host.adapter(for: app).stop(try host.reader(app).liveApp(), removing: false, console: host.console)
        try host.properties("ps").set("restore", to: "false", .app(app))
    }

    /// Changes how many instances there are. Running ones stay; only the difference is made or taken away.
    package func scale(_ change: Formation, deploys: Bool) async throws {
        let project = try await project()
        guard !project.appJSON.formation.values.contains(where: { $0.quantity != nil }) else {
            throw AdapterError(
                .conflict, "App \(app) contains an app.json file with a formations key and cannot be manually scaled",
                hint: "change formation in app.json and deploy")
        }
        let kept = try Formation.kept(app, host.layout) ?? Formation()
        if let procfile = project.procfile {
            for (type, quantity) in change.quantities.sorted(by: { $0.key < $1.key })
            where quantity > 0 && procfile.commands[type] == nil {
                throw AdapterError(
                    .notFound, "\(type) is not a valid process name to scale up",
                    details: ["process types: " + procfile.types.map(\.description).joined(separator: ", ")])
            }
        }
        let words = change.quantities.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        await host.console.report(.step("Scaling \(app) processes: \(words.joined(separator: " "))"))
        let wanted = Formation(kept.quantities.merging(change.quantities) { $1 })
        guard deploys, try Reports(host).isDeployed(app) else { return try wanted.keep(for: app, host.layout) }
        guard try host.properties("ps").value("restore", .app(app)) != "false" else {
            await host.console.report(.detail("\(app) is stopped: this counts from ps:start on"))
            return try wanted.keep(for: app, host.layout)
        }
        let changed = change.quantities.filter { kept.quantities[$0.key] != $0.value }.keys.sorted()
        guard !changed.isEmpty else { return }
        try await DeployPipeline(host, app).deploy {
            .init(
                project: try await self.project(), image: try await image(),
                formation: try Formation.current(kept: wanted, project: project),
                only: changed.count == 1 ? changed.first : nil, keepsRunning: true,
                reason: "scale")
        }
    }
}
