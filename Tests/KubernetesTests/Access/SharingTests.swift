import AdapterKit
import Fakes
import Testing
import Traffic

@testable import Kubernetes

/// What nodes are told to be, and the Lease that hosts share: what the kit's cases leave to the settings and rights.
@Suite(.timeLimit(.minutes(1)))
struct SharingTests {
    private func adapter(_ stage: AccessStage, _ settings: [String: String] = [:]) throws -> KubernetesAdapter {
        var context = stage.context(["KUBECONFIG": stage.scratch.path + "/config"])
        context.settings = Settings(plugin: "scheduler-kubernetes", values: settings)
        return try KubernetesAdapter(context)
    }

    private func stage(_ answer: @escaping @Sendable (ServedRequest) async -> Answer) async throws -> AccessStage {
        let stage = try await AccessStage(tls: false) { _, request in await answer(request) }
        try stage.kubeconfig(user: "token: t", server: "http://127.0.0.1:\(stage.port)", authority: "")
        return stage
    }

    private static func nodes(_ infos: String...) -> Answer {
        AccessStage.json(
            200,
            #"{"kind": "NodeList", "metadata": {}, "items": ["#
                + infos.map { #"{"status": {"nodeInfo": \#($0)}}"# }.joined(separator: ",") + "]}")
    }

    private static let amd64 = #"{"operatingSystem": "linux", "architecture": "amd64"}"#
    private static let arm64 = #"{"operatingSystem": "linux", "architecture": "arm64"}"#

    @Test func theNodesThatAnAppMayRunOnAreAskedFor() async throws {
        let stage = try await stage { _ in Self.nodes(Self.amd64, Self.arm64, Self.amd64) }
        let adapter = try adapter(stage, ["node-selector": "disk=ssd,kubernetes.io/os=linux"])
        let found = try await adapter.platforms(for: App(name: try AppName("shop")))
        #expect(found.sorted().map(\.description) == ["linux/amd64", "linux/arm64"])
        let request = try #require(await stage.requests.first)
        #expect(request.path == "/api/v1/nodes")
        #expect(request.query("labelSelector") == "disk=ssd,kubernetes.io/os=linux")
    }

    @Test func whatIsNotOursToKnowIsNotKnown() async throws {
        let app = App(name: try AppName("shop"))
        let refused = try await stage { _ in
            AccessStage.json(403, #"{"kind": "Status", "reason": "Forbidden", "message": "nodes is forbidden"}"#)
        }
        #expect(try await adapter(refused).platforms(for: app).isEmpty)
        let silent = try await stage { _ in Self.nodes(Self.amd64, "{}") }
        #expect(try await adapter(silent).platforms(for: app).isEmpty, "the silent one may be the one that fits")
        let broken = try await stage { _ in AccessStage.json(401, #"{"kind": "Status", "message": "Unauthorized"}"#) }
        await #expect(throws: AdapterError.self) { _ = try await adapter(broken).platforms(for: app) }
    }

    @Test func aLeaseSaysWhoDeploys() async throws {
        var configuration = KubernetesFake.Configuration()
        configuration.tokens = ["t": .everything]
        let fake = KubernetesFake(configuration)
        let stage = try await stage { await fake.answer($0) }
        let adapter = try adapter(stage, ["namespace": "blue"])
        let app = App(name: try AppName("shop"))
        let lock = HeldLock(
            id: "id", home: "home", holder: "web1 (process 7)", action: "deploy shop", build: "b1",
            since: 1_700_000_000, duration: 30)
        #expect(try await adapter.takeLock(lock, of: app, over: nil) == nil, "its namespace is made when it is missing")
        let answer = await fake.answer(
            ServedRequest("GET", "/apis/coordination.k8s.io/v1/namespaces/blue/leases/shop"))
        let body: [UInt8] = if case .whole(_, let bytes) = answer { bytes } else { [] }
        let text = String(decoding: body, as: UTF8.self)
        for part in [
            #""holderIdentity":"web1 (process 7)""#, #""leaseDurationSeconds":30"#,
            #""renewTime":"2023-11-14T22:13:20.000000Z""#, #""linkspan.dev/app":"shop""#,
        ] { #expect(text.contains(part), "\(text)") }
    }

    /// A Role of an earlier release has no rule for it.
    @Test func whoMayWriteNoLeaseIsDenied() async throws {
        let stage = try await stage { _ in
            AccessStage.json(
                403, #"{"kind": "Status", "reason": "Forbidden", "message": "leases.coordination.k8s.io is forbidden"}"#
            )
        }
        let lock = HeldLock(id: "id", home: "", holder: "x", action: "", since: 0, duration: 30)
        let refusal = await #expect(throws: AdapterError.self) {
            _ = try await adapter(stage).takeLock(lock, of: App(name: try AppName("shop")), over: nil)
        }
        #expect(refusal?.code == .denied, "\(String(describing: refusal))")
    }
}
