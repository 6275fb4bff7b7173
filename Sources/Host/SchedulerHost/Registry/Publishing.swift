import AdapterKit
import DokkuIO
import LocalImages
import Registry

/// Brings an app's images to its registry: by hand, by itself in a deploy, and with each of Dokku's releases.
package struct Publishing: Sendable {
    let host: Host
    let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Pushes an image of the local engine unless the registry has it.
    /// - Returns: the reference to deploy, pinned by digest.
    package func push(_ image: ImageReference) async throws -> ImageReference {
        let settings = try host.registrySettings(app)
        try requireServer(settings)
        let lock = try await PushLock.take(host.layout, app)
        defer { lock.release() }
        // Whoever had the lock before may have pushed this very image.
        return try await publisher(settings.repository()).publish(
            request(try host.registrySettings(app), image), keep: keep
        ).image
    }

    /// The image of a release as its scheduler is told of it.
    /// - Parameter pushes: whether what has to be pushed is pushed; else nobody is asked but the engine.
    func releaseImage(
        _ image: ImageReference, of project: ProjectFiles, for manifest: Manifest, pushes: Bool
    ) async throws -> ReleaseImage {
        var release = ReleaseImage(local: image)
        if let user = project.buildpackUser { release.buildpackUser = user }
        guard manifest.images == .registry else {
            // Dokku's plugins ask whom they are asked about what kind of image it is.
            guard let plugn = host.plugn, manifest.images == .localEngine else { return release }
            return await local(release, plugn: plugn)
        }
        guard pushes else { return try await deployImage().known(release) }
        guard try host.registrySettings(app).hasServer else {
            return try await deployImage().published(release, nodes: nodes, keep: keep)
        }
        let lock = try await PushLock.take(host.layout, app)
        defer { lock.release() }
        // The number is read now: whoever had the lock may have pushed.
        release = try await deployImage().published(release, nodes: nodes, keep: keep)
        await host.console.settle()
        return release
    }

    /// Says that a deploy would end with an image that nobody can pull, before anybody is asked for anything.
    func requirePlace(of image: ImageReference, for manifest: Manifest) async throws {
        guard manifest.images == .registry else { return }
        try await deployImage().requirePlace(image)
    }

    private func deployImage() throws -> DeployImage {
        DeployImage(app, try host.registrySettings(app), host.registryContext(app), console: host.console)
    }

    /// Says that a deploy would end with an image that nobody can pull, before anything is built.
    func requireRegistry() throws {
        let scheduler = try host.scheduler(of: app)
        guard host.catalog.plugins.first(where: { $0.manifest.scheduler == scheduler })?.manifest.images == .registry
        else { return }
        let settings = try host.registrySettings(app)
        guard !settings.isPushForbidden else { return }
        try requireServer(settings)
    }

    /// A release by Dokku (contract 5.5): its image gets the next number, and is pushed where that is wanted or needed.
    func release(_ image: ImageReference) async throws {
        try await tellOldPlugins(image)
        let settings = try host.registrySettings(app)
        let name = try settings.imageRepository()
        let context = host.registryContext(app)
        if name != "dokku/\(app)", image.repository == "dokku/\(app)", image.registry == nil {
            try await localTags(settings, context).add(image.description, tag: image.tag ?? "latest")
        }
        let scheduler = try host.scheduler(of: app)
        let images = host.catalog.plugins.first { $0.manifest.scheduler == scheduler }?.manifest.images
        guard settings.pushesOnRelease || (images == .registry && !settings.isPushForbidden) else { return }
        if !settings.pushesOnRelease { try requireServer(settings) }
        let lock = try await PushLock.take(host.layout, app)
        defer { lock.release() }
        try await release(image, try host.registrySettings(app), context, isLocal: scheduler == "docker-local")
    }

    /// Plugins of old know a release by a name that Dokku has given up.
    private func tellOldPlugins(_ image: ImageReference) async throws {
        guard let plugn = host.plugn, plugn.isAnswered("pre-deploy") else { return }
        await host.console.report(
            .warning(
                "Deprecated: please upgrade plugin to use 'pre-release-builder' plugin trigger instead of pre-deploy"))
        try await plugn.fire("pre-deploy", [app.description, image.tag ?? "latest"])
    }

    private func release(
        _ image: ImageReference, _ settings: RegistrySettings, _ context: RegistryContext, isLocal: Bool
    ) async throws {
        let repository = try settings.repository()
        let name = try settings.imageRepository()
        let number = try settings.tagVersion() + 1
        await host.console.line("-----> Pushing image to registry")
        await host.console.report(.detail("Bumping tag to \(number)"))
        await host.console.report(.detail("Retrieving image info for app"))
        await host.console.report(.detail("Tagging \(name):\(number) in registry format"))
        var request = try request(settings, image)
        request.isRelease = true
        let published = try await publisher(repository).publish(request, keep: keep)
        let tags = try localTags(settings, context)
        try await tags.add(image.description, tag: "\(published.number)")
        await host.console.settle()
        if !isLocal {
            await host.console.report(.detail("Cleaning up"))
            await tags.removeOld(before: published.number)
        }
        await host.console.report(.detail("Image \(repository):\(published.number) pushed"))
    }

    private func request(_ settings: RegistrySettings, _ image: ImageReference) throws -> ImagePublisher.Request {
        .init(
            image: image.description, lastNumber: try settings.tagVersion(), extraTags: settings.extraTags,
            nodes: nodes)
    }

    /// What the nodes of the app's scheduler are. A scheduler that cannot be asked will say so itself when it is to
    /// deploy; a push by hand needs none.
    private var nodes: @Sendable () async -> Set<Platform> {
        let answer = Once<Set<Platform>> { [host, app] in
            let scheduler = try host.scheduler(of: app)
            guard
                let listing = try host.optionalRole(
                    (any NodeListing).self, .nodes, of: app, on: scheduler, .next)
            else { return [] }
            return try await within(Self.patience) { try await listing.platforms(for: App(name: app)) } ?? []
        }
        return { (try? await answer.value()) ?? [] }
    }

    /// How long a scheduler may take to say what its nodes are.
    private static let patience = Duration.seconds(10)

    private func localTags(_ settings: RegistrySettings, _ context: RegistryContext) throws -> LocalTags {
        LocalTags(app, try settings.repository(), name: try settings.imageRepository(), context)
    }

    private func publisher(_ repository: RepositoryName) -> ImagePublisher {
        ImagePublisher(app, to: repository, host.registryContext(app), console: host.console)
    }

    private var keep: @Sendable (Int) throws -> Void {
        { [host, app] number in try host.properties("registry").set("tag-version", to: "\(number)", .app(app)) }
    }

    private func requireServer(_ settings: RegistrySettings) throws {
        guard !settings.hasServer else { return }
        throw AdapterError(
            .invalidSettings, "nobody has said which registry the images of \(app) go to",
            details: [
                "nothing was built, pushed or changed; where the registry asks for a login:",
                "linkspan registry:login \(app) HOST[:PORT] USER --password-stdin",
            ], hint: "registry:set \(app) server HOST[:PORT]")
    }
}
