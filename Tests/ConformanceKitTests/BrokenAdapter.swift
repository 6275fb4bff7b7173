import AdapterKit

/// An adapter that does as another one, but for what it is told to get wrong.
struct BrokenAdapter: Adapter, TaskRunning, SessionOpening, InstanceRetiring, Inspecting, Planning {
    /// What is done in place of each call, given the adapter that does it right: by default what that one does.
    struct Faults: Sendable {
        var deploy: @Sendable (any Good, Deployment, any Console) async throws -> Rollout =
            { try await $0.deploy($1, console: $2) }
        var stop: @Sendable (any Good, App, Bool, any Console) async throws -> Void =
            { try await $0.stop($1, removing: $2, console: $3) }
        var remove: @Sendable (any Good, App, any Console) async throws -> Void =
            { try await $0.remove($1, console: $2) }
        var status: @Sendable (any Good, App) async throws -> AppStatus =
            { try await $0.status(of: $1) }
        var logs: @Sendable (any Good, App, LogQuery, any Console) async throws -> Void =
            { try await $0.logs(of: $1, matching: $2, console: $3) }
        var run: @Sendable (any Good, OneOffTask, any Console) async throws -> ExitStatus =
            { try await $0.run($1, console: $2) }
        var tasks: @Sendable (any Good, App) async throws -> [TaskRecord] =
            { try await $0.tasks(of: $1) }
        var stopTasks: @Sendable (any Good, App?, String?, any Console) async throws -> [String] =
            { try await $0.stopTasks(of: $1, named: $2, console: $3) }
        var enter: @Sendable (any Good, Session, any Console) async throws -> ExitStatus =
            { try await $0.enter($1, console: $2) }
        var withdraw: @Sendable (any Good, Rollout, App, any Console) async throws -> Void =
            { try await $0.withdraw($1, of: $2, console: $3) }
        var retire: @Sendable (any Good, [String], Int, any Console) async throws -> [String] =
            { try await $0.retire($1, stopTimeout: $2, console: $3) }
        var leftovers: @Sendable (any Good, App, Set<String>) async throws -> [String] =
            { try await $0.leftovers(of: $1, known: $2) }
        var located: @Sendable (any Good, [Instance]) async throws -> [Instance] =
            { try await $0.located($1) }
        var inspect: @Sendable (any Good, App) async throws -> [UInt8] =
            { try await $0.inspect($1) }
        var plan: @Sendable (any Good, Deployment) async throws -> [UInt8] =
            { try await $0.plan($1) }
    }

    /// An adapter with every role.
    typealias Good = Adapter & TaskRunning & SessionOpening & InstanceRetiring & Inspecting & Planning

    let base: any Good
    let faults: Faults

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        try await faults.deploy(base, deployment, console)
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {
        try await faults.stop(base, app, removing, console)
    }

    func remove(_ app: App, console: any Console) async throws { try await faults.remove(base, app, console) }

    func status(of app: App) async throws -> AppStatus { try await faults.status(base, app) }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {
        try await faults.logs(base, app, query, console)
    }

    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        try await faults.run(base, task, console)
    }

    func tasks(of app: App) async throws -> [TaskRecord] { try await faults.tasks(base, app) }

    func logs(ofTask name: String, of app: App, matching query: LogQuery, console: any Console) async throws {
        try await base.logs(ofTask: name, of: app, matching: query, console: console)
    }

    func stopTasks(of app: App?, named name: String?, console: any Console) async throws -> [String] {
        try await faults.stopTasks(base, app, name, console)
    }

    func retireTasks(of app: App?, console: any Console) async throws {
        try await base.retireTasks(of: app, console: console)
    }

    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        try await faults.enter(base, session, console)
    }

    func promote(_ rollout: Rollout, of app: App, console: any Console) async throws {
        try await base.promote(rollout, of: app, console: console)
    }

    func withdraw(_ rollout: Rollout, of app: App, console: any Console) async throws {
        try await faults.withdraw(base, rollout, app, console)
    }

    func resume(_ instances: [Instance], console: any Console) async throws {
        try await base.resume(instances, console: console)
    }

    func dismiss(_ instances: [String]) async throws { try await base.dismiss(instances) }

    func retire(_ instances: [String], stopTimeout: Int, console: any Console) async throws -> [String] {
        try await faults.retire(base, instances, stopTimeout, console)
    }

    func leftovers(of app: App, known: Set<String>) async throws -> [String] {
        try await faults.leftovers(base, app, known)
    }

    func located(_ instances: [Instance]) async throws -> [Instance] { try await faults.located(base, instances) }

    func prepareRestore(of app: App) async throws { try await base.prepareRestore(of: app) }

    func inspect(_ app: App) async throws -> [UInt8] { try await faults.inspect(base, app) }

    func plan(_ deployment: Deployment) async throws -> [UInt8] { try await faults.plan(base, deployment) }
}
