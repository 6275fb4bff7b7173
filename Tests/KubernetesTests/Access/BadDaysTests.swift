import APIClient
import AdapterKit
import Foundation
import Loopback
import Synchronization
import Testing
import Traffic

@testable import Kubernetes

/// Servers that are busy, away or half there: calm recovery instead of an error.
@Suite(.timeLimit(.minutes(3)))
struct BadDaysTests {
    private let get = APICall<Void>(APIRequest(.get, "/version"), expecting: [200])
    private let apply = KubernetesCalls.apply(KubernetesObject(.configMap, "x", in: "default"))

    private func cluster(_ stage: AccessStage, speed: Double = 100) async throws -> Cluster {
        try stage.kubeconfig(user: "token: a")
        var context = stage.context(["KUBECONFIG": stage.scratch.path + "/config"])
        context.clock = ScaledClock(speed: speed)
        return try await stage.connection(context: context).cluster()
    }

    @Test func aBusyServerIsWaitedForAsItAsks() async throws {
        let stage = try await AccessStage { number, _ in
            number < 6
                ? AccessStage.json(429, #"{"message":"too many requests"}"#, [HTTPField("Retry-After", "1")])
                : AccessStage.json(200, "{}")
        }
        let clock = ContinuousClock()
        let start = clock.now
        try await cluster(stage, speed: 10).send(get)
        #expect(await stage.requests.count == 7)
        #expect(clock.now - start >= .milliseconds(600))
    }

    @Test func aServerThatIsTooBusyForTooLongIsAnError() async throws {
        let stage = try await AccessStage { _, _ in AccessStage.json(429, #"{"message":"too many requests"}"#) }
        let cluster = try await cluster(stage)
        await #expect(throws: APIFailure.self) { try await cluster.send(get) }
        #expect(await stage.requests.count == 10)
    }

    @Test func aConnectionThatBreaksDuringAnApply() async throws {
        let stage = try await AccessStage { number, _ in
            number < 2 ? .broken([]) : AccessStage.json(200, "{}")
        }
        _ = try await cluster(stage).send(apply)
        #expect(await stage.requests.count == 3)
    }

    @Test func aStoreThatIsSlow() async throws {
        let stage = try await AccessStage { number, _ in
            number == 0
                ? AccessStage.json(
                    500, #"{"message":"etcdserver: request timed out"}"#, [HTTPField("Retry-After", "1")])
                : AccessStage.json(200, "{}")
        }
        _ = try await cluster(stage).send(apply)
        #expect(await stage.requests.count == 2)
    }

    @Test func aServerThatRestarts() async throws {
        let stage = try await AccessStage()
        let cluster = try await cluster(stage, speed: 5)
        try await cluster.send(get)
        await stage.server.stop()
        let again = Mutex<LoopbackServer?>(nil)
        async let restart: Void = {
            try await Task.sleep(for: .milliseconds(500))
            let server = try await LoopbackServer.start(
                at: .tcp(host: "127.0.0.1", port: stage.port), tls: stage.authority.identity(), answering: Yes())
            again.withLock { $0 = server }
        }()
        let create = APICall<Void>(APIRequest(.post, "/x"), expecting: [200])
        try await cluster.send(create)
        try await restart
        _ = try await cluster.send(apply)
        await again.withLock { $0 }?.stop()
    }
}

private struct Yes: Answering {
    func answer(_ request: ServedRequest) async -> Answer { AccessStage.json(200, "{}") }
}
