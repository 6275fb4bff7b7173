import APIClient
import AdapterKit
import DockerEngine

/// What this machine's Docker Engine knows of an image, for schedulers that do not ask it themselves.
package struct LocalImages: Sendable {
    private let variables: [String: String]
    private let readFile: @Sendable (String) throws -> [UInt8]

    /// How long anybody waits for an engine that may not be there, where its answer is good to have.
    package static let patience = Duration.seconds(2)
    /// The same where a busy engine must not be taken for one that has not got the image.
    package static let longPatience = Duration.seconds(20)

    /// - Parameter variables: of which `DOCKER_HOST` and its companions say where the engine is.
    package init(variables: [String: String], readFile: @escaping @Sendable (String) throws -> [UInt8]) {
        self.variables = variables
        self.readFile = readFile
    }

    /// `nil` when there is no engine, when it does not know the image, and when it takes too long: never an error.
    package func facts(of image: ReleaseImage) async -> ImageFacts? {
        await details(of: (image.pushed ?? image.local).description)
            .map { ImageFacts($0, buildpackUser: image.buildpackUser) }
    }

    /// What the engine itself says of an image; `nil` as with ``facts(of:)``.
    package func details(of image: String, patience: Duration = Self.patience) async -> ImageDetails? {
        await withTaskGroup(of: ImageDetails?.self) { tasks in
            tasks.addTask { try? await ask(image) }
            tasks.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            return first
        }
    }

    private func ask(_ image: String) async throws -> ImageDetails {
        let engine = try await DockerEngine.connect(to: try endpoint()) { $0 }
        return try await engine.send(.inspectImage(image))
    }

    func endpoint() throws -> APIEndpoint {
        try EngineAddress.endpoint(
            host: variables["DOCKER_HOST"], verifyTLS: variables["DOCKER_TLS_VERIFY"]?.isEmpty == false,
            certificateFolder: variables["DOCKER_CERT_PATH"], readFile: readFile)
    }
}
