import JSONDocument
import TestSupport
import Testing
import Traffic

@testable import Conformance

/// Shapes are compared, not values, and what a client reads weighs more than what it does not.
struct DriftTests {
    private let recording: Recording
    private let inspect: Int

    init() throws {
        recording = try Recording(har: try Fixtures.bytes("docker/20.10.24/docker-local/deploy.first-release.har"))
        inspect = try #require(
            recording.exchanges.firstIndex { $0.request.method == "GET" && $0.request.path.hasSuffix("0000/json") })
    }

    private func drifts(_ change: (inout JSONValue) -> Void) throws -> [Drift] {
        var now = recording
        var document = try #require(now.exchanges[inspect].response.body.json)
        change(&document)
        now.exchanges[inspect].response.body = .json(document)
        return Drift.between(recording, now) { UsedFields.contain($0, of: .docker) }
    }

    @Test func otherValuesAreNoDrift() throws {
        #expect(try drifts { $0["Name"] = "/another" } == [])
    }

    @Test func whatAClientReadsBreaksIt() throws {
        let gone = try drifts { $0["State"]?["Running"] = nil }
        #expect(gone.map(\.kind) == [.breaking])
        #expect(gone.first?.place == "State.Running")
        #expect(gone.first?.sentence == "is gone")
        #expect(try drifts { $0["State"]?["ExitCode"] = "0" }.map(\.kind) == [.breaking])
    }

    @Test func whatNobodyReadsIsCosmetic() throws {
        #expect(try drifts { $0["GraphDriver"] = nil }.map(\.kind) == [.cosmetic])
    }

    @Test func whatIsNewIsAdditive() throws {
        #expect(try drifts { $0["ImageManifestDescriptor"] = ["size": 1] }.map(\.kind) == [.additive])
    }

    @Test func anotherStatusBreaks() throws {
        var now = recording
        now.exchanges[inspect].response.status = 404
        let found = Drift.between(recording, now) { _ in true }
        #expect(found.contains { $0.kind == .breaking && $0.sentence == "was 200 and is 404" })
    }

    @Test func anAcceptanceRunsOut() throws {
        let drift = try #require(try drifts { $0["State"]?["Running"] = nil }.first)
        let scratch = try Scratch()
        let file = try scratch.write(
            #"[{"id":"\#(drift.id)","reason":"newer engines leave it out","until":"2026-12-31"}]"#, to: "accepted.json")
        let accepted = try AcceptedDrifts(file)
        #expect(accepted.marking([drift], on: "2026-11-23")[0].accepted?.contains("newer engines") == true)
        #expect(accepted.marking([drift], on: "2027-01-01")[0].accepted == nil)
    }
}
