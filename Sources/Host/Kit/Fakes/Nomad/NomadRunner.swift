import JSONDocument
import Traffic

/// How a running task is told what to do.
struct TaskControl: Sendable {
    enum Wish: Sendable, Equatable {
        case stop, restart
        case signal(Int32)
    }

    var wish: Wish?
    /// Opens when there is a wish.
    var heard = Gate()
}

/// The client: it runs what has been placed.
extension NomadCluster {
    /// Begins to run an allocation that has just been placed.
    func start(_ id: String) {
        for task in allocations[id]?.tasks ?? [] {
            controls["\(id)/\(task.string("Name"))"] = TaskControl()
            Task { await self.run(id, task) }
        }
        if allocations[id]?.deployment != nil { Task { await self.watchHealth(id) } }
        if let allocation = allocations[id] { startChecks(allocation) }
    }

    func tell(_ id: String, _ task: String, _ wish: TaskControl.Wish) {
        let key = "\(id)/\(task)"
        guard let control = controls[key] else { return }
        controls[key]?.wish = wish
        Task { await control.heard.open() }
    }

    /// Stops everything in it, and says why the scheduler wanted that.
    func stop(_ id: String, _ description: String, _ index: Int) {
        guard var allocation = allocations[id], allocation.isWanted else { return }
        allocation.desiredStatus = "stop"
        allocation.desiredDescription = description
        allocation.modifyIndex = index
        allocation.modifyTime = now
        allocations[id] = allocation
        for task in allocation.tasks { tell(id, task.string("Name"), .stop) }
    }

    func record(_ id: String, _ task: String, _ event: TaskEvent) {
        allocations[id]?.states[task, default: TaskState()].add(event.json(at: now))
        touch(id)
    }

    private func touch(_ id: String) {
        let index = bump(.allocations)
        allocations[id]?.modifyIndex = index
        allocations[id]?.modifyTime = now
    }

    // MARK: a task from beginning to end

    private func run(_ id: String, _ task: JSONValue) async {
        let name = task.string("Name")
        if let previous = allocations[id]?.previous {
            await wait { self.allocations[previous]?.isTerminal ?? true }
        }
        await clock.pause(0.02)
        record(id, name, .received)
        await waitForTasksBefore(id, task)
        var policy = RestartPolicy(task["RestartPolicy"] ?? [:])
        let isService = allocations[id]?.job.string("Type") != "batch"
        if !isStopping(id, name) { record(id, name, .setup) }
        while true {
            if isStopping(id, name) {
                record(id, name, .killing(task.number("KillTimeout")))
                return finish(id, name, isFailed: false)
            }
            let end = await attempt(id, name, task)
            switch end {
            case .stopped: return finish(id, name, isFailed: false)
            case .restart:
                record(id, name, .restarting(0, ""))
                restarted(id, name)
            case .exited(0) where !isService || task.runsOnce: return finish(id, name, isFailed: false)
            case .exited, .failedToStart:
                switch policy.decide(at: Double(now) / 1e9) {
                case .no(let reason):
                    record(id, name, .notRestarting(reason))
                    return finish(id, name, isFailed: true)
                case .after(let delay, let reason):
                    record(id, name, .restarting(delay, reason))
                    allocations[id]?.states[name]?.state = "pending"
                    updateClient(id)
                    let control = controls["\(id)/\(name)"]
                    await control?.heard.wait(until: .now + .seconds(Double(delay) / 1e9 / setup.speed))
                    restarted(id, name)
                }
            }
        }
    }

    /// What has to be done before a group's main tasks begin.
    private func waitForTasksBefore(_ id: String, _ task: JSONValue) async {
        guard (task["Lifecycle"] ?? .null) == .null else { return }
        let before = (allocations[id]?.tasks ?? []).filter {
            $0["Lifecycle"]?.string("Hook") == "prestart" && $0.runsOnce
        }.map { $0.string("Name") }
        await wait {
            self.isStopping(id, task.string("Name"))
                || before.allSatisfy { self.allocations[id]?.states[$0]?.state == "dead" }
        }
    }

    private enum End { case stopped, restart, exited(Int32), failedToStart }

    private func isStopping(_ id: String, _ task: String) -> Bool {
        controls["\(id)/\(task)"]?.wish == .stop || allocations[id]?.isWanted != true
    }

    private func restarted(_ id: String, _ task: String) {
        if controls["\(id)/\(task)"]?.wish != .stop { controls["\(id)/\(task)"] = TaskControl() }
        allocations[id]?.states[task]?.restarts += 1
        allocations[id]?.states[task]?.lastRestart = now
    }

    private func attempt(_ id: String, _ name: String, _ task: JSONValue) async -> End {
        let image = task["Config"]?.string("image") ?? ""
        if let images = setup.images, !images.contains(image), !images.contains(image + ":latest") {
            record(id, name, .downloading(image))
            await clock.pause(0.1)
            record(
                id, name,
                .driverFailure("Failed to pull `\(image)`: API error (404): manifest for \(image) not found"))
            return .failedToStart
        }
        await clock.pause(0.3)
        if isStopping(id, name) {
            record(id, name, .killing(task.number("KillTimeout")))
            return .stopped
        }
        guard let environment = await prepared(id, name, task) else {
            return isStopping(id, name) ? .stopped : .failedToStart
        }
        let workload: Workload
        switch Workload.start(setup.command(words(task, environment))) {
        case .notFound(let program):
            record(
                id, name,
                .driverFailure(
                    "Failed to start container \(id): API error (400): OCI runtime create failed: exec: "
                        + "\"\(program)\": executable file not found in $PATH: unknown"))
            return .failedToStart
        case .runs(let found): workload = found
        }
        record(id, name, .started)
        allocations[id]?.states[name]?.state = "running"
        allocations[id]?.states[name]?.startedAt = now
        updateClient(id)
        let clock = clock
        let surroundings = Workload.Surroundings(
            environment: environment,
            output: { channel, bytes in await self.output(id, name, channel, bytes) },
            pause: { await clock.pause($0) })
        let program = Task { await workload.run(in: surroundings) }
        defer { program.cancel() }
        let pages = workload.serves ? await serve(id, task, environment) : []
        defer { silence(id, pages) }
        return await outcome(of: program, workload, id, name, task)
    }

    /// What the program is started with: waits for what its templates read.
    /// - Returns: `nil` when it is not to be started.
    private func prepared(_ id: String, _ name: String, _ task: JSONValue) async -> [String: String]? {
        while let allocation = allocations[id], !isStopping(id, name) {
            do {
                _ = try templated(task, of: allocation, environment(id, task))
                let found = environment(id, task)
                environments["\(id)/\(name)"] = found
                return found
            } catch TemplateTrouble.missing(let path) {
                let what = "nomad.var.block(\(path)@\(allocation.key.namespace).global)"
                record(id, name, .message("Template", "Missing: " + what))
                let seen = index(of: .variables)
                await wait { self.index(of: .variables) != seen || self.isStopping(id, name) }
            } catch {
                if case TemplateTrouble.failed(let why)? = error as? TemplateTrouble {
                    record(id, name, .message("Killing", "Template failed: " + why))
                }
                return nil
            }
        }
        return nil
    }

    private func outcome(
        of program: Task<Int32, Never>, _ workload: Workload, _ id: String, _ name: String, _ task: JSONValue
    ) async -> End {
        let heard = controls["\(id)/\(name)"]?.heard ?? Gate()
        let status = await withTaskGroup(of: Int32?.self) { tasks in
            tasks.addTask { await program.value }
            tasks.addTask {
                await heard.wait()
                return nil
            }
            let first = await tasks.next() ?? nil
            // The program does not hear that nobody waits for it any more: it is ended by its own.
            if first == nil { program.cancel() }
            tasks.cancelAll()
            return first
        }
        if let status {
            record(id, name, .terminated(status))
            return .exited(status)
        }
        let timeout = task.number("KillTimeout")
        func kill() async -> Int32 {
            await clock.pause(workload.ignoresTerm ? Double(timeout) / 1e9 : 0.1)
            return workload.ignoresTerm ? 137 : 143
        }
        switch controls["\(id)/\(name)"]?.wish {
        case .signal(let number):
            record(id, name, .terminated(128 + number))
            return .exited(128 + number)
        case .restart:
            record(id, name, .restartAsked)
            record(id, name, .terminated(await kill()))
            return isStopping(id, name) ? .stopped : .restart
        default:
            record(id, name, .killing(timeout))
            record(id, name, .terminated(await kill()))
            record(id, name, .killed)
            return .stopped
        }
    }

    private func finish(_ id: String, _ name: String, isFailed: Bool) {
        allocations[id]?.states[name]?.state = "dead"
        allocations[id]?.states[name]?.isFailed = isFailed
        allocations[id]?.states[name]?.finishedAt = now
        controls["\(id)/\(name)"] = nil
        if isFailed {
            // The tasks of a group live and die together.
            for other in allocations[id]?.tasks ?? [] {
                let sibling = other.string("Name")
                guard sibling != name, allocations[id]?.states[sibling]?.state != "dead" else { continue }
                record(id, sibling, .siblingFailed(name))
                tell(id, sibling, .stop)
            }
        }
        updateClient(id)
    }

    /// What the tasks' states make of the allocation.
    private func updateClient(_ id: String) {
        guard let allocation = allocations[id] else { return }
        let states = allocation.tasks.map { allocation.states[$0.string("Name")] ?? TaskState() }
        var status = "pending"
        var description = "No tasks have started"
        if states.allSatisfy({ $0.state == "dead" }) {
            let hasFailed = states.contains { $0.isFailed }
            status = hasFailed ? "failed" : "complete"
            description = hasFailed ? "Failed tasks" : "All tasks have completed"
        } else if states.contains(where: { $0.state == "running" }) {
            status = "running"
            description = "Tasks are running"
        }
        allocations[id]?.clientStatus = status
        allocations[id]?.clientDescription = description
        touch(id)
        guard let now = allocations[id] else { return }
        updateJobStatus(now.key)
        if now.isTerminal { hasEnded(now) }
    }
}

extension JSONValue {
    /// Whether a task is done when it has run: one before or after the others that does not go on beside them.
    var runsOnce: Bool {
        guard let hook = self["Lifecycle"], hook != .null else { return false }
        return hook["Sidecar"]?.flag != true
    }
}

/// How often a task is started again.
private struct RestartPolicy {
    enum Decision { case no(String), after(Int, String) }

    private let attempts: Int
    private let interval: Int
    private let delay: Int
    private let fails: Bool
    private var failures: [Double] = []

    init(_ policy: JSONValue) {
        attempts = policy.number("Attempts")
        interval = policy.number("Interval")
        delay = policy.number("Delay")
        fails = policy.string("Mode") != "delay"
    }

    /// What becomes of a task that has just ended, at a time in seconds.
    mutating func decide(at time: Double) -> Decision {
        failures = failures.filter { time - $0 < Double(interval) / 1e9 } + [time]
        if failures.count <= attempts {
            // Nomad adds up to a quarter, so that not all start at once.
            return .after(delay + delay / 8, "Restart within policy")
        }
        guard fails else {
            let rest = (failures.first ?? time) + Double(interval) / 1e9 - time
            return .after(Int(max(0, rest) * 1e9), "Exceeded allowed attempts, applying a delay")
        }
        if attempts == 0 { return .no("Policy allows no restarts") }
        let span = GoDuration.text(nanoseconds: interval)
        return .no("Exceeded allowed attempts \(attempts) in interval \(span) and mode is \"fail\"")
    }
}
