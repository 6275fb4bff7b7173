import APIClient
import AdapterKit
import JSONDocument
import Synchronization
import Testing
import Traffic

@testable import Nomad

/// Rollouts while servers are not at their best.
@Suite(.timeLimit(.minutes(2)))
struct BadDayTests {
    /// Counts down.
    private final class Times: Sendable {
        private let left: Mutex<Int>
        init(_ count: Int) { left = Mutex(count) }
        /// Whether it is still to happen once more.
        func next() -> Bool {
            left.withLock {
                $0 -= 1
                return $0 >= 0
            }
        }
    }

    @Test func aLostLeaderIsWaitedFor() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let times = Times(2)
        stage.answering { request in
            request.target.contains("index=") && times.next()
                ? .text(500, "No cluster leader") : nil
        }
        let state = try await stage.deploy(RolloutStage.job(release: "2"))
        #expect(state.deployment?.Status == "successful")
        #expect(!times.next())
    }

    @Test func aServerThatCannotReachTheOthersIsWaitedFor() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let times = Times(6)
        stage.answering { request in
            request.method == "GET" && request.target.contains("/deployment") && times.next()
                ? .text(500, "rpc error: failed to get conn: dial tcp 10.0.0.1:4647: connection refused") : nil
        }
        let state = try await stage.deploy(RolloutStage.job(release: "2"))
        #expect(state.deployment?.Status == "successful")
    }

    @Test func anIndexThatGoesBackwardsIsFollowed() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let times = Times(1)
        stage.changing { request, answer in
            // A server that was restored from a snapshot counts from further back.
            guard request.target.contains("index="), case .whole(var head, let body) = answer, times.next() else {
                return answer
            }
            head.headers = head.headers.map { $0.name == "X-Nomad-Index" ? HTTPField("X-Nomad-Index", "3") : $0 }
            return .whole(head, body: body)
        }
        let state = try await stage.deploy(RolloutStage.job(release: "2"))
        #expect(state.deployment?.Status == "successful")
        #expect(!times.next())
    }

    @Test func aRegistrationWhoseAnswerIsLostHappensOnce() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let times = Times(1)
        stage.changing { request, answer in
            request.method == "POST" && request.target.hasPrefix("/v1/jobs") && times.next()
                ? .text(504, "gateway timeout") : answer
        }
        let state = try await stage.deploy(RolloutStage.job(release: "2"))
        #expect(state.job.version == 1)
        #expect(stage.requests.filter { $0.hasPrefix("POST /v1/jobs") }.count == 2)
        #expect(try await stage.release() == "2")
    }

    @Test func aPromotionWhoseAnswerIsLostCounts() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let times = Times(1)
        stage.changing { request, answer in
            request.target.contains("promote") && times.next() ? .text(504, "gateway timeout") : answer
        }
        let state = try await stage.deploy(RolloutStage.job(release: "2"))
        #expect(state.deployment?.Status == "successful")
        #expect(try await stage.release() == "2")
    }

    @Test func whatMayNotBeRegisteredIsDenied() async throws {
        let stage = try await RolloutStage()
        stage.answering { $0.method == "POST" ? .text(403, "Permission denied") : nil }
        let error = try await stage.failure(of: RolloutStage.job())
        #expect(error.message.contains("register the job of shop"))
        #expect(try await stage.live() == [])
    }

    @Test func whatMayNotBeWatchedIsTakenBack() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let before = try await stage.live()
        let times = Times(2)
        stage.answering { request in
            request.method == "GET" && request.target.contains("/v1/evaluation/") && times.next()
                ? .text(403, "Permission denied") : nil
        }
        let error = try await stage.failure(of: RolloutStage.job(release: "2"))
        #expect(error.message.contains("follow the rollout of shop"))
        #expect(try await stage.live() == before)
        #expect(try await stage.release() == "1")
    }

    @Test func aNodeThatIsDrainedInTheMiddleIsNoFailure() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let rollout = try await stage.rollout(RolloutStage.job(release: "2", healthy: 20))
        let before = try await stage.live()
        let running = Task { try await rollout.carryOut() }
        _ = try await stage.live(count: 2)
        let canary = try #require(try await stage.live().first { !before.contains($0) })
        try await stage.server.send(
            APICall<Void>(APIRequest(.post, "/v1/allocation/\(canary)/stop"), expecting: [200]))
        let state = try await running.value
        #expect(state.deployment?.Status == "successful")
        #expect(try await stage.live(count: 1) != before)
    }
}
