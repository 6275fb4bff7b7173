import JSONDocument
import Traffic

extension DockerFake {
    /// `/containers/…`
    func containers(_ request: ServedRequest, _ parts: [String]) async throws -> Answer {
        let id = parts.first ?? ""
        switch (request.method, parts.count, parts.last ?? "") {
        case ("GET", 1, "json"):
            return .json(
                200,
                await engine.summaries(all: request.flag("all"), filters: request.filters))
        case ("POST", 1, "create"):
            let created = try await engine.create(request.document, name: request.query("name"))
            return .json(201, ["Id": .string(created), "Warnings": []])
        case ("POST", 1, "prune"): return .json(200, ["ContainersDeleted": [], "SpaceReclaimed": 0])
        case ("GET", 2, "json"): return .json(200, try await engine.details(id))
        case ("POST", 2, "start"): return .empty(try await engine.start(id) ? 204 : 304)
        case ("POST", 2, "stop"):
            let seconds = request.query("t").flatMap { Int($0) } ?? 10
            return .empty(try await engine.stop(id, seconds: seconds) ? 204 : 304)
        case ("POST", 2, "restart"):
            _ = try await engine.stop(id, seconds: request.query("t").flatMap { Int($0) } ?? 10)
            _ = try await engine.start(id)
            return .empty(204)
        case ("POST", 2, "kill"):
            try await engine.kill(id, signal: request.query("signal") ?? "KILL")
            return .empty(204)
        case ("POST", 2, "rename"):
            try await engine.rename(id, to: request.query("name") ?? "")
            return .empty(204)
        case ("POST", 2, "update"):
            let policy = try request.document["RestartPolicy"]
            try await engine.change(id) { container in
                if let name = policy?["Name"]?.text {
                    container.restartPolicy = (name, policy?["MaximumRetryCount"]?.whole ?? 0)
                }
            }
            return .json(200, ["Warnings": []])
        case ("POST", 2, "resize"):
            try await engine.change(id) { container in
                container.size = (
                    request.query("w").flatMap { Int($0) } ?? 80, request.query("h").flatMap { Int($0) } ?? 24
                )
            }
            return .empty(200)
        case ("POST", 2, "wait"): return try await wait(id, condition: request.query("condition") ?? "not-running")
        case ("POST", 2, "attach"): return try await attach(id, request)
        case ("GET", 2, "logs"): return try await logs(id, request)
        case ("POST", 2, "exec"): return .json(201, ["Id": .string(try await engine.createExec(id, request.document))])
        case ("DELETE", 1, _):
            try await engine.remove(id, force: request.flag("force"))
            return .empty(204)
        default: return .json(404, ["message": "page not found"])
        }
    }

    /// The head comes at once, the body when it has happened.
    private func wait(_ id: String, condition: String) async throws -> Answer {
        // News first: what happens to the container from now on is not missed, even if it is gone when this is read.
        let news = await engine.listen()
        let container = try await engine.find(id)
        let head = AnswerHead(200, [HTTPField("Content-Type", "application/json")])
        return .stream(head) { [engine] write in
            func tell(_ code: Int) async throws {
                try await write(Array("{\"Error\":null,\"StatusCode\":\(code)}\n".utf8))
            }
            let now = await engine.containers[container.id]
            if condition == "not-running", let now, !now.isRunning, now.status != .restarting {
                return try await tell(now.exitCode)
            }
            var code = now?.exitCode ?? container.exitCode
            for await happening in news where happening.container == container.id {
                if happening.kind == .event("die") {
                    code = happening.attributes["exitCode"].flatMap { Int($0) } ?? 0
                    if condition != "removed" { return try await tell(code) }
                }
                if happening.kind == .event("destroy") { return try await tell(code) }
            }
        }
    }
}
