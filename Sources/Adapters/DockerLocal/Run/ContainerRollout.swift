import APIClient
import AdapterKit
import DockerEngine

/// Carries a plan out, whole or not at all.
///
/// First every new container is started and verified beside the running release. Only then are process types
/// replaced that must stop before they start. Whatever ends it early, a failed check, a signal, a lost engine,
/// removes exactly what carries this deploy's label and starts again what it stopped.
struct ContainerRollout: Sendable {
    let plan: ContainerPlan
    let app: App
    let engine: DockerEngine
    let console: any Console
    let routes: Routes
    let context: AdapterContext
    private let watch = ExitWatch()
    private let stopped = StoppedInstances()

    init(
        plan: ContainerPlan, app: App, engine: DockerEngine, console: any Console, routes: Routes,
        context: AdapterContext
    ) {
        self.plan = plan
        self.app = app
        self.engine = engine
        self.console = console
        self.routes = routes
        self.context = context
    }

    func carryOut() async throws -> Rollout {
        do {
            let instances = try await EngineTrouble.translating("deploy \(plan.app)") {
                try await bringUp()
            }
            return Rollout(
                instances: (instances + plan.untouched).sorted { $0.name < $1.name }, superseded: plan.superseded)
        } catch {
            throw await undo(because: error)
        }
    }

    private func bringUp() async throws -> [Instance] {
        let events = try await engine.client.stream(
            .events([
                "type": ["container"], "event": ["die", "oom"],
                "label": ["\(Label.deployment)=\(plan.deployment)"],
            ]))
        return try await withThrowingTaskGroup(of: [Instance]?.self) { tasks in
            tasks.addTask {
                await watch.follow(JSONLines(events))
                return nil
            }
            tasks.addTask { try await bringUpGroups() }
            defer { tasks.cancelAll() }
            while let result = try await tasks.next() {
                if let result { return result }
            }
            return []
        }
    }

    /// `web` alone and first, then the other types some at a time, then those that stop first, one by one.
    private func bringUpGroups() async throws -> [Instance] {
        let beside = plan.groups.filter { !$0.stopsFirst }
        var instances = try await bringUp(beside.filter { $0.type == .web }, atOnce: 1)
        instances += try await bringUp(beside.filter { $0.type != .web }, atOnce: plan.parallelGroups)
        for group in plan.groups where group.stopsFirst {
            instances += try await bringUp(group)
        }
        return instances
    }

    private func bringUp(_ groups: [ContainerPlan.Group], atOnce: Int) async throws -> [Instance] {
        try await throttled(groups, atOnce: atOnce) { try await bringUp($0) }.flatMap { $0 }
    }

    private func bringUp(_ group: ContainerPlan.Group) async throws -> [Instance] {
        await console.report(.step("Deploying \(group.type) (count=\(group.containers.count + group.kept.count))"))
        if group.stopsFirst { try await stopFirst(group) }
        for warning in group.warnings { await console.report(.warning(warning)) }
        let progress = GroupProgress(group: group, console: console)
        let instances = try await throttled(group.containers, atOnce: group.parallel) { container in
            let instance = try await bringUp(container, in: group)
            await progress.advance()
            return instance
        }
        if group.mode != .enabled { try await see(instances, of: group) }
        try await context.tell(.serves(process: group.type, app: plan.app))
        return instances
    }

    private func bringUp(_ container: PlannedContainer, in group: ContainerPlan.Group) async throws -> Instance {
        let created = try await create(container)
        try await context.tell(.made(id: created, app: plan.app, process: container.instance.process))
        for network in container.networks {
            try await engine.send(.connect(container: created, toNetwork: network))
        }
        do {
            try await engine.send(.startContainer(created))
        } catch let failure as APIFailure where failure.status == 400 || failure.status == 500 {
            throw try await failed(container, id: created, "could not be started: \(failure.description)")
        }
        let details = try await engine.send(.inspectContainer(created))
        switch group.mode {
        case .enabled: try await verify(container, details: details, in: group)
        case .skipped:
            await console.report(.headline("Zero downtime checks have been skipped (\(container.instance))"))
        case .disabled: break
        }
        for network in container.lateNetworks {
            try await engine.send(.connect(container: created, toNetwork: network))
        }
        return Instance(id: created, name: container.instance, address: details.address, port: container.port)
    }

    private func create(_ container: PlannedContainer) async throws -> String {
        do {
            // Not to be cancelled: a container whose creation is not waited for comes after the clean-up.
            let created = try await Task { [engine] in
                try await engine.send(
                    .createContainer(container.spec, name: container.name, platform: container.platform))
            }.value
            try Task.checkCancellation()
            for warning in created.Warnings ?? [] { await console.report(.warning(warning)) }
            return created.Id
        } catch let failure as APIFailure where failure.status == 404 {
            throw AdapterError(
                .imageUnavailable, "\(container.instance) could not be made: \(failure.description)",
                hint: "docker image ls")
        } catch let failure as APIFailure where failure.status != nil {
            throw AdapterError(.invalidInput, "\(container.instance) could not be made: \(failure.description)")
        }
    }

    /// Runs the checks; an exit meanwhile fails at once, whatever the checks still wait for.
    private func verify(_ container: PlannedContainer, details: ContainerDetails, in group: ContainerPlan.Group)
        async throws
    {
        await console.report(.detail("Attempting pre-flight checks (\(container.instance))"))
        let runner = CheckRunner(
            engine: engine, container: details, port: container.port,
            domain: routes.firstHost,
            instance: container.instance, console: console, context: context)
        let problem: String? = try await withThrowingTaskGroup(of: String?.self) { tasks in
            tasks.addTask {
                try await runner.run(group.checks).map { failures in
                    await console.report(
                        .warning("Could not start due to \(failures.count) failed checks (\(container.instance))"))
                    return failures.joined(separator: "; ")
                }
            }
            tasks.addTask { try await watch.exit(of: details.Id).sentence }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? nil
        }
        if let problem { throw try await failed(container, id: details.Id, problem) }
        await console.report(.detail("All checks successful (\(container.instance))"))
    }

    /// Without checks instances are taken as they are, but not when they have failed right away.
    private func see(_ instances: [Instance], of group: ContainerPlan.Group) async throws {
        guard !instances.isEmpty else { return }
        try await context.clock.sleep(for: .milliseconds(500))
        for instance in instances {
            guard let exit = await watch.known(instance.id), exit.code != 0,
                let container = group.containers.first(where: { $0.instance == instance.name })
            else { continue }
            throw try await failed(container, id: instance.id, exit.sentence)
        }
    }

    /// The error for an instance that did not come up, its last lines shown and kept.
    private func failed(_ container: PlannedContainer, id: String, _ reason: String) async throws -> AdapterError {
        try Task.checkCancellation()
        let mask = SecretMask(container.spec.Env)
        let reason = mask.masked(reason)
        let lines = await LastLines.show(
            of: id, container.instance, plan.app, mask: mask, engine: engine, console: console)
        return AdapterError(
            .rolloutFailed, "\(container.instance) \(reason)",
            failedInstances: [FailedInstance(name: container.instance, id: id, reason: reason, lastLines: lines)])
    }

    private func stopFirst(_ group: ContainerPlan.Group) async throws {
        guard !group.superseded.isEmpty else { return }
        await console.report(
            .detail("Zero downtime is disabled, stopping currently running containers  (\(group.type))"))
        await stopped.add(group.superseded)
        try await eachAtOnce(group.superseded) { instance in
            await console.report(.detail("Stopping \(instance.id) (\(group.type))"))
            try await engine.send(.stopContainer(instance.id, seconds: app.stopTimeout))
        }
    }

    private func undo(because error: any Error) async -> any Error {
        let made = Undo(engine: engine, console: console, clock: context.clock)
        let restart = await stopped.instances
        // Not a child: undoing goes on when this task is cancelled.
        let isUndone = await Task { [plan] in
            let isGone = await made.removeAll(of: plan.deployment, app: plan.app)
            return await made.start(restart) && isGone
        }.value
        guard isUndone, !app.live.isEmpty else { return error }
        await console.report(.detail("The release before goes on serving"))
        guard var told = error as? AdapterError else { return error }
        told.releaseBeforeServes = true
        return told
    }
}

/// The instances that a rollout has stopped and must start again if it fails.
private actor StoppedInstances {
    private(set) var instances: [Instance] = []

    func add(_ more: [Instance]) { instances += more }
}

/// Tells how many of a process type's instances are there.
private actor GroupProgress {
    private let group: ContainerPlan.Group
    private let console: any Console
    private var done = 0

    init(group: ContainerPlan.Group, console: any Console) {
        self.group = group
        self.console = console
    }

    func advance() async {
        done += 1
        let verb = group.mode == .enabled ? "verified" : "started"
        await console.report(
            .progress(subject: group.type.description, text: "\(done) of \(group.containers.count) \(verb)"))
    }
}

extension Optional {
    fileprivate func map<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
