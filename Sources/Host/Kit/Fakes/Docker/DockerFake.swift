import JSONDocument
import Loopback
import Traffic

/// A Docker Engine that acts: containers that start, log, exit and listen, without an engine.
///
/// It answers the part of the Engine API that schedulers and the `docker` program use for containers, execs, images,
/// networks, volumes and events. Processes are ``Workload``s; what serves, listens on a loopback address of its own.
package final class DockerFake: FakeBackend {
    /// What the engine says it is.
    package struct Identity: Sendable {
        package var version = "20.10.24"
        package var apiVersion = "1.41"
        package var minimumAPIVersion = "1.12"

        package init() {}
    }

    let engine: DockerWorld
    private let identity: Identity

    /// - Parameters:
    ///   - images: the references that the engine has; others cannot be found.
    ///   - clock: how fast the time of workloads passes.
    package init(images: [FakeImage], clock: FakeClock, identity: Identity = Identity()) async throws {
        engine = DockerWorld(images: images, clock: clock, subnet: try await .claim())
        self.identity = identity
    }

    package func objects() async -> [FakeObject] { await engine.objects() }

    /// Ends all that runs.
    package func stop() async { await engine.shutDown() }

    package func answer(_ request: ServedRequest) async -> Answer {
        var parts = request.pathParts
        // Every version means the same here.
        if let first = parts.first, first.hasPrefix("v"), first.dropFirst().allSatisfy({ $0.isNumber || $0 == "." }) {
            parts.removeFirst()
        }
        do {
            switch parts.first {
            case "_ping": return ping(request)
            case "version": return .json(200, versionDocument)
            case "info": return .json(200, await engine.information(identity))
            case "events": return await engine.events(request)
            case "containers": return try await containers(request, Array(parts.dropFirst()))
            case "exec": return try await execs(request, Array(parts.dropFirst()))
            case "images": return try await images(request, Array(parts.dropFirst()))
            case "networks": return try await networks(request, Array(parts.dropFirst()))
            case "volumes": return try await volumes(request, Array(parts.dropFirst()))
            default: return .json(404, ["message": "page not found"])
            }
        } catch let refusal as Refusal {
            return .json(refusal.status, ["message": .string(refusal.message)])
        } catch {
            return .json(500, ["message": .string("\(error)")])
        }
    }

    private func ping(_ request: ServedRequest) -> Answer {
        .whole(
            AnswerHead(
                200,
                [
                    HTTPField("Api-Version", identity.apiVersion),
                    HTTPField("Content-Type", "text/plain; charset=utf-8"),
                    HTTPField("Docker-Experimental", "false"), HTTPField("Ostype", "linux"),
                    HTTPField("Server", "Docker/\(identity.version) (linux)"),
                ]), body: request.method == "HEAD" ? [] : Array("OK".utf8))
    }

    private var versionDocument: JSONValue {
        [
            "Platform": ["Name": ""], "Version": .string(identity.version), "ApiVersion": .string(identity.apiVersion),
            "MinAPIVersion": .string(identity.minimumAPIVersion), "GitCommit": "fake", "GoVersion": "go1.19.8",
            "Os": "linux", "Arch": "amd64", "KernelVersion": "6.1.0",
            "BuildTime": "2023-01-01T00:00:00.000000000+00:00",
            "Components": [
                [
                    "Name": "Engine", "Version": .string(identity.version),
                    "Details": ["ApiVersion": .string(identity.apiVersion), "Arch": "amd64", "Os": "linux"],
                ]
            ],
        ]
    }
}

/// An image that a fake engine has.
package struct FakeImage: Sendable {
    package var reference: String
    package var environment: [String: String]
    package var command: [String]
    package var labels: [String: String]
    package var exposedPorts: [Int]

    package init(
        _ reference: String, environment: [String: String] = ["PATH": "/bin"], command: [String] = ["kit", "serve"],
        labels: [String: String] = [:], exposedPorts: [Int] = []
    ) {
        self.reference = reference
        self.environment = environment
        self.command = command
        self.labels = labels
        self.exposedPorts = exposedPorts
    }

    /// The same for the same reference.
    var id: String {
        "sha256:" + identifier(0x1_000_000 + abs(reference.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) % 0xFF_FFFF }))
    }
}

/// Why a request is refused.
struct Refusal: Error {
    var status: Int
    var message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }
}

/// 64 hexadecimal digits that begin with `number`: like the engine's ids, but easy to tell apart.
func identifier(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    let head = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    return head + String(repeating: "f", count: 52)
}

extension ServedRequest {
    /// The query's `filters`, in either form that clients send.
    var filters: [String: [String]] {
        guard let text = query("filters"), let document = try? JSONValue(parsing: Array(text.utf8)) else { return [:] }
        return (document.fields ?? [:]).mapValues { value in
            value.items?.compactMap(\.text) ?? (value.fields ?? [:]).filter { $0.value.flag == true }.map(\.key)
        }
    }

    /// The body as a document; an empty object where there is none.
    var document: JSONValue {
        get throws {
            if body.isEmpty { return [:] }
            do {
                return try JSONValue(parsing: body)
            } catch {
                throw Refusal(400, "invalid JSON: the body cannot be read")
            }
        }
    }
}
