import APIClient
import AdapterKit
import Conformance
import JSONDocument
import Synchronization
import Testing
import Traffic

@testable import Nomad

/// The logs of allocations.
@Suite(.timeLimit(.minutes(1)))
struct LogTests {
    private let app: AppName

    init() throws {
        app = try AppName("shop")
    }

    private func lines(_ console: RecordingConsole) -> [Substring] { console.output.split(separator: "\n") }

    private func reader(_ stage: RolloutStage, _ console: any Console, _ query: LogQuery) -> LogReader {
        LogReader(server: stage.server, query: query, console: console, clock: RolloutStage.clock)
    }

    private func read(_ stage: RolloutStage, _ query: LogQuery) async throws -> String {
        let console = RecordingConsole()
        try await reader(stage, console, query).read(app, origin: "")
        return console.output
    }

    /// Waits until `count` lines are there.
    private func written(_ stage: RolloutStage, _ count: Int) async throws {
        try await eventually {
            try await read(stage, LogQuery(count: nil, isRaw: true)).split(separator: "\n").count == count
        }
    }

    @Test func allLinesOnce() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(
            RolloutStage.job([
                "web": (2, ["kit", "lines-and-stay", "10"]), "worker": (1, ["kit", "print-and-stay", "the worker"]),
            ]))
        try await written(stage, 21)
        let one = try await read(stage, LogQuery(source: .instance(name: InstanceName(.web, 2)), count: 3))
        #expect(one == (8...10).map { "\u{1B}[36mapp[web.2]:\u{1B}[0m line \($0)\n" }.joined())
        #expect(try await read(stage, LogQuery(count: 0, isRaw: true)) == "")
    }

    /// More than one request's reach.
    @Test func theLastLinesOfALongLog() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (1, ["kit", "lines-and-stay", "20000"])]))
        try await eventually { try await read(stage, LogQuery(count: 1, isRaw: true)) == "line 20000\n" }
        let last = try await read(stage, LogQuery(count: 12_000, isRaw: true))
        #expect(last == (8_001...20_000).map { "line \($0)\n" }.joined())
    }

    @Test func linesOfStandardErrorAndUnfinishedOnes() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(
            RolloutStage.job(["web": (1, ["sh", "-c", "kit error oh; kit no-newline ah; kit sleep 100000"])]))
        try await eventually { try await read(stage, LogQuery(isRaw: true)).count >= 6 }
        #expect(try await read(stage, LogQuery(isRaw: true)) == "ah\noh\n")
    }

    /// Reads until `body` has seen enough, then leaves.
    private func following(
        _ stage: RolloutStage, _ console: RecordingConsole, count: Int? = nil, _ body: () async throws -> Void
    ) async throws {
        let reader = reader(stage, console, LogQuery(count: count, follow: true, isRaw: true))
        let call = Task { try await reader.read(app, origin: "") }
        do {
            try await body()
        } catch {
            call.cancel()
            throw error
        }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
    }

    @Test(arguments: [nil, 150]) func brokenStreamsAreTakenUpWithoutALineTwice(count: Int?) async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (3, ["kit", "lines-and-stay", "200"])]))
        try await written(stage, 600)
        let cuts = Mutex(9)
        stage.changing { request, answer in
            guard request.flag("follow"), case .stream(let head, let write) = answer,
                cuts.withLock({ left in
                    left -= 1
                    return left >= 0
                })
            else { return answer }
            return .stream(head) { send in
                try await write { bytes in
                    try await send(Array(bytes.prefix(bytes.count / 2)))
                    throw NeverHappened()
                }
            }
        }
        let console = RecordingConsole()
        let wanted = count ?? 200
        try await following(stage, console, count: count) {
            try await eventually { cuts.withLock { $0 <= 0 } && lines(console).count >= 3 * wanted }
            try await Task.sleep(for: .milliseconds(300))
        }
        let counts = Dictionary(lines(console).map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.count == wanted)
        #expect(counts.values.allSatisfy { $0 == 3 })
    }

    @Test func newAllocationsJoinAndEndedOnesAreTold() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (1, ["kit", "lines-and-stay", "3"])]))
        let console = RecordingConsole()
        let first = try await stage.live(count: 1)
        try await following(stage, console) {
            try await eventually { lines(console).count == 3 }
            try await stage.deploy(
                RolloutStage.job(["web": (1, ["kit", "print-and-stay", "the second"])], release: "2"))
            try await eventually {
                console.output.contains("the second\n")
                    && console.notes.contains { note in
                        if case .detail(let text) = note {
                            text == "web.1 has ended (allocation \(first[0]))"
                        } else {
                            false
                        }
                    }
            }
        }
        #expect(lines(console).count == 4)
    }

    @Test func aTaskThatIsStartedAgainGoesOn() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (1, ["kit", "serve-then-exit", "30", "1"])]))
        let console = RecordingConsole()
        try await following(stage, console) {
            try await eventually { lines(console).filter { $0.hasPrefix("listening on") }.count >= 3 }
        }
        #expect(lines(console).filter { $0 == "giving up" }.count >= 2)
    }

    @Test(arguments: [nil, 10]) func whoeverReadsNoMoreEndsIt(count: Int?) async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (1, ["kit", "lines-and-stay", "3"])]))
        let console = RecordingConsole()
        console.close()
        let reader = reader(stage, console, LogQuery(count: count, follow: true))
        await #expect(throws: RecordingConsole.Closed.self) { try await reader.read(app, origin: "") }
    }

    @Test func theNewReleasesLogOnly() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (1, ["kit", "print-and-stay", "first"])]))
        try await stage.deploy(RolloutStage.job(["web": (1, ["kit", "print-and-stay", "second"])], release: "2"))
        try await eventually { try await read(stage, LogQuery(isRaw: true)) == "second\n" }
    }

    @Test func aLogThatNomadHasThrownAwayIsExplained() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (1, ["kit", "lines-and-stay", "3"])]))
        stage.answering { request in
            request.target.contains("/fs/logs/") ? .text(404, "unknown allocation") : nil
        }
        let console = RecordingConsole()
        try await reader(stage, console, LogQuery()).read(app, origin: "")
        let warnings = console.notes.compactMap { if case .warning(let text) = $0 { text } else { nil } }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("web.1 (allocation ") == true)
        #expect(warnings.first?.contains("thrown it away") == true)
    }

    @Test func withoutTheRightItIsAnError() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        stage.answering { $0.target.contains("/fs/logs/") ? .text(403, "Permission denied") : nil }
        for follow in [false, true] {
            let reader = reader(stage, RecordingConsole(), LogQuery(follow: follow))
            let failure = await #expect(throws: APIFailure.self) { try await reader.read(app, origin: "") }
            let error = NomadTrouble.translate(try #require(failure), while: "read the logs") as? AdapterError
            #expect(error?.message.contains("read-logs") == true)
        }
    }
}
