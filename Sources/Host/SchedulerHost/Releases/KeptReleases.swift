import AdapterKit
import DokkuIO
import LocalImages
import Registry

/// Which releases of an app are kept: told of, and with all that going back to one takes. An image that a kept release
/// names has a name of ours in the engine that runs it, which goes with the last release that names it.
struct KeptReleases: Sendable {
    private let host: Host
    private let app: AppName
    private let ledger: Ledger
    private let images: ReleaseImages

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
        ledger = Ledger(host.layout, app)
        images = ReleaseImages(app, origin: host.layout.origin, host.registryContext(app))
    }

    /// The id of an image that this host's engine is to run, kept from now on; `nil` when the engine has none.
    func keepImage(_ image: ReleaseImage) async -> String? {
        var id = image.facts?.id
        if id?.isEmpty ?? true {
            id = await LocalImages(variables: host.environment, readFile: Host.readFile)
                .details(of: image.local.description)?.Id
        }
        guard let id else { return nil }
        do {
            try await images.keep(id)
        } catch {
            await host.warn(of: error)
        }
        return id
    }

    /// Forgets releases beyond the number that is set, and lets go of what only they needed.
    func prune() async throws {
        let text = try host.properties("scheduler").computed(
            PropertyCatalog.releasesKept, app, default: PropertyCatalog.defaultReleasesKept)
        let before = try ledger.history().localImages
        _ = try ledger.keep(try Self.count(text))
        let after = try ledger.history().localImages
        guard before != after else { return }
        try await images.drop(allBut: after)
    }

    /// Names the images of releases that came from an app with another name. One that is gone is told of when somebody
    /// wants to go back to it.
    func keepImages() async {
        guard let history = try? ledger.history() else { return }
        for id in history.localImages { try? await images.keep(id) }
    }

    /// Lets go of all images: the app goes. None of it is worth failing for.
    func forgetImages() async {
        guard let history = try? ledger.history(), !history.localImages.isEmpty else { return }
        try? await images.drop(allBut: [])
    }

    /// - Throws: ``AdapterError`` when `text` is no number of releases.
    static func count(_ text: String) throws -> Int {
        guard let count = Int(text), (1...1_000).contains(count) else {
            throw AdapterError(
                .invalidSettings,
                "\(PropertyCatalog.releasesKept) must be a whole number from 1 to 1000, not '\(text.prefix(40))'",
                hint: "scheduler:set APP \(PropertyCatalog.releasesKept) \(PropertyCatalog.defaultReleasesKept)")
        }
        return count
    }
}

extension ReleaseHistory {
    /// The ids of the images that this host's engine runs or ran.
    var localImages: Set<String> {
        Set(releases.filter { $0.begun.image?.pushed == nil }.compactMap { $0.begun.image?.id })
    }

    /// The releases that can be gone back to, as adapters are told of them.
    var retained: [RetainedRelease] {
        releases.reversed().compactMap { release in
            guard release.outcome == .succeeded, let id = try? DeploymentID(release.begun.id),
                let image = release.begun.image, let reference = try? ImageReference(image.pushed ?? image.reference)
            else { return nil }
            return RetainedRelease(id: id, image: reference, objects: release.ended?.objects ?? [])
        }
    }
}
