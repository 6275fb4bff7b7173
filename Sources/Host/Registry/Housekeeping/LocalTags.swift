import APIClient
import AdapterKit
import DockerEngine

/// The names that images have in the local engine for the registry's sake (contract 5.5, 2, 4 and 8). Nothing here is
/// worth failing a release for.
package struct LocalTags: Sendable {
    private static let mostRemoved = 10

    private let app: AppName
    private let repository: RepositoryName
    /// The repository without the server.
    private let name: String
    private let context: RegistryContext

    package init(_ app: AppName, _ repository: RepositoryName, name: String, _ context: RegistryContext) {
        self.app = app
        self.repository = repository
        self.name = name
        self.context = context
    }

    /// Gives an image a tag in the repository without its server.
    package func add(_ image: String, tag: String) async throws {
        let engine = try await Engine.connect(context)
        do {
            try await engine.send(.tagImage(image, repository: name, tag: tag))
        } catch let failure as APIFailure {
            throw AdapterError(
                .invalidSettings, "unable to tag image ID as \(name):\(tag): docker tag command failed: \(failure)",
                hint: "registry:set \(app) image-repo NAME")
        }
    }

    /// Takes the names of older numbers away; the newest two stay, which are what a rollback needs.
    package func removeOld(before number: Int) async {
        guard let engine = try? await Engine.connect(context) else { return }
        for old in stride(from: number - 2, to: max(0, number - 2 - Self.mostRemoved), by: -1) {
            try? await engine.send(.removeImage("\(repository):\(old)"))
            try? await engine.send(.removeImage("\(name):\(old)"))
        }
        try? await engine.send(.removeDanglingImages(label: "com.dokku.app-name=\(app)"))
    }
}
