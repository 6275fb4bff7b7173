import APIClient
import AdapterKit
import DockerEngine

/// A push by the engine, which has the layers. Afterwards either the tag is pushed, or the engine has the names it had.
struct EnginePush: Sendable {
    let engine: DockerEngine
    let registry: RegistryClient
    let app: AppName
    let console: any Console

    private var repository: RepositoryName { registry.repository }

    /// Pushes the image `id` as `tag`.
    /// - Parameter platform: which image of an index; `nil` for all of it.
    /// - Returns: what the registry calls the manifest, as far as the engine tells.
    func push(_ id: String, tag: String, platform: ImagePlatform? = nil) async throws -> String? {
        let name = try repository.image(tag: tag)
        let before = try await Engine.image(name.description, at: engine)?.Id
        do {
            try await engine.send(.tagImage(id, repository: repository.description, tag: tag))
            return try await upload(tag, platform)
        } catch {
            // Also when it was cancelled: what has a name is kept on the disk.
            await Task { await restore(name, to: before, tag) }.value
            guard let failure = error as? APIFailure else { throw error }
            throw Engine.trouble(failure, while: "push \(name)")
        }
    }

    private func restore(_ name: ImageReference, to id: String?, _ tag: String) async {
        if let id {
            try? await engine.send(.tagImage(id, repository: repository.description, tag: tag))
        } else {
            try? await engine.send(.removeImage(name.description))
        }
    }

    private func upload(_ tag: String, _ platform: ImagePlatform?) async throws -> String? {
        let login = try await registry.user()
        let server = repository.loginServer
        let engineLogin =
            login.map {
                $0.isIdentityToken
                    ? EngineLogin(serveraddress: server, identitytoken: $0.password)
                    : EngineLogin(username: $0.username, password: $0.password, serveraddress: server)
            } ?? EngineLogin()
        let request = try APIRequest.pushImage(
            repository: repository.description, tag: tag, platform: platform, login: engineLogin)
        var progress = PushProgress(console)
        var digest: String?
        var last = ""
        for try await line in JSONLines<PushLine>(try await engine.client.stream(request)) {
            if let error = line.error { throw try await failure(error, tag) }
            await progress.take(line)
            digest = line.aux?.Digest ?? digest
            last = line.status ?? last
        }
        // `latest: digest: sha256:… size: 528`
        if digest == nil, let word = last.split(separator: " ").first(where: { $0.hasPrefix("sha256:") }) {
            digest = String(word)
        }
        return digest
    }

    /// The engine tells what a registry answered in its own words.
    private func failure(_ words: String, _ tag: String) async throws -> AdapterError {
        let trouble = try await registry.trouble()
        let low = words.lowercased()
        let isRefused = ["denied", "unauthorized", "authentication required", "no basic auth"].contains {
            low.contains($0)
        }
        return AdapterError(
            isRefused ? .denied : .unreachable, "could not push \(repository):\(tag) to \(repository.registry)",
            details: [
                "the registry, as the Docker Engine tells it: \(words)",
                "the number of the last tag, the tags and the local images are as they were",
            ],
            hint: isRefused
                ? trouble.login("USER-WHO-MAY-PUSH")
                : "registry:push \(app) IMAGE, which goes on where this one stopped")
    }
}
