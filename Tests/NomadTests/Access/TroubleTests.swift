import APIClient
import AdapterKit
import Conformance
import Testing
import Traffic

@testable import Nomad

/// What a person is told when Nomad refuses, in the words of real servers.
@Suite(.timeLimit(.minutes(1)))
struct TroubleTests {
    private func trouble<Reply>(_ status: Int, _ text: String, to call: APICall<Reply>) async throws -> AdapterError {
        let stage = try await AccessStage { _, _ in .text(status, text) }
        let server = try await AccessStage.connection(["address": "http://127.0.0.1:\(stage.port)"]).server()
        do {
            _ = try await NomadTrouble.translating("do it") { try await server.send(call) }
        } catch let error as AdapterError {
            return error
        }
        throw NeverHappened()
    }

    @Test func tokens() async throws {
        let malformed = try await trouble(
            500, "acl token lookup failed: index error: UUID must be 36 characters", to: NomadCalls.jobs(prefix: ""))
        #expect(malformed.code == .denied && malformed.message.contains("malformed"))
        let unknown = try await trouble(403, "ACL token not found", to: NomadCalls.jobs(prefix: ""))
        #expect(unknown.code == .denied && unknown.message.contains("does not know our ACL token"))
        let expired = try await trouble(403, "ACL token expired", to: NomadCalls.jobs(prefix: ""))
        #expect(expired.message.contains("expired"))
    }

    @Test func theCapabilityIsNamed() async throws {
        func lacks<Reply>(_ call: APICall<Reply>) async throws -> String {
            let error = try await trouble(403, "Permission denied", to: call)
            #expect(error.code == .denied)
            return error.message
        }
        #expect(try await lacks(NomadCalls.register([:], enforcing: 0)).contains("submit-job"))
        #expect(try await lacks(NomadCalls.jobs(prefix: "")).contains("list-jobs"))
        #expect(try await lacks(NomadCalls.job("shop")).contains("read-job"))
        #expect(try await lacks(NomadCalls.promote("x")).contains("submit-job"))
        #expect(
            try await lacks(NomadCalls.scale("shop", group: "web", count: 1, message: "")).contains("scale-job"))
        #expect(
            try await lacks(NomadCalls.putVariable("nomad/jobs/shop", items: [:], enforcing: 0))
                .contains("write on the variable nomad/jobs/shop"))
        #expect(try await lacks(NomadCalls.putNamespace("x", description: "")).contains("management token"))
        #expect(try await lacks(NomadCalls.agent).contains("agent:read"))
    }

    @Test func conflictsAndPlaces() async throws {
        let register = NomadCalls.register([:], enforcing: 0)
        let conflict = try await trouble(500, "Enforcing job modify index 0: job already exists", to: register)
        #expect(conflict.code == .conflict)
        let namespace = try await trouble(
            500, "1 error occurred:\n\t* job \"shop\" is in nonexistent namespace \"blue\"\n\n", to: register)
        #expect(namespace.code == .notFound && namespace.hint == "nomad namespace apply NAME")
        #expect(namespace.details == ["job \"shop\" is in nonexistent namespace \"blue\""])
        let region = try await trouble(500, "No path to region", to: register)
        #expect(region.code == .invalidSettings && region.hint?.contains("region") == true)
        let invalid = try await trouble(
            500, "2 errors occurred:\n\t* Missing job datacenters\n\t* Missing job task groups\n\n", to: register)
        #expect(invalid.code == .invalidInput)
        #expect(invalid.details == ["Missing job datacenters", "Missing job task groups"])
        let busy = try await trouble(429, "", to: NomadCalls.leader)
        #expect(busy.code == .timedOut)
        let strange = try await trouble(200, "<html>", to: NomadCalls.leader)
        #expect(strange.code == .unexpectedReply)
    }

    /// An election in the middle of a deploy.
    @Test func aLeaderThatIsBeingElectedIsWaitedFor() async throws {
        let stage = try await AccessStage { number, _ in
            number < 3 ? .text(500, "rpc error: No cluster leader") : .json(200, "a leader")
        }
        let server = try await AccessStage.connection(["address": "http://127.0.0.1:\(stage.port)"]).server()
        #expect(try await server.send(NomadCalls.leader) == "a leader")
        let error = try await trouble(500, "No cluster leader", to: NomadCalls.register([:], enforcing: 0))
        #expect(error.code == .unreachable && error.hint == "see how the servers fare: nomad server members")
    }

    @Test func nobodyThere() async throws {
        let server = try await AccessStage.connection(["address": "http://127.0.0.1:1"]).server()
        let error = await #expect(throws: AdapterError.self) {
            _ = try await NomadTrouble.translating("do it") { try await server.send(NomadCalls.leader) }
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "could not do it: no Nomad server answers at http://127.0.0.1:1")
    }

    // MARK: blocking queries

    @Test func anIndexThatGoesBackwardsIsAskedForAnew() async throws {
        let stage = try await AccessStage { number, _ in
            .json(200, [], headers: [HTTPField("X-Nomad-Index", ["40", "7", "0"][min(number, 2)])])
        }
        let server = try await AccessStage.connection(["address": "http://127.0.0.1:\(stage.port)"]).server()
        let call = NomadCalls.allocations(ofJob: "shop")
        let first = try await server.send(call, after: nil)
        #expect(first.index == NomadIndex(number: 40))
        let second = try await server.send(call, after: first.index, wait: .seconds(2))
        #expect(second.index == .start)
        let third = try await server.send(call, after: second.index)
        #expect(third.index == NomadIndex(number: 1), "a question after 0 would not wait")
        #expect(
            await stage.requests.map { $0.query("index") ?? "none" } == ["none", "40", "none"])
        #expect(await stage.requests[1].query("wait") == "2000ms")
    }
}
