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
        /// Whether instances are replaced though nothing has changed.
        package var isRestart = false
        /// The tag that Dokku called us with; `nil` without a Dokku.
        package var tag: String?
        /// What the person agreed to: the token of a comparison.
        package var agreedState: String?
        /// Where the project was read; `nil` when it is what was deployed last.
        package var folder: String?
        /// What the ledger says of why: the word of the command.
        package var reason = "deploy"
        /// The release that is gone back to.
        package var goesBackTo: Int?

        package init(
            project: ProjectFiles, image: ImageReference, formation: Formation, only: ProcessType? = nil,
            keepsRunning: Bool = false, isRestart: Bool = false, folder: String? = nil, agreedState: String? = nil,
            tag: String? = nil, reason: String = "deploy"
        ) {
            self.reason = reason
            self.tag = tag
            self.isRestart = isRestart
            self.agreedState = agreedState
            self.folder = folder
            self.project = project
            self.image = image
            self.formation = formation
            self.only = only
            self.keepsRunning = keepsRunning
        }
    }

    /// Deploys what `makeRequest` says, which is asked once the app is locked.
    package func deploy(_ makeRequest: @Sendable () async throws -> Request) async throws {
        let start = ContinuousClock.now
        let lock = try await DeployLock.take(host.layout, app, command: "deploy \(app)")
        defer { lock.release() }
        try await SwitchOver(host, app).finishInterrupted()
        try await Rollback(host, app).settle()
        do {
            try await deploy(since: start, makeRequest)
        } catch {
            try await Rollback(host, app).settle(after: error)
            throw error
        }
        try await Rollback(host, app).settle()
    }

    private func deploy(
        since start: ContinuousClock.Instant, _ makeRequest: @Sendable () async throws -> Request
    ) async throws {
        let request = try await makeRequest()
        // Dokku has no process type for an app that was never scaled (contract 3.2).
        if host.plugn != nil, request.formation.quantities.isEmpty {
            return await host.console.report(.warning("\(app) has nothing to run: dokku ps:scale \(app) web=1"))
        }
        let move = try Move(host, app, request)
        try await Publishing(host, app).requirePlace(of: request.image, for: move.manifest)
        guard let shared = try SharedLock(host, app, scheduler: move.scheduler, move.target) else {
            return try await deploy(request, move, since: start)
        }
        try await shared.hold { try await deploy(request, move, since: start) }
    }

    private func deploy(_ request: Request, _ move: Move, since start: ContinuousClock.Instant) async throws {
        await warn(of: request)
        let id = try newID()
        let deployment: Deployment
        do {
            deployment = try await DeploymentInput(host, app).deployment(
                request, id: id, for: move.manifest, publishes: true)
        } catch {
            try? await ReleaseJournal(host, app, request, move, id: id, nil, since: start).end(after: error)
            throw error
        }
        let journal = try await ReleaseJournal(host, app, request, move, id: id, deployment, since: start)
        do {
            let rollout = try await carryOut(deployment, request, move, journal)
            await journal.end(rollout)
        } catch {
            await journal.end(after: error)
            throw error
        }
    }

    private func carryOut(
        _ deployment: Deployment, _ request: Request, _ move: Move, _ journal: ReleaseJournal
    ) async throws -> Rollout {
        if host.plugn == nil {
            await host.console.report(.step("Deploying \(app) via the \(move.scheduler) scheduler..."))
        }
        if let place = move.stays {
            await host.console.report(
                .warning("\(app) stays where it is (\(place.text)): a deploy of all of it moves it"))
        }
        let adapter = try host.adapter(scheduler: move.scheduler, app: app, move.target)
        let tasks = try ReleaseTasks(host, app, request, image: deployment.image, move.manifest, adapter)
        try await tasks.runBefore()
        let rollout = try await bringUp(deployment, with: adapter)
        // From here on traffic moves. It runs to its end even if the task is cancelled: half a switch helps nobody.
        try await Task {
            try await SwitchOver(host, app).run(
                rollout, deployment, request, move, number: journal.number, adapter: adapter)
        }.value
        try await tasks.runAfter()
        return rollout
    }

    private func warn(of request: Request) async {
        for type in request.formation.quantities.keys.sorted() where request.only == nil || request.only == type {
            guard let procfile = request.project.procfile, procfile.commands[type] == nil else { continue }
            await host.console.report(.warning("Skipping \(type) as it is missing from the current Procfile"))
        }
    }

    private func newID() throws -> DeploymentID {
        // One build may deploy several times.
        let build = host.variables.build.prefix(16)
        let time = UInt64(Date().timeIntervalSince1970 * 1_000)
        return try DeploymentID(build + String(time, radix: 36) + String(UInt16.random(in: 0...1_295), radix: 36))
    }

    private func bringUp(_ deployment: Deployment, with adapter: any Adapter) async throws -> Rollout {
        do {
            let rollout = try await adapter.deploy(deployment, console: host.console)
            await host.console.settle()
            return rollout
        } catch {
            await host.console.settle()
            if let error = error as? AdapterError, !error.failedInstances.isEmpty {
                try? FailedDeploy(time: Date().formatted(.iso8601), error: error).keep(for: app, host.layout)
                try? FailedContainers(host.layout, app).keep(
                    error.failedInstances.map { Instance(id: $0.id, name: $0.name) })
            }
            await SwitchOver(host, app).goOnServing(deployment.app.live, with: adapter)
            throw error
        }
    }
}
