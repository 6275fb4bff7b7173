import AdapterKit
import Conformance
import DockerLocal
import Foundation
import TestSupport
import Testing
import Traffic

/// A replay is strict: what was not recorded fails, and so does what was recorded and did not come.
struct ReplayTests {
    private static let id = "run.exit-43"
    private let recording: Recording
    private let tested: ConformanceCase

    init() throws {
        recording = try Recording(har: try Fixtures.bytes("docker/20.10.24/docker-local/\(Self.id).har"))
        tested = try #require(Suite.all.first { $0.id == Self.id })
    }

    private func outcome(of recording: Recording) async -> Outcome {
        await Runner.replaying(Subject(.dockerLocal)) { _ in recording }.outcome(of: tested)
    }

    @Test func asItWasRecorded() async {
        let outcome = await outcome(of: recording)
        #expect(outcome.verdict == .passed, "\(outcome.reason)")
        #expect(outcome.source == .recorded)
    }

    @Test func derivedIsNeverToldAsRecorded() async {
        var derived = recording
        derived.provenance = .derived
        #expect(await outcome(of: derived).source == .derived)
    }

    @Test func anotherRequestFailsAndShowsTheNearest() async throws {
        var other = recording
        let index = try #require(other.exchanges.firstIndex { $0.request.path == "/containers/create" })
        guard case .json(var body) = other.exchanges[index].request.body else {
            Issue.record("the request has no document")
            return
        }
        body["Tty"] = true
        other.exchanges[index].request.body = .json(body)
        let reason = await outcome(of: other).reason
        #expect(reason.contains("not in the recording: POST /containers/create"), "\(reason)")
        #expect(reason.contains("nearest: POST /containers/create"), "\(reason)")
        #expect(reason.contains("body.Tty: true was recorded and did not come"), "\(reason)")
    }

    @Test func whatNobodyAskedForFails() async {
        var more = recording
        more.exchanges.append(
            Exchange(step: "", request: RequestRecord("GET", "/info"), response: ResponseRecord(200)))
        let outcome = await outcome(of: more)
        #expect(outcome.verdict == .failed)
        #expect(outcome.reason.contains("recorded, and never asked for: GET /info"), "\(outcome.reason)")
    }

    @Test func anOptionalOneMayBeLeftOut() async {
        var more = recording
        more.exchanges.append(
            Exchange(
                step: "", request: RequestRecord("GET", "/info"), response: ResponseRecord(200), isOptional: true))
        #expect(await outcome(of: more).verdict == .passed)
    }

    @Test func anotherAnswerIsNoticed() async throws {
        var other = recording
        let index = try #require(other.exchanges.firstIndex { $0.request.path.hasSuffix("/wait") })
        other.exchanges[index].response.frames = [
            Frame(.received, "raw", .json(["Error": .null, "StatusCode": 0]))
        ]
        let reason = await outcome(of: other).reason
        #expect(reason.contains("the exit status should be 43 and is 0"), "\(reason)")
    }

    /// A recording whose case is gone is nobody's, and none tells where it was made.
    @Test func everyRecordingHasItsCase() throws {
        let ids = Set(Suite.all.map(\.id))
        for name in try Fixtures.names("docker/20.10.24/docker-local", ending: ".har") {
            #expect(ids.contains(name), "\(name).har has no case")
            let text = try Fixtures.text("docker/20.10.24/docker-local/" + name + ".har")
            #expect(!text.contains("/var/cache/"), "\(name).har names a folder of the machine it was made on")
        }
    }

    /// Files are read back as they were written, whatever is in them.
    @Test func filesKeepWhatTheyAreGiven() throws {
        for name in try Fixtures.names("docker/20.10.24/docker-local", ending: ".har").prefix(40) {
            let text = try Fixtures.text("docker/20.10.24/docker-local/" + name + ".har")
            #expect(try Recording(har: Array(text.utf8)).har == text, "\(name)")
        }
    }
}

extension Frame {
    fileprivate init(_ direction: Direction, _ channel: String, _ content: RecordedBody) {
        self.init(time: 0, direction, channel, content)
    }
}
