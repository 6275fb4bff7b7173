import APIClient
import AdapterKit

/// One batch job's life as a task: registered once, its command run once, its exit status brought back.
struct TaskRun: Sendable {
    let job: TaskJob
    let server: NomadServer
    let console: any Console
    let clock: any Clock<Duration>
    /// Whose task it is, for messages.
    let app: AppName
    /// Seconds that it may take to begin.
    let startTimeout: Int
    /// Seconds that it may take to end when its caller leaves.
    let stopTimeout: Int
    let hasTerminal: Bool

    /// The image has no shell that could hold the place: nothing was run.
    struct NoShell: Error {}

    /// The task only holds the place in which the command is started.
    private var isHeld: Bool { !job.words.isEmpty }

    func detached() async throws -> ExitStatus {
        try await orRemoved { board in
            if case .ended(let ended) = try await begin(on: board, waitsForNode: false), ended.complaint != nil {
                return await concluded(ended)
            }
            try await console.write(Array((job.jobID + "\n").utf8), to: .output)
            return nil
        } ?? .success
    }

    /// - Throws: ``NoShell`` when the task was to hold the place and cannot; it is gone by then.
    func attached() async throws -> ExitStatus {
        try await orRemoved { board in
            switch try await begin(on: board, waitsForNode: true) {
            case .waits: return ExitStatus.success
            case .ended(let ended) where ended.complaint != nil:
                if isHeld, ended.lacksShell { throw NoShell() }
                return await concluded(ended)
            case .ended(let ended) where isHeld:
                throw AdapterError(
                    .rolloutFailed, "\(job.jobID) ended before its command could be started",
                    details: ["its place ended with \(ended.status.rawValue)"])
            case .runs(let allocation) where isHeld:
                return try await ExecSession(server: server, allocation: allocation, task: job.task)
                    .run(job.words, hasTerminal: hasTerminal, console: console)
            case .runs, .ended: return await concluded(try await copyOutput(from: board))
            }
        } ?? .success
    }

    // MARK: its beginning

    private enum Beginning: Sendable {
        case runs(allocation: String)
        case ended(EndedTask)
        /// It is not on a node yet.
        case waits
    }

    /// Registers the job and runs `body`. The job goes when that brings a status or fails: whoever asked has what he
    /// asked for, or is gone, and nobody else ends this task before its time.
    private func orRemoved(_ body: @escaping @Sendable (AllocationBoard) async throws -> ExitStatus?) async throws
        -> ExitStatus?
    {
        do {
            // Not to be cancelled: nobody would remove a job that nobody has been told of.
            try await Task { try await make() }.value
            try Task.checkCancellation()
            let board = AllocationBoard(server, job: job.jobID)
            try await board.load()
            let status = try await board.following { Outcome(status: try await body(board)) }.status
            if status != nil { await remove() }
            return status
        } catch {
            await remove()
            throw error
        }
    }

    private struct Outcome: Sendable { var status: ExitStatus? }

    private func make() async throws {
        if let variable = job.variable {
            try await VariableUpkeep(server: server, path: variable.path).write(variable, for: app)
        }
        // Only one that is not there is registered: it runs once, also when an answer was lost.
        _ = try await JobRegistration(server: server, job: job.job, live: nil, clock: clock).register()
    }

    /// Waits until the command runs, or has run.
    /// - Parameter waitsForNode: whether to go on while no node takes the task.
    private func begin(on board: AllocationBoard, waitsForNode: Bool) async throws -> Beginning {
        let limit = ContinuousClock.now + .seconds(startTimeout)
        var told: String?
        while true {
            if let begun = try await within(.seconds(2), { try await board.first { beginning($0) } }) {
                return try begun.get()
            }
            let trouble = try await currentTrouble(await board.allocations)
            if let trouble, !trouble.isPassing { throw error(trouble) }
            if let trouble, trouble.text != told {
                told = trouble.text
                await console.report(.warning("\(job.jobID) has not begun yet: \(trouble.text)"))
            }
            if !waitsForNode, trouble?.cause == .unplaced { return .waits }
            if ContinuousClock.now > limit {
                guard let trouble else {
                    throw AdapterError(
                        .timedOut, "\(job.jobID) did not begin within \(startTimeout) seconds",
                        hint: "scheduler-nomad:set \(app) healthy-deadline SECONDS")
                }
                throw error(trouble)
            }
        }
    }

    private func beginning(_ allocations: [Allocation]) -> Result<Beginning, AdapterError>? {
        guard let allocation = allocations.first(where: { $0.JobID == job.jobID }) else { return nil }
        if let ended = EndedTask(allocation, job.task) {
            if let trouble = AllocationTrouble.of(allocation, task: job.task, app: app), !trouble.isOfTheCommand {
                return .failure(error(trouble))
            }
            return .success(.ended(ended))
        }
        return allocation.TaskStates?[job.task]?.State == "running" ? .success(.runs(allocation: allocation.ID)) : nil
    }

    private func currentTrouble(_ allocations: [Allocation]) async throws -> AllocationTrouble? {
        if let allocation = allocations.first { return AllocationTrouble.of(allocation, task: job.task, app: app) }
        let evaluations = try await server.send(NomadCalls.evaluations(ofJob: job.jobID))
        let metric = evaluations.lazy.compactMap { $0.FailedTGAllocs?[job.task] }.first
        return metric.map { AllocationTrouble.unplaced($0, app) }
    }

    private func error(_ trouble: AllocationTrouble) -> AdapterError {
        let code: AdapterError.Code = trouble.cause == .unplaced && trouble.isPassing ? .timedOut : trouble.code
        return AdapterError(code, "\(job.jobID) cannot begin: \(trouble.text)", hint: trouble.hint)
    }

    // MARK: its output

    /// Copies what the task writes, as it is, until it has ended.
    private func copyOutput(from board: AllocationBoard) async throws -> EndedTask {
        guard let allocation = await board.allocations.first?.ID else { return .gone }
        let task = job.task
        let ended: @Sendable () async throws -> EndedTask = {
            try await board.first { allocations in
                guard let now = allocations.first(where: { $0.ID == allocation }) else { return .some(EndedTask.gone) }
                return EndedTask(now, task)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { streams in
            for stream in NomadCalls.LogStream.allCases {
                let log = TaskLog(server: server, allocation: allocation, task: task, stream: stream, clock: clock)
                streams.addTask {
                    try await log.follow(until: { _ = try await ended() }) { piece in
                        if piece.hasGap {
                            await console.report(.warning("\(job.jobID) wrote more than Nomad keeps; some is missing"))
                        }
                        try await console.write(piece.bytes, to: stream == .stdout ? .output : .error)
                    }
                }
            }
            // Not waitForAll: that waits for the other stream when the reader has left.
            while try await streams.next() != nil {}
        }
        return try await ended()
    }

    // MARK: its end

    private func concluded(_ ended: EndedTask) async -> ExitStatus {
        if let complaint = ended.complaint {
            await console.report(.warning("\(job.jobID) could not be started: \(complaint)"))
        } else if let reason = ended.reason {
            await console.report(.warning("\(job.jobID) was ended: \(reason)"))
        }
        return ended.status
    }

    /// Takes away what was made, whatever becomes of the caller.
    private func remove() async {
        await Task {
            do {
                try await JobEnd(server: server, clock: clock).end(job.jobID, purge: true, within: stopTimeout + 30)
                if let variable = job.variable { try await server.send(NomadCalls.deleteVariable(variable.path)) }
            } catch {
                await console.report(
                    .warning("\(job.jobID) could not be removed: \(error). run:stop \(app) \(job.jobID) removes it"))
            }
        }.value
    }
}
