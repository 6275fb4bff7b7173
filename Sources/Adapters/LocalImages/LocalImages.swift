import APIClient
import AdapterKit
import DockerEngine

/// What this machine's Docker Engine knows of an image, for schedulers that do not ask it themselves.
package struct LocalImages: Sendable {
    private let variables: [String: String]
    private let readFile: @Sendable (String) throws -> [UInt8]

    /// How long anybody waits for an engine that may not be there.
    private static let patience = Duration.seconds(2)

    /// - Parameter variables: of which `DOCKER_HOST` and its companions say where the engine is.
    package init(variables: [String: String], readFile: @escaping @Sendable (String) throws -> [UInt8]) {
        self.variables = variables
        self.readFile = readFile
    }

    /// `nil` when there is no engine, when it does not know the image, and when it takes too long: never an error.
    package func facts(of image: ReleaseImage) async -> ImageFacts? {
        await withTaskGroup(of: ImageFacts?.self) { tasks in
            tasks.addTask { try? await ask(image) }
            tasks.addTask {
                try? await Task.sleep(for: Self.patience)
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            return first
        }
    }

    private func ask(_ image: ReleaseImage) async throws -> ImageFacts {
        let endpoint = try EngineAddress.endpoint(
            host: variables["DOCKER_HOST"], verifyTLS: variables["DOCKER_TLS_VERIFY"]?.isEmpty == false,
            certificateFolder: variables["DOCKER_CERT_PATH"], readFile: readFile)
        let engine = try await DockerEngine.connect(to: endpoint) { $0 }
        let details = try await engine.send(.inspectImage((image.pushed ?? image.local).description))
        return ImageFacts(details, buildpackUser: image.buildpackUser)
    }
}
