import AdapterKit
import JSONDocument
import Synchronization
import Testing
import Traffic

@testable import Nomad

/// A job is carried over to another version whole, or not at all.
@Suite(.timeLimit(.minutes(2)))
struct JobRolloutTests {
    private let two: [String: (count: Int, command: [String])] = [
        "web": (2, ["kit", "serve"]), "worker": (1, ["kit", "sleep", "100000"]),
    ]

    // MARK: what succeeds

    @Test func aFirstReleaseComesUp() async throws {
        let stage = try await RolloutStage()
        let state = try await stage.deploy(RolloutStage.job(two))
        #expect(state.deployment?.Status == "successful")
        #expect(try await stage.live().count == 3)
        #expect(!stage.requests.contains { $0.contains("promote") })
    }

    @Test func theSecondReleaseTakesOverAtOnce() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(two))
        let before = try await stage.live()
        let state = try await stage.deploy(RolloutStage.job(two, release: "2"))
        #expect(state.deployment?.JobVersion == 1)
        let after = try await stage.live(count: 3)
        #expect(Set(before).isDisjoint(with: after))
        #expect(stage.requests.filter { $0.contains("promote") }.count == 1)
    }

    @Test func aTypeThatIsNewComesUpBesideTheOthers() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let before = try await stage.live()
        try await stage.deploy(
            RolloutStage.job(["web": (1, ["kit", "serve"]), "worker": (1, ["kit", "sleep", "9999"])]))
        let after = try await stage.live(count: 2)
        #expect(Set(after).isSuperset(of: before))
    }

    @Test func nothingToRunIsARelease() async throws {
        let stage = try await RolloutStage()
        let state = try await stage.deploy(RolloutStage.job(["web": (0, ["kit", "serve"])]))
        #expect(state.deployment == nil && state.isDone)
    }

    // MARK: what fails

    @Test func aFirstReleaseThatCrashesLeavesNothing() async throws {
        let stage = try await RolloutStage()
        let error = try await stage.failure(
            of: RolloutStage.job(["web": (2, ["kit", "exit", "43", "no", "database"])], healthy: 500))
        #expect(error.code == .rolloutFailed)
        #expect(error.message.hasPrefix("web of shop did not come up: it ended by itself with code 43"))
        #expect(error.failedInstances.first?.name.description == "web.1")
        #expect(error.failedInstances.first?.lastLines.contains("no database") == true)
        #expect(try await stage.live() == [])
        #expect(try await stage.server.send(NomadCalls.job("shop")) == nil)
    }

    @Test func oneTypeThatCrashesTakesAllBack() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(two))
        let before = try await stage.live()
        var parts = two
        parts["worker"] = (1, ["kit", "exit", "9"])
        let error = try await stage.failure(of: RolloutStage.job(parts, release: "2", healthy: 500))
        #expect(error.message.contains("worker of shop did not come up"))
        // Both versions, and what the one that goes on is counted as.
        #expect(error.details.contains("version 1 of job shop was given up, version 0 goes on as version 2"))
        #expect(try await stage.live() == before)
        #expect(stage.console.everything.contains("The release before goes on serving"))
    }

    @Test func anImageThatIsMissingIsNamed() async throws {
        let stage = try await RolloutStage()
        let error = try await stage.failure(of: RolloutStage.job(image: "absent:1"))
        #expect(error.code == .imageUnavailable)
        #expect(error.message.contains("absent:1"))
        #expect(try await stage.live() == [])
    }

    @Test func whatIsTooBigIsSaidToBe() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let before = try await stage.live()
        let error = try await stage.failure(of: RolloutStage.job(release: "2", cpu: 99_999), start: 1)
        #expect(error.message.contains("no node takes it: 1 of 1 node without enough cpu"))
        #expect(error.hint?.contains("resource:reserve") == true)
        #expect(try await stage.live() == before)
        let now = try #require(try await stage.server.send(NomadCalls.job("shop")))
        #expect(now.groups.first?["Tasks"]?.items?.first?["Resources"]?["CPU"] == 50)
    }

    @Test func aCheckOfOursDecides() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let before = try await stage.live()
        let error = try await stage.failure(of: RolloutStage.job(release: "2")) { state in
            let group = state.groups[0]
            throw RolloutFailure(
                group: group,
                trouble: AllocationTrouble(cause: .checkFailed, text: "check 'x' failed", isPassing: false),
                allocations: state.live(group))
        }
        #expect(error.message == "web of shop did not come up: check 'x' failed")
        #expect(try await stage.live() == before)
        #expect(!stage.requests.contains { $0.contains("promote") })
    }

    @Test func aCheckOfOursDecidesWhereNothingWaitsForPromotion() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let before = try await stage.live()
        let parts: [String: (count: Int, command: [String])] = [
            "web": (1, ["kit", "serve"]), "worker": (1, ["kit", "sleep", "9999"]),
        ]
        _ = try await stage.failure(of: RolloutStage.job(parts)) { state in
            // Nomad takes it for a success meanwhile.
            try await eventually {
                try await stage.server.send(NomadCalls.deployments(ofJob: "shop")).allSatisfy(\.hasEnded)
            }
            throw RolloutFailure(group: state.groups[1], trouble: .notReady, allocations: [])
        }
        #expect(try await stage.live() == before)
    }

    @Test func nomadsOwnVerdictIsAFailure() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let before = try await stage.live()
        let rollout = try await stage.rollout(RolloutStage.job(release: "2", healthy: 1_000))
        let running = Task { try await rollout.carryOut() }
        let own = try await deployment(of: 1, on: stage)
        // As a person with another tool would, and as Nomad does when time is over.
        _ = try await stage.server.send(NomadCalls.fail(own.ID))
        do {
            _ = try await running.value
            Issue.record("the release was a success")
        } catch let error as AdapterError {
            #expect(error.code == .rolloutFailed)
            #expect(error.details.contains { $0.contains("rolling back to job version 0") })
            #expect(error.details.contains("version 1 of job shop was given up, version 0 goes on as version 2"))
        }
        #expect(try await stage.live() == before)
    }

    // MARK: in the middle

    private func deployment(of version: Int, on stage: RolloutStage) async throws -> NomadDeployment {
        var found: NomadDeployment?
        try await eventually {
            found = try await stage.server.send(NomadCalls.deployments(ofJob: "shop"))
                .first { $0.JobVersion == version }
            return found != nil
        }
        return try #require(found)
    }

    @Test func aReleaseThatIsCancelledIsTakenBack() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let before = try await stage.live()
        let rollout = try await stage.rollout(
            RolloutStage.job(["web": (2, ["kit", "serve"])], release: "2", healthy: 1_000))
        let running = Task { try await rollout.carryOut() }
        _ = try await stage.live(count: 3)
        running.cancel()
        await #expect(throws: CancellationError.self) { _ = try await running.value }
        #expect(try await stage.live() == before)
    }

    @Test func aFirstReleaseThatIsCancelledIsGone() async throws {
        let stage = try await RolloutStage()
        let rollout = try await stage.rollout(RolloutStage.job(healthy: 1_000))
        let running = Task { try await rollout.carryOut() }
        _ = try await stage.live(count: 1)
        running.cancel()
        await #expect(throws: CancellationError.self) { _ = try await running.value }
        #expect(try await stage.live() == [])
        #expect(try await stage.server.send(NomadCalls.job("shop")) == nil)
    }

    @Test func whatSomebodyElseRegistersMeanwhileIsLeftAlone() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let rollout = try await stage.rollout(RolloutStage.job(release: "2", healthy: 1_000))
        let running = Task { try await rollout.carryOut() }
        _ = try await deployment(of: 1, on: stage)
        _ = try await stage.server.send(NomadCalls.register(RolloutStage.job(release: "theirs"), enforcing: nil))
        do {
            _ = try await running.value
            Issue.record("the release was a success")
        } catch let error as AdapterError {
            #expect(error.code == .conflict)
            #expect(error.details.contains { $0.contains("left alone") })
        }
        #expect(try await stage.release() == "theirs")
    }

    @Test func whatChangedBeforeIsNotOverwritten() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let rollout = try await stage.rollout(RolloutStage.job(release: "2"))
        _ = try await stage.server.send(NomadCalls.register(RolloutStage.job(release: "theirs"), enforcing: nil))
        await #expect(throws: AdapterError.self) { _ = try await rollout.carryOut() }
        #expect(try await stage.release() == "theirs")
    }
}
