import AdapterKit
import DokkuIO
import FoundationEssentials

/// Writes a deploy into the app's ledger: that it begins, before its scheduler is asked for anything, and what came of
/// it. The app's deploy lock is held all the while.
struct ReleaseJournal: Sendable {
    /// The release's number.
    let number: Int
    private let host: Host
    private let app: AppName
    private let ledger: Ledger
    private let start: ContinuousClock.Instant

    /// - Parameters:
    ///   - deployment: `nil` when it could not even be made.
    ///   - start: when somebody asked for it.
    init(
        _ host: Host, _ app: AppName, _ request: DeployPipeline.Request, _ move: Move, id: DeploymentID,
        _ deployment: Deployment?, since start: ContinuousClock.Instant
    ) async throws {
        self.host = host
        self.app = app
        self.start = start
        ledger = Ledger(host.layout, app)
        var fact = Release.Begun(id: id.description, at: Date().formatted(.iso8601))
        fact.reason = request.reason
        fact.from = request.goesBackTo
        fact.only = request.only?.description
        fact.by = host.caller
        fact.build = host.variables.build.isEmpty ? nil : host.variables.build
        fact.scheduler = move.scheduler
        fact.place = move.place
        fact.image = .init(reference: request.image.description)
        if let deployment {
            fact.image = .init(
                reference: request.image.description,
                id: move.manifest.images == .localEngine
                    ? await KeptReleases(host, app).keepImage(deployment.image)
                    : deployment.image.facts.flatMap { $0.id.isEmpty ? nil : $0.id },
                pushed: deployment.image.pushed?.description)
            try fact.add(deployment, ledger)
        }
        fact.source = try await Self.source(host, app, request)
        let upcoming = KeptRelease(
            image: request.image, formation: request.formation, project: request.project, scheduler: move.scheduler)
        number = try ledger.begin(fact, .upcoming(upcoming, app, host.layout))
    }

    private static func source(
        _ host: Host, _ app: AppName, _ request: DeployPipeline.Request
    ) async throws -> Release.Source? {
        let revision = request.project.environment["GIT_REV"].flatMap { $0.isEmpty ? nil : $0 }
        let image = try? await host.plugn?.ask("git-get-property", app.description, "source-image")
        let source = Release.Source(revision: revision, image: image?.isEmpty == false ? image : nil)
        return source == Release.Source() ? nil : source
    }

    /// The release has taken over.
    /// - Parameter trouble: what went wrong after that.
    func end(_ rollout: Rollout?, trouble: (any Error)? = nil) async {
        var fact = ended(.succeeded, trouble)
        if let rollout {
            fact.objects = rollout.objects.isEmpty ? nil : rollout.objects
            fact.instances = Dictionary(
                rollout.instances.map { ($0.name.description, $0.id) }, uniquingKeysWith: { $1 })
        }
        await write(fact)
        await prune()
    }

    /// The deploy has failed; it may have taken over all the same.
    func end(after error: any Error) async {
        if (try? LiveRelease.kept(app, host.layout)) == number { return await end(nil, trouble: error) }
        await write(ended(error is CancellationError || Task.isCancelled ? .cancelled : .failed, error))
    }

    private func ended(_ outcome: Release.Outcome, _ error: (any Error)?) -> Release.Ended {
        let time = start.duration(to: .now)
        let seconds =
            Double(time.components.seconds) + Double(time.components.attoseconds / 1_000_000_000_000_000) / 1_000
        return .init(
            number: number, at: Date().formatted(.iso8601), outcome: outcome, seconds: seconds,
            cause: (error as? AdapterError).map { .init(code: $0.code.rawValue, sentence: $0.message) })
    }

    /// What serves, serves: nobody's deploy fails for a line that could not be written.
    private func write(_ fact: Release.Ended) async {
        do {
            try ledger.end(fact)
        } catch {
            await host.warn(of: error)
        }
    }

    private func prune() async {
        do {
            try await KeptReleases(host, app).prune()
        } catch {
            await host.warn(of: error)
        }
    }
}

extension Release.Begun {
    /// What is known once the deployment is made.
    fileprivate mutating func add(_ deployment: Deployment, _ ledger: Ledger) throws {
        let values = deployment.environment.sorted { $0.key < $1.key }.map { "\($0.key)\u{0}\($0.value)\u{1}" }
        config = .init(
            fingerprint: try ledger.fingerprint(values.joined()), names: deployment.environment.keys.sorted())
        scale = Dictionary(
            deployment.processes.map { ($0.type.description, $0.quantity) }, uniquingKeysWith: { $1 })
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        checks = try deployment.processes.reduce(into: [:]) { checks, process in
            checks[process.type.description] = .init(
                mode: process.checks.mode.rawValue, names: process.checks.healthchecks.map(\.name),
                fingerprint: try ledger.fingerprint(
                    String(decoding: try encoder.encode(process.checks), as: UTF8.self)))
        }
        routes = .init(
            domains: deployment.routes.domains.sorted(), ports: deployment.routes.ports.map(\.description).sorted())
    }
}

extension Host {
    /// Who asked: the name of the key that Dokku was called with, else the user.
    var caller: String? {
        let names = [
            environment["SSH_NAME"].flatMap { $0 == "default" ? nil : $0 }, environment["SUDO_USER"],
            environment["SSH_USER"], environment["USER"], environment["LOGNAME"],
        ]
        return names.compactMap { $0 }.first { !$0.isEmpty }
    }
}
