import JSONDocument
import Traffic

/// A command run in a container that runs.
struct DockerExec {
    let id: String
    let container: String
    let spec: JSONValue
    var isRunning = false
    var exitCode: Int?
    var size = (columns: 80, rows: 24)

    var words: [String] { (spec["Cmd"]?.items ?? []).compactMap(\.text) }
    var hasTerminal: Bool { spec["Tty"]?.flag ?? false }
    var takesInput: Bool { spec["AttachStdin"]?.flag ?? false }
}

extension DockerWorld {
    func createExec(_ container: String, _ spec: JSONValue) throws -> String {
        let found = try find(container)
        guard found.isRunning else { throw Refusal(409, "Container \(found.id) is not running") }
        let exec = DockerExec(id: identifier(0xE_000_000 + nextNumber()), container: found.id, spec: spec)
        guard !exec.words.isEmpty else { throw Refusal(400, "No exec command specified") }
        execs[exec.id] = exec
        return exec.id
    }

    func exec(_ id: String) throws -> DockerExec {
        guard let exec = execs[id] else { throw Refusal(404, "No such exec instance: \(id)") }
        return exec
    }

    func update(_ exec: DockerExec) { execs[exec.id] = exec }

    func execEnded(_ id: String, _ status: Int) {
        execs[id]?.isRunning = false
        execs[id]?.exitCode = status
    }

    func resizeExec(_ id: String, _ size: (columns: Int, rows: Int)) throws {
        _ = try exec(id)
        execs[id]?.size = size
    }
}

extension DockerFake {
    /// `/exec/ID/…`
    func execs(_ request: ServedRequest, _ parts: [String]) async throws -> Answer {
        let id = parts.first ?? ""
        switch (request.method, parts.last ?? "") {
        case ("GET", "json"): return .json(200, Self.document(try await engine.exec(id)))
        case ("POST", "start"): return try await startExec(id, request)
        case ("POST", "resize"):
            try await engine.resizeExec(
                id,
                (request.query("w").flatMap { Int($0) } ?? 80, request.query("h").flatMap { Int($0) } ?? 24))
            return .empty(200)
        default: return .json(404, ["message": "page not found"])
        }
    }

    private static func document(_ exec: DockerExec) -> JSONValue {
        [
            "ID": .string(exec.id), "ContainerID": .string(exec.container), "Running": .bool(exec.isRunning),
            "ExitCode": exec.exitCode.map { .integer($0) } ?? .null, "OpenStdin": .bool(exec.takesInput),
            "OpenStdout": true, "OpenStderr": true, "CanRemove": false, "DetachKeys": "",
            "Pid": .integer(exec.isRunning ? 4_243 : 0),
            "ProcessConfig": [
                "tty": .bool(exec.hasTerminal), "entrypoint": .string(exec.words.first ?? ""),
                "arguments": .array(exec.words.dropFirst().map { .string($0) }), "privileged": false, "user": "",
            ],
        ]
    }

    private func startExec(_ id: String, _ request: ServedRequest) async throws -> Answer {
        var exec = try await engine.exec(id)
        let container = try await engine.find(exec.container)
        guard container.isRunning else { throw Refusal(409, "Container \(container.id) is not running") }
        exec.isRunning = true
        await engine.update(exec)
        let input = InputPipe()
        let started = exec
        let clock = engine.clock
        let act: @Sendable (@escaping @Sendable ([UInt8]) async throws -> Void) async -> Void = { [engine] send in
            let hasTerminal = started.hasTerminal
            guard case .runs(let workload) = Workload.start(started.words) else {
                let text =
                    "OCI runtime exec failed: exec failed: container_linux.go: starting container process caused: "
                    + "exec: \"\(started.words.first ?? "")\": executable file not found in $PATH: unknown\r\n"
                try? await send(hasTerminal ? Array(text.utf8) : DockerFrame.bytes(.stdout, Array(text.utf8)))
                return await engine.execEnded(started.id, 126)
            }
            let own = variables((started.spec["Env"]?.items ?? []).compactMap(\.text))
            let status = await workload.run(
                in: Workload.Surroundings(
                    environment: container.variables.merging(own) { $1 }, hasTerminal: hasTerminal,
                    input: { await input.read() },
                    output: { channel, bytes in
                        try? await send(hasTerminal ? bytes : DockerFrame.bytes(channel, bytes))
                    },
                    size: { await engine.execs[started.id]?.size ?? (80, 24) }, pause: clock.pause))
            await engine.execEnded(started.id, Int(status))
        }
        if try request.document["Detach"]?.flag == true {
            Task { await act { _ in } }
            return .empty(200)
        }
        if !exec.takesInput { await input.end() }
        let head = AnswerHead(
            request.upgrade == nil ? 200 : 101, [HTTPField("Content-Type", "application/vnd.docker.raw-stream")])
        guard request.upgrade != nil else {
            return .stream(head) { write in
                // The pieces come from another task; they are passed on in order.
                let (pieces, feed) = AsyncStream<[UInt8]>.makeStream()
                async let acting: Void = {
                    await act { feed.yield($0) }
                    feed.finish()
                }()
                for await piece in pieces { try await write(piece) }
                await acting
            }
        }
        return .upgrade(head) { channel in
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    guard started.takesInput else { return }
                    while let bytes = try? await channel.receive() { await input.write(bytes) }
                    await input.end()
                }
                await act { try await channel.send($0) }
                tasks.cancelAll()
            }
        }
    }
}
