import APIClient
import AdapterKit
import Fakes
import Testing
import Traffic

@testable import Nomad

/// What nodes are told to be, and the job that hosts share: what the kit's cases leave to the settings and rights.
@Suite(.timeLimit(.minutes(1)))
struct SharingTests {
    private static func node(_ id: String, _ more: String = "") -> String {
        #"{"ID": "\#(id)", "Name": "\#(id)", "Datacenter": "dc1", "Status": "ready", "Drivers": {"docker": {}}\#(more)}"#
    }

    /// Three nodes: an amd64 one, an arm64 one in another datacenter, and one without the docker driver.
    private static func answer(_ request: ServedRequest) -> Answer {
        func json(_ text: String) -> Answer {
            .whole(AnswerHead(200, [HTTPField("Content-Type", "application/json")]), body: Array(text.utf8))
        }
        func facts(_ id: String, _ architecture: String) -> Answer {
            json(#"{"ID": "\#(id)", "Attributes": {"kernel.name": "linux", "cpu.arch": "\#(architecture)"}}"#)
        }
        switch request.path {
        case "/v1/nodes":
            return json(
                "[\(node("a")),\(node("b").replacing("dc1", with: "dc2")),"
                    + #"{"ID": "c", "Name": "c", "Status": "ready"}]"#)
        case "/v1/node/a": return facts("a", "amd64")
        case "/v1/node/b": return facts("b", "arm64")
        default: return .text(403, "Permission denied")
        }
    }

    private func platforms(_ settings: [String: String] = [:]) async throws -> [String] {
        let stage = try await AccessStage { _, request in Self.answer(request) }
        var settings = settings
        settings["address"] = "http://127.0.0.1:\(stage.port)"
        return try await NomadAdapter(AccessStage.context(settings)).platforms(for: App(name: try AppName("shop")))
            .sorted().map(\.description)
    }

    @Test func theNodesThatAnAppMayRunOnAreAskedFor() async throws {
        #expect(try await platforms() == ["linux/amd64", "linux/arm64"])
        #expect(try await platforms(["datacenters": "dc2"]) == ["linux/arm64"])
        #expect(try await platforms(["datacenters": "dc*"]) == ["linux/amd64", "linux/arm64"])
        #expect(try await platforms(["constraints": "attr.cpu.arch = amd64; meta.rack = r1"]) == ["linux/amd64"])
    }

    @Test func whatIsNotOursToKnowIsNotKnown() async throws {
        let stage = try await AccessStage { _, _ in .text(403, "Permission denied") }
        let adapter = try NomadAdapter(AccessStage.context(["address": "http://127.0.0.1:\(stage.port)"]))
        #expect(try await adapter.platforms(for: App(name: try AppName("shop"))).isEmpty)
    }

    /// The lock is no instance of the app, no task of it and no other app's job.
    @Test func aLockIsAJobThatRunsNothing() async throws {
        let stage = try await RolloutStage()
        let adapter = try NomadAdapter(AccessStage.context(["address": stage.address]))
        let app = App(name: try AppName("shop"))
        let lock = HeldLock(
            id: "id", home: "home", holder: "web1 (process 7)", action: "deploy shop", build: "b1",
            since: 1_700_000_000, duration: 30)
        #expect(try await adapter.takeLock(lock, of: app, over: nil) == nil)
        let job = try #require(try await stage.server.send(NomadCalls.job("shop:lock")))
        #expect(job.meta["linkspan_holder"] == "web1 (process 7)" && job.meta["linkspan_app"] == "shop")
        #expect(try await stage.server.send(NomadCalls.evaluations(ofJob: "shop:lock")).isEmpty)
        #expect(try await adapter.tasks(of: app).isEmpty)
        #expect(try await adapter.status(of: app).count == 0)
        try await adapter.releaseLock(lock, of: app)
        #expect(try await stage.server.send(NomadCalls.job("shop:lock")) == nil)
    }
}
