import AdapterKit
import DokkuIO
import FoundationEssentials

/// A deploy from reading what there is to retiring what was: the story, one step a line.
package struct DeployPipeline: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// What is to be deployed.
    package struct Request: Sendable {
        package var project: ProjectFiles
        package var image: ImageReference
        package var formation: Formation
        package var only: ProcessType?
        package var keepsRunning = false

        package init(
            project: ProjectFiles, image: ImageReference, formation: Formation, only: ProcessType? = nil,
            keepsRunning: Bool = false
        ) {
            self.project = project
            self.image = image
            self.formation = formation
            self.only = only
            self.keepsRunning = keepsRunning
        }
    }

    /// Deploys what `makeRequest` says, which is asked once the app is locked.
    package func deploy(_ makeRequest: @Sendable () throws -> Request) async throws {
        let lock = try DeployLock.take(host.layout, app, command: "deploy \(app)")
        defer { lock.release() }
        try await Retirement(host).finishInterruptedSwitch(of: app)
        let request = try makeRequest()
        let deployment = try read(request)
        let scheduler = try host.scheduler(of: app)
        await host.console.report(.step("Deploying \(app) via the \(scheduler) scheduler..."))
        let adapter = try host.adapter(scheduler: scheduler, app: app)
        let rollout = try await bringUp(deployment, with: adapter)
        try await switchOver(to: rollout, deployment, adapter)
        try keep(request)
        try await Retirement(host).superseded(rollout, of: deployment, adapter: adapter)
    }

    private func read(_ request: Request) throws -> Deployment {
        for type in request.formation.quantities.keys.sorted() where request.only == nil || request.only == type {
            guard let procfile = request.project.procfile, procfile.commands[type] == nil else { continue }
            Task { [console = host.console] in
                await console.report(.warning("Skipping \(type) as it is missing from the current Procfile"))
            }
        }
        return try host.reader(app).deployment(
            request.project, image: request.image, formation: request.formation, id: try newID(), only: request.only,
            keepsRunning: request.keepsRunning, isTraced: host.isTraced)
    }

    private func newID() throws -> DeploymentID {
        if let build = host.environment["DOKKU_BUILD_ID"], let id = try? DeploymentID(build) { return id }
        let time = UInt64(Date().timeIntervalSince1970 * 1_000)
        return try DeploymentID(String(time, radix: 36) + String(UInt16.random(in: 0...1_295), radix: 36))
    }

    private func bringUp(_ deployment: Deployment, with adapter: any Adapter) async throws -> Rollout {
        do {
            let rollout = try await adapter.deploy(deployment, console: host.console)
            await host.console.settle()
            return rollout
        } catch {
            await host.console.settle()
            if let error = error as? AdapterError, !error.failedInstances.isEmpty {
                try FailedDeploy(time: Date().formatted(.iso8601), error: error).keep(for: app, host.layout)
            }
            try await goOnServing(deployment.app.live, with: adapter)
            throw error
        }
    }

    /// From here on traffic moves. It runs to its end even if the task is cancelled: half a switch helps nobody.
    private func switchOver(to rollout: Rollout, _ deployment: Deployment, _ adapter: any Adapter) async throws {
        let state = LocalState(host.layout, app)
        let announcer = Announcer(host, app)
        try Task.checkCancellation()
        try await Task { [console = host.console, scheduler = try host.scheduler(of: app)] in
            do {
                if adapter is any InstanceRetiring { try state.record(rollout) }
                try await (adapter as? any InstanceRetiring)?.promote(rollout, of: deployment.app, console: console)
                await console.report(.step("Running post-deploy"))
                try await announcer.announce(deployment, rollout, scheduler: scheduler)
                try state.settle()
            } catch {
                if let adapter = adapter as? any InstanceRetiring {
                    try? await adapter.withdraw(rollout, of: deployment.app, console: console)
                    try state.restore(deployment.app.live)
                    try await goOnServing(deployment.app.live, with: adapter)
                }
                throw error
            }
        }.value
    }

    /// After a failure: instances that were stopped for it and run again may have other addresses.
    private func goOnServing(_ before: [Instance], with adapter: any Adapter) async throws {
        guard !before.isEmpty else { return }
        try await Task { [state = LocalState(host.layout, app), announcer = Announcer(host, app)] in
            guard let adapter = adapter as? any InstanceRetiring else { return }
            let now = (try? await adapter.located(before)) ?? before
            guard now != before else { return }
            try state.restore(now)
            try await announcer.announceAgain(Rollout(instances: now, superseded: []))
        }.value
        await host.console.report(.detail("The release before goes on serving (\(before.count) instances)"))
    }

    private func keep(_ request: Request) throws {
        try request.project.keep(for: app, host.layout)
        try request.formation.keep(for: app, host.layout)
        try FailedDeploy.forget(app, host.layout)
        try host.properties("linkspan").set("image", to: request.image.description, .app(app))
        try host.properties("common").set("deployed", to: "true", .app(app))
        try host.properties("ps").set("restore", to: "true", .app(app))
    }
}
