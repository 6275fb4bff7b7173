import APIClient
import AdapterKit
import DockerEngine

/// The images of an app's releases in the local engine. Each has a name of ours that its content makes, so that nobody
/// who tidies up images without a name takes it away, whatever the names it was built under lead to by now.
package struct ReleaseImages: Sendable {
    private let app: AppName
    private let origin: String
    private let engine: Once<DockerEngine>

    /// - Parameter origin: tells the state that knows the app from others that use the same engine; empty under a Dokku.
    package init(_ app: AppName, origin: String, _ context: RegistryContext) {
        self.app = app
        self.origin = origin
        engine = Once { try await Engine.connect(context) }
    }

    private var repository: String { "linkspan-release/\(app)" }
    private static let length = 12

    /// The name of the image with this id.
    package func name(of id: String) -> String { "\(repository):\(tag(of: id))" }

    private func tag(of id: String) -> String {
        (id.split(separator: ":").last ?? "").prefix(Self.length) + (origin.isEmpty ? "" : "-" + origin)
    }

    /// Whether a name is one of ours.
    private func isOurs(_ name: String) -> Bool {
        name.hasPrefix(repository + ":") && name.hasSuffix(tag(of: ""))
            && name.utf8.count == repository.utf8.count + 1 + Self.length + tag(of: "").utf8.count
    }

    /// The id of what an image's name leads to, or `nil` when the engine has none of that name.
    package func id(of image: String) async throws -> String? {
        let engine = try await engine.value()
        return try await Engine.image(image, at: engine)?.Id
    }

    /// Gives an image its name of ours.
    package func keep(_ id: String) async throws { try await name(id, repository, tag: tag(of: id)) }

    /// Makes `name` lead to the image with this id.
    package func name(_ id: String, _ repository: String, tag: String) async throws {
        let engine = try await engine.value()
        do {
            try await engine.send(.tagImage(id, repository: repository, tag: tag))
        } catch let failure as APIFailure {
            throw Engine.trouble(failure, while: "name the image of \(app) \(repository):\(tag)")
        }
    }

    /// Takes our names away from all images but these. An image that nobody else names goes with its last name; one that
    /// runs stays, and is asked about again the next time.
    package func drop(allBut ids: Set<String>) async throws {
        let engine = try await engine.value()
        let kept = Set(ids.map { name(of: $0) })
        do {
            for image in try await engine.send(.images(named: repository)) {
                for name in image.RepoTags ?? [] where isOurs(name) && !kept.contains(name) {
                    try? await engine.send(.removeImage(name))
                }
            }
        } catch let failure as APIFailure {
            throw Engine.trouble(failure, while: "look for old images of \(app)")
        }
    }
}
