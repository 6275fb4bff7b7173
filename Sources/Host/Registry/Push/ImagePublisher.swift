import APIClient
import AdapterKit
import DockerEngine

/// Brings an image of the local engine to where a cluster can pull it, whole or not at all.
///
/// An image that the registry has already is found by its digest: then nothing is uploaded. Else the registry is asked
/// first whether it would take a push; the engine pushes; the registry confirms the manifest; the tags that people go by
/// are written last.
package struct ImagePublisher: Sendable {
    /// What is to be published.
    package struct Request: Sendable {
        /// In the local engine.
        package var image: String
        /// The number that was pushed last; 0 for none.
        package var lastNumber: Int
        /// Further tags.
        package var extraTags: [String]
        /// Whether even an image that is there gets a new number, as each release does (contract 5.5, 9).
        package var isRelease: Bool
        /// What the backend's nodes are; empty when nobody could be asked.
        package var nodes: @Sendable () async -> Set<Platform>
        /// Whether nodes are to run it now: they are asked also for an image that the registry has under its number.
        package var isDeployed: Bool

        package init(
            image: String, lastNumber: Int, extraTags: [String] = [], isRelease: Bool = false,
            isDeployed: Bool = false, nodes: @escaping @Sendable () async -> Set<Platform> = { [] }
        ) {
            self.isDeployed = isDeployed
            self.image = image
            self.lastNumber = lastNumber
            self.extraTags = extraTags
            self.isRelease = isRelease
            self.nodes = nodes
        }
    }

    /// What became of it.
    package struct Published: Sendable, Equatable {
        /// Pinned by digest.
        package var image: ImageReference
        /// The tag that leads to it.
        package var number: Int
        /// Whether nothing had to be sent.
        package var wasThere: Bool
    }

    private let app: AppName
    private let registry: RegistryClient
    private let context: RegistryContext
    private let console: any Console

    /// Opens no connection yet.
    package init(_ app: AppName, to repository: RepositoryName, _ context: RegistryContext, console: any Console) {
        self.app = app
        self.context = context
        self.console = console
        registry = RegistryClient(repository, of: app, context)
    }

    private var repository: RepositoryName { registry.repository }

    /// Publishes an image.
    /// - Parameter keep: called with the new number once the registry has confirmed everything.
    /// - Throws: ``AdapterError``; then neither the number nor the engine's names have changed.
    package func publish(_ request: Request, keep: @Sendable (Int) throws -> Void) async throws -> Published {
        let engine = try await Engine.connect(context)
        guard let details = try await Engine.image(request.image, at: engine) else {
            throw AdapterError(
                .imageUnavailable, "could not push \(request.image): the local engine has no such image",
                hint: "see what there is: docker image ls")
        }
        try check(request.extraTags)
        let content = try await LocalContent.read(request.image, details, at: engine)
        if request.isDeployed { try await requireFit(content, request) }
        let known = self.known(details) + content.digests
        if !request.isRelease, request.lastNumber > 0, !known.isEmpty,
            let head = try await registry.head("\(request.lastNumber)"), let digest = head.digest,
            known.contains(digest)
        {
            for tag in request.extraTags where try await registry.head(tag)?.digest != digest {
                try await addExtra(tag, to: digest)
            }
            let pinned = try await pin(digest, head, request)
            return Published(image: pinned, number: request.lastNumber, wasThere: true)
        }
        return try await publish(details, content, known, request, engine, keep)
    }

    private func publish(
        _ details: ImageDetails, _ content: LocalContent, _ known: [String], _ request: Request,
        _ engine: DockerEngine, _ keep: @Sendable (Int) throws -> Void
    ) async throws -> Published {
        try await requireFit(content, request)
        let number = request.lastNumber + 1
        let there = try await first(of: known, named: try ImageReference(request.image))
        await console.report(.detail("Pushing \(repository):\(number)"))
        let digest: String?
        if let there {
            try await addTag("\(number)", to: there)
            digest = there
        } else {
            let upload = try await startUpload()
            async let leaving: Void = giveUp(upload)
            digest = try await EnginePush(engine: engine, registry: registry, app: app, console: console)
                .push(details.Id, tag: "\(number)", platform: content.choice(for: await request.nodes()))
            await leaving
        }
        let (confirmed, head) = try await confirm("\(number)", digest)
        let pinned = try await pin(confirmed, head, request)
        for tag in request.extraTags { try await addExtra(tag, to: confirmed) }
        try keep(number)
        if there != nil {
            // The engine is to know what it is called there, like after a push of its own.
            try? await engine.send(
                .tagImage(details.Id, repository: repository.description, tag: "\(number)"))
        }
        return Published(image: pinned, number: number, wasThere: there != nil)
    }

    private func requireFit(_ content: LocalContent, _ request: Request) async throws {
        try PlatformChoice.require(Set(content.images.keys), nodes: await request.nodes(), of: request.image)
    }

    /// Asks the registry whether it would take a push of this app's: who we are, whether we may, whether it writes.
    package func preflight() async throws { await giveUp(try await startUpload()) }

    private func startUpload() async throws -> String? {
        try await registry.send(.startUpload(repository.path), to: "push to \(repository)")
    }

    /// An upload that is left alone is forgotten in time, so nothing depends on this.
    private func giveUp(_ upload: String?) async {
        if let upload { try? await registry.send(.cancelUpload(upload), to: "leave no trace") }
    }

    private func check(_ tags: [String]) throws {
        for tag in tags where (try? repository.image(tag: tag)) == nil {
            throw AdapterError(
                .invalidSettings, "'\(tag.prefix(128))' in push-extra-tags is no tag",
                hint: "registry:set \(app) push-extra-tags TAG,TAG")
        }
    }

    /// What the image is called in our repository.
    private func known(_ details: ImageDetails) -> [String] {
        let prefix = repository.description + "@"
        return (details.RepoDigests ?? []).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    /// A digest that the registry still has: the one that the image's own tag leads to, be it an index, before others.
    /// A handful is asked for: images that were pushed often have many.
    private func first(of digests: [String], named image: ImageReference) async throws -> String? {
        if !digests.isEmpty, RepositoryName(image) == repository, let tag = image.tag,
            let digest = try await registry.head(tag)?.digest, digests.contains(digest)
        {
            return digest
        }
        for digest in digests.suffix(3).reversed() where try await registry.head(digest) != nil { return digest }
        return nil
    }

    private func addExtra(_ tag: String, to digest: String) async throws {
        await console.report(.detail("Tagging \(repository.path) as \(tag) in registry format"))
        await console.report(.detail("Pushing \(repository):\(tag)"))
        try await addTag(tag, to: digest)
    }

    private func addTag(_ tag: String, to digest: String) async throws {
        let action = "tag \(repository)@\(digest.prefix(19)) as \(tag)"
        let manifest = try await registry.send(.manifest(repository.path, digest), to: action)
        try await registry.send(.putManifest(manifest, repository.path, tag: tag), to: action)
    }

    /// The registry's own word on what a tag leads to.
    private func confirm(_ tag: String, _ pushed: String?) async throws -> (digest: String, head: ManifestHead) {
        guard let head = try await registry.head(tag), let digest = head.digest ?? pushed else {
            throw AdapterError(
                .unexpectedReply, "\(repository.registry) took \(repository):\(tag) and does not have it",
                details: ["the number of the last tag is as it was"], hint: "the same again")
        }
        if let pushed, digest != pushed {
            throw AdapterError(
                .conflict, "somebody else pushed \(repository):\(tag) at the same time",
                details: ["pushed was \(pushed)", "the registry has \(digest)"], hint: "the same again")
        }
        return (digest, head)
    }

    /// The reference to deploy.
    private func pin(_ digest: String, _ head: ManifestHead, _ request: Request) async throws -> ImageReference {
        guard head.isIndex else { return try repository.image(digest: digest) }
        let index = try await registry.send(.manifest(repository.path, digest), to: "read the index \(digest)")
        return try repository.image(
            digest: PlatformChoice(index: index.bytes).digest(
                index: digest, nodes: await request.nodes(), of: request.image))
    }
}
