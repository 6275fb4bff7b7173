import AdapterKit
import Conformance
import JSONDocument
import Testing
import Traffic

@testable import Nomad

/// One-off tasks.
@Suite(.timeLimit(.minutes(2)))
struct OneOffTests {
    private func task(
        _ words: [String], number: Int = 1, _ change: (inout OneOffTask) throws -> Void = { _ in }
    ) throws -> OneOffTask {
        var task = OneOffTask(
            app: App(name: try AppName("shop"), stopTimeout: 1),
            image: ReleaseImage(local: try ImageReference("kit:1"), facts: ImageFacts()), command: words,
            environment: ["GREETING": "good morning"], number: number)
        try change(&task)
        return task
    }

    private func shop() throws -> App { App(name: try AppName("shop"), stopTimeout: 1) }

    private func left(_ stage: RolloutStage) async throws -> [String] {
        try await stage.server.send(NomadCalls.jobs(prefix: "")).map(\.ID)
    }

    // MARK: attached

    @Test(arguments: ["1.1.0", "1.8.4"])
    func aTaskLeavesNothing(_ version: String) async throws {
        let stage = try await RolloutStage { $0.version = version }
        let console = RecordingConsole()
        let status = try await stage.adapter().run(task(["kit", "value", "GREETING"]), console: console)
        #expect(status == .success && console.output == "good morning\n")
        #expect(
            stage.requests.filter { $0.contains("/exec") }.count == 1,
            "of what ends at once, the driver may see nothing")
        #expect(stage.requests.filter { $0.hasPrefix("POST /v1/jobs") }.count == 1)
        #expect(try await left(stage) == [])
        if version == "1.8.4" {
            #expect(try await stage.server.send(NomadCalls.variables(prefix: "nomad/jobs")) == [])
        }
    }

    @Test(arguments: [0, 1, 43, 255])
    func theExitStatusIsTheTasksOwn(_ code: Int) async throws {
        let stage = try await RolloutStage()
        let status = try await stage.adapter().run(
            task(["kit", "exit", "\(code)", "oh"]), console: RecordingConsole())
        #expect(status.rawValue == Int32(code))
    }

    @Test func bytesAndStreamsArriveAsTheyAre() async throws {
        let stage = try await RolloutStage()
        let console = RecordingConsole()
        _ = try await stage.adapter().run(task(["kit", "bytes", "100000"]), console: console)
        #expect(console.outputBytes.count == 100_000)
        #expect(console.outputBytes.enumerated().allSatisfy { $1 == UInt8($0 % 251) })
        let other = RecordingConsole()
        _ = try await stage.adapter().run(task(["kit", "error", "oh"], number: 2), console: other)
        #expect(other.output == "" && other.error == "oh\n")
    }

    @Test func inputReachesTheCommand() async throws {
        let stage = try await RolloutStage()
        let console = RecordingConsole(input: [.bytes(Array("one\n".utf8)), .bytes(Array("two\n".utf8))])
        let status = try await stage.adapter().run(task(["kit", "cat"]), console: console)
        #expect(status == .success && console.output == "one\ntwo\n")
        #expect(stage.requests.filter { $0.contains("/exec") }.count == 1)
        #expect(try await left(stage) == [])
    }

    @Test func aTerminalIsOne() async throws {
        let stage = try await RolloutStage()
        let console = RecordingConsole(terminal: TerminalSize(columns: 100, rows: 30))
        let status = try await stage.adapter().run(
            task(["kit", "terminal"]) { $0.hasTerminal = true }, console: console)
        #expect(status == .success && console.output.hasPrefix("yes"))
    }

    @Test func aCommandThatIsNotThereEndsWith127() async throws {
        let stage = try await RolloutStage()
        let status = try await stage.adapter().run(task(["no-such-program"]), console: RecordingConsole())
        #expect(status.rawValue == 127)
        #expect(try await left(stage) == [])
    }

    @Test func anImageThatIsMissingFailsAsThat() async throws {
        let stage = try await RolloutStage()
        let error = await #expect(throws: AdapterError.self) {
            try await stage.adapter().run(
                task(["kit", "exit", "0"]) { $0.image.local = try ImageReference("absent:1") },
                console: RecordingConsole())
        }
        #expect(error?.code == .imageUnavailable)
        #expect(try await left(stage) == [])
    }

    @Test func aTaskThatIsTooBigIsSaidToBe() async throws {
        let stage = try await RolloutStage()
        let console = RecordingConsole()
        let error = await #expect(throws: AdapterError.self) {
            try await stage.adapter(["healthy-deadline": "3"]).run(
                task(["kit", "exit", "0"]) { $0.resources.reservations = ["memory": "90000"] }, console: console)
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("without enough memory") == true)
        #expect(console.everything.contains("has not begun yet"))
        #expect(try await left(stage) == [])
    }

    @Test(arguments: [false, true])
    func aTaskWhoseCallerLeavesIsEnded(_ hasInput: Bool) async throws {
        let stage = try await RolloutStage()
        let adapter = try stage.adapter()
        let task = try task(["kit", "sleep", "100000"])
        let call = Task { try await adapter.run(task, console: RecordingConsole(staysOpen: hasInput)) }
        try await eventually {
            try await stage.server.send(NomadCalls.allocations(ofJob: "shop-run-1")).contains {
                $0.ClientStatus == "running"
            }
        }
        call.cancel()
        await #expect(throws: (any Error).self) { _ = try await call.value }
        #expect(try await left(stage) == [])
    }

    @Test func anAnswerThatIsLostDoesNotRunItTwice() async throws {
        let stage = try await RolloutStage()
        stage.changing { request, answer in
            request.method == "POST" && request.target.hasPrefix("/v1/jobs") ? .text(504, "gateway timeout") : answer
        }
        let console = RecordingConsole()
        let status = try await stage.adapter().run(task(["kit", "print", "once"]), console: console)
        #expect(status == .success && console.output == "once\n")
    }

    // MARK: detached

    @Test func aDetachedTaskIsNamedListedReadAndStopped() async throws {
        let stage = try await RolloutStage { $0.version = "1.8.4" }
        let adapter = try stage.adapter()
        let console = RecordingConsole()
        for number in 1...2 {
            _ = try await adapter.run(
                task(["kit", "print-and-stay", "hello"], number: number) { $0.isDetached = true }, console: console)
        }
        #expect(console.output == "shop-run-1\nshop-run-2\n")
        let records = try await adapter.tasks(of: shop())
        #expect(records.map(\.name) == ["shop-run-1", "shop-run-2"])
        #expect(records.first?.command == "kit print-and-stay hello" && records.first?.state == "running")
        try await eventually {
            let log = RecordingConsole()
            try await adapter.logs(
                ofTask: "shop-run-2", of: self.shop(), matching: LogQuery(isRaw: true), console: log)
            return log.output == "hello\n"
        }
        #expect(try await adapter.stopTasks(of: shop(), named: "shop-run-1", console: console) == ["shop-run-1"])
        #expect(try await adapter.stopTasks(of: shop(), named: "nobody", console: console) == [])
        #expect(try await adapter.stopTasks(of: shop(), named: nil, console: console) == ["shop-run-2"])
        #expect(try await left(stage) == [])
        #expect(try await stage.server.send(NomadCalls.variables(prefix: "nomad/jobs")) == [])
    }

    @Test func tasksBeyondTheirTimeAreRetired() async throws {
        let stage = try await RolloutStage()
        let adapter = try stage.adapter()
        for (number, seconds) in [(1, 10), (2, 10_000)] {
            _ = try await adapter.run(
                task(["kit", "sleep", "100000"], number: number) { ($0.isDetached, $0.timeToLive) = (true, seconds) },
                console: RecordingConsole())
        }
        let created = try #require(try await adapter.tasks(of: shop()).first?.created)
        try await stage.adapter(now: created + 60).retireTasks(of: nil, console: RecordingConsole())
        #expect(try await adapter.tasks(of: shop()).map(\.name) == ["shop-run-2"])
    }

    @Test func overlapIsForbiddenOrReplaced() async throws {
        let stage = try await RolloutStage()
        let adapter = try stage.adapter()
        func cron(_ number: Int, _ policy: OneOffTask.Concurrency) throws -> OneOffTask {
            try task(["kit", "sleep", "100000"], number: number) {
                ($0.isDetached, $0.cronID, $0.concurrency) = (true, "c1", policy)
            }
        }
        _ = try await adapter.run(cron(1, .forbid), console: RecordingConsole())
        let error = await #expect(throws: AdapterError.self) {
            try await adapter.run(cron(2, .forbid), console: RecordingConsole())
        }
        #expect(error?.code == .conflict)
        let console = RecordingConsole()
        _ = try await adapter.run(cron(3, .replace), console: console)
        #expect(console.everything.contains("Replacing running container for c1"))
        #expect(try await left(stage).count == 1)
    }
}
