import APIClient
import AdapterKit
import DockerEngine

extension LocalImages {
    /// Brings an image here from its registry.
    /// - Throws: ``AdapterError`` with the engine's words; nothing of the login is in them.
    package func pull(_ image: ImageReference, login: RegistryCredential?) async throws {
        let engine = try await DockerEngine.connect(to: try endpoint()) { $0 }
        let login = login.map {
            $0.isIdentityToken
                ? EngineLogin(serveraddress: $0.server, identitytoken: $0.password)
                : EngineLogin(username: $0.username, password: $0.password, serveraddress: $0.server)
        }
        let repository = (image.registry.map { $0 + "/" } ?? "") + image.repository
        func trouble(_ reason: String) -> AdapterError {
            AdapterError(.imageUnavailable, "\(image) could not be pulled", details: [reason])
        }
        do {
            let steps = try await engine.client.stream(
                .pullImage(repository: repository, tag: image.digest ?? image.tag ?? "latest", login: login))
            for try await step in JSONLines<PushLine>(steps) {
                if let error = step.error { throw trouble(error) }
            }
        } catch let failure as APIFailure {
            throw trouble(failure.description)
        }
    }
}
