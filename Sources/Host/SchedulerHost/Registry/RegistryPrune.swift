import AdapterKit
import DokkuIO
import Registry

/// `registry:prune`: removes numbered tags of an app from its registry that no release needs any more.
package struct RegistryPrune: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// - Parameters:
    ///   - keeping: how many of the newest numbers stay.
    ///   - pretends: whether nothing is removed, only told.
    package func run(keeping: Int, pretends: Bool) async throws {
        guard keeping > 0 else { throw AdapterError(.invalidInput, "--keep must be a whole number of at least 1") }
        let settings = try host.registrySettings(app)
        guard settings.hasServer else {
            throw AdapterError(
                .invalidSettings, "\(app) has no registry", hint: "registry:set \(app) server HOST[:PORT]")
        }
        // A push at the same time would find tags gone that it is about to lean on.
        let lock = try await PushLock.take(host.layout, app)
        defer { lock.release() }
        let repository = try settings.repository()
        let tags = RemoteTags(app, in: repository, host.registryContext(app))
        let old = try await tags.old(
            keeping: keeping, upTo: try settings.tagVersion(), digests: try await serving(settings).union(try kept()))
        for tag in old {
            if !pretends { try await tags.remove(tag) }
            await host.console.step("\(pretends ? "Would remove" : "Removed") \(repository):\(tag.tag) (\(tag.digest))")
        }
        if old.isEmpty { await host.console.step("Nothing of \(repository) is old enough to go") }
    }

    /// What the releases that can be gone back to were deployed by.
    private func kept() throws -> Set<String> {
        let images = try Ledger(host.layout, app).history().releases.compactMap { $0.begun.image?.pushed }
        return Set(try images.compactMap { try ImageReference($0).digest })
    }

    /// What the release that serves was deployed by.
    private func serving(_ settings: RegistrySettings) async throws -> Set<String> {
        guard let text = try host.properties("linkspan").value("image", .app(app)) else { return [] }
        let image = try ImageReference(text)
        let known = try await DeployImage(app, settings, host.registryContext(app), console: host.console)
            .known(ReleaseImage(local: image))
        guard let digest = known.pushed?.digest ?? image.digest else {
            throw AdapterError(
                .notFound, "it is not known which image in the registry the release of \(app) that serves is",
                details: ["its image is \(image), of which the local engine knows no digest", "nothing was removed"],
                hint: "deploy \(app), then the same again")
        }
        return [digest]
    }
}
