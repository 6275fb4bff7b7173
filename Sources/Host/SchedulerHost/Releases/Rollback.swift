import AdapterKit
import DokkuIO
import Registry

/// `rollback`: an earlier release's image, config, scale and checks, deployed together as a new release.
package struct Rollback: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// - Parameter number: the release; the last one that differs from what is live if `nil`.
    /// - Throws: ``AdapterError`` before anything is changed when the release cannot be had any more.
    package func run(to number: Int?) async throws {
        do {
            try await DeployPipeline(host, app).deploy {
                let release = try choose(number, try Ledger(host.layout, app).history())
                return try await prepare(release)
            }
        } catch var error as AdapterError {
            let live = try? Ledger(host.layout, app).history().live
            if let live { error.details.append("release \(live) of \(app) is the one that took over last") }
            throw error
        }
        let history = try Ledger(host.layout, app).history()
        if let live = history.live.flatMap({ history[$0] }), let from = live.begun.from {
            await host.console.headline("Release \(live.number) of \(app) serves: it is release \(from) again")
        }
    }

    private func choose(_ number: Int?, _ history: ReleaseHistory) throws -> Release {
        guard let number else {
            guard let previous = history.previous else {
                throw AdapterError(
                    .notFound, "\(app) has no earlier release that differs from the one that serves",
                    hint: "releases \(app)")
            }
            return previous
        }
        return try history.release(number, of: app)
    }

    private func prepare(_ release: Release) async throws -> DeployPipeline.Request {
        let ledger = Ledger(host.layout, app)
        let image = try await image(of: release)
        guard let files = try ledger.files(of: release.number) else {
            throw refusal(release, "its config and scale are lost")
        }
        await host.console.report(
            .step("Going back to release \(release.number) of \(app), deployed \(release.begun.at)"))
        let change = try Restoring.begin(app, host.layout, images: try await names())
        // Dokku deploys whatever `latest` leads to, now and with each restart to come.
        let isNamed = !change.images.isEmpty
        if isNamed { try await lead(to: image, release) }
        try change.apply(files)
        if isNamed { try await push(Self.latest(app)) }
        var request = try await self.request(isNamed ? nil : image)
        request.reason = "rollback"
        request.goesBackTo = release.number
        return request
    }

    private static func latest(_ app: AppName) -> String { "dokku/\(app):latest" }

    /// The name that a Dokku deploys by and what it leads to; empty where an image is deployed by its own name.
    private func names() async throws -> [String: String] {
        guard host.layout.isDokku, try host.manifest(of: app).images == .localEngine || pushes() else { return [:] }
        let images = ReleaseImages(app, origin: host.layout.origin, host.registryContext(app))
        return try await images.id(of: Self.latest(app)).map { [Self.latest(app): $0] } ?? [:]
    }

    /// Makes `latest` lead to the release's image, which is brought here where only a registry has it.
    private func lead(to image: ImageReference, _ release: Release) async throws {
        let images = ReleaseImages(app, origin: host.layout.origin, host.registryContext(app))
        var id = try await images.id(of: release.begun.image?.id ?? image.description)
        if id == nil, image.digest != nil {
            try await Publishing(host, app).pull(image)
            id = try await images.id(of: image.description)
        }
        guard let id else { throw refusal(release, "its image \(image) cannot be had") }
        try await images.name(id, "dokku/\(app)", tag: "latest")
    }

    /// Whether each of a Dokku's releases goes to a registry: what is pushed last is what each restart deploys.
    private func pushes() throws -> Bool {
        let settings = try host.registrySettings(app)
        let isPulled = try host.manifest(of: app).images == .registry && !settings.isPushForbidden
        return settings.pushesOnRelease || isPulled
    }

    private func push(_ image: String) async throws {
        guard try pushes() else { return }
        try await Publishing(host, app).release(try ImageReference(image))
    }

    /// All that is there to be deployed, as the files say it now.
    private func request(_ image: ImageReference?) async throws -> DeployPipeline.Request {
        let inputs = host.reader(app, tag: host.layout.isDokku ? "latest" : "").inputs
        let project = try await inputs.project(.all)
        var reference = image
        if reference == nil { reference = try await inputs.image() }
        guard let reference else { throw AdapterError(.notFound, "App \(app) has not been deployed") }
        return .init(
            project: project, image: reference, formation: try await inputs.formation(project), isRestart: false,
            tag: host.layout.isDokku ? "latest" : nil)
    }

    private func image(of release: Release) async throws -> ImageReference {
        switch try await WayBack(host, app).answer(release) {
        case .open(let image): return image
        case .closed(let reason): throw refusal(release, reason)
        }
    }

    private func refusal(_ release: Release, _ reason: String) -> AdapterError {
        AdapterError(
            .conflict, "\(app) cannot go back to release \(release.number): \(reason)",
            details: ["nothing was changed"], hint: "releases \(app)")
    }

    // MARK: the end of it

    /// The files of a rollback that took over stay; of one that did not, they are what they were before. Nothing is done
    /// where nothing is left. The deploy lock is held.
    func settle() async throws {
        guard let change = try Restoring.pending(app, host.layout) else { return }
        guard try !change.hasTakenOver() else { return try change.finish() }
        let images = ReleaseImages(app, origin: host.layout.origin, host.registryContext(app))
        for id in change.images.values { try await images.name(id, "dokku/\(app)", tag: "latest") }
        try change.takeBack()
        await host.console.report(.detail("Config, scale and checks of \(app) are again what they were"))
        for name in change.images.keys {
            do {
                try await push(name)
            } catch {
                await host.warn(of: error)
            }
        }
    }

    /// The same after a failure, which is what the person has to know of.
    func settle(after error: any Error) async throws {
        do {
            try await settle()
        } catch let trouble {
            await host.warn(of: trouble)
        }
    }
}
