import Loopback
import Synchronization
import Traffic

@testable import Registry

/// An engine of the newest kind, with containerd's image store: images are indexes, and answers are as a test says.
final class FakeEngine: Answering, Sendable {
    /// By name, escaped as in the request's path: what an inspect answers, and what it adds for `manifests`.
    private let images: Mutex<[String: (details: String, manifests: String)]>
    private let requests = Mutex<[ServedRequest]>([])
    /// What happens at the registry when the engine pushes.
    private let push: @Sendable (ServedRequest) async -> String

    init(
        _ images: [String: (details: String, manifests: String)] = [:],
        push: @escaping @Sendable (ServedRequest) async -> String = { _ in "" }
    ) {
        self.images = Mutex(images)
        self.push = push
    }

    var lines: [String] { requests.withLock { $0.map { "\($0.method) \($0.target)" } } }

    func answer(_ request: ServedRequest) async -> Answer {
        requests.withLock { $0.append(request) }
        let version = HTTPField("Api-Version", "1.51")
        let parts = request.pathParts
        if parts.last == "_ping" { return .whole(AnswerHead(200, [version]), body: Array("OK".utf8)) }
        if parts.last == "push" {
            let lines = await push(request)
            return .whole(AnswerHead(200, [HTTPField("Content-Type", "application/json")]), body: Array(lines.utf8))
        }
        if parts.last == "tag" { return .empty(201) }
        let name = parts.drop { $0 != "images" }.dropFirst().dropLast().joined(separator: "/")
        guard request.method == "GET", let image = images.withLock({ $0[name] }) else {
            return .json(404, ["message": "No such image"])
        }
        let more = request.flag("manifests") ? #", "Manifests": [\#(image.manifests)]"# : ""
        return .whole(
            AnswerHead(200, [HTTPField("Content-Type", "application/json")]),
            body: Array("{\(image.details)\(more)}".utf8))
    }

    /// - Returns: the server, and the `DOCKER_HOST` that leads there.
    func start() async throws -> (server: LoopbackServer, host: String) {
        let server = try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), answering: self)
        guard case .tcp(let host, let port) = server.address else { return (server, "") }
        return (server, "tcp://\(host):\(port)")
    }
}
