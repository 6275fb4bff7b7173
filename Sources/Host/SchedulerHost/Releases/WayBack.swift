import AdapterKit
import DokkuIO
import Registry

/// Whether an app can go back to a release, by what is there now.
struct WayBack: Sendable {
    enum Answer: Sendable, Equatable {
        /// - Parameter image: what is deployed then.
        case open(image: ImageReference)
        /// - Parameter reason: what is in the way.
        case closed(reason: String)
    }

    private let host: Host
    private let app: AppName
    private let images: ReleaseImages
    private let manifest: Manifest

    init(_ host: Host, _ app: AppName) throws {
        self.host = host
        self.app = app
        images = ReleaseImages(app, origin: host.layout.origin, host.registryContext(app))
        manifest = try host.manifest(of: app)
    }

    /// The answer for each release, by number; what several need is asked for once.
    func answers(_ releases: [Release]) async -> [Int: Answer] {
        var known: [Release.Image: Answer] = [:]
        var answers: [Int: Answer] = [:]
        for release in releases {
            if let reason = obstacle(release) {
                answers[release.number] = .closed(reason: reason)
                continue
            }
            guard let image = release.begun.image else { continue }
            if known[image] == nil { known[image] = await answer(image) }
            answers[release.number] = known[image]
        }
        return answers
    }

    /// The answer for one release.
    func answer(_ release: Release) async -> Answer {
        await answers([release])[release.number] ?? .closed(reason: "its image was not noted")
    }

    /// What speaks against a release itself.
    private func obstacle(_ release: Release) -> String? {
        guard release.outcome == .succeeded else { return "it never took over" }
        guard release.begun.image != nil else { return "its image was not noted" }
        guard (try? Ledger(host.layout, app).files(of: release.number)) != nil else {
            return "its config and scale are lost"
        }
        return nil
    }

    private func answer(_ image: Release.Image) async -> Answer {
        do {
            let reference = try ImageReference(image.reference)
            switch manifest.images {
            case .localEngine: return try await local(image, reference)
            case .registry: return try await remote(image, reference)
            default: return .open(image: reference)
            }
        } catch {
            return .closed(reason: (error as? AdapterError)?.message ?? "\(error)")
        }
    }

    private func local(_ image: Release.Image, _ reference: ImageReference) async throws -> Answer {
        guard let id = image.id else {
            return try await images.id(of: image.reference) == nil
                ? .closed(reason: "its image \(reference) is gone from this machine's engine")
                : .open(image: reference)
        }
        if try await images.id(of: image.reference) == id { return .open(image: reference) }
        guard try await images.id(of: id) != nil else {
            return .closed(reason: "its image \(Self.short(id)) is gone from this machine's engine")
        }
        // Its names lead elsewhere by now; one of ours leads to it for as long as the release is kept.
        try await images.keep(id)
        return .open(image: try ImageReference(images.name(of: id)))
    }

    private func remote(_ image: Release.Image, _ reference: ImageReference) async throws -> Answer {
        guard
            let pushed = try image.pushed.map({ try ImageReference($0) })
                ?? (reference.digest == nil ? nil : reference),
            let digest = pushed.digest
        else {
            // Only this machine's engine may have it; it is pushed with the deploy.
            guard let id = image.id, try await images.id(of: image.reference) != id else {
                return .open(image: reference)
            }
            guard try await images.id(of: id) != nil else {
                return .closed(reason: "its image \(Self.short(id)) is gone from this machine's engine")
            }
            try await images.keep(id)
            return .open(image: try ImageReference(images.name(of: id)))
        }
        let registry = RegistryClient(RepositoryName(pushed), of: app, host.registryContext(app))
        guard try await registry.head(digest) != nil else {
            return .closed(reason: "its image \(Self.short(digest)) is gone from \(RepositoryName(pushed))")
        }
        return .open(image: pushed)
    }

    private static func short(_ id: String) -> String { String(id.prefix(19)) }
}
