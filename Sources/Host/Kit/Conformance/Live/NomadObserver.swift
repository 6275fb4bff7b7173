import APIClient
import Fakes
import JSONDocument
import Traffic

/// Looks at a real Nomad, past the adapter, and clears up.
struct NomadObserver: Sendable {
    private let client: APIClient

    /// What came back, whatever its status.
    struct Reply: Sendable {
        var status: Int
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    }

    init(_ endpoint: APIEndpoint) {
        client = APIClient(transport: CurlTransport(endpoint: endpoint))
    }

    func reply(
        _ method: APIRequest.Method, _ path: String, _ body: JSONValue? = nil, query: [QueryItem] = []
    ) async throws -> Reply {
        var request = APIRequest(method, path, query: query)
        if let body { request.body = .init(bytes: Array(body.compact.utf8), contentType: "application/json") }
        let response = try await client.transport.response(to: request)
        return Reply(status: response.status, body: response.body)
    }

    func get(_ path: String, query: [QueryItem] = []) async throws -> JSONValue {
        let reply = try await reply(.get, path, query: query)
        guard reply.status == 200 else { throw Broken("GET \(path) was answered with \(reply.status): \(reply.text)") }
        return reply.json
    }

    /// An empty list where the server has no such thing.
    private func list(_ path: String, in namespace: String) async throws -> [JSONValue] {
        let reply = try await reply(.get, path, query: [QueryItem("namespace", namespace)])
        guard reply.status != 404, reply.status != 405 else { return [] }
        guard reply.status == 200 else { throw Broken("GET \(path) was answered with \(reply.status): \(reply.text)") }
        return reply.json.items ?? []
    }

    func namespaces() async throws -> [String] {
        try await list("/v1/namespaces", in: "default").compactMap { $0["Name"]?.text }
    }

    // MARK: what is there

    /// What of a namespace has `mark` in its name: jobs, what runs or is wanted of them, deployments that go on, and
    /// variables. What is over stays as history until Nomad collects it, and no client can take it away.
    func objects(in namespace: String, with mark: String) async throws -> [FakeObject] {
        func isOurs(_ name: String?) -> Bool { mark.isEmpty || name?.contains(mark) == true }
        var found: [FakeObject] = []
        var present: Set<String> = []
        for stub in try await list("/v1/jobs", in: namespace) where isOurs(stub["ID"]?.text) {
            guard let id = stub["ID"]?.text,
                let job = try? await get("/v1/job/" + Self.escaped(id), query: [QueryItem("namespace", namespace)])
            else { continue }
            present.insert(id)
            let periodic = job["Periodic"] ?? .null
            let isHeld = job["Stop"]?.flag == true || periodic["Enabled"]?.flag == false
            found.append(
                FakeObject(
                    kind: "job", id: id, name: id, labels: job.texts("Meta"),
                    isHeld: periodic == .null ? nil : isHeld))
        }
        let settings = try await variables(in: namespace).filter { isOurs($0.key) }
        for stub in try await list("/v1/allocations", in: namespace) where isOurs(stub["JobID"]?.text) {
            let isOver = ["complete", "failed", "lost"].contains(stub["ClientStatus"]?.text ?? "")
            let isWanted = stub["DesiredStatus"]?.text == "run" && present.contains(stub["JobID"]?.text ?? "")
            guard !isOver || isWanted, let id = stub["ID"]?.text,
                let allocation = try? await get("/v1/allocation/" + id, query: [QueryItem("namespace", namespace)])
            else { continue }
            found.append(Self.object(allocation, settings))
        }
        for deployment in try await list("/v1/deployments", in: namespace) where isOurs(deployment["JobID"]?.text) {
            guard ["running", "paused", "pending", "blocked", "unblocking"].contains(deployment["Status"]?.text ?? "")
            else { continue }
            found.append(
                FakeObject(
                    kind: "deployment", id: deployment["ID"]?.text ?? "", name: deployment["JobID"]?.text ?? ""))
        }
        return found
            + settings.keys.sorted().map {
                FakeObject(kind: "variable", id: $0, name: $0, labels: VariableKey(namespace, $0).ownerLabels)
            }
    }

    /// The items of every variable, by path.
    private func variables(in namespace: String) async throws -> [String: [String: String]] {
        var found: [String: [String: String]] = [:]
        for stub in try await list("/v1/vars", in: namespace) {
            guard let path = stub["Path"]?.text,
                let variable = try? await get("/v1/var/" + path, query: [QueryItem("namespace", namespace)])
            else { continue }
            found[path] = variable.texts("Items")
        }
        return found
    }

    private static func object(_ allocation: JSONValue, _ settings: [String: [String: String]]) -> FakeObject {
        let group = allocation["Job"]?["TaskGroups"]?.items?.first { $0["Name"] == allocation["TaskGroup"] }
        let task = group?["Tasks"]?.items?.first ?? .null
        let name = allocation["Name"]?.text ?? ""
        let number = String(name.split(separator: "[").last?.dropLast() ?? "")
        var environment = task.texts("Env")
        for template in task["Templates"]?.items ?? [] where template["Envvars"]?.flag == true {
            let text = try? NomadTemplate(template).text(environment: ["NOMAD_ALLOC_INDEX": number]) { settings[$0] }
            environment.merge((try? EnvironmentFile.parse(text ?? "")) ?? [:]) { $1 }
        }
        return FakeObject(
            kind: "allocation", id: allocation["ID"]?.text ?? "", name: name,
            labels: allocation["Job"]?.texts("Meta") ?? [:],
            isRunning: allocation["ClientStatus"]?.text == "running", environment: environment)
    }

    // MARK: clearing up

    /// Takes away what has `mark` in its name.
    func clear(_ namespace: String, with mark: String) async {
        let place = [QueryItem("namespace", namespace)]
        for stub in (try? await list("/v1/jobs", in: namespace)) ?? [] {
            guard let id = stub["ID"]?.text, mark.isEmpty || id.contains(mark) else { continue }
            _ = try? await reply(
                .delete, "/v1/job/" + Self.escaped(id), query: place + [QueryItem("purge", "true")])
        }
        for stub in (try? await list("/v1/vars", in: namespace)) ?? [] {
            guard let path = stub["Path"]?.text, mark.isEmpty || path.contains(mark) else { continue }
            _ = try? await reply(.delete, "/v1/var/" + path, query: place)
        }
    }

    /// What a periodic job makes has slashes in its id.
    private static func escaped(_ id: String) -> String { id.replacing("/", with: "%2F") }
}

extension JSONValue {
    /// An object's texts; empty where there is none.
    fileprivate func texts(_ field: String) -> [String: String] {
        (self[field]?.fields ?? [:]).compactMapValues(\.text)
    }
}
