import APIClient
import AdapterKit
import DockerEngine

/// What the local engine has of an image: one image, or with containerd's image store an index, maybe not all of it.
struct LocalContent: Sendable {
    /// What there is, by platform, with its digest where the engine tells.
    let images: [Platform: String?]
    /// The one image to push when the index has others that are not here; `nil` to push what there is.
    private let isPartial: Bool
    private let own: Platform

    /// - Parameter manifests: of the index; empty where the engine keeps none.
    init(_ details: ImageDetails, manifests: [ImageManifest]) {
        own = Platform(os: details.Os ?? "linux", architecture: details.Architecture)
        let all = manifests.filter { $0.Kind == "image" }
        var images: [Platform: String?] = [:]
        for manifest in all where manifest.Available {
            guard let platform = manifest.ImageData?.Platform else { continue }
            // The first of several variants is the one that most machines run.
            let key = Platform(os: platform.os, architecture: platform.architecture)
            images[key] = images[key] ?? manifest.ID
        }
        isPartial = !images.isEmpty && !all.allSatisfy(\.Available)
        self.images = images.isEmpty ? [own: nil] : images
    }

    static func read(_ reference: String, _ details: ImageDetails, at engine: DockerEngine) async throws -> LocalContent
    {
        guard details.isInContainerdStore else { return LocalContent(details, manifests: []) }
        do {
            let more = try await engine.send(.inspectImage(reference, withManifests: true))
            return LocalContent(details, manifests: more.Manifests ?? [])
        } catch let failure as APIFailure {
            throw Engine.trouble(failure, while: "look into the image \(reference)")
        }
    }

    /// The digests by which a registry may have it, besides the image's own.
    var digests: [String] { isPartial ? images.values.compactMap { $0 }.sorted() : [] }

    /// The one image to push; `nil` to push all of it. An index of which parts are missing cannot be pushed whole: then
    /// it is an image that the nodes run, this machine's own kind first.
    func choice(for nodes: Set<Platform>) -> ImagePlatform? {
        guard isPartial else { return nil }
        let fit = Set(images.keys).filter { nodes.isEmpty || nodes.contains($0) }
        guard let chosen = fit.contains(own) ? own : fit.min() else { return nil }
        return ImagePlatform(os: chosen.os, architecture: chosen.architecture)
    }
}
