import APIClient
import AdapterKit
import Conformance
import Testing

@testable import Kubernetes

/// The logs of pods.
@Suite(.timeLimit(.minutes(1)))
struct LogTests {
    private let app: AppName

    init() throws {
        app = try AppName("shop")
    }

    private func lines(_ console: RecordingConsole) -> [Substring] { console.output.split(separator: "\n") }

    @Test func allLinesOnce() async throws {
        let stage = try await PodStage()
        try await stage.deploy(count: 2, running: ["kit", "lines-and-stay", "10"])
        try await stage.deploy("shop", "worker", running: ["kit", "print-and-stay", "from the worker"])
        let console = RecordingConsole()
        try await stage.reader(console, LogQuery(count: nil, isRaw: true)).read(app, origin: "")
        #expect(lines(console).count == 21)
        let one = RecordingConsole()
        try await stage.reader(one, LogQuery(source: .instance(name: InstanceName(.web, 2)), count: 3)).read(
            app, origin: "")
        #expect(lines(one).count == 3)
        #expect(one.output.contains(" app[web.2]:\u{1B}[0m line 10\n"))
        let none = RecordingConsole()
        try await stage.reader(none, LogQuery(count: 0, isRaw: true)).read(app, origin: "")
        #expect(none.output == "")
    }

    /// Reads until `isEnough`, then leaves.
    private func following(
        _ stage: PodStage, _ console: RecordingConsole, _ body: () async throws -> Void
    ) async throws {
        let reader = stage.reader(console, LogQuery(count: nil, follow: true, isRaw: true))
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

    @Test func brokenStreamsAreTakenUpWithoutALineTwice() async throws {
        let stage = try await PodStage()
        try await stage.deploy(count: 3, running: ["kit", "lines-and-stay", "200"])
        stage.cutLogs(after: 1_000, times: 9)
        let console = RecordingConsole()
        try await following(stage, console) {
            try await eventually { lines(console).count >= 600 }
            try await Task.sleep(for: .milliseconds(300))
        }
        let counts = Dictionary(lines(console).map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.count == 200)
        #expect(counts.values.allSatisfy { $0 == 3 })
        #expect(stage.requests.filter { $0.contains("sinceTime=") }.count >= 9)
    }

    @Test func newPodsJoinAndGoneOnesAreTold() async throws {
        let stage = try await PodStage()
        try await stage.deploy(running: ["kit", "lines-and-stay", "3"])
        let console = RecordingConsole()
        try await following(stage, console) {
            try await eventually { lines(console).count == 3 }
            try await stage.deploy("shop", "web", release: "r2", running: ["kit", "print-and-stay", "the second"])
            try await eventually { console.output.contains("the second\n") }
            try await stage.cluster.send(
                KubernetesCalls.delete(.deployment, "shop-web-r1", in: "default"))
            try await eventually {
                console.notes.contains {
                    if case .detail(let text) = $0 {
                        text.hasPrefix("web.1 has ended (pod shop-web-r1-")
                    } else {
                        false
                    }
                }
            }
        }
        #expect(lines(console).count == 4)
    }

    @Test func aContainerThatIsStartedAgainGoesOn() async throws {
        let stage = try await PodStage()
        let console = RecordingConsole()
        try await stage.deploy(running: ["kit", "serve-then-exit", "40", "1"])
        try await following(stage, console) {
            try await eventually { lines(console).filter { $0 == "listening on 5000" }.count >= 3 }
        }
        #expect(lines(console).filter { $0 == "giving up" }.count >= 2)
    }

    @Test func whoeverReadsNoMoreEndsIt() async throws {
        let stage = try await PodStage()
        try await stage.deploy(running: ["kit", "lines-and-stay", "3"])
        let console = RecordingConsole()
        console.close()
        let reader = stage.reader(console, LogQuery(follow: true))
        await #expect(throws: RecordingConsole.Closed.self) { try await reader.read(app, origin: "") }
    }

    @Test func theNewReleasesLogOnly() async throws {
        let stage = try await PodStage()
        try await stage.deploy(running: ["kit", "print-and-stay", "first"])
        try await Task.sleep(for: .milliseconds(1_100))
        try await stage.deploy("shop", "web", release: "r2", running: ["kit", "print-and-stay", "second"])
        let console = RecordingConsole()
        try await stage.reader(console, LogQuery(isRaw: true)).read(app, origin: "")
        #expect(console.output == "second\n")
    }

    // MARK: lines

    private func time(_ second: Int, _ nanosecond: Int = 0) -> String {
        let text = String(1_000_000_000 + nanosecond).dropFirst()
        return String(LogTime.text(1_795_420_800 + second).dropLast()) + ".\(text)Z"
    }

    @Test func timesWithinALineAreTakenOut() {
        var decoder = LogDecoder()
        let part = String(repeating: "x", count: 16_384)
        let text = "\(time(1)) \(part)\(time(2)) \(part)\(time(3)) end\r\n\(time(4)) next\n\(time(5)) rest"
        let found = decoder.lines(adding: Array(text.utf8)) + decoder.rest()
        #expect(found.map(\.time) == [time(1), time(4), time(5)])
        #expect(found.map(\.text.count) == [32_771, 4, 4])
    }

    @Test func aLineWithoutEndComesInPartsOfOneTime() {
        var decoder = LogDecoder()
        let text = Array("\(time(1)) ".utf8) + [UInt8](repeating: 120, count: 2_500_000) + [10]
        let found = decoder.lines(adding: text)
        #expect(found.allSatisfy { $0.time == time(1) })
        #expect(found.map(\.text.count).reduce(0, +) == 2_500_000)
    }

    @Test func shownLinesAreKnownAgain() {
        var shown = ShownLines()
        let lines = [1, 2, 2, 3].map { LogLine(time: time($0), text: [65]) } + [LogLine(time: time(2, 5), text: [66])]
        for line in lines { shown.add(line) }
        #expect(shown.resumption == LogTime.text(1_795_420_802))
        var repeats = shown.repeats()
        let late = LogLine(time: time(2, 1), text: [67])
        let again = [lines[1], lines[2], lines[2], late, lines[4]].map { repeats.contain($0) }
        // One that came late, out of the order of times, is new.
        #expect(again == [true, true, false, false, true])
    }

    @Test func timesOfNodesElsewhere() {
        #expect(LogTime.seconds("1970-01-02T00:00:00.000000000Z") == 86_400)
        #expect(LogTime.seconds("2026-11-23T09:00:00.5+01:00") == LogTime.seconds("2026-11-23T08:00:00Z"))
        #expect(LogTime.seconds("2026-11-23T03:30:00.123456789-04:30") == LogTime.seconds("2026-11-23T08:00:00Z"))
        #expect(LogTime.text(LogTime.seconds("2024-02-29T23:59:58Z") ?? 0) == "2024-02-29T23:59:58Z")
        #expect(LogTime.seconds("not a time at all") == nil)
    }
}
