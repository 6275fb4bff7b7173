import APIClient
import JSONDocument
import Traffic

/// A command inside of a running allocation, over a WebSocket.
extension NomadCluster {
    func exec(_ request: ServedRequest) throws -> Answer {
        let parts = request.pathParts
        guard request.upgrade == "websocket" else { throw NomadTrouble(400, "Bad Request\n") }
        if let origin = request.header("Origin"), let host = request.header("Host") {
            let named = origin.split(separator: "/").last.map(String.init) ?? origin
            // A page of another site must not run commands with its visitor's rights.
            guard named == host else { throw NomadTrouble(403, "Forbidden\n") }
        }
        guard parts.count == 5 else { throw NomadTrouble(404, "") }
        let allocation = try clientAllocation(parts[3])
        try permit(request, .exec, in: allocation.key.namespace)
        let task = request.query("task") ?? ""
        let words = (try? JSONValue(parsing: Array((request.query("command") ?? "").utf8)))?.items?.compactMap(\.text)
        let hasTerminal = request.flag("tty")
        return .webSocket(AnswerHead(101)) { channel in
            if task.isEmpty {
                return try await channel.send(.close(1008, "task name is required for remote execs"))
            }
            guard let words, !words.isEmpty else {
                return try await channel.send(.close(1008, "command is not present"))
            }
            guard let (environment, clock) = await self.execution(allocation.id, task) else {
                return try await channel.send(.close(1008, "task \"\(task)\" is not running."))
            }
            let session = ExecSession(channel, hasTerminal: hasTerminal)
            try await session.run(words, environment, clock)
        }
    }

    /// What a command finds there; `nil` when the task does not run.
    private func execution(_ id: String, _ task: String) -> (environment: [String: String], clock: FakeClock)? {
        guard let found = allocations[id], found.states[task]?.state == "running",
            let spec = found.tasks.first(where: { $0.string("Name") == task })
        else { return nil }
        return (environments["\(id)/\(task)"] ?? environment(id, spec), clock)
    }
}

/// One such conversation: JSON in both directions.
private actor ExecSession {
    private let channel: MessageChannel
    private let hasTerminal: Bool
    private var size = (columns: 80, rows: 24)
    private var typed: [[UInt8]] = []
    private var isClosed = false
    private var change = Gate()

    init(_ channel: MessageChannel, hasTerminal: Bool) {
        self.channel = channel
        self.hasTerminal = hasTerminal
    }

    func run(_ words: [String], _ environment: [String: String], _ clock: FakeClock) async throws {
        let listening = Task { await self.listen() }
        defer { listening.cancel() }
        // A client that says its terminal's size says it first.
        if hasTerminal { await clock.pause(0.05) }
        let status: Int32
        switch Workload.start(words) {
        case .notFound(let program):
            let reason =
                program.hasPrefix("/")
                ? "stat \(program): no such file or directory" : "executable file not found in $PATH"
            let text =
                "OCI runtime exec failed: exec failed: unable to start container process: exec: \"\(program)\": "
                + "\(reason): unknown\r\n"
            try await send("stdout", ["data": .string(Base64.encode(Array(text.utf8)))])
            status = 126
        case .runs(let workload):
            let program = Task {
                await workload.run(
                    in: Workload.Surroundings(
                        environment: environment, hasTerminal: hasTerminal, input: { await self.input() },
                        output: { channel, bytes in await self.print(channel, bytes) },
                        size: { await self.size }, pause: { await clock.pause($0) }))
            }
            status = await withTaskCancellationHandler {
                await program.value
            } onCancel: {
                program.cancel()
            }
        }
        try await send("stdout", ["close": true])
        try await send("stderr", ["close": true])
        // Go leaves out what is zero.
        let result: JSONValue = status == 0 ? [:] : ["exit_code": .integer(Int(status))]
        try await channel.send(.text((["exited": true, "result": result] as JSONValue).compact))
    }

    private func listen() async {
        while let message = try? await channel.receive() {
            guard case .text(let text) = message, let frame = try? JSONValue(parsing: Array(text.utf8)) else {
                continue
            }
            if let terminal = frame["tty_size"] {
                size = (terminal["width"]?.whole ?? size.columns, terminal["height"]?.whole ?? size.rows)
            }
            if let bytes = frame["stdin"]?["data"]?.text.flatMap({ Base64.decode($0) }) { typed.append(bytes) }
            if frame["stdin"]?["close"]?.flag == true { isClosed = true }
            notice()
        }
        isClosed = true
        notice()
    }

    private func notice() {
        let opened = change
        change = Gate()
        Task { await opened.open() }
    }

    private func input() async -> [UInt8]? {
        while typed.isEmpty, !isClosed, !Task.isCancelled { await change.wait() }
        return typed.isEmpty ? nil : typed.removeFirst()
    }

    private func print(_ stream: Workload.Channel, _ bytes: [UInt8]) async {
        try? await send(stream.rawValue, ["data": .string(Base64.encode(bytes))])
    }

    private func send(_ stream: String, _ content: JSONValue) async throws {
        try await channel.send(.text(JSONValue.object([stream: content]).compact))
    }
}
