import JSONDocument
import Traffic

/// What programs have printed, as files that can be followed.
extension NomadCluster {
    func output(_ id: String, _ task: String, _ channel: Workload.Channel, _ bytes: [UInt8]) {
        outputs["\(id)/\(task)/\(channel.rawValue)", default: []] += bytes
        notice()
    }

    func logs(_ request: ServedRequest) throws -> Answer {
        let parts = request.pathParts
        guard parts.count == 5 else { throw NomadTrouble(400, "must provide alloc id") }
        let found = try clientAllocation(parts[4])
        try permit(request, .logs, in: found.key.namespace)
        guard let task = request.query("task"), !task.isEmpty else {
            throw NomadTrouble(400, "must provide task name")
        }
        guard let type = request.query("type"), ["stdout", "stderr"].contains(type) else {
            throw NomadTrouble(400, "must provide log type (stdout/stderr)")
        }
        guard found.tasks.contains(where: { $0.string("Name") == task }) else {
            throw NomadTrouble(404, "unknown task name \"\(task)\"")
        }
        guard found.states[task]?.startedAt != nil else {
            throw NomadTrouble(404, "task \"\(task)\" not started yet. No logs available")
        }
        let key = "\(found.id)/\(task)/\(type)"
        let all = outputs[key]?.count ?? 0
        let offset = max(0, request.query("offset").flatMap { Int($0) } ?? 0)
        let start = request.query("origin") == "end" ? max(0, all - offset) : min(offset, all)
        let isPlain = request.flag("plain")
        let tail = LogTail(
            cluster: self, key: key, start: start, follows: request.flag("follow"),
            file: isPlain ? nil : "alloc/logs/\(task).\(type).0")
        let head = AnswerHead(200, [HTTPField("Content-Type", isPlain ? "text/plain" : "application/json")])
        return .stream(head) { piece in try await tail.send(piece) }
    }

    /// The bytes of an output from `start` on, and what opens at the next change.
    func output(_ key: String, from start: Int) -> (bytes: [UInt8], change: Gate) {
        (Array((outputs[key] ?? []).dropFirst(start)), change)
    }
}

/// One reader of an output.
private struct LogTail: Sendable {
    let cluster: NomadCluster
    let key: String
    let start: Int
    let follows: Bool
    /// The name that frames give; `nil` for bytes as they are.
    let file: String?

    /// Sends what there is, and what comes while it follows: that ends with the connection, not with the program.
    func send(_ piece: @Sendable ([UInt8]) async throws -> Void) async throws {
        var position = start
        let heartbeat = 1 / cluster.setup.speed
        while !Task.isCancelled {
            let (bytes, change) = await cluster.output(key, from: position)
            if !bytes.isEmpty {
                position += bytes.count
                try await piece(frame(bytes, position))
            } else if !follows {
                return
            } else {
                let isQuiet = ContinuousClock.now + .seconds(max(heartbeat, 0.05))
                await change.wait(until: isQuiet)
                if ContinuousClock.now >= isQuiet, file != nil { try await piece(Array("{}".utf8)) }
            }
        }
    }

    private func frame(_ bytes: [UInt8], _ end: Int) -> [UInt8] {
        guard let file else { return bytes }
        let frame: JSONValue = [
            "Data": .string(Base64.encode(bytes)), "File": .string(file), "Offset": .integer(end),
        ]
        return Array(frame.compact.utf8)
    }
}
