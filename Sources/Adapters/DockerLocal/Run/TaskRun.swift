import APIClient
import AdapterKit
import DockerEngine

/// One container's life as a one-off task: made once, started once, its exit status brought back.
struct TaskRun: Sendable {
    let plan: TaskPlan
    let hasTerminal: Bool
    /// Whose task it is, for those who are told of the app's containers; `nil` for nobody's.
    let app: App?
    let stopTimeout: Int
    let engine: DockerEngine
    let console: any Console
    let context: AdapterContext

    /// What a shell says of a command that it cannot find or may not run.
    private static let notFound = ExitStatus(rawValue: 127)
    private static let notExecutable = ExitStatus(rawValue: 126)

    func detached() async throws -> ExitStatus {
        try await orRemoved(create()) { id in
            if let status = try await start(id) { return status }
            try await console.write(Array((plan.name + "\n").utf8), to: .output)
            return .success
        }
    }

    func attached() async throws -> ExitStatus { try await orRemoved(create(), attached) }

    /// Runs `body` with a container that goes when it fails: whoever asked is gone or the engine is, and nobody else
    /// ends this task before its time.
    private func orRemoved(_ id: String, _ body: (String) async throws -> ExitStatus) async throws -> ExitStatus {
        do {
            try Task.checkCancellation()
            if let app { try await context.tell(.made(id: id, app: app.name, process: nil)) }
            for network in plan.networks { try await engine.send(.connect(container: id, toNetwork: network)) }
            return try await body(id)
        } catch {
            await Task { [engine, stopTimeout] in
                try? await engine.end(id, seconds: stopTimeout, withVolumes: true)
            }.value
            throw error
        }
    }

    private func attached(_ id: String) async throws -> ExitStatus {
        let stream = try await engine.client.upgrade(.attach(id, input: true))
        // Asked before the start, and answered with a head at once: no exit is missed, however short the task.
        let exit = try await engine.client.stream(APICall<WaitResult>.waitForRemoval(id).request)
        if let status = try await start(id) { return status }
        let joined = JoinedStreams(connection: stream, hasTerminal: hasTerminal, console: console) { size in
            try await engine.send(.resizeContainer(id, columns: size.columns, rows: size.rows))
        }
        try await joined.run()
        var results = JSONLines<WaitResult>(exit).makeAsyncIterator()
        guard let result = try await results.next() else {
            throw AdapterError(.unexpectedReply, "the Docker Engine did not tell how \(plan.name) ended")
        }
        let status = ExitStatus(rawValue: Int32(truncatingIfNeeded: result.StatusCode))
        if let app { try await context.tell(.ended(id: id, app: app.name, status: status)) }
        return status
    }

    private func create() async throws -> String {
        do {
            // Not to be cancelled: nobody would remove a container that nobody has been told of.
            return try await Task { [engine, plan] in
                try await engine.send(.createContainer(plan.spec, name: plan.name, platform: plan.platform)).Id
            }.value
        } catch let failure as APIFailure where failure.status != nil {
            throw AdapterError(.invalidInput, "\(plan.name) could not be made: \(failure.description)")
        }
    }

    /// Starts the container; a status when its command cannot be run at all.
    private func start(_ id: String) async throws -> ExitStatus? {
        do {
            try await engine.send(.startContainer(id))
            return nil
        } catch let failure as APIFailure where failure.status == 400 || failure.status == 500 {
            try await engine.send(.removeContainer(id, withVolumes: true))
            let text = failure.description
            await console.report(.warning("\(plan.name) could not be started: \(text)"))
            if text.contains("not found") || text.contains("no such file") { return Self.notFound }
            if text.contains("permission denied") { return Self.notExecutable }
            return ExitStatus(rawValue: 125)
        }
    }
}
