import AdapterKit

/// Where images of one app lie: a registry and a path there.
package struct RepositoryName: Sendable, Hashable, CustomStringConvertible {
    /// What people call Docker's own registry.
    package static let dockerHub = "docker.io"
    private static let dockerHubNames: Set<String> = ["docker.io", "index.docker.io", "registry-1.docker.io"]

    /// `host[:port]`; ``dockerHub`` where none is named.
    package let registry: String
    /// Its name in the registry's API.
    package let path: String
    /// Its name in the engine, as in `ghcr.io/acme/shop`.
    package let description: String

    /// - Throws: ``AdapterError`` when `text` is no repository.
    package init(_ text: String) throws {
        let reference = try ImageReference(text)
        guard reference.tag == nil, reference.digest == nil else {
            throw AdapterError(.invalidInput, "'\(text.prefix(200))' names an image, not a repository")
        }
        self.init(reference)
    }

    /// The repository of an image.
    package init(_ image: ImageReference) {
        let registry = image.registry ?? Self.dockerHub
        let isHub = Self.dockerHubNames.contains(registry)
        self.registry = isHub ? Self.dockerHub : registry
        path = isHub && !image.repository.contains("/") ? "library/" + image.repository : image.repository
        description = (isHub ? "" : registry + "/") + image.repository
    }

    package var isDockerHub: Bool { registry == Self.dockerHub }

    /// Where the registry's API is.
    package var host: String { isDockerHub ? "registry-1.docker.io" : registry }

    /// What Docker's `config.json` calls the registry.
    package var loginServer: String { isDockerHub ? "https://index.docker.io/v1/" : registry }

    package func image(tag: String) throws -> ImageReference { try ImageReference("\(description):\(tag)") }
    package func image(digest: String) throws -> ImageReference { try ImageReference("\(description)@\(digest)") }

    /// Whether connections to it never leave this machine, so that Docker does without TLS there.
    var isLoopback: Bool {
        let name = registry.prefix { $0 != ":" }
        return name == "localhost" || name.hasPrefix("127.") || registry.hasPrefix("[::1]")
    }
}
