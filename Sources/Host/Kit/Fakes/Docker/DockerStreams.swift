import FoundationEssentials
import JSONDocument
import Traffic

/// Docker's framing of two streams in one.
package enum DockerFrame {
    package static func bytes(_ channel: Workload.Channel, _ payload: [UInt8]) -> [UInt8] {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (24 - 8 * $0)) }
        return [channel == .stdout ? 1 : 2, 0, 0, 0] + length + payload
    }
}

extension DockerFake {
    /// Joins a container's streams, before or after it starts.
    func attach(_ id: String, _ request: ServedRequest) async throws -> Answer {
        let container = try await engine.find(id)
        let news = await engine.listen()
        let takesInput = request.flag("stdin") && container.spec["OpenStdin"]?.flag == true
        let (hasOutput, hasError) = (request.flag("stdout"), request.flag("stderr"))
        if !takesInput, container.spec["OpenStdin"]?.flag != true { await container.input.end() }
        let head = AnswerHead(
            request.upgrade == nil ? 200 : 101, [HTTPField("Content-Type", "application/vnd.docker.raw-stream")])
        let follow: @Sendable (@Sendable ([UInt8]) async throws -> Void) async throws -> Void = { [engine] write in
            guard await engine.containers[container.id] != nil else { return }
            for await happening in news where happening.container == container.id {
                switch happening.kind {
                case .wrote(let channel, let bytes):
                    guard channel == .stdout ? hasOutput : hasError else { continue }
                    try await write(container.hasTerminal ? bytes : DockerFrame.bytes(channel, bytes))
                case .event("die"), .event("destroy"): return
                case .event: continue
                }
            }
        }
        guard request.upgrade != nil else { return .stream(head, write: follow) }
        return .upgrade(head) { channel in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    guard takesInput else { return }
                    while let bytes = try await channel.receive() { await container.input.write(bytes) }
                    await container.input.end()
                }
                try await follow { try await channel.send($0) }
                tasks.cancelAll()
            }
        }
    }

    /// What a container wrote, and what it goes on to write.
    func logs(_ id: String, _ request: ServedRequest) async throws -> Answer {
        let (hasOutput, hasError) = (request.flag("stdout"), request.flag("stderr"))
        guard hasOutput || hasError else {
            throw Refusal(400, "Bad parameters: you must choose at least one stream")
        }
        let container = try await engine.find(id)
        let news = await engine.listen()
        let written = try await engine.find(id).log
        let hasTime = request.flag("timestamps")
        let since = request.query("since").flatMap { Double($0) }.map { Int($0 * 1_000_000_000) } ?? 0
        func wanted(_ line: DockerContainer.LogLine) -> Bool {
            line.time >= since && (line.channel == .stdout ? hasOutput : hasError)
        }
        var lines = Self.split(written).filter(wanted)
        if let tail = request.query("tail").flatMap({ Int($0) }) { lines = Array(lines.suffix(max(0, tail))) }
        let follows = request.flag("follow")
        let head = AnswerHead(200, [HTTPField("Content-Type", "application/vnd.docker.raw-stream")])
        let shown = lines
        return .stream(head) { [engine] write in
            func show(_ line: DockerContainer.LogLine) async throws {
                let text = (hasTime ? Array((engineTime(line.time) + " ").utf8) : []) + line.bytes
                try await write(container.hasTerminal ? text : DockerFrame.bytes(line.channel, text))
            }
            for line in shown { try await show(line) }
            guard follows, await engine.containers[container.id]?.isRunning == true else { return }
            let last = written.last?.time ?? 0
            for await happening in news where happening.container == container.id {
                switch happening.kind {
                case .wrote(let channel, let bytes):
                    guard happening.time > last, channel == .stdout ? hasOutput : hasError else { continue }
                    for line in Self.split([.init(time: happening.time, channel: channel, bytes: bytes)]) {
                        try await show(line)
                    }
                case .event("die"), .event("destroy"): return
                case .event: continue
                }
            }
        }
    }

    /// The engine keeps a log line by line; what ends without a newline is a line too.
    private static func split(_ written: [DockerContainer.LogLine]) -> [DockerContainer.LogLine] {
        written.flatMap { piece in
            var lines: [DockerContainer.LogLine] = []
            var rest = piece.bytes[...]
            while !rest.isEmpty {
                // Longer lines are kept in parts of 16 kB.
                let end = min(rest.firstIndex(of: 10).map { $0 + 1 } ?? rest.endIndex, rest.startIndex + 16_384)
                lines.append(.init(time: piece.time, channel: piece.channel, bytes: Array(rest[..<end])))
                rest = rest[end...]
            }
            return lines
        }
    }
}

extension DockerWorld {
    /// Events that fit, from the past where `since` asks for it, and from now on until `until`.
    func events(_ request: ServedRequest) -> Answer {
        let news = listen()
        let filters = request.filters
        let since = request.query("since").flatMap { Double($0) }.map { Int($0 * 1_000_000_000) }
        let until = request.query("until").flatMap { Double($0) }.map { Int($0 * 1_000_000_000) }
        let before = history.filter { event in since.map { event.time >= $0 } ?? false }
        let isOver = until.map { $0 <= now() } ?? false
        @Sendable func fits(_ happening: Happening) -> Bool {
            guard case .event(let action) = happening.kind else { return false }
            if let types = filters["type"], !types.contains("container") { return false }
            if let actions = filters["event"], !actions.contains(action) { return false }
            if let named = filters["container"],
                !named.contains(where: {
                    happening.container.hasPrefix($0) || happening.attributes["name"] == $0
                })
            {
                return false
            }
            return labelsFit(happening.attributes, filters["label"])
        }
        return .stream(AnswerHead(200, [HTTPField("Content-Type", "application/json")])) { write in
            for event in before where fits(event) { try await write(Array((event.document.compact + "\n").utf8)) }
            guard !isOver else { return }
            for await event in news where fits(event) { try await write(Array((event.document.compact + "\n").utf8)) }
        }
    }
}

extension DockerWorld.Happening {
    var document: JSONValue {
        guard case .event(let action) = kind else { return .null }
        return [
            "status": .string(action), "id": .string(container), "from": .string(attributes["image"] ?? ""),
            "Type": "container", "Action": .string(action), "scope": "local", "time": .integer(time / 1_000_000_000),
            "timeNano": .integer(time),
            "Actor": ["ID": .string(container), "Attributes": .object(attributes.mapValues { .string($0) })],
        ]
    }
}

/// Whether `labels` have all that `wanted` names, each `name` or `name=value`.
func labelsFit(_ labels: [String: String], _ wanted: [String]?) -> Bool {
    (wanted ?? []).allSatisfy { item in
        guard let mark = item.firstIndex(of: "=") else { return labels[item] != nil }
        return labels[String(item[..<mark])] == String(item[item.index(after: mark)...])
    }
}

/// A time as the engine writes it: RFC 3339 with nine digits behind the point.
func engineTime(_ nanoseconds: Int) -> String {
    guard nanoseconds > 0 else { return "0001-01-01T00:00:00Z" }
    let seconds = Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000)).formatted(.iso8601)
    let fraction = String(nanoseconds % 1_000_000_000)
    return seconds.dropLast() + "." + String(repeating: "0", count: 9 - fraction.count) + fraction + "Z"
}
