import AdapterKit
import DockerEngine
import LocalImages

/// The image of a release as a scheduler that pulls from a registry is told of it: pinned by digest, and pushed first
/// where nobody but this machine's engine has it.
///
/// What already says where it is (`ghcr.io/acme/shop:7`, or an image that was pulled from Docker Hub) is not pushed.
package struct DeployImage: Sendable {
    private let app: AppName
    private let settings: RegistrySettings
    private let context: RegistryContext
    private let console: any Console

    package init(_ app: AppName, _ settings: RegistrySettings, _ context: RegistryContext, console: any Console) {
        self.app = app
        self.settings = settings
        self.context = context
        self.console = console
    }

    /// What is known without asking a registry: nothing is pushed, nobody waits long for an engine.
    package func known(_ release: ReleaseImage) async throws -> ReleaseImage {
        var release = release
        let image = release.local
        guard let found = await local(image) else { return release }
        release.facts = ImageFacts(found.details, buildpackUser: release.buildpackUser)
        guard let repository = try destination(image) else {
            release.pushed = try pulled(image, found.details)
            return release
        }
        release.pushed = try digests(found.details, in: repository).last.map { try repository.image(digest: $0) }
        return release
    }

    /// Says that nobody could pull the image, as far as that can be told without asking a registry.
    /// - Throws: ``AdapterError`` that names the commands to run.
    package func requirePlace(_ image: ImageReference) async throws {
        guard !settings.isPushForbidden, image.digest == nil, image.registry == nil, try destination(image) == nil,
            let found = await local(image), try pulled(image, found.details) == nil
        else { return }
        throw noRegistry(image)
    }

    /// - Parameters:
    ///   - nodes: what the backend's nodes are; empty when nobody could be asked.
    ///   - keep: takes the number of a push that the registry has confirmed.
    /// - Throws: ``AdapterError`` that names the commands to run when there is no registry to push to.
    package func published(
        _ release: ReleaseImage, nodes: @escaping @Sendable () async -> Set<Platform>,
        keep: @Sendable (Int) throws -> Void
    ) async throws -> ReleaseImage {
        var release = release
        let image = release.local
        // Whether it has to be pushed hangs on whether the engine has it.
        let isNeeded = try !settings.isPushForbidden && (image.registry == nil || destination(image) != nil)
        let found = await local(image, patience: isNeeded ? LocalImages.longPatience : LocalImages.patience)
        release.facts = found.map { ImageFacts($0.details, buildpackUser: release.buildpackUser) }
        guard !settings.isPushForbidden, image.digest == nil else { return release }
        guard let repository = try destination(image) else {
            guard let found, image.registry == nil else { return release }
            release.pushed = try pulled(image, found.details)
            guard release.pushed != nil, await isThere(release.pushed, found.details) else { throw noRegistry(image) }
            return release
        }
        guard let found else {
            // Somebody else may have pushed it; and an engine may have tidied up.
            guard RepositoryName(image) == repository, let tag = image.tag else { return release }
            let registry = RegistryClient(repository, of: app, context)
            release.pushed = try await registry.head(tag)?.digest.map { try repository.image(digest: $0) }
            return release
        }
        release.pushed = try await push(found, to: repository, nodes, keep)
        return release
    }

    /// A name alone says that an image was pulled, but not with containerd's image store: there its registry is asked.
    private func isThere(_ image: ImageReference?, _ details: ImageDetails) async -> Bool {
        guard let image, let digest = image.digest, details.isInContainerdStore else { return image != nil }
        let registry = RegistryClient(RepositoryName(image), of: app, context)
        return ((try? await registry.head(digest)) ?? nil) != nil
    }

    private func push(
        _ found: Found, to repository: RepositoryName, _ nodes: @escaping @Sendable () async -> Set<Platform>,
        _ keep: @Sendable (Int) throws -> Void
    ) async throws -> ImageReference {
        let publisher = ImagePublisher(app, to: repository, context, console: console)
        do {
            return try await publisher.publish(
                .init(
                    image: found.name, lastNumber: settings.tagVersion(), extraTags: settings.extraTags,
                    isDeployed: true, nodes: nodes),
                keep: keep
            ).image
        } catch let error as AdapterError where error.code == .unreachable {
            // A restart is not to fail for a registry that is away: what was pushed before is still what it was.
            guard let digest = digests(found.details, in: repository).last else { throw error }
            await console.report(.warning(error.message))
            await console.report(.warning("\(app) goes on with what was pushed before: \(repository)@\(digest)"))
            return try repository.image(digest: digest)
        }
    }

    // MARK: where it is

    private struct Found {
        var name: String
        var details: ImageDetails
    }

    /// The image in the local engine. One that goes by its name in the registry may be here by the app's own.
    private func local(_ image: ImageReference, patience: Duration = LocalImages.patience) async -> Found? {
        let images = LocalImages(variables: context.variables, readFile: context.readFile)
        var names = [image.description]
        if let own = try? settings.repository(), RepositoryName(image) == own, let tag = image.tag {
            names.append("dokku/\(app):\(tag)")
        }
        for name in names {
            if let details = await images.details(of: name, patience: patience) {
                return Found(name: name, details: details)
            }
        }
        return nil
    }

    /// Where the app's images go; `nil` when nobody said, or when `image` says itself that it is elsewhere.
    private func destination(_ image: ImageReference) throws -> RepositoryName? {
        guard settings.hasServer else { return nil }
        let repository = try settings.repository()
        return image.registry == nil || RepositoryName(image) == repository ? repository : nil
    }

    private func digests(_ details: ImageDetails, in repository: RepositoryName) -> [String] {
        let prefix = repository.description + "@"
        return (details.RepoDigests ?? []).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    /// An image under the very name that it was pulled by.
    private func pulled(_ image: ImageReference, _ details: ImageDetails) throws -> ImageReference? {
        // What Dokku calls its own builds; with containerd's image store a name says nothing of where it is from.
        guard !details.isInContainerdStore || image.repository != "dokku/\(app)" else { return nil }
        let repository = RepositoryName(image)
        return try digests(details, in: repository).last.map { try repository.image(digest: $0) }
    }

    private func noRegistry(_ image: ImageReference) -> AdapterError {
        AdapterError(
            .invalidSettings, "\(image) is in this machine's engine only, where the scheduler of \(app) cannot pull it",
            details: [
                "nothing was built, pushed or changed; say which registry it goes to, and deploy again",
                "where that asks for a login: linkspan registry:login \(app) HOST[:PORT] USER --password-stdin",
                "where the nodes have the image by other means: linkspan registry:set \(app) push-on-release false",
            ], hint: "registry:set \(app) server HOST[:PORT]")
    }
}
