import APIClient
import AdapterKit
import DockerEngine
import JSONDocument

extension DockerLocalAdapter: Inspecting {
    func inspect(_ app: App) async throws -> [UInt8] {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("inspect \(app.name)") {
            let documents: [JSONValue] = try await throttled(app.live.sorted { $0.name < $1.name }, atOnce: 8) {
                instance in
                do {
                    let bytes = try await engine.send(.inspectContainerRaw(instance.id))
                    return try JSONValue(parsing: bytes).maskingEnvironment()
                } catch let failure as APIFailure where failure.status == 404 {
                    return nil
                }
            }.compactMap { $0 }
            return Array((JSONValue.array(documents).indented(by: 4) + "\n").utf8)
        }
    }
}

extension DockerLocalAdapter: Planning {
    func plan(_ deployment: Deployment) async throws -> [UInt8] {
        let engine = try await connection.engine()
        let plan = try await containerPlan(deployment, engine: engine)
        let mask = SecretMask(config: deployment.environment)
        let document = try JSONValue(encoding: plan).maskingEnvironment().masked(mask)
        return Array((document.indented(by: 2) + "\n").utf8)
    }
}

extension JSONValue {
    /// Each value of each `Env` list replaced, but for names that hold no secret (contract 2.18).
    func maskingEnvironment() -> JSONValue {
        switch self {
        case .object(let fields):
            .object(
                Dictionary(
                    uniqueKeysWithValues: fields.map { key, value in
                        if key == "Env", case .array(let entries) = value {
                            return (key, .array(entries.map(\.maskedPair)))
                        }
                        return (key, value.maskingEnvironment())
                    }))
        case .array(let items): .array(items.map { $0.maskingEnvironment() })
        default: self
        }
    }

    /// Each text without the secrets of `mask`: a start command may have config filled in.
    func masked(_ mask: SecretMask) -> JSONValue {
        switch self {
        case .string(let text): .string(mask.masked(text))
        case .array(let items): .array(items.map { $0.masked(mask) })
        case .object(let fields): .object(fields.mapValues { $0.masked(mask) })
        default: self
        }
    }

    private var maskedPair: JSONValue {
        guard case .string(let pair) = self else { return self }
        let open = ["CACHE_PATH=", "DOCKER_", "DOKKU_", "DYNO=", "PATH=", "PORT=", "USER="]
        guard !open.contains(where: { pair.hasPrefix($0) }) else { return self }
        return .string(String(pair.prefix { $0 != "=" }) + "=XXXXXX")
    }
}
