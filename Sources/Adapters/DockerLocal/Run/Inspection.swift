import AdapterKit
import DockerEngine
import FoundationEssentials

extension DockerLocalAdapter: Inspecting {
    func inspect(_ app: App) async throws -> [UInt8] {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("inspect \(app.name)") {
            let documents = try await throttled(app.live.sorted { $0.name < $1.name }, atOnce: 8) { instance in
                let bytes = try await engine.send(.inspectContainerRaw(instance.id))
                return try JSONDecoder().decode(JSONValue.self, from: Data(bytes)).maskingEnvironment()
            }
            return Array((JSONValue.array(documents).indented(by: 4) + "\n").utf8)
        }
    }
}

extension DockerLocalAdapter: Planning {
    func plan(_ deployment: Deployment) async throws -> [UInt8] {
        let engine = try await connection.engine()
        let plan = try await containerPlan(deployment, engine: engine)
        let encoded = try JSONEncoder().encode(plan)
        let document = try JSONDecoder().decode(JSONValue.self, from: encoded).maskingEnvironment()
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

    private var maskedPair: JSONValue {
        guard case .string(let pair) = self else { return self }
        let open = ["CACHE_PATH=", "DOCKER_", "DOKKU_", "DYNO=", "PATH=", "PORT=", "USER="]
        guard !open.contains(where: { pair.hasPrefix($0) }) else { return self }
        return .string(String(pair.prefix { $0 != "=" }) + "=XXXXXX")
    }
}
